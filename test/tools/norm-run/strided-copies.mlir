// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A strided copy, which upstream's lowering leaves to a library.
//
// RUN: norm-run %s --random=1 --no-raise | FileCheck %s
// CHECK: result 0: shape [2, 6], type f32

func.func @main(%x: tensor<2x2xf32>, %y: tensor<2x4xf32>) -> tensor<2x6xf32> {
  %z = tensor.concat dim(1) %x, %y : (tensor<2x2xf32>, tensor<2x4xf32>) -> tensor<2x6xf32>
  return %z : tensor<2x6xf32>
}
