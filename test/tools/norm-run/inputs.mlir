// Inputs that do not fit the arguments: each error names the argument, what it
// expects and what the file has, and nothing is written.

// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy as np; np.save('%t/x.npy', np.ones((2, 3), np.float32)); np.save('%t/short.npy', np.ones((2, 2), np.float32)); np.save('%t/rank.npy', np.ones(6, np.float32)); np.save('%t/double.npy', np.ones((2, 3))); np.save('%t/w.npy', np.ones(3, np.uint16)); np.save('%t/half.npy', np.ones(3, np.float16)); np.savez('%t/x.npz', np.ones(3)); np.save('%t/record.npy', np.zeros(3, [('a', 'f4')])); np.save('%t/text.npy', np.array(['a', 'b']))"

// RUN: not norm-run %s --no-raise --input=%t/x.npy --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=FEWER
// FEWER: error: function 'main' expects 2 inputs, got 1; --random=SEED fills the arguments left over

// RUN: not norm-run %s --no-raise --input=%t/x.npy --input=%t/w.npy --input=%t/x.npy --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=MORE
// MORE: error: function 'main' expects 2 inputs, got 3{{$}}

// RUN: not norm-run %s --no-raise --input=%t/short.npy --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: error: argument 0 expects tensor<?x3xf32>, {{.*}}short.npy has shape [2, 2] of '<f4'

// RUN: not norm-run %s --no-raise --input=%t/rank.npy --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=RANK
// RANK: error: argument 0 expects tensor<?x3xf32>, {{.*}}rank.npy has shape [6] of '<f4'

// RUN: not norm-run %s --no-raise --input=%t/double.npy --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=TYPE
// TYPE: error: argument 0 expects tensor<?x3xf32>, {{.*}}double.npy has shape [2, 3] of '<f8'

// RUN: not norm-run %s --no-raise --input=%t/x.npy --input=%t/half.npy --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=BF16
// BF16: error: argument 1 expects tensor<3xbf16> (bf16 as uint16 or void of 2 bytes), {{.*}}half.npy has shape [3] of '<f2'

// RUN: not norm-run %s --no-raise --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=DYNAMIC
// DYNAMIC: error: argument 0 expects tensor<?x3xf32>, whose shape only an --input file can give

// RUN: not norm-run %s --no-raise --input=%t/none.npy --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: {{.*}}none.npy: No such file or directory

// RUN: not norm-run %s --no-raise --input=%s --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=NOTNPY
// NOTNPY: error: {{.*}}inputs.mlir: expected a NumPy array file (.npy), found something else

// RUN: not norm-run %s --no-raise --input=%t/x.npz --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=NPZ
// NPZ: error: {{.*}}x.npz: expected a NumPy array file (.npy), found an archive (.npz?)

// RUN: not norm-run %s --no-raise --input=%t --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: error: {{.*}}: {{Is a directory|is a directory}}

// RUN: not norm-run %s --no-raise --input=%t/record.npy --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=RECORD
// RECORD: error: {{.*}}record.npy: expected elements of one simple type

// RUN: not norm-run %s --no-raise --input=%t/text.npy --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=TEXT
// TEXT: error: {{.*}}text.npy: cannot read elements of type '<U1'

// A file cut in the data, in the header, after the magic number, and one with
// bytes to spare.
// RUN: head -c 140 %t/x.npy > %t/data.npy
// RUN: not norm-run %s --no-raise --input=%t/data.npy --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=DATA
// DATA: error: {{.*}}data.npy: truncated: shape [2, 3] of '<f4' takes 24 bytes, found 12
// RUN: head -c 60 %t/x.npy > %t/header.npy
// RUN: not norm-run %s --no-raise --input=%t/header.npy --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=HEADER
// RUN: head -c 8 %t/x.npy > %t/header.npy
// RUN: not norm-run %s --no-raise --input=%t/header.npy --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=HEADER
// HEADER: error: {{.*}}header.npy: the header is truncated
// RUN: cat %t/x.npy %t/x.npy > %t/twice.npy
// RUN: not norm-run %s --no-raise --input=%t/twice.npy --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: {{.*}}twice.npy: shape [2, 3] of '<f4' takes 24 bytes, found 176

// A shape whose size in bytes exceeds 64 bits.
// RUN: %python -c "h = b'{\'descr\': \'<f4\', \'fortran_order\': False, \'shape\': (4611686018427387904, 4), }'.ljust(117) + b'\n'; open('%t/huge.npy', 'wb').write(b'\x93NUMPY\x01\x00' + len(h).to_bytes(2, 'little') + h)"
// RUN: not norm-run %s --no-raise --input=%t/huge.npy --random=1 --output=%t/y.npy 2>&1 | FileCheck %s --check-prefix=HUGE
// HUGE: error: {{.*}}huge.npy: shape [4611686018427387904, 4] does not fit into memory

// RUN: not ls %t/y.npy

func.func @main(%x: tensor<?x3xf32>, %w: tensor<3xbf16>) -> tensor<?x3xf32> {
  return %x : tensor<?x3xf32>
}
