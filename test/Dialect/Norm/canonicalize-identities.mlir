// RUN: norm-opt %s --canonicalize | FileCheck %s

//===----------------------------------------------------------------------===//
// DropUnitScale
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @unit_scale
//       CHECK:   norm.rmsnorm ins(%{{.*}} : tensor<4x64xf32>) outs(
func.func @unit_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %one = arith.constant dense<1.0> : tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%one : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @zero_scale_with_offset
//       CHECK:   norm.layernorm ins(%{{.*}} : tensor<4x64xf32>) outs({{.*}}) epsilon = 1.000000e-05 ->
func.func @zero_scale_with_offset(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant dense<0.0> : tensor<64xf32>
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%zero : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 scale_offset = 1 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @filled_scale
//       CHECK:   norm.prmsnorm ins(%{{.*}} : tensor<4x64xf32>) outs(
func.func @filled_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %one_c = arith.constant 1.0 : f32
  %one_e = tensor.empty() : tensor<64xf32>
  %one = linalg.fill ins(%one_c : f32) outs(%one_e : tensor<64xf32>) -> tensor<64xf32>
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) scale(%one : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// R = Y: both sides are Y(t).
// CHECK-LABEL: @unit_scale_rounding_to_result
//       CHECK:   norm.rmsnorm ins(%{{.*}}) outs({{.*}}) epsilon = 1.000000e-05 ->
func.func @unit_scale_rounding_to_result(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>) -> tensor<4x64xbf16> {
  %one = arith.constant dense<1.0> : tensor<64xbf16>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%one : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  return %0 : tensor<4x64xbf16>
}

// R = C is no rounding.
// CHECK-LABEL: @unit_scale_rounding_to_compute_type
//       CHECK:   norm.rmsnorm ins(%{{.*}}) bias({{.*}}) outs({{.*}}) epsilon = 1.000000e-05 ->
func.func @unit_scale_rounding_to_compute_type(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %b: tensor<64xf32>) -> tensor<4x64xf32> {
  %one = arith.constant dense<1.0> : tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%one : tensor<64xf32>) bias(%b : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 scale_rounding = f32 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// Near misses.

// CHECK-LABEL: @zero_scale
//       CHECK:   scale(
func.func @zero_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant dense<0.0> : tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%zero : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @unit_scale_with_offset
//       CHECK:   scale({{.*}} scale_offset = 1
func.func @unit_scale_with_offset(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %one = arith.constant dense<1.0> : tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%one : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 scale_offset = 1 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @almost_unit_scale
//       CHECK:   scale(
func.func @almost_unit_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %s = arith.constant dense<1.00000012> : tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%s : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @unit_scale_for_one_element
//       CHECK:   scale(
func.func @unit_scale_for_one_element(%x: tensor<4x2xf32>, %y: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %s = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x2xf32>) scale(%s : tensor<2xf32>) outs(%y : tensor<4x2xf32>)
      epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}

// The f32 result has the digits of a bf16.
// CHECK-LABEL: @unit_scale_rounding_to_bf16
//       CHECK:   scale({{.*}} scale_rounding = bf16
func.func @unit_scale_rounding_to_bf16(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %one = arith.constant dense<1.0> : tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%one : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// Rounded before the bias is added.
// CHECK-LABEL: @unit_scale_rounding_before_bias
//       CHECK:   scale({{.*}} scale_rounding = bf16
func.func @unit_scale_rounding_before_bias(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %b: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %one = arith.constant dense<1.0> : tensor<64xbf16>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%one : tensor<64xbf16>) bias(%b : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  return %0 : tensor<4x64xbf16>
}

//===----------------------------------------------------------------------===//
// DropZeroBias
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @zero_bias
//   CHECK-NOT:   bias(
//       CHECK:   norm.layernorm ins({{.*}}) scale({{.*}}) outs({{.*}} fastmath<nsz>
//   CHECK-NOT:   bias(
//       CHECK:   return
func.func @zero_bias(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant dense<0.0> : tensor<64xf32>
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) bias(%zero : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<nsz> -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// Near miss: 0 makes 0 of -0, which nsz alone allows to forget.
// CHECK-LABEL: @zero_bias_signed
//       CHECK:   bias(
func.func @zero_bias_signed(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant dense<0.0> : tensor<64xf32>
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) bias(%zero : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @negative_zero_bias
//   CHECK-NOT:   bias(
//       CHECK:   norm.rmsnorm ins({{.*}} : tensor<4x64xf32>) outs(
func.func @negative_zero_bias(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant dense<-0.0> : tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) bias(%zero : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// Near miss.
// CHECK-LABEL: @unit_bias
//       CHECK:   bias(
func.func @unit_bias(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %one = arith.constant dense<1.0> : tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) bias(%one : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

//===----------------------------------------------------------------------===//
// WholeRowPartial
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @whole_row
//       CHECK:   norm.rmsnorm ins({{.*}}) outs({{.*}}) epsilon
func.func @whole_row(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      k = 64 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @whole_row_of_two_dimensions
//       CHECK:   norm.rmsnorm ins({{.*}}) outs({{.*}}) rstd({{.*}}) dimensions = [0, 1] epsilon
func.func @whole_row_of_two_dimensions(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %s: tensor<f32>) -> tensor<f32> {
  %0:2 = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) rstd(%s : tensor<f32>)
      dimensions = [0, 1] k = 256 epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<f32>)
  return %0#1 : tensor<f32>
}

// Near misses.

// CHECK-LABEL: @all_but_one
//       CHECK:   norm.prmsnorm {{.*}} k = 63
func.func @all_but_one(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      k = 63 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @dynamic_row
//       CHECK:   norm.prmsnorm {{.*}} k = 64
func.func @dynamic_row(%x: tensor<4x?xf32>, %y: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %0 = norm.prmsnorm ins(%x : tensor<4x?xf32>) outs(%y : tensor<4x?xf32>)
      k = 64 epsilon = 1.0e-05 -> tensor<4x?xf32>
  return %0 : tensor<4x?xf32>
}

//===----------------------------------------------------------------------===//
// DropUnusedStatistics
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @unused
//       CHECK:   %[[Y:.*]] = norm.layernorm ins({{.*}}) outs({{.*}}) epsilon
//       CHECK:   return %[[Y]]
func.func @unused(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %s: tensor<4xf32>, %r: tensor<4xf32>, %m: tensor<4xf32>) -> tensor<4x64xf32> {
  %0:4 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) statistic(%s : tensor<4xf32>) rstd(%r : tensor<4xf32>) mean(%m : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
  return %0#0 : tensor<4x64xf32>
}

// CHECK-LABEL: @unused_but_mean
//       CHECK:   %[[Y:.*]], %[[M:.*]] = norm.layernorm ins({{.*}}) outs({{.*}}) mean(%{{.*}} : tensor<4xf32>) epsilon
//       CHECK:   return %[[Y]], %[[M]]
func.func @unused_but_mean(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %s: tensor<4xf32>, %r: tensor<4xf32>, %m: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %0:4 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) statistic(%s : tensor<4xf32>) rstd(%r : tensor<4xf32>) mean(%m : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
  return %0#0, %0#3 : tensor<4x64xf32>, tensor<4xf32>
}

// CHECK-LABEL: @unused_but_rstd
//       CHECK:   %[[Y:.*]], %[[R:.*]] = norm.rmsnorm ins({{.*}}) outs({{.*}}) rstd(%{{.*}} : tensor<4xf32>) epsilon
//       CHECK:   return %[[Y]], %[[R]]
func.func @unused_but_rstd(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %s: tensor<4xf32>, %r: tensor<4xf32>, %m: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %0:3 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) statistic(%s : tensor<4xf32>) rstd(%r : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>)
  return %0#0, %0#2 : tensor<4x64xf32>, tensor<4xf32>
}

// Near miss: y is unused, but always there.
// CHECK-LABEL: @used
//       CHECK:   %{{.*}}, %[[S:.*]], %[[R:.*]], %[[M:.*]] = norm.layernorm
//       CHECK:   return %[[S]], %[[R]], %[[M]]
func.func @used(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %s: tensor<4xf32>, %r: tensor<4xf32>, %m: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0:4 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) statistic(%s : tensor<4xf32>) rstd(%r : tensor<4xf32>) mean(%m : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
  return %0#1, %0#2, %0#3 : tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// Near miss: on memrefs a destination is written, whoever looks.
// CHECK-LABEL: @memref
//       CHECK:   norm.rmsnorm {{.*}} rstd(
func.func @memref(%x: memref<4x64xf32>, %r: memref<4xf32>) {
  norm.rmsnorm ins(%x : memref<4x64xf32>) outs(%x : memref<4x64xf32>) rstd(%r : memref<4xf32>) epsilon = 1.0e-05
  return
}
