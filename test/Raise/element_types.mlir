// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Element types that the op does not take: a plan is verified before it is
// applied, so that the program stays, and a remark says what the op expects.
//
// RUN: norm-opt %s --norm-raise --remarks-filter=norm-raise 2>&1 | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// CHECK: not-raised | Category:norm-raise | Reason="expected input to have floating-point elements of at most 64 bits, got 'f80'"
// CHECK: not-raised | Category:norm-raise | Reason="expected input to have floating-point elements of at most 64 bits, got 'f128'"
// CHECK: not-raised | Category:norm-raise | Reason="a tensor has an encoding, which the op does not know"
// CHECK-NOT: norm.rmsnorm

func.func @f80(%x: tensor<4x64xf80>) -> tensor<4x64xf80> {
  %zero = arith.constant 0.0 : f80
  %n = arith.constant 64.0 : f80
  %eps = arith.constant 1.0e-05 : f80
  %empty = tensor.empty() : tensor<4x64xf80>
  %rows = tensor.empty() : tensor<4xf80>
  %zeros = linalg.fill ins(%zero : f80) outs(%rows : tensor<4xf80>) -> tensor<4xf80>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf80>) outs(%zeros : tensor<4xf80>) {
  ^bb0(%in: f80, %sum: f80):
    %sq = arith.mulf %in, %in : f80
    %next = arith.addf %sum, %sq : f80
    linalg.yield %next : f80
  } -> tensor<4xf80>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x64xf80>, tensor<4xf80>) outs(%empty : tensor<4x64xf80>) {
  ^bb0(%in: f80, %sum: f80, %out: f80):
    %mean = arith.divf %sum, %n : f80
    %sh = arith.addf %mean, %eps : f80
    %rt = math.sqrt %sh : f80
    %res = arith.divf %in, %rt : f80
    linalg.yield %res : f80
  } -> tensor<4x64xf80>
  return %y : tensor<4x64xf80>
}

func.func @f128(%x: tensor<4x64xf128>) -> tensor<4x64xf128> {
  %zero = arith.constant 0.0 : f128
  %n = arith.constant 64.0 : f128
  %eps = arith.constant 1.0e-05 : f128
  %empty = tensor.empty() : tensor<4x64xf128>
  %rows = tensor.empty() : tensor<4xf128>
  %zeros = linalg.fill ins(%zero : f128) outs(%rows : tensor<4xf128>) -> tensor<4xf128>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf128>) outs(%zeros : tensor<4xf128>) {
  ^bb0(%in: f128, %sum: f128):
    %sq = arith.mulf %in, %in : f128
    %next = arith.addf %sum, %sq : f128
    linalg.yield %next : f128
  } -> tensor<4xf128>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x64xf128>, tensor<4xf128>) outs(%empty : tensor<4x64xf128>) {
  ^bb0(%in: f128, %sum: f128, %out: f128):
    %mean = arith.divf %sum, %n : f128
    %sh = arith.addf %mean, %eps : f128
    %rt = math.sqrt %sh : f128
    %res = arith.divf %in, %rt : f128
    linalg.yield %res : f128
  } -> tensor<4x64xf128>
  return %y : tensor<4x64xf128>
}

func.func @encoded(%x: tensor<4x64xf32, "blocked">) -> tensor<4x64xf32, "blocked"> {
  %n = arith.constant 64.0 : f32
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %e = tensor.empty() : tensor<4x64xf32, "blocked">
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf32, "blocked">) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x64xf32, "blocked">, tensor<4xf32>) outs(%e : tensor<4x64xf32, "blocked">) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mean = arith.divf %m, %n : f32
    %v = arith.addf %mean, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32, "blocked">
  return %y : tensor<4x64xf32, "blocked">
}
