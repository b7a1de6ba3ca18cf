// RUN: norm-opt %s --canonicalize | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#rows = affine_map<(d0, d1) -> (d0)>
#vec = affine_map<(d0) -> (d0)>

//===----------------------------------------------------------------------===//
// AbsorbInputCast
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @input
//       CHECK:   norm.rmsnorm ins(%arg0 : tensor<4x64xbf16>) outs(%{{.*}} : tensor<4x64xf32>)
//   CHECK-NOT:   extf
func.func @input(%x: tensor<4x64xbf16>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = arith.extf %x : tensor<4x64xbf16> to tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @input_generic
//       CHECK:   norm.layernorm ins(%arg0 : tensor<4x64xf16>)
//   CHECK-NOT:   linalg
func.func @input_generic(%x: tensor<4x64xf16>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x64xf16>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f16, %o: f32):
    %p = arith.extf %a0 : f16 to f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// The narrow input is less to read.
// CHECK-LABEL: @input_used_elsewhere
//       CHECK:   norm.rmsnorm ins(%arg0 : tensor<4x64xbf16>)
func.func @input_used_elsewhere(%x: tensor<4x64xbf16>, %y: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = arith.extf %x : tensor<4x64xbf16> to tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// Near misses.

// C is f64 and would be f32.
// CHECK-LABEL: @input_to_f64
//       CHECK:   arith.extf
//       CHECK:   norm.rmsnorm ins(%{{.*}} : tensor<4x64xf64>)
func.func @input_to_f64(%x: tensor<4x64xf32>, %y: tensor<4x64xf64>) -> tensor<4x64xf64> {
  %0 = arith.extf %x : tensor<4x64xf32> to tensor<4x64xf64>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf64>) outs(%y : tensor<4x64xf64>)
      epsilon = 1.0e-05 -> tensor<4x64xf64>
  return %1 : tensor<4x64xf64>
}

// CHECK-LABEL: @input_truncated
//       CHECK:   arith.truncf
//       CHECK:   norm.rmsnorm ins(%{{.*}} : tensor<4x64xbf16>)
func.func @input_truncated(%x: tensor<4x64xf32>, %y: tensor<4x64xbf16>) -> tensor<4x64xbf16> {
  %0 = arith.truncf %x : tensor<4x64xf32> to tensor<4x64xbf16>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

//===----------------------------------------------------------------------===//
// AbsorbScaleCast, AbsorbBiasCast
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @scale_and_bias
//       CHECK:   norm.rmsnorm ins({{.*}}) scale(%arg2 : tensor<64xbf16>) bias(%arg3 : tensor<64xf16>)
//   CHECK-NOT:   extf
func.func @scale_and_bias(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xbf16>, %b: tensor<64xf16>) -> tensor<4x64xf32> {
  %0 = arith.extf %g : tensor<64xbf16> to tensor<64xf32>
  %1 = arith.extf %b : tensor<64xf16> to tensor<64xf32>
  %2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%0 : tensor<64xf32>) bias(%1 : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %2 : tensor<4x64xf32>
}

// CHECK-LABEL: @scale_from_f32_to_f64
//       CHECK:   norm.rmsnorm ins({{.*}}) scale(%arg2 : tensor<64xf32>)
//   CHECK-NOT:   extf
func.func @scale_from_f32_to_f64(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = arith.extf %g : tensor<64xf32> to tensor<64xf64>
  %2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%0 : tensor<64xf64>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %2 : tensor<4x64xf32>
}

// CHECK-LABEL: @scale_with_same_product_type
//       CHECK:   norm.rmsnorm ins({{.*}}) scale(%arg2 : tensor<64xbf16>)
//   CHECK-NOT:   extf
func.func @scale_with_same_product_type(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xbf16>) -> tensor<4x64xf32> {
  %0 = arith.extf %g : tensor<64xbf16> to tensor<64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%0 : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 scale_rounding = f32 -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @bias_with_scale_rounding
//       CHECK:   norm.rmsnorm ins({{.*}}) scale(%arg2 : tensor<64xbf16>) bias(%arg3 : tensor<64xbf16>)
//   CHECK-NOT:   extf
func.func @bias_with_scale_rounding(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>, %b: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %0 = arith.extf %b : tensor<64xbf16> to tensor<64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xbf16>) bias(%0 : tensor<64xf32>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// Near misses.

// P is f32 and would be bf16.
// CHECK-LABEL: @scale_with_other_product_type
//       CHECK:   arith.extf
//       CHECK:   norm.rmsnorm ins({{.*}}) scale(%{{.*}} : tensor<64xf32>)
func.func @scale_with_other_product_type(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %0 = arith.extf %g : tensor<64xbf16> to tensor<64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%0 : tensor<64xf32>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// CHECK-LABEL: @scale_truncated
//       CHECK:   arith.truncf
//       CHECK:   norm.rmsnorm ins({{.*}}) scale(%{{.*}} : tensor<64xbf16>)
func.func @scale_truncated(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = arith.truncf %g : tensor<64xf32> to tensor<64xbf16>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%0 : tensor<64xbf16>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

//===----------------------------------------------------------------------===//
// AbsorbResultCast
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @result
//       CHECK:   %[[E:.*]] = tensor.empty() : tensor<4x64xbf16>
//       CHECK:   norm.rmsnorm ins(%arg0 : tensor<4x64xf32>) outs(%[[E]] : tensor<4x64xbf16>)
//   CHECK-NOT:   truncf
func.func @result(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = arith.truncf %0 : tensor<4x64xf32> to tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// CHECK-LABEL: @result_generic
//       CHECK:   norm.layernorm ins(%arg0 : tensor<4x64xf32>) outs(%arg2 : tensor<4x64xbf16>)
//   CHECK-NOT:   linalg
func.func @result_generic(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %z: tensor<4x64xbf16>) -> tensor<4x64xbf16> {
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<4x64xf32>) outs(%z : tensor<4x64xbf16>) {
  ^bb0(%a0: f32, %o: bf16):
    %p = arith.truncf %a0 : f32 to bf16
    linalg.yield %p : bf16
  } -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// CHECK-LABEL: @result_widened
//       CHECK:   norm.rmsnorm ins(%arg0 : tensor<4x64xf32>) outs(%{{.*}} : tensor<4x64xf64>)
//   CHECK-NOT:   extf
func.func @result_widened(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf64> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = arith.extf %0 : tensor<4x64xf32> to tensor<4x64xf64>
  return %1 : tensor<4x64xf64>
}

// P = bf16 = Y: y is not rounded once more.
// CHECK-LABEL: @result_with_scale_rounding
//       CHECK:   norm.rmsnorm {{.*}} outs(%{{.*}} : tensor<4x64xf32>) epsilon = 1.000000e-05 scale_rounding = bf16
//   CHECK-NOT:   extf
func.func @result_with_scale_rounding(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  %1 = arith.extf %0 : tensor<4x64xbf16> to tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// Casts on both sides, as every framework spells it.
// CHECK-LABEL: @mixed_precision
//       CHECK:   norm.rmsnorm ins(%arg0 : tensor<4x64xbf16>) scale(%arg2 : tensor<64xbf16>) outs(%{{.*}} : tensor<4x64xbf16>) epsilon = 1.000000e-05 ->
//   CHECK-NOT:   arith
func.func @mixed_precision(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %0 = arith.extf %x : tensor<4x64xbf16> to tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) scale(%g : tensor<64xbf16>) outs(%e : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %2 = arith.truncf %1 : tensor<4x64xf32> to tensor<4x64xbf16>
  return %2 : tensor<4x64xbf16>
}

// CHECK-LABEL: @result_dynamic
//       CHECK:   %[[D:.*]] = tensor.dim %arg1, %c0
//       CHECK:   %[[E:.*]] = tensor.empty(%[[D]]) : tensor<?x64xbf16>
//       CHECK:   norm.rmsnorm ins(%arg0 : tensor<?x64xf32>) outs(%[[E]] : tensor<?x64xbf16>)
func.func @result_dynamic(%x: tensor<?x64xf32>, %y: tensor<?x64xf32>) -> tensor<?x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<?x64xf32>) outs(%y : tensor<?x64xf32>)
      epsilon = 1.0e-05 -> tensor<?x64xf32>
  %1 = arith.truncf %0 : tensor<?x64xf32> to tensor<?x64xbf16>
  return %1 : tensor<?x64xbf16>
}

// Near misses.

// CHECK-LABEL: @result_rounded_twice
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(%{{.*}} : tensor<4x64xbf16>)
//       CHECK:   arith.extf
func.func @result_rounded_twice(%x: tensor<4x64xf32>, %y: tensor<4x64xbf16>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = arith.extf %0 : tensor<4x64xbf16> to tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// P = f32: y is rounded to bf16.
// CHECK-LABEL: @result_after_scale_rounding
//       CHECK:   norm.rmsnorm {{.*}} outs(%{{.*}} : tensor<4x64xbf16>)
//       CHECK:   arith.extf
func.func @result_after_scale_rounding(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  %1 = arith.extf %0 : tensor<4x64xbf16> to tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @result_used_elsewhere
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(%{{.*}} : tensor<4x64xf32>)
//       CHECK:   arith.truncf
func.func @result_used_elsewhere(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xbf16>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = arith.truncf %0 : tensor<4x64xf32> to tensor<4x64xbf16>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xbf16>
}

// CHECK-LABEL: @result_rounded_upward
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(%{{.*}} : tensor<4x64xf32>)
//       CHECK:   arith.truncf
func.func @result_rounded_upward(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = arith.truncf %0 upward : tensor<4x64xf32> to tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// f64 to f32 to bf16: two roundings.
// CHECK-LABEL: @result_f64
//       CHECK:   norm.rmsnorm ins({{.*}}) outs(%{{.*}} : tensor<4x64xf32>)
//       CHECK:   arith.truncf
func.func @result_f64(%x: tensor<4x64xf64>, %y: tensor<4x64xf32>) -> tensor<4x64xbf16> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf64>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = arith.truncf %0 : tensor<4x64xf32> to tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}
