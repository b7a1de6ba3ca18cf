// RUN: norm-opt %s --allow-unregistered-dialect --canonicalize | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#rows = affine_map<(d0, d1) -> (d0)>
#vec = affine_map<(d0) -> (d0)>

//===----------------------------------------------------------------------===//
// AbsorbScale: in C
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @scale
//  CHECK-SAME: (%[[X:.*]]: tensor<4x64xf32>, %[[Y:.*]]: tensor<4x64xf32>, %[[G:.*]]: tensor<64xf32>)
//  CHECK-NEXT:   %[[R:.*]] = norm.rmsnorm ins(%[[X]] : tensor<4x64xf32>) scale(%[[G]] : tensor<64xf32>) outs(%[[Y]] : tensor<4x64xf32>) epsilon = 1.000000e-05 ->
//  CHECK-NEXT:   return %[[R]]
func.func @scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scale_on_the_left
//       CHECK:   norm.layernorm {{.*}} scale(
//   CHECK-NOT:   linalg
func.func @scale_on_the_left(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a1, %a0 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scale_into_the_destination_of_y
//       CHECK:   norm.rmsnorm ins({{.*}}) scale({{.*}}) outs(%arg1
//   CHECK-NOT:   linalg
func.func @scale_into_the_destination_of_y(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%0 : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// t is unrounded and the product rounds once: no scale_rounding.
// CHECK-LABEL: @scale_bf16_in_f32
//       CHECK:   norm.rmsnorm {{.*}} scale(%{{.*}} : tensor<64xbf16>) outs(%{{.*}} : tensor<4x64xbf16>) epsilon = 1.000000e-05 ->
//   CHECK-NOT:   linalg
func.func @scale_bf16_in_f32(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xbf16>, %z: tensor<4x64xbf16>) -> tensor<4x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xbf16>) outs(%z : tensor<4x64xbf16>) {
  ^bb0(%a0: f32, %a1: bf16, %o: bf16):
    %b1 = arith.extf %a1 : bf16 to f32
    %p = arith.mulf %a0, %b1 : f32
    %q = arith.truncf %p : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// CHECK-LABEL: @scale_of_broadcast
//       CHECK:   norm.rmsnorm {{.*}} scale(%{{.*}} : tensor<64xf32>) outs(
//   CHECK-NOT:   mulf
func.func @scale_of_broadcast(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %b = linalg.broadcast ins(%g : tensor<64xf32>) outs(%e : tensor<4x64xf32>) dimensions = [0]
  %1 = arith.mulf %0, %b : tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scale_named
//       CHECK:   norm.rmsnorm {{.*}} scale(%{{.*}} : tensor<64xf32>) outs(
//   CHECK-NOT:   linalg.mul
func.func @scale_named(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %b = linalg.broadcast ins(%g : tensor<64xf32>) outs(%e : tensor<4x64xf32>) dimensions = [0]
  %1 = linalg.mul ins(%b, %0 : tensor<4x64xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scale_beside_rstd
//       CHECK:   %[[Y:.*]], %[[R:.*]] = norm.rmsnorm {{.*}} scale({{.*}} rstd(
//       CHECK:   return %[[Y]], %[[R]]
func.func @scale_beside_rstd(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %r: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %0:2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0#0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1, %0#1 : tensor<4x64xf32>, tensor<4xf32>
}

#id3 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#row3 = affine_map<(d0, d1, d2) -> (d0, d2)>
#wrong3 = affine_map<(d0, d1, d2) -> (d2, d0)>

// CHECK-LABEL: @scale_of_two_dimensions
//       CHECK:   norm.rmsnorm {{.*}} scale(%{{.*}} : tensor<4x?xf32>) {{.*}} dimensions = [0, 2]
//   CHECK-NOT:   linalg
func.func @scale_of_two_dimensions(%x: tensor<4x8x?xf32>, %y: tensor<4x8x?xf32>, %g: tensor<4x?xf32>) -> tensor<4x8x?xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x8x?xf32>) outs(%y : tensor<4x8x?xf32>)
      dimensions = [0, 2] epsilon = 1.0e-05 -> tensor<4x8x?xf32>
  %1 = linalg.generic {indexing_maps = [#id3, #row3, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%0, %g : tensor<4x8x?xf32>, tensor<4x?xf32>) outs(%y : tensor<4x8x?xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x8x?xf32>
  return %1 : tensor<4x8x?xf32>
}

// Near misses.

// CHECK-LABEL: @scale_transposed
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @scale_transposed(%x: tensor<4x8x?xf32>, %y: tensor<4x8x?xf32>, %g: tensor<?x4xf32>) -> tensor<4x8x?xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x8x?xf32>) outs(%y : tensor<4x8x?xf32>)
      dimensions = [0, 2] epsilon = 1.0e-05 -> tensor<4x8x?xf32>
  %1 = linalg.generic {indexing_maps = [#id3, #wrong3, #id3], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%0, %g : tensor<4x8x?xf32>, tensor<?x4xf32>) outs(%y : tensor<4x8x?xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x8x?xf32>
  return %1 : tensor<4x8x?xf32>
}

// CHECK-LABEL: @scale_of_each_row
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @scale_of_each_row(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<4xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scale_of_each_element
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @scale_of_each_element(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scale_twice
//       CHECK:   norm.rmsnorm {{.*}} scale(
//       CHECK:   linalg.generic
func.func @scale_twice(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scale_after_bias
//       CHECK:   norm.rmsnorm ins({{.*}}) bias(
//       CHECK:   linalg.generic
func.func @scale_after_bias(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) bias(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scale_and_another_use
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @scale_and_another_use(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @divided_by_scale
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @divided_by_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.divf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @square
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   arith.mulf
func.func @square(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = arith.mulf %0, %0 : tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// The product is computed in f64, the op in f32.
// CHECK-LABEL: @scale_in_f64
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @scale_in_f64(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf64>, %z: tensor<4x64xf64>) -> tensor<4x64xf64> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xf64>) outs(%z : tensor<4x64xf64>) {
  ^bb0(%a0: f32, %a1: f64, %o: f64):
    %b0 = arith.extf %a0 : f32 to f64
    %p = arith.mulf %b0, %a1 : f64
    linalg.yield %p : f64
  } -> tensor<4x64xf64>
  return %1 : tensor<4x64xf64>
}

// CHECK-LABEL: @scale_accumulated
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @scale_accumulated(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    %s = arith.addf %p, %o : f32
    linalg.yield %s : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// The norm stays outside of the loop.
// CHECK-LABEL: @scale_in_a_loop
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   scf.for
func.func @scale_in_a_loop(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %n: index) -> tensor<4x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = scf.for %i = %c0 to %n step %c1 iter_args(%l = %y) -> (tensor<4x64xf32>) {
    %2 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
        ins(%0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%l : tensor<4x64xf32>) {
    ^bb0(%a0: f32, %a1: f32, %o: f32):
      %p = arith.mulf %a0, %a1 : f32
      linalg.yield %p : f32
    } -> tensor<4x64xf32>
    scf.yield %2 : tensor<4x64xf32>
  }
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scale_defined_after_a_use_of_rstd
//       CHECK:   norm.rmsnorm ins({{.*}}) outs({{.*}}) rstd(
//       CHECK:   linalg.generic
func.func @scale_defined_after_a_use_of_rstd(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %r: tensor<4xf32>, %f: tensor<4xf32>) -> tensor<4x64xf32> {
  %0:2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  %g = "test.make_scale"(%0#1) : (tensor<4xf32>) -> tensor<64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0#0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

//===----------------------------------------------------------------------===//
// AbsorbScale: y is rounded before the product (scale_rounding)
//===----------------------------------------------------------------------===//

// bf16 * bf16 -> bf16: P = bf16.
// CHECK-LABEL: @bf16_product
//       CHECK:   norm.rmsnorm {{.*}} scale(%{{.*}} : tensor<64xbf16>) {{.*}} scale_rounding = bf16 -> tensor<4x64xbf16>
//   CHECK-NOT:   linalg
func.func @bf16_product(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xbf16>, tensor<64xbf16>) outs(%y : tensor<4x64xbf16>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: bf16):
    %p = arith.mulf %a0, %a1 : bf16
    linalg.yield %p : bf16
  } -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// A product of two bf16 is exact in f32: one rounding to P = bf16.
// CHECK-LABEL: @bf16_product_in_f32
//       CHECK:   norm.rmsnorm {{.*}} scale(%{{.*}} : tensor<64xbf16>) {{.*}} scale_rounding = bf16 -> tensor<4x64xbf16>
//   CHECK-NOT:   linalg
func.func @bf16_product_in_f32(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xbf16>, tensor<64xbf16>) outs(%y : tensor<4x64xbf16>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: bf16):
    %b0 = arith.extf %a0 : bf16 to f32
    %b1 = arith.extf %a1 : bf16 to f32
    %p = arith.mulf %b0, %b1 : f32
    %q = arith.truncf %p : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// CHECK-LABEL: @f16_product_in_f32
//       CHECK:   norm.rmsnorm {{.*}} scale_rounding = f16 -> tensor<4x64xf16>
//   CHECK-NOT:   linalg
func.func @f16_product_in_f32(%x: tensor<4x64xf16>, %y: tensor<4x64xf16>, %g: tensor<64xf16>) -> tensor<4x64xf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf16>) outs(%y : tensor<4x64xf16>)
      epsilon = 1.0e-05 -> tensor<4x64xf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf16>, tensor<64xf16>) outs(%y : tensor<4x64xf16>) {
  ^bb0(%a0: f16, %a1: f16, %o: f16):
    %b0 = arith.extf %a0 : f16 to f32
    %b1 = arith.extf %a1 : f16 to f32
    %p = arith.mulf %b0, %b1 : f32
    %q = arith.truncf %p : f32 to f16
    linalg.yield %q : f16
  } -> tensor<4x64xf16>
  return %1 : tensor<4x64xf16>
}

// P = f32: the product keeps its digits.
// CHECK-LABEL: @f32_scale_of_bf16
//       CHECK:   norm.rmsnorm {{.*}} scale(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon = 1.000000e-05 scale_rounding = bf16 -> tensor<4x64xf32>
//   CHECK-NOT:   linalg
func.func @f32_scale_of_bf16(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xf32>, %z: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xbf16>, tensor<64xf32>) outs(%z : tensor<4x64xf32>) {
  ^bb0(%a0: bf16, %a1: f32, %o: f32):
    %b0 = arith.extf %a0 : bf16 to f32
    %p = arith.mulf %b0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @f32_scale_of_bf16_stored_as_bf16
//       CHECK:   norm.rmsnorm {{.*}} scale(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xbf16>) epsilon = 1.000000e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
//   CHECK-NOT:   linalg
func.func @f32_scale_of_bf16_stored_as_bf16(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xf32>) -> tensor<4x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xbf16>, tensor<64xf32>) outs(%y : tensor<4x64xbf16>) {
  ^bb0(%a0: bf16, %a1: f32, %o: bf16):
    %b0 = arith.extf %a0 : bf16 to f32
    %p = arith.mulf %b0, %a1 : f32
    %q = arith.truncf %p : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// Near misses.

// The product keeps the digits that P = bf16 would round away.
// CHECK-LABEL: @bf16_product_kept_in_f32
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @bf16_product_kept_in_f32(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>, %z: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xbf16>, tensor<64xbf16>) outs(%z : tensor<4x64xf32>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: f32):
    %b0 = arith.extf %a0 : bf16 to f32
    %b1 = arith.extf %a1 : bf16 to f32
    %p = arith.mulf %b0, %b1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// Neither of bf16 and f16 holds the other: there is no P.
// CHECK-LABEL: @bf16_times_f16
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @bf16_times_f16(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xf16>, %z: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xbf16>, tensor<64xf16>) outs(%z : tensor<4x64xf32>) {
  ^bb0(%a0: bf16, %a1: f16, %o: f32):
    %b0 = arith.extf %a0 : bf16 to f32
    %b1 = arith.extf %a1 : f16 to f32
    %p = arith.mulf %b0, %b1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @bf16_product_stored_as_f16
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @bf16_product_stored_as_f16(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>, %z: tensor<4x64xf16>) -> tensor<4x64xf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xbf16>, tensor<64xbf16>) outs(%z : tensor<4x64xf16>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: f16):
    %b0 = arith.extf %a0 : bf16 to f32
    %b1 = arith.extf %a1 : bf16 to f32
    %p = arith.mulf %b0, %b1 : f32
    %q = arith.truncf %p : f32 to f16
    linalg.yield %q : f16
  } -> tensor<4x64xf16>
  return %1 : tensor<4x64xf16>
}

// CHECK-LABEL: @upward_rounding
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @upward_rounding(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xbf16>, tensor<64xbf16>) outs(%y : tensor<4x64xbf16>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: bf16):
    %b0 = arith.extf %a0 : bf16 to f32
    %b1 = arith.extf %a1 : bf16 to f32
    %p = arith.mulf %b0, %b1 : f32
    %q = arith.truncf %p upward : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

//===----------------------------------------------------------------------===//
// AbsorbBias
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @bias
//       CHECK:   norm.rmsnorm ins({{.*}}) bias(
//   CHECK-NOT:   linalg
func.func @bias(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.addf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scale_then_bias
//       CHECK:   norm.layernorm ins({{.*}}) scale(%arg2 : tensor<64xf32>) bias(%arg3 : tensor<64xf32>)
//   CHECK-NOT:   linalg
func.func @scale_then_bias(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %b: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %2 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%1, %b : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.addf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %2 : tensor<4x64xf32>
}

// CHECK-LABEL: @bias_bf16_in_f32
//       CHECK:   norm.rmsnorm ins({{.*}}) bias(%{{.*}} : tensor<64xbf16>) outs(%{{.*}} : tensor<4x64xbf16>)
//   CHECK-NOT:   linalg
func.func @bias_bf16_in_f32(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xbf16>, %z: tensor<4x64xbf16>) -> tensor<4x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xbf16>) outs(%z : tensor<4x64xbf16>) {
  ^bb0(%a0: f32, %a1: bf16, %o: bf16):
    %b1 = arith.extf %a1 : bf16 to f32
    %p = arith.addf %a0, %b1 : f32
    %q = arith.truncf %p : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// Every step rounds to P = bf16, the sum by way of f32.
// CHECK-LABEL: @bf16_scale_then_bias
//       CHECK:   norm.rmsnorm ins({{.*}}) scale({{.*}}) bias({{.*}}) {{.*}} scale_rounding = bf16
//   CHECK-NOT:   linalg
func.func @bf16_scale_then_bias(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>, %b: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xbf16>, tensor<64xbf16>) outs(%y : tensor<4x64xbf16>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: bf16):
    %p = arith.mulf %a0, %a1 : bf16
    linalg.yield %p : bf16
  } -> tensor<4x64xbf16>
  %2 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%1, %b : tensor<4x64xbf16>, tensor<64xbf16>) outs(%y : tensor<4x64xbf16>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: bf16):
    %b0 = arith.extf %a0 : bf16 to f32
    %b1 = arith.extf %a1 : bf16 to f32
    %p = arith.addf %b0, %b1 : f32
    %q = arith.truncf %p : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<4x64xbf16>
  return %2 : tensor<4x64xbf16>
}

// Near misses.

// Y(t) is rounded before the sum, and there is no scale to say so.
// CHECK-LABEL: @bias_after_rounding
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @bias_after_rounding(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xbf16>, tensor<64xbf16>) outs(%y : tensor<4x64xbf16>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: bf16):
    %p = arith.addf %a0, %a1 : bf16
    linalg.yield %p : bf16
  } -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// CHECK-LABEL: @bias_twice
//       CHECK:   norm.rmsnorm ins({{.*}}) bias(
//       CHECK:   linalg.generic
func.func @bias_twice(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) bias(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.addf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// P = f32, but y is rounded to bf16 before the sum.
// CHECK-LABEL: @bias_after_result_rounding
//       CHECK:   norm.rmsnorm ins({{.*}}) scale({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @bias_after_result_rounding(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xf32>) -> tensor<4x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xbf16>, tensor<64xf32>) outs(%y : tensor<4x64xbf16>) {
  ^bb0(%a0: bf16, %a1: f32, %o: bf16):
    %b0 = arith.extf %a0 : bf16 to f32
    %p = arith.addf %b0, %a1 : f32
    %q = arith.truncf %p : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// CHECK-LABEL: @bias_kept_in_f32
//       CHECK:   norm.rmsnorm ins({{.*}}) scale({{.*}}) outs(
//       CHECK:   linalg.generic
func.func @bias_kept_in_f32(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>, %z: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<4x64xbf16>, tensor<64xbf16>) outs(%z : tensor<4x64xf32>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: f32):
    %b0 = arith.extf %a0 : bf16 to f32
    %b1 = arith.extf %a1 : bf16 to f32
    %p = arith.addf %b0, %b1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @residual
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(
//       CHECK:   arith.addf
func.func @residual(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = arith.addf %0, %g : tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

//===----------------------------------------------------------------------===//
// AbsorbScaleOffset
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @one_plus
//       CHECK:   norm.rmsnorm ins({{.*}}) scale(%arg2 : tensor<64xf32>) {{.*}} scale_offset = 1
//   CHECK-NOT:   linalg
func.func @one_plus(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %w: tensor<64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<64xf32>
  %g = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]}
      ins(%w : tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %c = arith.constant 1.0 : f32
    %p = arith.addf %a0, %c : f32
    linalg.yield %p : f32
  } -> tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @one_plus_splat
//       CHECK:   norm.layernorm ins({{.*}}) scale(%arg2 : tensor<64xf32>) {{.*}} scale_offset = 1
func.func @one_plus_splat(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %w: tensor<64xf32>) -> tensor<4x64xf32> {
  %one = arith.constant dense<1.0> : tensor<64xf32>
  %g = arith.addf %one, %w : tensor<64xf32>
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @one_plus_fill
//       CHECK:   norm.rmsnorm ins({{.*}}) scale(%arg2 : tensor<64xf32>) {{.*}} scale_offset = 1
func.func @one_plus_fill(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %w: tensor<64xf32>) -> tensor<4x64xf32> {
  %one_c = arith.constant 1.0 : f32
  %one_e = tensor.empty() : tensor<64xf32>
  %one = linalg.fill ins(%one_c : f32) outs(%one_e : tensor<64xf32>) -> tensor<64xf32>
  %g = linalg.add ins(%one, %w : tensor<64xf32>, tensor<64xf32>) outs(%one_e : tensor<64xf32>) -> tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// Gemma.
// CHECK-LABEL: @one_plus_bf16_in_f32
//       CHECK:   norm.rmsnorm ins({{.*}}) scale(%arg2 : tensor<64xbf16>) {{.*}} scale_offset = 1
//   CHECK-NOT:   linalg
func.func @one_plus_bf16_in_f32(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %w: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %e = tensor.empty() : tensor<64xf32>
  %g = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]}
      ins(%w : tensor<64xbf16>) outs(%e : tensor<64xf32>) {
  ^bb0(%a0: bf16, %o: f32):
    %c = arith.constant 1.0 : f32
    %b0 = arith.extf %a0 : bf16 to f32
    %p = arith.addf %b0, %c : f32
    linalg.yield %p : f32
  } -> tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  return %0 : tensor<4x64xbf16>
}

// Near misses.

// 1 + w is rounded to bf16.
// CHECK-LABEL: @one_plus_in_bf16
//       CHECK:   linalg.generic
//   CHECK-NOT:   scale_offset
func.func @one_plus_in_bf16(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %w: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %e = tensor.empty() : tensor<64xbf16>
  %g = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]}
      ins(%w : tensor<64xbf16>) outs(%e : tensor<64xbf16>) {
  ^bb0(%a0: bf16, %o: bf16):
    %c = arith.constant 1.0 : bf16
    %p = arith.addf %a0, %c : bf16
    linalg.yield %p : bf16
  } -> tensor<64xbf16>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  return %0 : tensor<4x64xbf16>
}

// CHECK-LABEL: @one_plus_rounded
//       CHECK:   linalg.generic
//   CHECK-NOT:   scale_offset
func.func @one_plus_rounded(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %w: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %e = tensor.empty() : tensor<64xbf16>
  %g = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]}
      ins(%w : tensor<64xbf16>) outs(%e : tensor<64xbf16>) {
  ^bb0(%a0: bf16, %o: bf16):
    %c = arith.constant 1.0 : f32
    %b0 = arith.extf %a0 : bf16 to f32
    %p = arith.addf %b0, %c : f32
    %q = arith.truncf %p : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<64xbf16>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  return %0 : tensor<4x64xbf16>
}

// CHECK-LABEL: @two_plus
//       CHECK:   linalg.generic
//   CHECK-NOT:   scale_offset
func.func @two_plus(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %w: tensor<64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<64xf32>
  %g = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]}
      ins(%w : tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %c = arith.constant 2.0 : f32
    %p = arith.addf %a0, %c : f32
    linalg.yield %p : f32
  } -> tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @one_plus_one_plus
//       CHECK:   linalg.generic
//       CHECK:   scale_offset = 1
func.func @one_plus_one_plus(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %w: tensor<64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<64xf32>
  %g = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]}
      ins(%w : tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %c = arith.constant 1.0 : f32
    %p = arith.addf %a0, %c : f32
    linalg.yield %p : f32
  } -> tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 scale_offset = 1 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// P is f32 now and would be bf16.
// CHECK-LABEL: @one_plus_with_scale_rounding
//       CHECK:   linalg.generic
//   CHECK-NOT:   scale_offset
func.func @one_plus_with_scale_rounding(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %w: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %e = tensor.empty() : tensor<64xf32>
  %g = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]}
      ins(%w : tensor<64xbf16>) outs(%e : tensor<64xf32>) {
  ^bb0(%a0: bf16, %o: f32):
    %c = arith.constant 1.0 : f32
    %b0 = arith.extf %a0 : bf16 to f32
    %p = arith.addf %b0, %c : f32
    linalg.yield %p : f32
  } -> tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  return %0 : tensor<4x64xbf16>
}

// CHECK-LABEL: @one_plus_f32_for_f64
//       CHECK:   linalg.generic
//   CHECK-NOT:   scale_offset
func.func @one_plus_f32_for_f64(%x: tensor<4x64xf64>, %y: tensor<4x64xf64>, %w: tensor<64xf32>) -> tensor<4x64xf64> {
  %e = tensor.empty() : tensor<64xf32>
  %g = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]}
      ins(%w : tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %c = arith.constant 1.0 : f32
    %p = arith.addf %a0, %c : f32
    linalg.yield %p : f32
  } -> tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf64>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf64>)
      epsilon = 1.0e-05 -> tensor<4x64xf64>
  return %0 : tensor<4x64xf64>
}
