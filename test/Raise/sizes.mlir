// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows whose number an op computes, as exporters write it beside a reshape: by
// an index map, and by ops that the second opinion does not know. And statistics
// that are read at 0 where that number is 1, as a broadcast of unknown sizes is.
//
// RUN: norm-opt %s --norm-raise --canonicalize | FileCheck %s

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row = affine_map<(d0, d1, d2) -> (d0, d1)>

// CHECK-LABEL: @by_map(
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<?x8x16xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: "reduction"
func.func @by_map(%rows: tensor<?x16xf32>) -> tensor<?x8x16xf32> {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 16.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %all = tensor.dim %rows, %c0 : tensor<?x16xf32>
  %batch = affine.apply affine_map<()[s0] -> (s0 floordiv 8)>()[%all]
  %x = tensor.expand_shape %rows [[0, 1], [2]] output_shape [%batch, 8, 16] : tensor<?x16xf32> into tensor<?x8x16xf32>
  %i = tensor.empty(%batch) : tensor<?x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%i : tensor<?x8xf32>) -> tensor<?x8xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<?x8x16xf32>) outs(%f : tensor<?x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x8xf32>
  %j = tensor.empty(%batch) : tensor<?x8x16xf32>
  %t = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %s : tensor<?x8x16xf32>, tensor<?x8xf32>) outs(%j : tensor<?x8x16xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %m = arith.divf %c, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    linalg.yield %r : f32
  } -> tensor<?x8x16xf32>
  return %t : tensor<?x8x16xf32>
}

// CHECK-LABEL: @by_division(
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<?x8x16xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: "reduction"
func.func @by_division(%rows: tensor<?x16xf32>) -> tensor<?x8x16xf32> {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 16.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %all = tensor.dim %rows, %c0 : tensor<?x16xf32>
  %batch = arith.divui %all, %c8 : index
  %x = tensor.expand_shape %rows [[0, 1], [2]] output_shape [%batch, 8, 16] : tensor<?x16xf32> into tensor<?x8x16xf32>
  %i = tensor.empty(%batch) : tensor<?x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%i : tensor<?x8xf32>) -> tensor<?x8xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<?x8x16xf32>) outs(%f : tensor<?x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x8xf32>
  %j = tensor.empty(%batch) : tensor<?x8x16xf32>
  %t = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %s : tensor<?x8x16xf32>, tensor<?x8xf32>) outs(%j : tensor<?x8x16xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %m = arith.divf %c, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    linalg.yield %r : f32
  } -> tensor<?x8x16xf32>
  return %t : tensor<?x8x16xf32>
}

// CHECK-LABEL: @by_remainder(
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<?x8x16xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: "reduction"
func.func @by_remainder(%rows: tensor<?x16xf32>) -> tensor<?x8x16xf32> {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 16.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %all = tensor.dim %rows, %c0 : tensor<?x16xf32>
  %batch = arith.remui %all, %c8 : index
  %x = tensor.expand_shape %rows [[0, 1], [2]] output_shape [%batch, 8, 16] : tensor<?x16xf32> into tensor<?x8x16xf32>
  %i = tensor.empty(%batch) : tensor<?x8xf32>
  %f = linalg.fill ins(%zero : f32) outs(%i : tensor<?x8xf32>) -> tensor<?x8xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<?x8x16xf32>) outs(%f : tensor<?x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<?x8xf32>
  %j = tensor.empty(%batch) : tensor<?x8x16xf32>
  %t = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %s : tensor<?x8x16xf32>, tensor<?x8xf32>) outs(%j : tensor<?x8x16xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %m = arith.divf %c, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    linalg.yield %r : f32
  } -> tensor<?x8x16xf32>
  return %t : tensor<?x8x16xf32>
}

// CHECK-LABEL: @broadcast_rows(
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<?x16xf32>) outs({{.*}}) epsilon = 1.000000e-05
func.func @broadcast_rows(%x: tensor<?x16xf32>) -> tensor<?x16xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 16.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %rows = tensor.dim %x, %c0 : tensor<?x16xf32>
  %i = tensor.empty(%rows) : tensor<?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%i : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x16xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %j = tensor.empty(%rows) : tensor<?x16xf32>
  %t = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x16xf32>) outs(%j : tensor<?x16xf32>) {
  ^bb0(%a: f32, %o: f32):
    %row = linalg.index 0 : index
    %one = arith.cmpi eq, %rows, %c1 : index
    %at = arith.select %one, %c0, %row : index
    %c = tensor.extract %s[%at] : tensor<?xf32>
    %m = arith.divf %c, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    linalg.yield %r : f32
  } -> tensor<?x16xf32>
  return %t : tensor<?x16xf32>
}

// CHECK-LABEL: @rows_broadcast_by_another_number(
// CHECK-NOT: norm.
func.func @rows_broadcast_by_another_number(%x: tensor<?x16xf32>) -> tensor<?x16xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 16.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %rows = tensor.dim %x, %c0 : tensor<?x16xf32>
  %i = tensor.empty(%rows) : tensor<?xf32>
  %f = linalg.fill ins(%zero : f32) outs(%i : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x16xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<?xf32>
  %j = tensor.empty(%rows) : tensor<?x16xf32>
  %t = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<?x16xf32>) outs(%j : tensor<?x16xf32>) {
  ^bb0(%a: f32, %o: f32):
    %row = linalg.index 0 : index
    %one = arith.cmpi eq, %rows, %c0 : index
    %at = arith.select %one, %c0, %row : index
    %c = tensor.extract %s[%at] : tensor<?xf32>
    %m = arith.divf %c, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    linalg.yield %r : f32
  } -> tensor<?x16xf32>
  return %t : tensor<?x16xf32>
}
