// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A row over several processes: the sum over the part that this program has
// passes through an op that is no part of it. A remark names the part, the op
// and the divisor.
//
// RUN: norm-opt %s --norm-raise --allow-unregistered-dialect --remarks-filter=norm-raise -o /dev/null 2>&1 | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

func.func private @all_reduce(tensor<4xf32>) -> tensor<4xf32>

// CHECK: not-raised | Category:norm-raise | Reason="the row is a shard: the sum over its 32 elements passes through func.call @all_reduce and is divided by 128"
func.func @call(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @all_reduce(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// The divisor counts before the collective, the row is dynamic.
// CHECK: not-raised | Category:norm-raise | Reason="the row is a shard: the sum over its elements passes through mesh.all_reduce and is divided by 1"
func.func @op(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %inv = arith.constant 0.0078125 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x?xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %c = arith.mulf %q, %inv : f32
    %t = arith.addf %acc, %c : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = "mesh.all_reduce"(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %d = tensor.dim %x, %c1 : tensor<4x?xf32>
  %e = tensor.empty(%d) : tensor<4x?xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x?xf32>, tensor<4xf32>) outs(%e : tensor<4x?xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}
