// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What strict refuses of roundings and range has a reason, and relaxed says it
// in a metric.
//
// RUN: norm-opt %s --norm-raise=precision=strict --remarks-filter=norm-raise -o /dev/null 2>&1 | FileCheck %s
// RUN: norm-opt %s --norm-raise --remarks-filter=norm-raise -o /dev/null 2>&1 | FileCheck %s --check-prefix=RELAXED

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#one = affine_map<(d0) -> (d0)>

// The statistic in f64, rstd narrowed to f32 before it meets the row.
// CHECK: not-raised | Category:norm-raise | Reason="rstd is rounded to f32 before it meets the row, which the op does not do"
// RELAXED: Remark="raised to norm.rmsnorm", range=3.402824e+38, roundings=1
func.func @f64_statistic(%x: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %zero = arith.constant 0.0 : f64
  %n = arith.constant 4.0 : f64
  %eps = arith.constant 1.0e-05 : f64
  %r = tensor.empty() : tensor<3xf64>
  %z = linalg.fill ins(%zero : f64) outs(%r : tensor<3xf64>) -> tensor<3xf64>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<3x4xf32>) outs(%z : tensor<3xf64>) {
  ^bb0(%a: f32, %acc: f64):
    %w = arith.extf %a : f32 to f64
    %q = arith.mulf %w, %w : f64
    %t = arith.addf %acc, %q : f64
    linalg.yield %t : f64
  } -> tensor<3xf64>
  %re = tensor.empty() : tensor<3xf32>
  %rstd = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]}
      ins(%s : tensor<3xf64>) outs(%re : tensor<3xf32>) {
  ^bb0(%sum: f64, %o: f32):
    %m = arith.divf %sum, %n : f64
    %v = arith.addf %m, %eps : f64
    %i = math.rsqrt %v : f64
    %c = arith.truncf %i : f64 to f32
    linalg.yield %c : f32
  } -> tensor<3xf32>
  %e = tensor.empty() : tensor<3x4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %rstd : tensor<3x4xf32>, tensor<3xf32>) outs(%e : tensor<3x4xf32>) {
  ^bb0(%a: f32, %i: f32, %o: f32):
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<3x4xf32>
  return %y : tensor<3x4xf32>
}

// Squares are divided by n = 16 before they are added: rows of 1.7e19 are right.
// CHECK: not-raised | Category:norm-raise | Reason="strict: rows at the ends of the range are right in the program, and their squares are out of range in the norm"
// RELAXED: Remark="raised to norm.rmsnorm", range=1.600000e+01, roundings=0
func.func @divided_before_the_sum(%x: tensor<1x16xf32>) -> tensor<1x16xf32> {
  %zero = arith.constant 0.0 : f32
  %inv = arith.constant 0.0625 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<1xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<1xf32>) -> tensor<1xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<1x16xf32>) outs(%z : tensor<1xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %b = arith.mulf %a, %inv : f32
    %q = arith.mulf %a, %b : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<1xf32>
  %e = tensor.empty() : tensor<1x16xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<1x16xf32>, tensor<1xf32>) outs(%e : tensor<1x16xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<1x16xf32>
  return %y : tensor<1x16xf32>
}

// Two squares are halved before they are added: a step of less than 2 shows it.
// CHECK: not-raised | Category:norm-raise | Reason="strict: rows at the ends of the range are right in the program, and their squares are out of range in the norm"
// RELAXED: Remark="raised to norm.rmsnorm", range=2.000000e+00, roundings=0
func.func @halved_before_the_sum(%x: tensor<8x2xf32>) -> tensor<8x2xf32> {
  %zero = arith.constant 0.0 : f32
  %half = arith.constant 0.5 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<8xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<8xf32>) -> tensor<8xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<8x2xf32>) outs(%z : tensor<8xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %b = arith.mulf %q, %half : f32
    %t = arith.addf %acc, %b : f32
    linalg.yield %t : f32
  } -> tensor<8xf32>
  %e = tensor.empty() : tensor<8x2xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<8x2xf32>, tensor<8xf32>) outs(%e : tensor<8x2xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<8x2xf32>
  return %y : tensor<8x2xf32>
}

// The rows x * (|z| / sqrt(z^2)) end where z^2 does; x alone, and so the norm,
// goes further.
// CHECK: not-raised | Category:norm-raise | Reason="strict: rows at the ends of the range are right in the program, and their squares are out of range in the norm"
// RELAXED: Remark="raised to norm.rmsnorm", range=2.828427e+00, roundings=0
func.func @rows_that_end_first(%x: tensor<4x3xf32>, %z: tensor<4x3xf32>) -> tensor<4x3xf32> {
  %zero = arith.constant 0.0 : f32
  %third = arith.constant 3.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %e = tensor.empty() : tensor<4x3xf32>
  %h = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %z : tensor<4x3xf32>, tensor<4x3xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = math.absf %b : f32
    %q = arith.mulf %b, %b : f32
    %d = math.sqrt %q : f32
    %f = arith.divf %m, %d : f32
    %p = arith.mulf %a, %f : f32
    linalg.yield %p : f32
  } -> tensor<4x3xf32>
  %r = tensor.empty() : tensor<4xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%h : tensor<4x3xf32>) outs(%init : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %b = arith.divf %q, %third : f32
    %t = arith.addf %acc, %b : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%h, %s : tensor<4x3xf32>, tensor<4xf32>) outs(%e : tensor<4x3xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x3xf32>
  return %y : tensor<4x3xf32>
}
