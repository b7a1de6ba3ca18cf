// Compiled code does not write to arguments, however the program is bufferized:
// this one updates its argument in place where it may.

// RUN: %python -c "import numpy as np; np.save('%t.npy', np.ones(8, np.float32))"
// RUN: norm-run %s --no-raise --input=%t.npy --time=5 --threads=1 | FileCheck %s
// CHECK: result 0: shape [8], type f32, min 2, mean 2, max 2
// CHECK: result 1: shape [8], type f32, min 1, mean 1, max 1

func.func @main(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %y = linalg.generic {indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]} outs(%x : tensor<8xf32>) {
  ^bb0(%v: f32):
    %w = arith.addf %v, %v : f32
    linalg.yield %w : f32
  } -> tensor<8xf32>
  return %y, %x : tensor<8xf32>, tensor<8xf32>
}
