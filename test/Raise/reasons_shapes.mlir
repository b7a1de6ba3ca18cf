// Reasons of the plan: where a shape or a place does not fit.
//
// RUN: norm-opt %s --norm-raise=explain=true -o /dev/null 2>&1 | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#rows = affine_map<(d0, d1, d2) -> (d0 * 4 + d1, d2)>

// Each element of a row of dynamic length has the reciprocal deviation.
// CHECK: no plan: a reduction of the norm is used elsewhere, in a form that the op does not return
func.func @broadcast_rstd(%x: tensor<4x?xf32>) -> (tensor<4x?xf32>, tensor<4x?xf32>) {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %c1 = arith.constant 1 : index
  %size = tensor.dim %x, %c1 : tensor<4x?xf32>
  %wide = arith.index_cast %size : index to i64
  %n = arith.sitofp %wide : i64 to f32
  %init = tensor.empty(%size) : tensor<4x?xf32>
  %eps = arith.constant 1.0e-5 : f32
  %s = linalg.generic {
      indexing_maps = [#id, #row],
      iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x?xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%v: f32, %out: f32):
    %q = arith.mulf %v, %v : f32
    %a = arith.addf %out, %q : f32
    linalg.yield %a : f32
  } -> tensor<4xf32>
  %r = linalg.generic {
      indexing_maps = [#row, #id],
      iterator_types = ["parallel", "parallel"]}
      ins(%s : tensor<4xf32>) outs(%init : tensor<4x?xf32>) {
  ^bb0(%t: f32, %out: f32):
    %m = arith.divf %t, %n : f32
    %e = arith.addf %m, %eps : f32
    %d = math.rsqrt %e : f32
    linalg.yield %d : f32
  } -> tensor<4x?xf32>
  %y = arith.mulf %x, %r : tensor<4x?xf32>
  return %y, %r : tensor<4x?xf32>, tensor<4x?xf32>
}

// Four rows of the input are one of the result, whose length nothing else says.
// CHECK: no plan: the values that are normalized are no tensor of the program
func.func @gated_rows(%x: tensor<?x48xf32>, %z: tensor<4xf32>, %rows: index) -> tensor<?x4x48xf32> {
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty(%rows) : tensor<?x4x48xf32>
  %sums = tensor.empty(%rows) : tensor<?x4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%sums : tensor<?x4xf32>) -> tensor<?x4xf32>
  %n = arith.constant 48.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %s = linalg.generic {
      indexing_maps = [#rows,
                       affine_map<(d0, d1, d2) -> (d0, d1)>],
      iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x : tensor<?x48xf32>) outs(%zeros : tensor<?x4xf32>) {
  ^bb0(%v: f32, %out: f32):
    %q = arith.mulf %v, %v : f32
    %a = arith.addf %out, %q : f32
    linalg.yield %a : f32
  } -> tensor<?x4xf32>
  %y = linalg.generic {
      indexing_maps = [#rows,
                       affine_map<(d0, d1, d2) -> (d0, d1)>,
                       affine_map<(d0, d1, d2) -> (d1)>, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %s, %z : tensor<?x48xf32>, tensor<?x4xf32>, tensor<4xf32>) outs(%init : tensor<?x4x48xf32>) {
  ^bb0(%v: f32, %t: f32, %w: f32, %out: f32):
    %m = arith.divf %t, %n : f32
    %e = arith.addf %m, %eps : f32
    %d = math.rsqrt %e : f32
    %g = arith.mulf %d, %w : f32
    %p = arith.mulf %v, %g : f32
    linalg.yield %p : f32
  } -> tensor<?x4x48xf32>
  return %y : tensor<?x4x48xf32>
}
