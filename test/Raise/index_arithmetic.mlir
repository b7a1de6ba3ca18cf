// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Slices as exporters write them: starts, ends and sizes are index arithmetic on
// extents. Each is a prmsnorm of a batch of unknown size.
//
// RUN: norm-opt %s --norm-raise --canonicalize --cse | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// n - n is 0, whatever n is.
// CHECK-LABEL: @difference_of_sizes(
// CHECK: norm.prmsnorm ins(%arg0 : tensor<?x64xf32>) outs({{.*}}) k = 4 
// CHECK: return
func.func @difference_of_sizes(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %four = arith.constant 4.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %same = arith.subi %n, %n : index
  %s = tensor.extract_slice %x[%same, 0] [%n, 4] [1, 1] : tensor<?x64xf32> to tensor<?x4xf32>
  %er = tensor.empty(%n) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%s : tensor<?x4xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x64xf32>, tensor<?xf32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mean = arith.divf %m, %four : f32
    %v = arith.addf %mean, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// A start clamped to [0, n], an open end, a size (end - start) ceildiv 1.
// CHECK-LABEL: @clamped(
// CHECK: norm.prmsnorm ins(%arg0 : tensor<?x64xf32>) outs({{.*}}) k = 4 
// CHECK: return
func.func @clamped(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %four = arith.constant 4.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %end = arith.constant 9223372036854775807 : index
  %start0 = arith.minsi %c0, %n : index
  %start = arith.maxsi %start0, %c0 : index
  %end0 = arith.minsi %end, %n : index
  %before = arith.cmpi slt, %end0, %start : index
  %end1 = arith.select %before, %start, %end0 : index
  %length = arith.subi %end1, %start : index
  %size = arith.ceildivsi %length, %c1 : index
  %s = tensor.extract_slice %x[%start, 0] [%size, 4] [1, 1] : tensor<?x64xf32> to tensor<?x4xf32>
  %er = tensor.empty(%size) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%s : tensor<?x4xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x64xf32>, tensor<?xf32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mean = arith.divf %m, %four : f32
    %v = arith.addf %mean, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// The same in f16.
// CHECK-LABEL: @clamped_f16(
// CHECK: norm.prmsnorm ins(%arg0 : tensor<?x64xf16>) outs({{.*}}) k = 4 
// CHECK: return
func.func @clamped_f16(%x: tensor<?x64xf16>) -> tensor<?x64xf16> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %four = arith.constant 4.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %n = tensor.dim %x, %c0 : tensor<?x64xf16>
  %end = arith.constant 9223372036854775807 : index
  %start0 = arith.minsi %c0, %n : index
  %start = arith.maxsi %start0, %c0 : index
  %end0 = arith.minsi %end, %n : index
  %before = arith.cmpi slt, %end0, %start : index
  %end1 = arith.select %before, %start, %end0 : index
  %length = arith.subi %end1, %start : index
  %size = arith.ceildivsi %length, %c1 : index
  %s = tensor.extract_slice %x[%start, 0] [%size, 4] [1, 1] : tensor<?x64xf16> to tensor<?x4xf16>
  %er = tensor.empty(%size) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%s : tensor<?x4xf16>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: f16, %acc: f32):
    %w = arith.extf %a : f16 to f32
    %q = arith.mulf %w, %w : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?x64xf16>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x64xf16>, tensor<?xf32>) outs(%e : tensor<?x64xf16>) {
  ^bb0(%a: f16, %m: f32, %o: f16):
    %w = arith.extf %a : f16 to f32
    %mean = arith.divf %m, %four : f32
    %v = arith.addf %mean, %eps : f32
    %i = math.rsqrt %v : f32
    %p0 = arith.mulf %w, %i : f32
    %p = arith.truncf %p0 : f32 to f16
    linalg.yield %p : f16
  } -> tensor<?x64xf16>
  return %y : tensor<?x64xf16>
}

// Starts below 0 count from the end: start < 0 ? start + n : start.
// CHECK-LABEL: @negative_starts(
// CHECK: norm.prmsnorm ins(%arg0 : tensor<?x64xf32>) outs({{.*}}) k = 4 
// CHECK: return
func.func @negative_starts(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %four = arith.constant 4.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %m1 = arith.constant -1 : index
  %isneg = arith.cmpi slt, %c0, %c0 : index
  %wrapped = arith.addi %c0, %n : index
  %start = arith.select %isneg, %wrapped, %c0 : index
  %neg = arith.cmpi sge, %n, %c0 : index
  %size = arith.select %neg, %n, %c0 : index
  %s = tensor.extract_slice %x[%start, 0] [%size, 4] [1, 1] : tensor<?x64xf32> to tensor<?x4xf32>
  %er = tensor.empty(%size) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%s : tensor<?x4xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x64xf32>, tensor<?xf32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mean = arith.divf %m, %four : f32
    %v = arith.addf %mean, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// Sizes that pass through i64.
// CHECK-LABEL: @through_i64(
// CHECK: norm.prmsnorm ins(%arg0 : tensor<?x64xf32>) outs({{.*}}) k = 4 
// CHECK: return
func.func @through_i64(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %four = arith.constant 4.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %n64 = arith.index_cast %n : index to i64
  %z64 = arith.constant 0 : i64
  %o64 = arith.constant 1 : i64
  %m64 = arith.maxsi %n64, %z64 : i64
  %s64 = arith.floordivsi %m64, %o64 : i64
  %size = arith.index_cast %s64 : i64 to index
  %s = tensor.extract_slice %x[0, 0] [%size, 4] [1, 1] : tensor<?x64xf32> to tensor<?x4xf32>
  %er = tensor.empty(%size) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%s : tensor<?x4xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x64xf32>, tensor<?xf32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mean = arith.divf %m, %four : f32
    %v = arith.addf %mean, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// 2 n / 2 is n.
// CHECK-LABEL: @exact_quotient(
// CHECK: norm.prmsnorm ins(%arg0 : tensor<?x64xf32>) outs({{.*}}) k = 4 
// CHECK: return
func.func @exact_quotient(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %four = arith.constant 4.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %tw = arith.muli %n, %c2 : index
  %size = arith.divsi %tw, %c2 : index
  %four0 = arith.addi %c2, %c2 : index
  %off = arith.subi %four0, %c4 : index
  %s = tensor.extract_slice %x[%off, 0] [%size, 4] [1, 1] : tensor<?x64xf32> to tensor<?x4xf32>
  %er = tensor.empty(%size) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%s : tensor<?x4xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x64xf32>, tensor<?xf32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mean = arith.divf %m, %four : f32
    %v = arith.addf %mean, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// The larger of n and 0.
// CHECK-LABEL: @unsigned(
// CHECK: norm.prmsnorm ins(%arg0 : tensor<?x64xf32>) outs({{.*}}) k = 4 
// CHECK: return
func.func @unsigned(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c4 = arith.constant 4 : index
  %zero = arith.constant 0.0 : f32
  %four = arith.constant 4.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %size = arith.maxui %n, %c0 : index
  %s = tensor.extract_slice %x[0, 0] [%size, 4] [1, 1] : tensor<?x64xf32> to tensor<?x4xf32>
  %er = tensor.empty(%size) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%s : tensor<?x4xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  %e = tensor.empty(%n) : tensor<?x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<?x64xf32>, tensor<?xf32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mean = arith.divf %m, %four : f32
    %v = arith.addf %mean, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// Half of the batch is another batch: no norm, and nothing is decided.
// CHECK-LABEL: @half(
// CHECK-NOT: norm.
// CHECK: return
func.func @half(%x: tensor<?x64xf32>, %r: tensor<?xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %four = arith.constant 4.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %n = tensor.dim %x, %c0 : tensor<?x64xf32>
  %h = arith.divsi %n, %c2 : index
  %s = tensor.extract_slice %x[%h, 0] [%h, 4] [1, 1] : tensor<?x64xf32> to tensor<?x4xf32>
  %er = tensor.empty(%h) : tensor<?xf32>
  %z = linalg.fill ins(%zero : f32) outs(%er : tensor<?xf32>) -> tensor<?xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%s : tensor<?x4xf32>) outs(%z : tensor<?xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  %x1 = tensor.extract_slice %x[0, 0] [%h, 64] [1, 1] : tensor<?x64xf32> to tensor<?x64xf32>
  %e = tensor.empty(%h) : tensor<?x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x1, %sum : tensor<?x64xf32>, tensor<?xf32>) outs(%e : tensor<?x64xf32>) {
  ^bb0(%a: f32, %m: f32, %o: f32):
    %mean = arith.divf %m, %four : f32
    %v = arith.addf %mean, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// Offsets that are computed from numbers alone.
// CHECK-LABEL: @remainder_of_numbers
// CHECK: norm.prmsnorm ins(%arg0 : tensor<4x64xf32>) {{.*}} k = 16
func.func @remainder_of_numbers(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant dense<16.0> : tensor<4xf32>
  %e = arith.constant dense<1.0e-5> : tensor<4xf32>
  %c64 = arith.constant 64 : index
  %c1 = arith.constant 1 : index
  %start = arith.remsi %c64, %c1 : index
  %first = tensor.extract_slice %x[0, %start] [4, 16] [1, 1] : tensor<4x64xf32> to tensor<4x16xf32>
  %square = arith.mulf %first, %first : tensor<4x16xf32>
  %rows = tensor.empty() : tensor<4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %sum = linalg.reduce { arith.addf } ins(%square : tensor<4x16xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %mean = arith.divf %sum, %n : tensor<4xf32>
  %shifted = arith.addf %mean, %e : tensor<4xf32>
  %rstd = math.rsqrt %shifted : tensor<4xf32>
  %empty = tensor.empty() : tensor<4x64xf32>
  %wide = linalg.broadcast ins(%rstd : tensor<4xf32>) outs(%empty : tensor<4x64xf32>) dimensions = [1]
  %y = arith.mulf %x, %wide : tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
