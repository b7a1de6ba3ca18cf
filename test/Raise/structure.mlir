// RUN: norm-opt %s --norm-raise | FileCheck %s

// Where the algebra alone would go wrong: which elements a row has, which
// numbers integers are, and what a body reads.

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// Diagonal read of a square with a statistic over all.
// CHECK-LABEL: @diagonal
// CHECK-NOT: norm.
func.func @diagonal(%x: tensor<8x8xf32>) -> tensor<8xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<f32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<f32>) -> tensor<f32>
  %s = linalg.generic {indexing_maps = [#id, affine_map<(d0, d1) -> ()>], iterator_types = ["reduction", "reduction"]} ins(%x : tensor<8x8xf32>) outs(%f : tensor<f32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<f32>
  %j = tensor.empty() : tensor<8xf32>
  %v = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} outs(%j : tensor<8xf32>) {
  ^bb0(%o: f32):
    %k = linalg.index 0 : index
    %r = tensor.extract %x[%k, %k] : tensor<8x8xf32>
    linalg.yield %r : f32
  } -> tensor<8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v, %s : tensor<8xf32>, tensor<f32>) outs(%j : tensor<8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    linalg.yield %r : f32
  } -> tensor<8xf32>
  return %y : tensor<8xf32>
}

// Windows d1 + d2 of a row.
// CHECK-LABEL: @windows
// CHECK-NOT: norm.{{.*}}tensor<4x9x8xf32>
func.func @windows(%x: tensor<4x16xf32>, %w: tensor<9x8xf32>) -> tensor<4x9x8xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 16.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x16xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %j = tensor.empty() : tensor<4x9x8xf32>
  %v = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1 + d2)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x : tensor<4x16xf32>) outs(%j : tensor<4x9x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<4x9x8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%v, %s : tensor<4x9x8xf32>, tensor<4xf32>) outs(%j : tensor<4x9x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    linalg.yield %r : f32
  } -> tensor<4x9x8xf32>
  return %y : tensor<4x9x8xf32>
}

// A mask [d - 5 < 8] without sign: elements 5 to 12.
// CHECK-LABEL: @unsigned_mask
// CHECK-NOT: norm.
func.func @unsigned_mask(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 13.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %c5 = arith.constant 5 : index
  %c8 = arith.constant 8 : index
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %k = linalg.index 1 : index
    %l = arith.subi %k, %c5 : index
    %c = arith.cmpi ult, %l, %c8 : index
    %t = arith.select %c, %a, %z : f32
    %q = arith.mulf %t, %t : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %j = tensor.empty() : tensor<4x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%j : tensor<4x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    linalg.yield %r : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// 100 + 100 in i8 is -56.
// CHECK-LABEL: @wrapping
// CHECK-NOT: norm.
func.func @wrapping(%x: tensor<4x200xf32>) -> tensor<4x200xf32> {
  %z = arith.constant 0.0 : f32
  %h = arith.constant 100 : i8
  %two = arith.addi %h, %h : i8
  %n = arith.sitofp %two : i8 to f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x200xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %j = tensor.empty() : tensor<4x200xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x200xf32>, tensor<4xf32>) outs(%j : tensor<4x200xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    linalg.yield %r : f32
  } -> tensor<4x200xf32>
  return %y : tensor<4x200xf32>
}

// An output that is written along its diagonal only.
// CHECK-LABEL: @written_diagonal
// CHECK: %[[X:.*]] = linalg.generic {{.*}} ins(%{{.*}} : tensor<8xf32>)
// CHECK: norm.rmsnorm ins(%[[X]] : tensor<8x8xf32>)
func.func @written_diagonal(%v: tensor<8xf32>) -> tensor<8x8xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 8.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %j = tensor.empty() : tensor<8x8xf32>
  %g = linalg.fill ins(%z : f32) outs(%j : tensor<8x8xf32>) -> tensor<8x8xf32>
  %x = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0, d0)>], iterator_types = ["parallel"]} ins(%v : tensor<8xf32>) outs(%g : tensor<8x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<8x8xf32>
  %i = tensor.empty() : tensor<8xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<8xf32>) -> tensor<8xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<8x8xf32>) outs(%f : tensor<8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<8xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<8x8xf32>, tensor<8xf32>) outs(%j : tensor<8x8xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    linalg.yield %r : f32
  } -> tensor<8x8xf32>
  return %y : tensor<8x8xf32>
}

// The second result of the root's op reads the init of the first.
// CHECK-LABEL: @init_is_read
// CHECK: %[[Y:.*]] = norm.rmsnorm
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[Y]] : tensor<4x64xf32>, tensor<4x64xf32>)
func.func @init_is_read(%x: tensor<4x64xf32>, %u: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %j = tensor.empty() : tensor<4x64xf32>
  %y:2 = linalg.generic {indexing_maps = [#id, #row, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%u, %j : tensor<4x64xf32>, tensor<4x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32, %o2: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    %t = arith.mulf %r, %o : f32
    linalg.yield %r, %t : f32, f32
  } -> (tensor<4x64xf32>, tensor<4x64xf32>)
  return %y#0, %y#1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// -1 is an integer as any other.
// CHECK-LABEL: @negative_integer
// CHECK: norm.rmsnorm
func.func @negative_integer(%x: tensor<4x48xf32>) -> tensor<4x48xf32> {
  %z = arith.constant 0.0 : f32
  %c = arith.constant -1 : i64
  %v13 = arith.sitofp %c : i64 to f32
  %0 = tensor.empty() : tensor<4xf32>
  %e = tensor.empty() : tensor<4x48xf32>
  %1 = linalg.fill ins(%z : f32) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
  %s = tensor.splat %v13 : tensor<4x48xf32>
  %m1 = arith.mulf %x, %s : tensor<4x48xf32>
  %n = arith.mulf %m1, %s : tensor<4x48xf32>
  %q = arith.mulf %x, %x : tensor<4x48xf32>
  %r = linalg.reduce {arith.addf} ins(%q : tensor<4x48xf32>) outs(%1 : tensor<4xf32>) dimensions = [1]
  %l = arith.constant dense<48.0> : tensor<4xf32>
  %m = arith.divf %r, %l : tensor<4xf32>
  %i = math.rsqrt %m : tensor<4xf32>
  %b = linalg.broadcast ins(%i : tensor<4xf32>) outs(%e : tensor<4x48xf32>) dimensions = [1]
  %y = arith.mulf %n, %b : tensor<4x48xf32>
  return %y : tensor<4x48xf32>
}

// A signed comparison takes true for -1: -1 < 0 holds, and the divisor is 1.
// CHECK-LABEL: @signed_truth
// CHECK-NOT: norm.
func.func @signed_truth(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %one = arith.constant 1.0 : f32
  %extent = arith.constant 64.0 : f32
  %true = arith.constant true
  %false = arith.constant false
  %less = arith.cmpi slt, %true, %false : i1
  %n = arith.select %less, %one, %extent : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %init = tensor.empty() : tensor<4x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%init : tensor<4x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %t = arith.mulf %a, %q : f32
    linalg.yield %t : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// The greatest integer and 1 is the least: the divisor is 1.
// CHECK-LABEL: @wrapped
// CHECK-NOT: norm.
func.func @wrapped(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %one = arith.constant 1.0 : f32
  %extent = arith.constant 64.0 : f32
  %most = arith.constant 2147483647 : i32
  %unit = arith.constant 1 : i32
  %none = arith.constant 0 : i32
  %sum = arith.addi %most, %unit : i32
  %less = arith.cmpi slt, %sum, %none : i32
  %n = arith.select %less, %one, %extent : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %init = tensor.empty() : tensor<4x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%init : tensor<4x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %t = arith.mulf %a, %q : f32
    linalg.yield %t : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// 2^24 and 1 is 2^24 in f32: the divisor is 1.
// CHECK-LABEL: @absorbed
// CHECK-NOT: norm.
func.func @absorbed(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %one = arith.constant 1.0 : f32
  %extent = arith.constant 64.0 : f32
  %large = arith.constant 16777216.0 : f32
  %sum = arith.addf %large, %one : f32
  %less = arith.cmpf oeq, %sum, %large : f32
  %n = arith.select %less, %one, %extent : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %init = tensor.empty() : tensor<4x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%init : tensor<4x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %t = arith.mulf %a, %q : f32
    linalg.yield %t : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// Rows say nothing about whether another tensor is empty.
// CHECK-LABEL: @guard_on_another_extent
// CHECK-NOT: norm.
func.func @guard_on_another_extent(%x: tensor<4x?xf32>, %w: tensor<?xf32>) -> tensor<4x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %d = tensor.dim %x, %c1 : tensor<4x?xf32>
  %other = tensor.dim %w, %c0 : tensor<?xf32>
  %isNotEmpty = arith.cmpi sgt, %other, %c0 : index
  %integer = arith.index_cast %d : index to i64
  %extent = arith.sitofp %integer : i64 to f32
  %n = arith.select %isNotEmpty, %extent, %one : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x?xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %init = tensor.empty(%d) : tensor<4x?xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x?xf32>, tensor<4xf32>) outs(%init : tensor<4x?xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %t = arith.mulf %a, %q : f32
    linalg.yield %t : f32
  } -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

// So is whether a tensor that is computed elsewhere is empty.
// CHECK-LABEL: @guard_on_a_computed_extent
// CHECK-NOT: norm.
func.func @guard_on_a_computed_extent(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %w = func.call @make() : () -> tensor<?xf32>
  %d = tensor.dim %x, %c1 : tensor<4x?xf32>
  %other = tensor.dim %w, %c0 : tensor<?xf32>
  %isNotEmpty = arith.cmpi sgt, %other, %c0 : index
  %integer = arith.index_cast %d : index to i64
  %extent = arith.sitofp %integer : i64 to f32
  %n = arith.select %isNotEmpty, %extent, %one : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x?xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %init = tensor.empty(%d) : tensor<4x?xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x?xf32>, tensor<4xf32>) outs(%init : tensor<4x?xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %t = arith.mulf %a, %q : f32
    linalg.yield %t : f32
  } -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

func.func private @make() -> tensor<?xf32>

// 1e8 and 51 is 100000048 in f32: the divisor is 48, not 51.
// CHECK-LABEL: @cancelled_divisor
// CHECK-NOT: norm.
func.func @cancelled_divisor(%x: tensor<4x51xf32>) -> tensor<4x51xf32> {
  %z = arith.constant 0.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %large = arith.constant 1.0e8 : f32
  %extent = arith.constant 51.0 : f32
  %sum = arith.addf %large, %extent : f32
  %n = arith.subf %sum, %large : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x51xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %init = tensor.empty() : tensor<4x51xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x51xf32>, tensor<4xf32>) outs(%init : tensor<4x51xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %t = arith.mulf %a, %q : f32
    linalg.yield %t : f32
  } -> tensor<4x51xf32>
  return %y : tensor<4x51xf32>
}

// 1e8 and 1 is 1e8 in f32: the comparison fails, and the divisor is 1.
// CHECK-LABEL: @cancelled_comparison
// CHECK-NOT: norm.
func.func @cancelled_comparison(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %one = arith.constant 1.0 : f32
  %extent = arith.constant 64.0 : f32
  %large = arith.constant 1.0e8 : f32
  %sum = arith.addf %large, %one : f32
  %difference = arith.subf %sum, %large : f32
  %isOne = arith.cmpf oeq, %difference, %one : f32
  %n = arith.select %isOne, %extent, %one : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %init = tensor.empty() : tensor<4x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%init : tensor<4x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %t = arith.mulf %a, %q : f32
    linalg.yield %t : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// An encoding says how the elements are stored (sparsely, say): the op does not
// know.
// CHECK-LABEL: @encoded
// CHECK-NOT: norm.
func.func @encoded(%x: tensor<4x64xf32, "layout">) -> tensor<4x64xf32, "layout"> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32, "layout">) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %init = tensor.empty() : tensor<4x64xf32, "layout">
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32, "layout">, tensor<4xf32>) outs(%init : tensor<4x64xf32, "layout">) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %t = arith.mulf %a, %q : f32
    linalg.yield %t : f32
  } -> tensor<4x64xf32, "layout">
  return %y : tensor<4x64xf32, "layout">
}

// The mean, repeated along rows of unknown length, is used elsewhere: the op
// returns it once per row, and it is repeated as before.
// CHECK-LABEL: @mean_repeated
// CHECK: %{{.*}}, %[[MEAN:.*]] = norm.layernorm
// CHECK: linalg.broadcast ins(%[[MEAN]] : tensor<4xf32>) outs(%{{.*}} : tensor<4x?xf32>)
func.func @mean_repeated(%x: tensor<4x?xf32>) -> (tensor<4x?xf32>, tensor<4x?xf32>) {
  %c1 = arith.constant 1 : index
  %z = arith.constant 0.0 : f32
  %e = arith.constant dense<1.0e-5> : tensor<4xf32>
  %d = tensor.dim %x, %c1 : tensor<4x?xf32>
  %integer = arith.index_cast %d : index to i64
  %n = arith.sitofp %integer : i64 to f32
  %extent = tensor.splat %n : tensor<4xf32>
  %i = tensor.empty() : tensor<4xf32>
  %j = tensor.empty(%d) : tensor<4x?xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<4x?xf32>) outs(%f : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %extent : tensor<4xf32>
  %mean = linalg.broadcast ins(%m : tensor<4xf32>) outs(%j : tensor<4x?xf32>) dimensions = [1]
  %c = arith.subf %x, %mean : tensor<4x?xf32>
  %q = arith.mulf %c, %c : tensor<4x?xf32>
  %t = linalg.reduce {arith.addf} ins(%q : tensor<4x?xf32>) outs(%f : tensor<4xf32>) dimensions = [1]
  %v = arith.divf %t, %extent : tensor<4xf32>
  %p = arith.addf %v, %e : tensor<4xf32>
  %r = math.rsqrt %p : tensor<4xf32>
  %rstd = linalg.broadcast ins(%r : tensor<4xf32>) outs(%j : tensor<4x?xf32>) dimensions = [1]
  %y = arith.mulf %c, %rstd : tensor<4x?xf32>
  return %y, %mean : tensor<4x?xf32>, tensor<4x?xf32>
}

// An assertion on the deviation stays, and reads that of the op: the reduction
// is not made twice.
// CHECK-LABEL: @asserted(
// CHECK: %[[Y:.*]], %[[RSTD:.*]] = norm.rmsnorm ins(%{{.*}}) outs({{.*}}) rstd(
// CHECK-NOT: "reduction"
// CHECK: linalg.generic {{.*}} ins(%[[RSTD]]
// CHECK: cf.assert
// CHECK: return %[[Y]]
func.func @asserted(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%zero : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %d = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%s : tensor<4xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.divf %a, %n : f32
    %p = arith.addf %m, %e : f32
    %r = math.sqrt %p : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %c = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%d : tensor<4xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %p = arith.cmpf one, %a, %zero : f32
    cf.assert %p, "zero"
    %r = arith.divf %one, %a : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %j = tensor.empty() : tensor<4x64xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x, %c : tensor<4x64xf32>, tensor<4xf32>) outs(%j : tensor<4x64xf32>) {
  ^bb0(%a: f32, %r: f32, %o: f32):
    %p = arith.mulf %a, %r : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
