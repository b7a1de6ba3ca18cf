// Results go to files all together or not at all.

// RUN: rm -rf %t && mkdir %t

// RUN: not norm-run %s --no-raise --random=1 --output=%t/a.npy --output=%t/b.npy --output=%t/c.npy 2>&1 | FileCheck %s --check-prefix=MORE
// MORE: error: function 'main' has 2 results, got 3 --output files

// RUN: not norm-run %s --no-raise --random=1 --output=%t/a.npy --output=%t/none/b.npy 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: error: cannot write {{.*}}none/b.npy: No such file or directory

// RUN: not norm-run %s --no-raise --random=1 --output=%t/a.npy --output=%t 2>&1 | FileCheck %s --check-prefix=DIRECTORY
// DIRECTORY: error: cannot write {{.*}}: it is a directory

// RUN: not norm-run %s --no-raise --random=1 --output=%t/a.npy --output=/dev/full 2>&1 | FileCheck %s --check-prefix=FULL
// FULL: error: cannot write /dev/full: No space left on device

// Nothing of the first result is left, not even a temporary file.
// RUN: ls -A %t | count 0

// A result without a file is summarised; one with a file replaces what was
// there.
// RUN: echo old > %t/a.npy
// RUN: norm-run %s --no-raise --random=1 --output=%t/a.npy | FileCheck %s --check-prefix=SUMMARY
// SUMMARY-NOT: result 0
// SUMMARY: result 1: shape [2, 3], type i32, min {{.*}}, mean {{.*}}, max
// RUN: %python -c "import numpy as np; a = np.load('%t/a.npy'); assert a.shape == (4,) and a.dtype == np.float32"
// RUN: norm-run %s --no-raise --random=1 --output=/dev/null --output=/dev/null | count 0

func.func @main(%x: tensor<4xf32>, %i: tensor<2x3xi32>) -> (tensor<4xf32>, tensor<2x3xi32>) {
  %y = arith.addf %x, %x : tensor<4xf32>
  return %y, %i : tensor<4xf32>, tensor<2x3xi32>
}
