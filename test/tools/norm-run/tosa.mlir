// A program in TOSA is lowered to linalg first.

// RUN: norm-run %s --no-raise --random=1 --threads=1 | FileCheck %s
// CHECK: result 0: shape [2, 4], type f32, min {{[0-9]}}

func.func @main(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %y = tosa.abs %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %y : tensor<2x4xf32>
}
