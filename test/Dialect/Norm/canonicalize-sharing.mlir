// RUN: norm-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: @two_scales
//       CHECK:   %[[T:.*]] = norm.rmsnorm ins(%arg0 : tensor<4x64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon
//   CHECK-NOT:   norm.rmsnorm
//       CHECK:   linalg.generic {{.*}} ins(%[[T]], %arg2 :
//       CHECK:     arith.mulf
//       CHECK:   linalg.generic {{.*}} ins(%[[T]], %arg3 :
//       CHECK:     arith.mulf
func.func @two_scales(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @scale_bias_and_offset
//       CHECK:   %[[T:.*]] = norm.layernorm ins(%arg0 : tensor<4x64xf32>) outs(
//   CHECK-NOT:   norm.layernorm
//       CHECK:   linalg.generic {{.*}} ins(%[[T]], %arg2, %arg3 :
//       CHECK:     arith.mulf
//       CHECK:     arith.addf
//       CHECK:   linalg.generic {{.*}} ins(%[[T]], %arg3 :
//       CHECK:     arith.addf %{{.*}}, %cst
//       CHECK:     arith.mulf
func.func @scale_bias_and_offset(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) bias(%h : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 scale_offset = 1 -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @statistics_are_united
//       CHECK:   %[[T:.*]], %[[S:.*]], %[[R:.*]] = norm.rmsnorm ins(%arg0 : tensor<4x64xf32>) outs({{.*}}) statistic({{.*}}) rstd(
//       CHECK:   return %{{.*}}, %[[R]], %{{.*}}, %[[S]]
func.func @statistics_are_united(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>, %r: tensor<4xf32>, %s: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4x64xf32>, tensor<4xf32>) {
  %0:2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  %1:2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<4x64xf32>) statistic(%s : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  return %0#0, %0#1, %1#0, %1#1 : tensor<4x64xf32>, tensor<4xf32>, tensor<4x64xf32>, tensor<4xf32>
}

// t stays in C; each product rounds once.
// CHECK-LABEL: @bf16_without_rounding
//       CHECK:   norm.rmsnorm ins(%arg0 : tensor<4x64xbf16>) outs(%{{.*}} : tensor<4x64xf32>) epsilon
//       CHECK:     arith.extf
//       CHECK:     arith.mulf %{{.*}} : f32
//       CHECK:     arith.truncf %{{.*}} : f32 to bf16
func.func @bf16_without_rounding(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>, %h: tensor<64xbf16>) -> (tensor<4x64xbf16>, tensor<4x64xbf16>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%h : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  return %0, %1 : tensor<4x64xbf16>, tensor<4x64xbf16>
}

// t is rounded to R, each product to P.
// CHECK-LABEL: @bf16_with_rounding
//       CHECK:   norm.rmsnorm ins(%arg0 : tensor<4x64xbf16>) outs(%{{.*}} : tensor<4x64xbf16>) epsilon = 1.000000e-05 ->
//       CHECK:     arith.mulf %{{.*}} : bf16
func.func @bf16_with_rounding(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>, %h: tensor<64xbf16>) -> (tensor<4x64xbf16>, tensor<4x64xbf16>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%h : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  return %0, %1 : tensor<4x64xbf16>, tensor<4x64xbf16>
}

// Near misses.

// CHECK-LABEL: @other_epsilon
//       CHECK:   norm.rmsnorm {{.*}} scale(
//       CHECK:   norm.rmsnorm {{.*}} scale(
func.func @other_epsilon(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-06 -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @other_input
//       CHECK:   norm.rmsnorm {{.*}} scale(
//       CHECK:   norm.rmsnorm {{.*}} scale(
func.func @other_input(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%y : tensor<4x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @other_mode
//       CHECK:   norm.rmsnorm {{.*}} scale(
//       CHECK:   norm.rmsnorm {{.*}} scale(
func.func @other_mode(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 eps_mode = outside -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @other_k
//       CHECK:   norm.prmsnorm {{.*}} scale(
//       CHECK:   norm.prmsnorm {{.*}} scale(
func.func @other_k(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.prmsnorm ins(%x : tensor<4x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      k = 5 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @other_op
//       CHECK:   norm.rmsnorm {{.*}} scale(
//       CHECK:   norm.layernorm {{.*}} scale(
func.func @other_op(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @other_rounding
//       CHECK:   norm.rmsnorm {{.*}} scale(
//       CHECK:   norm.rmsnorm {{.*}} scale(
func.func @other_rounding(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @other_dimensions
//       CHECK:   norm.rmsnorm {{.*}} scale(
//       CHECK:   norm.rmsnorm {{.*}} scale(
func.func @other_dimensions(%x: tensor<64x64xf32>, %y: tensor<64x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> (tensor<64x64xf32>, tensor<64x64xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<64x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<64x64xf32>)
      epsilon = 1.0e-05 -> tensor<64x64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<64x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<64x64xf32>)
      dimensions = [0] epsilon = 1.0e-05 -> tensor<64x64xf32>
  return %0, %1 : tensor<64x64xf32>, tensor<64x64xf32>
}

// What is the same altogether is left to CSE.
// CHECK-LABEL: @same_scale
//       CHECK:   norm.rmsnorm {{.*}} scale(
//       CHECK:   norm.rmsnorm {{.*}} scale(
func.func @same_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%0 : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @offset_with_rounding
//       CHECK:   norm.rmsnorm {{.*}} scale(
//       CHECK:   norm.rmsnorm {{.*}} scale(
func.func @offset_with_rounding(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 scale_offset = 1 scale_rounding = bf16 -> tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 scale_offset = 1 scale_rounding = bf16 -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// A norm in a loop is not taken out of it.
// CHECK-LABEL: @other_block
//       CHECK:   norm.rmsnorm {{.*}} scale(
//       CHECK:   scf.if
//       CHECK:     norm.rmsnorm {{.*}} scale(
func.func @other_block(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>, %c: i1) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = scf.if %c -> (tensor<4x64xf32>) {
  %2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
    scf.yield %2 : tensor<4x64xf32>
  } else {
    scf.yield %y : tensor<4x64xf32>
  }
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}
