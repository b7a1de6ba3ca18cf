// Rows, or dimensions of a row, that one tensor has as one dimension and another
// one as two: the op has them as x has them, and the others are reshaped, or
// copied where they lack one of the two.
//
// RUN: norm-opt %s --norm-raise --canonicalize --cse | FileCheck %s
// RUN: %python %S/Inputs/same_numbers.py norm-run %s 3

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#rows = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#scale = affine_map<(d0, d1, d2) -> (d2)>
#joined = affine_map<(d0, d1, d2) -> (d0, d1 * 24 + d2)>

// A row of 48 elements is read as two of 24, along which the scale is.
// CHECK-DAG: #[[REPEAT:.*]] = affine_map<(d0) -> (d0 mod 24)>
// CHECK-DAG: #[[SWAPPED:.*]] = affine_map<(d0) -> (d0 mod 6, d0 floordiv 6)>
// CHECK-LABEL: func.func @repeated_scale(
// CHECK: %[[G:.*]] = linalg.generic {indexing_maps = [#[[REPEAT]], #{{.*}}], iterator_types = ["parallel"]} ins(%arg1 : tensor<24xf32>) outs(%{{.*}} : tensor<48xf32>) {
// CHECK: %[[Y:.*]] = norm.rmsnorm ins(%arg0 : tensor<4x48xf32>) scale(%[[G]] : tensor<48xf32>) outs(%{{.*}} : tensor<4x48xf32>) epsilon = 1.000000e-05 -> tensor<4x48xf32>
// CHECK-NEXT: %[[R:.*]] = tensor.expand_shape %[[Y]] {{\[\[}}0], [1, 2]] output_shape [4, 2, 24] : tensor<4x48xf32> into tensor<4x2x24xf32>
// CHECK-NEXT: return %[[R]] : tensor<4x2x24xf32>
func.func @repeated_scale(%x: tensor<4x48xf32>, %g: tensor<24xf32>) -> tensor<4x2x24xf32> {
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %init = tensor.empty() : tensor<4x2x24xf32>
  %n = arith.constant 48.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %s = linalg.generic {
      indexing_maps = [#id, #row],
      iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x48xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%v: f32, %out: f32):
    %q = arith.mulf %v, %v : f32
    %a = arith.addf %out, %q : f32
    linalg.yield %a : f32
  } -> tensor<4xf32>
  %y = linalg.generic {
      indexing_maps = [#joined,
                       affine_map<(d0, d1, d2) -> (d0)>,
                       affine_map<(d0, d1, d2) -> (d2)>, #all],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %s, %g : tensor<4x48xf32>, tensor<4xf32>, tensor<24xf32>) outs(%init : tensor<4x2x24xf32>) {
  ^bb0(%v: f32, %t: f32, %w: f32, %out: f32):
    %m = arith.divf %t, %n : f32
    %e = arith.addf %m, %eps : f32
    %r = math.rsqrt %e : f32
    %a = arith.mulf %v, %r : f32
    %b = arith.mulf %a, %w : f32
    linalg.yield %b : f32
  } -> tensor<4x2x24xf32>
  return %y : tensor<4x2x24xf32>
}


// PyTorch's gradient of norm(x @ a): x is the product, with its rows in one
// dimension, and rstd was saved for rows in two.
// CHECK-LABEL: func.func @rstd_of_two_dimensions(
// CHECK: %[[DY:.*]] = tensor.collapse_shape %arg0 {{\[\[}}0, 1], [2]] : tensor<2x6x32xf32> into tensor<12x32xf32>
// CHECK: %[[R:.*]] = tensor.collapse_shape %arg2 {{\[\[}}0, 1, 2]] : tensor<2x6x1xf32> into tensor<12xf32>
// CHECK: %[[DX:.*]], %[[DG:.*]] = norm.rmsnorm_backward ins(%[[DY]], %arg1 : tensor<12x32xf32>, tensor<12x32xf32>) scale(%arg3 : tensor<32xf32>) rstd(%[[R]] : tensor<12xf32>) outs(%{{.*}} : tensor<12x32xf32>) dscale(%{{.*}} : tensor<32xf32>) -> (tensor<12x32xf32>, tensor<32xf32>)
// CHECK-NEXT: %[[WIDE:.*]] = tensor.expand_shape %[[DX]] {{\[\[}}0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
// CHECK-NEXT: return %[[WIDE]], %[[DG]] : tensor<2x6x32xf32>, tensor<32xf32>
func.func @rstd_of_two_dimensions(%dy: tensor<2x6x32xf32>, %flat: tensor<12x32xf32>, %r: tensor<2x6x1xf32>, %g: tensor<32xf32>) -> (tensor<2x6x32xf32>, tensor<32xf32>) {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 32.0 : f32
  %x = tensor.expand_shape %flat [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
  %empty = tensor.empty() : tensor<2x6x32xf32>
  %sums = tensor.empty() : tensor<2x6xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%sums : tensor<2x6xf32>) -> tensor<2x6xf32>
  %s = linalg.generic {indexing_maps = [#all, #scale, #all, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%dy, %g, %x : tensor<2x6x32xf32>, tensor<32xf32>, tensor<2x6x32xf32>) outs(%zeros : tensor<2x6xf32>) {
  ^bb0(%d: f32, %w: f32, %v: f32, %o: f32):
    %m = arith.mulf %d, %w : f32
    %p = arith.mulf %m, %v : f32
    %a = arith.addf %o, %p : f32
    linalg.yield %a : f32
  } -> tensor<2x6xf32>
  %dx = linalg.generic {indexing_maps = [#all, #scale, #all, #rows, affine_map<(d0, d1, d2) -> (d0, d1)>, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%dy, %g, %x, %r, %s : tensor<2x6x32xf32>, tensor<32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6xf32>) outs(%empty : tensor<2x6x32xf32>) {
  ^bb0(%d: f32, %w: f32, %v: f32, %q: f32, %t: f32, %o: f32):
    %m = arith.mulf %d, %w : f32
    %a = arith.mulf %m, %q : f32
    %q2 = arith.mulf %q, %q : f32
    %q3 = arith.mulf %q2, %q : f32
    %b = arith.mulf %q3, %t : f32
    %c = arith.divf %b, %n : f32
    %e = arith.mulf %c, %v : f32
    %f = arith.subf %a, %e : f32
    linalg.yield %f : f32
  } -> tensor<2x6x32xf32>
  %column = tensor.empty() : tensor<32xf32>
  %none = linalg.fill ins(%zero : f32) outs(%column : tensor<32xf32>) -> tensor<32xf32>
  %dg = linalg.generic {indexing_maps = [#all, #all, #rows, #scale], iterator_types = ["reduction", "reduction", "parallel"]}
      ins(%dy, %x, %r : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%none : tensor<32xf32>) {
  ^bb0(%d: f32, %v: f32, %q: f32, %o: f32):
    %h = arith.mulf %v, %q : f32
    %p = arith.mulf %d, %h : f32
    %a = arith.addf %o, %p : f32
    linalg.yield %a : f32
  } -> tensor<32xf32>
  return %dx, %dg : tensor<2x6x32xf32>, tensor<32xf32>
}

// The rows of rstd are in another order, which no reshape gives.
// CHECK-LABEL: func.func @transposed_rstd(
// CHECK: %[[R:.*]] = linalg.generic {indexing_maps = [#[[SWAPPED]], #{{.*}}], iterator_types = ["parallel"]} ins(%arg2 : tensor<6x2xf32>) outs(%{{.*}} : tensor<12xf32>) {
// CHECK: %[[DX:.*]], %[[DG:.*]] = norm.rmsnorm_backward ins(%{{.*}}, %arg1 : tensor<12x32xf32>, tensor<12x32xf32>) scale(%arg3 : tensor<32xf32>) rstd(%[[R]] : tensor<12xf32>) outs(%{{.*}} : tensor<12x32xf32>) dscale(%{{.*}} : tensor<32xf32>) -> (tensor<12x32xf32>, tensor<32xf32>)
func.func @transposed_rstd(%dy: tensor<2x6x32xf32>, %flat: tensor<12x32xf32>, %swapped: tensor<6x2xf32>, %g: tensor<32xf32>) -> (tensor<2x6x32xf32>, tensor<32xf32>) {
  %narrow = tensor.empty() : tensor<2x6xf32>
  %turned = linalg.transpose ins(%swapped : tensor<6x2xf32>) outs(%narrow : tensor<2x6xf32>) permutation = [1, 0]
  %r = tensor.expand_shape %turned [[0], [1, 2]] output_shape [2, 6, 1] : tensor<2x6xf32> into tensor<2x6x1xf32>
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 32.0 : f32
  %x = tensor.expand_shape %flat [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
  %empty = tensor.empty() : tensor<2x6x32xf32>
  %sums = tensor.empty() : tensor<2x6xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%sums : tensor<2x6xf32>) -> tensor<2x6xf32>
  %s = linalg.generic {indexing_maps = [#all, #scale, #all, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%dy, %g, %x : tensor<2x6x32xf32>, tensor<32xf32>, tensor<2x6x32xf32>) outs(%zeros : tensor<2x6xf32>) {
  ^bb0(%d: f32, %w: f32, %v: f32, %o: f32):
    %m = arith.mulf %d, %w : f32
    %p = arith.mulf %m, %v : f32
    %a = arith.addf %o, %p : f32
    linalg.yield %a : f32
  } -> tensor<2x6xf32>
  %dx = linalg.generic {indexing_maps = [#all, #scale, #all, #rows, affine_map<(d0, d1, d2) -> (d0, d1)>, #all], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%dy, %g, %x, %r, %s : tensor<2x6x32xf32>, tensor<32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6xf32>) outs(%empty : tensor<2x6x32xf32>) {
  ^bb0(%d: f32, %w: f32, %v: f32, %q: f32, %t: f32, %o: f32):
    %m = arith.mulf %d, %w : f32
    %a = arith.mulf %m, %q : f32
    %q2 = arith.mulf %q, %q : f32
    %q3 = arith.mulf %q2, %q : f32
    %b = arith.mulf %q3, %t : f32
    %c = arith.divf %b, %n : f32
    %e = arith.mulf %c, %v : f32
    %f = arith.subf %a, %e : f32
    linalg.yield %f : f32
  } -> tensor<2x6x32xf32>
  %column = tensor.empty() : tensor<32xf32>
  %none = linalg.fill ins(%zero : f32) outs(%column : tensor<32xf32>) -> tensor<32xf32>
  %dg = linalg.generic {indexing_maps = [#all, #all, #rows, #scale], iterator_types = ["reduction", "reduction", "parallel"]}
      ins(%dy, %x, %r : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%none : tensor<32xf32>) {
  ^bb0(%d: f32, %v: f32, %q: f32, %o: f32):
    %h = arith.mulf %v, %q : f32
    %p = arith.mulf %d, %h : f32
    %a = arith.addf %o, %p : f32
    linalg.yield %a : f32
  } -> tensor<32xf32>
  return %dx, %dg : tensor<2x6x32xf32>, tensor<32xf32>
}
