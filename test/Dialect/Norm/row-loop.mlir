// Loops over rows: round trip, also in generic form, and what canonicalization
// drops.

// RUN: norm-opt %s | norm-opt | FileCheck %s
// RUN: norm-opt %s --mlir-print-op-generic | norm-opt | FileCheck %s
// RUN: norm-opt %s --canonicalize | FileCheck %s --check-prefix=CANON

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#element = affine_map<(d0, d1) -> (d1)>
#none = affine_map<(d0, d1) -> ()>

// CHECK-LABEL: @residual
// CHECK: %{{.*}}:2 = norm.row_loop
// CHECK-SAME: ins(%{{[a-z0-9]+}}, %{{[a-z0-9]+}} : tensor<4x64xf32>, tensor<4x64xf32>)
// CHECK-SAME: outs(%{{[a-z0-9]+}}, %{{[a-z0-9]+}} : tensor<4x64xf32>, tensor<4x64xf32>)
// CHECK-SAME: maps = [#{{.*}}, #{{.*}}, #{{.*}}, #{{.*}}] dimensions = [1]
// CHECK: norm.row_reduce add %{{.*}} : f32
// CHECK: norm.row_length
// CHECK: norm.row_yield %{{.*}}, %{{.*}} : f32, f32
// CHECK-NEXT: } -> tensor<4x64xf32>, tensor<4x64xf32>
func.func @residual(%a: tensor<4x64xf32>, %b: tensor<4x64xf32>, %e: tensor<4x64xf32>)
    -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %y:2 = norm.row_loop ins(%a, %b : tensor<4x64xf32>, tensor<4x64xf32>)
      outs(%e, %e : tensor<4x64xf32>, tensor<4x64xf32>)
      maps = [#id, #id, #id, #id] dimensions = [1] {
  ^bb0(%a_i: f32, %b_i: f32):
    %s = arith.addf %a_i, %b_i : f32
    %square = arith.mulf %s, %s : f32
    %total = norm.row_reduce add %square : f32
    %n = norm.row_length
    %n_i = arith.index_cast %n : index to i64
    %n_f = arith.sitofp %n_i : i64 to f32
    %mean = arith.divf %total, %n_f : f32
    %rstd = math.rsqrt %mean : f32
    %y_i = arith.mulf %s, %rstd : f32
    norm.row_yield %y_i, %s : f32, f32
  } -> tensor<4x64xf32>, tensor<4x64xf32>
  return %y#0, %y#1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @memrefs
// CHECK: norm.row_loop ins(%{{.*}}, %{{.*}} : memref<?x64xf32>, f32)
// CHECK: %{{.*}}, %{{.*}}, %{{.*}} = norm.row_moments %{{.*}} : f32
// CHECK: norm.row_reduce maximumf %{{.*}} length = 4 : f32
func.func @memrefs(%x: memref<?x64xf32>, %c: f32, %y: memref<?x64xf32>, %m: memref<?xf32>) {
  norm.row_loop ins(%x, %c : memref<?x64xf32>, f32) outs(%y, %m : memref<?x64xf32>, memref<?xf32>)
      maps = [#id, #none, #id, #row] dimensions = [1] {
  ^bb0(%x_i: f32, %c_i: f32):
    %mean, %variance, %centred = norm.row_moments %x_i : f32
    %max = norm.row_reduce maximumf %x_i length = 4 : f32
    %scaled = arith.mulf %centred, %c_i : f32
    %sum = arith.addf %mean, %max : f32
    norm.row_yield %scaled, %sum : f32, f32
  }
  return
}

// The leading 4 elements of each row, and of rows of two dimensions.
// CHECK-LABEL: @positions
// CHECK: %[[I:.*]] = norm.row_index
// CHECK: %[[K:.*]] = arith.constant 4 : index
// CHECK: arith.cmpi ult, %[[I]], %[[K]] : index
// CANON-LABEL: @positions
// CANON: norm.row_index
func.func @positions(%x: tensor<?x64xf32>, %e: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %y = norm.row_loop ins(%x : tensor<?x64xf32>) outs(%e : tensor<?x64xf32>)
      maps = [#id, #id] dimensions = [1] {
  ^bb0(%x_i: f32):
    %i = norm.row_index
    %k = arith.constant 4 : index
    %leads = arith.cmpi ult, %i, %k : index
    %zero = arith.constant 0.0 : f32
    %y_i = arith.select %leads, %x_i, %zero : f32
    norm.row_yield %y_i : f32
  } -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// An input that is not used, one that is there twice, a result without uses,
// and a row length that is known.
// CANON-LABEL: @unused
// CANON-SAME: %[[X:.*]]: tensor<4x64xf32>, %[[G:.*]]: tensor<64xf32>, %[[E:.*]]: tensor
// CANON: %[[Y:.*]] = norm.row_loop ins(%[[X]] : tensor<4x64xf32>) outs(%[[E]] : tensor<4x64xf32>)
// CANON: ^bb0(%[[XI:.*]]: f32):
// CANON: %[[N:.*]] = arith.constant 6.400000e+01 : f32
// CANON: %[[S:.*]] = arith.addf %[[XI]], %[[XI]] : f32
// CANON: %[[Q:.*]] = arith.divf %[[S]], %[[N]] : f32
// CANON: norm.row_yield %[[Q]] : f32
// CANON: return %[[Y]]
func.func @unused(%x: tensor<4x64xf32>, %g: tensor<64xf32>, %e: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y:2 = norm.row_loop ins(%x, %g, %x : tensor<4x64xf32>, tensor<64xf32>, tensor<4x64xf32>)
      outs(%e, %e : tensor<4x64xf32>, tensor<4x64xf32>)
      maps = [#id, #element, #id, #id, #id] dimensions = [1] {
  ^bb0(%a: f32, %g_i: f32, %b: f32):
    %s = arith.addf %a, %b : f32
    %n = norm.row_length
    %n_i = arith.index_cast %n : index to i64
    %n_f = arith.sitofp %n_i : i64 to f32
    %q = arith.divf %s, %n_f : f32
    norm.row_yield %q, %s : f32, f32
  } -> tensor<4x64xf32>, tensor<4x64xf32>
  return %y#0 : tensor<4x64xf32>
}

// A destination is never read: what fills it goes. An input that is filled, here
// by linalg.generic, is a constant of the body.

// CANON-LABEL: @filled
// CANON-SAME: (%[[A:.*]]: tensor<4x64xf32>, %[[E:.*]]: tensor<4x64xf32>, %{{.*}}: tensor<4xf32>)
// CANON-NOT: linalg
// CANON: norm.row_loop ins(%[[A]] : tensor<4x64xf32>) outs(%[[E]] : tensor<4x64xf32>)
// CANON: arith.addf %{{.*}}, %{{.*}} : f32
func.func @filled(%a: tensor<4x64xf32>, %e: tensor<4x64xf32>, %f: tensor<4xf32>) -> tensor<4x64xf32> {
  %c = arith.constant 2.0 : f32
  %init = linalg.fill ins(%c : f32) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  %twos = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      outs(%f : tensor<4xf32>) {
  ^bb0(%out: f32):
    linalg.yield %c : f32
  } -> tensor<4xf32>
  %y = norm.row_loop ins(%a, %twos : tensor<4x64xf32>, tensor<4xf32>) outs(%init : tensor<4x64xf32>)
      maps = [#id, #row, #id] dimensions = [1] {
  ^bb0(%a_i: f32, %two: f32):
    %s = arith.addf %a_i, %two : f32
    norm.row_yield %s : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// Only a destination names the elements of a row whose values are one for the row:
// it stays, although its result is unused.

// CANON-LABEL: @broadcast
// CANON: %[[R:.*]]:2 = norm.row_loop ins(%{{.*}} : tensor<4xf32>) outs(%{{.*}}, %{{.*}} : tensor<4x64xf32>, tensor<4xf32>)
// CANON: return %[[R]]#1
func.func @broadcast(%r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<4xf32>) -> tensor<4xf32> {
  %y:2 = norm.row_loop ins(%r : tensor<4xf32>) outs(%e, %f : tensor<4x64xf32>, tensor<4xf32>)
      maps = [#row, #id, #row] dimensions = [1] {
  ^bb0(%a: f32):
    %s = norm.row_reduce add %a : f32
    norm.row_yield %a, %s : f32, f32
  } -> tensor<4x64xf32>, tensor<4xf32>
  return %y#1 : tensor<4xf32>
}

// Sums over rows, of some dimensions of rows and of all of them, also where the
// result has a dimension of extent 1. Sums that nothing uses are dropped, and with
// the last of them what says over which rows they go.
// CHECK-LABEL: @sums
// CHECK: norm.row_loop
// CHECK-SAME: maps = [#{{.*}}] accumulate = [1] dimensions = [2] {
// CHECK: norm.row_loop
// CHECK-SAME: accumulate = [0, 1] dimensions = [2] {
// CANON-LABEL: @sums
// CANON: norm.row_loop ins(%{{.*}}) outs(%{{.*}}, %{{.*}} : tensor<2x3x8xf32>, tensor<2x8xf32>)
// CANON-SAME: accumulate = [1] dimensions = [2]
// CANON: norm.row_loop ins(%{{.*}}) outs(%{{.*}} : tensor<1x1x8xf64>)
// CANON-SAME: accumulate = [0, 1] dimensions = [2]
// CANON: norm.row_loop ins(%{{.*}}) outs(%{{.*}} : tensor<2x3x8xf32>) maps = [#{{[a-z0-9]+}}, #{{[a-z0-9]+}}] dimensions = [2]
#cube = affine_map<(p, r, j) -> (p, r, j)>
#inner = affine_map<(p, r, j) -> (p, j)>
#all = affine_map<(p, r, j) -> (0, 0, j)>
func.func @sums(%x: tensor<2x3x8xf32>, %p: tensor<2x8xf32>, %s: tensor<1x1x8xf64>)
    -> (tensor<2x3x8xf32>, tensor<2x8xf32>, tensor<1x1x8xf64>, tensor<2x3x8xf32>) {
  %y:2 = norm.row_loop ins(%x : tensor<2x3x8xf32>) outs(%x, %p : tensor<2x3x8xf32>, tensor<2x8xf32>)
      maps = [#cube, #cube, #inner] accumulate = [1] dimensions = [2] {
  ^bb0(%a: f32):
    %square = arith.mulf %a, %a : f32
    norm.row_yield %a, %square : f32, f32
  } -> tensor<2x3x8xf32>, tensor<2x8xf32>
  %z = norm.row_loop ins(%x : tensor<2x3x8xf32>) outs(%s : tensor<1x1x8xf64>)
      maps = [#cube, #all] accumulate = [0, 1] dimensions = [2] {
  ^bb0(%a: f32):
    %wide = arith.extf %a : f32 to f64
    norm.row_yield %wide : f64
  } -> tensor<1x1x8xf64>
  %w:2 = norm.row_loop ins(%x : tensor<2x3x8xf32>) outs(%x, %p : tensor<2x3x8xf32>, tensor<2x8xf32>)
      maps = [#cube, #cube, #inner] accumulate = [1] dimensions = [2] {
  ^bb0(%a: f32):
    norm.row_yield %a, %a : f32, f32
  } -> tensor<2x3x8xf32>, tensor<2x8xf32>
  return %y#0, %y#1, %z, %w#0 : tensor<2x3x8xf32>, tensor<2x8xf32>, tensor<1x1x8xf64>, tensor<2x3x8xf32>
}
