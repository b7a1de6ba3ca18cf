// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Roots whose shape is not that of the norm: y is copied into it, with sizes
// that come from what stays.
//
// RUN: norm-opt %s --norm-raise --canonicalize --cse --remarks-filter=norm-raise 2>&1 | FileCheck %s

// A dimension of unknown size that y does not have.
// CHECK: Remark="raised to norm.rmsnorm"
// CHECK-LABEL: @repeated(
// CHECK-SAME: %[[X:.*]]: tensor<4x64xbf16>, %[[D:.*]]: index
// CHECK: %[[Y:.*]] = norm.rmsnorm ins(%[[X]] : tensor<4x64xbf16>)
// CHECK: %[[E:.*]] = tensor.empty(%[[D]]) : tensor<?x4x64xf32>
// CHECK: %[[R:.*]] = linalg.generic {{.*}} ins(%[[Y]] : tensor<4x64xf32>) outs(%[[E]] : tensor<?x4x64xf32>)
// CHECK: return %[[R]]
func.func @repeated(%x: tensor<4x64xbf16>, %d: index) -> tensor<?x4x64xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant dense<64.0> : tensor<4xf32>
  %e = arith.constant dense<1.0e-5> : tensor<4xf32>
  %xf = arith.extf %x : tensor<4x64xbf16> to tensor<4x64xf32>
  %sq = arith.mulf %xf, %xf : tensor<4x64xf32>
  %em = tensor.empty() : tensor<4xf32>
  %fi = linalg.fill ins(%zero : f32) outs(%em : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce { arith.addf } ins(%sq : tensor<4x64xf32>) outs(%fi : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<4xf32>
  %a = arith.addf %m, %e : tensor<4xf32>
  %r = math.rsqrt %a : tensor<4xf32>
  %em2 = tensor.empty(%d) : tensor<?x4x64xf32>
  %b = linalg.broadcast ins(%r : tensor<4xf32>) outs(%em2 : tensor<?x4x64xf32>) dimensions = [0, 2]
  %em3 = tensor.empty(%d) : tensor<?x4x64xbf16>
  %xb = linalg.broadcast ins(%x : tensor<4x64xbf16>) outs(%em3 : tensor<?x4x64xbf16>) dimensions = [0]
  %xbf = arith.extf %xb : tensor<?x4x64xbf16> to tensor<?x4x64xf32>
  %y = arith.mulf %xbf, %b : tensor<?x4x64xf32>
  return %y : tensor<?x4x64xf32>
}
