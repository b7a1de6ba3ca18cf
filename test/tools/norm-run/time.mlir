// Times of compilation and of calls, on static and on dynamic results.

// RUN: norm-run %s --no-raise --random=1 --threads=1 --time=3 | FileCheck %s --check-prefix=ONE
// ONE: compile: {{[0-9.]+}} ms (passes {{[0-9.]+}} ms, machine code {{[0-9.]+}} ms)
// ONE-NEXT: time: median {{[0-9.e+-]+}} s, minimum {{[0-9.e+-]+}} s (3 rounds, 1 thread)
// ONE-NEXT: result 0: shape [8, 16]

// RUN: norm-run %s --no-raise --random=1 --threads=2 --time=2 | FileCheck %s --check-prefix=TWO
// TWO: (2 rounds, 2 threads)

// RUN: %python -c "import numpy as np; np.save('%t.npy', np.ones((5, 16), np.float32))"
// RUN: norm-run %s --no-raise --entry=dynamic --input=%t.npy --time=3 | FileCheck %s --check-prefix=DYNAMIC
// DYNAMIC: time: median
// DYNAMIC-NEXT: result 0: shape [5, 16], type f32, min 2, mean 2, max 2

func.func @main(%x: tensor<8x16xf32>) -> tensor<8x16xf32> {
  %y = arith.addf %x, %x : tensor<8x16xf32>
  return %y : tensor<8x16xf32>
}

func.func @dynamic(%x: tensor<?x16xf32>) -> tensor<?x16xf32> {
  %y = arith.addf %x, %x : tensor<?x16xf32>
  return %y : tensor<?x16xf32>
}
