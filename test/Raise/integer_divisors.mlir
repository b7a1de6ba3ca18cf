// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Divisors that pass through integers of several widths.
//
// RUN: norm-opt %s --norm-raise | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: @constant_extui(
// CHECK: norm.rmsnorm ins(%arg0
// CHECK: return
func.func @constant_extui(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %i = arith.constant 64 : i32
  %j = arith.extui %i : i32 to i64
  %n = arith.sitofp %j : i64 to f32
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %e = tensor.empty() : tensor<4x64xf32>
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32 } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mm = arith.divf %m, %n : f32
    %v = arith.addf %mm, %eps : f32
    %i2 = math.rsqrt %v : f32
    %p = arith.mulf %a, %i2 : f32
    linalg.yield %p : f32 } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// CHECK-LABEL: @constant_uitofp(
// CHECK: norm.rmsnorm ins(%arg0
// CHECK: return
func.func @constant_uitofp(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %i = arith.constant 64 : i32
  %n = arith.uitofp %i : i32 to f32
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %e = tensor.empty() : tensor<4x64xf32>
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32 } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mm = arith.divf %m, %n : f32
    %v = arith.addf %mm, %eps : f32
    %i2 = math.rsqrt %v : f32
    %p = arith.mulf %a, %i2 : f32
    linalg.yield %p : f32 } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// CHECK-LABEL: @constant_index_castui(
// CHECK: norm.rmsnorm ins(%arg0
// CHECK: return
func.func @constant_index_castui(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %c = arith.constant 64 : index
  %j = arith.index_castui %c : index to i64
  %n = arith.sitofp %j : i64 to f32
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %e = tensor.empty() : tensor<4x64xf32>
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32 } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mm = arith.divf %m, %n : f32
    %v = arith.addf %mm, %eps : f32
    %i2 = math.rsqrt %v : f32
    %p = arith.mulf %a, %i2 : f32
    linalg.yield %p : f32 } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// CHECK-LABEL: @constant_trunci(
// CHECK: norm.rmsnorm ins(%arg0
// CHECK: return
func.func @constant_trunci(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %i = arith.constant 64 : i64
  %j = arith.trunci %i : i64 to i32
  %n = arith.sitofp %j : i32 to f32
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %e = tensor.empty() : tensor<4x64xf32>
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32 } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mm = arith.divf %m, %n : f32
    %v = arith.addf %mm, %eps : f32
    %i2 = math.rsqrt %v : f32
    %p = arith.mulf %a, %i2 : f32
    linalg.yield %p : f32 } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// CHECK-LABEL: @size_index_castui(
// CHECK: norm.rmsnorm ins(%arg0
// CHECK: return
func.func @size_index_castui(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %c1 = arith.constant 1 : index
  %d = tensor.dim %x, %c1 : tensor<4x?xf32>
  %j = arith.index_castui %d : index to i64
  %n = arith.uitofp %j : i64 to f32
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %c1b = arith.constant 1 : index
  %db = tensor.dim %x, %c1b : tensor<4x?xf32>
  %e = tensor.empty(%db) : tensor<4x?xf32>
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x?xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32 } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x?xf32>, tensor<4xf32>) outs(%e : tensor<4x?xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mm = arith.divf %m, %n : f32
    %v = arith.addf %mm, %eps : f32
    %i2 = math.rsqrt %v : f32
    %p = arith.mulf %a, %i2 : f32
    linalg.yield %p : f32 } -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

// CHECK-LABEL: @size_trunci(
// CHECK: norm.rmsnorm ins(%arg0
// CHECK: return
func.func @size_trunci(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %c1 = arith.constant 1 : index
  %d = tensor.dim %x, %c1 : tensor<4x?xf32>
  %j = arith.index_cast %d : index to i64
  %k = arith.trunci %j : i64 to i32
  %n = arith.sitofp %k : i32 to f32
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %c1b = arith.constant 1 : index
  %db = tensor.dim %x, %c1b : tensor<4x?xf32>
  %e = tensor.empty(%db) : tensor<4x?xf32>
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x?xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32 } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x?xf32>, tensor<4xf32>) outs(%e : tensor<4x?xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mm = arith.divf %m, %n : f32
    %v = arith.addf %mm, %eps : f32
    %i2 = math.rsqrt %v : f32
    %p = arith.mulf %a, %i2 : f32
    linalg.yield %p : f32 } -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

// CHECK-LABEL: @size_extui(
// CHECK: norm.rmsnorm ins(%arg0
// CHECK: return
func.func @size_extui(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %c1 = arith.constant 1 : index
  %d = tensor.dim %x, %c1 : tensor<4x?xf32>
  %j = arith.index_cast %d : index to i32
  %k = arith.extui %j : i32 to i64
  %n = arith.uitofp %k : i64 to f32
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %c1b = arith.constant 1 : index
  %db = tensor.dim %x, %c1b : tensor<4x?xf32>
  %e = tensor.empty(%db) : tensor<4x?xf32>
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x?xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32 } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x?xf32>, tensor<4xf32>) outs(%e : tensor<4x?xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mm = arith.divf %m, %n : f32
    %v = arith.addf %mm, %eps : f32
    %i2 = math.rsqrt %v : f32
    %p = arith.mulf %a, %i2 : f32
    linalg.yield %p : f32 } -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

// 320 is 64 in i8: what wraps around is no number that the raise follows.
// CHECK-LABEL: @wrapped(
// CHECK-NOT: norm.
// CHECK: return
func.func @wrapped(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %i = arith.constant 320 : i64
  %j = arith.trunci %i : i64 to i8
  %n = arith.sitofp %j : i8 to f32
  %zero = arith.constant 0.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %e = tensor.empty() : tensor<4x64xf32>
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32 } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mm = arith.divf %m, %n : f32
    %v = arith.addf %mm, %eps : f32
    %i2 = math.rsqrt %v : f32
    %p = arith.mulf %a, %i2 : f32
    linalg.yield %p : f32 } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
