// RUN: norm-opt %s --canonicalize | FileCheck %s

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @unused_dscale
// CHECK: %[[DX:.*]] = norm.rmsnorm_backward ins({{.*}}) scale({{.*}}) rstd({{.*}}) outs({{.*}}) -> tensor<4x64xf32>
// CHECK-NEXT: return %[[DX]]
func.func @unused_dscale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %g: tensor<64xf32>, %r: tensor<4xf32>) -> tensor<4x64xf32> {
  %0:3 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>)
      outs(%x : tensor<4x64xf32>) dscale(%g : tensor<64xf32>) dbias(%g : tensor<64xf32>) scale_rounding = bf16
      -> (tensor<4x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return %0#0 : tensor<4x64xf32>
}

// Scale and residual gradient are dx's.
// CHECK-LABEL: @unused_dx
// CHECK: norm.rmsnorm_backward ins({{.*}}) rstd(%{{.*}} : tensor<4xf32>) dscale(%{{.*}} : tensor<64xf32>) scale_rounding = bf16 -> tensor<64xf32>
func.func @unused_dx(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %g: tensor<64xf32>, %r: tensor<4xf32>) -> tensor<64xf32> {
  %0:2 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>)
      dres(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) dscale(%g : tensor<64xf32>) scale_offset = 1 scale_rounding = bf16
      -> (tensor<4x64xf32>, tensor<64xf32>)
  return %0#1 : tensor<64xf32>
}

// CHECK-LABEL: @unused
// CHECK-NEXT: return
func.func @unused(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %g: tensor<64xf32>, %r: tensor<4xf32>) {
  %0:2 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      outs(%x : tensor<4x64xf32>) dscale(%g : tensor<64xf32>) -> (tensor<4x64xf32>, tensor<64xf32>)
  return
}

// What is on memrefs is observed.
// CHECK-LABEL: @memrefs
// CHECK: norm.rmsnorm_backward ins({{.*}}) rstd({{.*}}) outs({{.*}}) dscale({{.*}})
func.func @memrefs(%dy: memref<4x64xf32>, %x: memref<4x64xf32>, %g: memref<64xf32>, %r: memref<4xf32>) {
  norm.rmsnorm_backward ins(%dy, %x : memref<4x64xf32>, memref<4x64xf32>) rstd(%r : memref<4xf32>)
      outs(%x : memref<4x64xf32>) dscale(%g : memref<64xf32>)
  return
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @unit_scale
// CHECK: norm.layernorm_backward ins({{.*}} : tensor<4x64xf32>, tensor<4x64xf32>) rstd({{.*}}) mean({{.*}}) outs({{.*}}) dscale(
func.func @unit_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %f: tensor<64xf32>, %r: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<64xf32>) {
  %g = arith.constant dense<0.0> : tensor<64xf32>
  %0:2 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>)
      mean(%r : tensor<4xf32>) outs(%x : tensor<4x64xf32>) dscale(%f : tensor<64xf32>) scale_offset = 1 scale_rounding = bf16
      -> (tensor<4x64xf32>, tensor<64xf32>)
  return %0#0, %0#1 : tensor<4x64xf32>, tensor<64xf32>
}

// CHECK-LABEL: @other_scale
// CHECK: norm.layernorm_backward ins({{.*}}) scale(
func.func @other_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>) -> tensor<4x64xf32> {
  %g = arith.constant dense<1.0> : tensor<64xf32>
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>)
      mean(%r : tensor<4xf32>) outs(%x : tensor<4x64xf32>) scale_offset = 1 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @whole_row
// CHECK: norm.rmsnorm_backward
// CHECK: norm.prmsnorm_backward {{.*}} k = 63
func.func @whole_row(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      outs(%x : tensor<4x64xf32>) k = 64 -> tensor<4x64xf32>
  %1 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      outs(%x : tensor<4x64xf32>) k = 63 -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

//===----------------------------------------------------------------------===//
// Casts
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @widened
// CHECK-NOT: arith.extf
// CHECK: norm.rmsnorm_backward ins(%{{.*}}, %{{.*}} : tensor<4x64xbf16>, tensor<4x64xbf16>) scale(%{{.*}} : tensor<64xbf16>)
func.func @widened(%dy: tensor<4x64xbf16>, %x: tensor<4x64xbf16>, %g: tensor<64xbf16>, %r: tensor<4xf32>, %e: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = arith.extf %dy : tensor<4x64xbf16> to tensor<4x64xf32>
  %1 = arith.extf %x : tensor<4x64xbf16> to tensor<4x64xf32>
  %2 = arith.extf %g : tensor<64xbf16> to tensor<64xf32>
  %3 = norm.rmsnorm_backward ins(%0, %1 : tensor<4x64xf32>, tensor<4x64xf32>) scale(%2 : tensor<64xf32>) rstd(%r : tensor<4xf32>)
      outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %3 : tensor<4x64xf32>
}

// C is f64 with the cast and would be f32 without.
// CHECK-LABEL: @widened_to_f64
// CHECK: %[[X:.*]] = arith.extf
// CHECK: norm.rmsnorm_backward ins(%{{.*}}, %[[X]] : tensor<4x64xf32>, tensor<4x64xf64>)
func.func @widened_to_f64(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf64>, %e: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = arith.extf %dy : tensor<4x64xf32> to tensor<4x64xf64>
  %1 = arith.extf %x : tensor<4x64xf32> to tensor<4x64xf64>
  %2 = norm.rmsnorm_backward ins(%0, %1 : tensor<4x64xf64>, tensor<4x64xf64>) rstd(%r : tensor<4xf64>)
      outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %2 : tensor<4x64xf32>
}

// CHECK-LABEL: @rounded
// CHECK: %[[DX:.*]], %[[DG:.*]] = norm.rmsnorm_backward ins({{.*}}) rstd({{.*}}) outs({{.*}}) dscale(%{{.*}} : tensor<64xbf16>) -> (tensor<4x64xf32>, tensor<64xbf16>)
// CHECK-NEXT: return %[[DX]], %[[DG]]
func.func @rounded(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %f: tensor<64xf32>, %r: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<64xbf16>) {
  %0:2 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      outs(%x : tensor<4x64xf32>) dscale(%f : tensor<64xf32>) -> (tensor<4x64xf32>, tensor<64xf32>)
  %1 = arith.truncf %0#1 : tensor<64xf32> to tensor<64xbf16>
  return %0#0, %1 : tensor<4x64xf32>, tensor<64xbf16>
}

// Two roundings stay two.
// CHECK-LABEL: @rounded_twice
// CHECK: norm.rmsnorm_backward {{.*}} -> tensor<4x64xf16>
// CHECK: arith.truncf
func.func @rounded_twice(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %e: tensor<4x64xf16>, %r: tensor<4xf32>) -> tensor<4x64xf8E4M3FN> {
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      outs(%e : tensor<4x64xf16>) -> tensor<4x64xf16>
  %1 = arith.truncf %0 : tensor<4x64xf16> to tensor<4x64xf8E4M3FN>
  return %1 : tensor<4x64xf8E4M3FN>
}

// Static extents reach the op.
// CHECK-LABEL: @static_extents
// CHECK: norm.rmsnorm_backward ins(%{{.*}}, %{{.*}} : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%{{.*}} : tensor<4xf32>) dscale(%{{.*}} : tensor<64xf32>) -> tensor<64xf32>
func.func @static_extents(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %f: tensor<64xf32>) -> tensor<?xf32> {
  %0 = tensor.cast %dy : tensor<4x64xf32> to tensor<?x?xf32>
  %1 = tensor.cast %x : tensor<4x64xf32> to tensor<?x?xf32>
  %2 = tensor.cast %r : tensor<4xf32> to tensor<?xf32>
  %3 = tensor.cast %f : tensor<64xf32> to tensor<?xf32>
  %4 = norm.rmsnorm_backward ins(%0, %1 : tensor<?x?xf32>, tensor<?x?xf32>) rstd(%2 : tensor<?xf32>)
      dscale(%3 : tensor<?xf32>) -> tensor<?xf32>
  return %4 : tensor<?xf32>
}

//===----------------------------------------------------------------------===//
// Beside the norm
//===----------------------------------------------------------------------===//

// rstd and mean are computed once more for the backward: it reads the norm's.
// CHECK-LABEL: @beside_norm
// CHECK-SAME: (%[[X:.*]]: tensor<4x64xf32>, %[[G:.*]]: tensor<64xf32>, %[[DY:.*]]: tensor<4x64xf32>)
// CHECK: %[[Y:.*]], %[[R:.*]], %[[MU:.*]] = norm.layernorm ins(%[[X]] : tensor<4x64xf32>) scale(%[[G]] : tensor<64xf32>) outs({{.*}}) rstd({{.*}}) mean({{.*}}) epsilon
// CHECK-NOT: norm.layernorm ins
// CHECK: %[[DX:.*]] = norm.layernorm_backward ins(%[[DY]], %[[X]] : {{.*}}) scale(%[[G]] : tensor<64xf32>) rstd(%[[R]] : tensor<4xf32>) mean(%[[MU]] : tensor<4xf32>)
// CHECK: return %[[Y]], %[[DX]]
func.func @beside_norm(%x: tensor<4x64xf32>, %g: tensor<64xf32>, %dy: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %e = tensor.empty() : tensor<4x64xf32>
  %f = tensor.empty() : tensor<4xf32>
  %y = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  %again:3 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) rstd(%f : tensor<4xf32>) mean(%f : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>)
  %dx = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<64xf32>) rstd(%again#1 : tensor<4xf32>)
      mean(%again#2 : tensor<4xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %y, %dx : tensor<4x64xf32>, tensor<4x64xf32>
}

// The norm may come after what gives the statistics, and have them, too.
// CHECK-LABEL: @before_norm
// CHECK: %[[Y:.*]], %[[R:.*]] = norm.rmsnorm ins({{.*}}) outs({{.*}} : tensor<4x64xf16>) rstd(
// CHECK-NEXT: return %[[R]], %[[R]], %[[Y]]
func.func @before_norm(%x: tensor<4x64xf32>, %e: tensor<4x64xf16>, %f: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>, tensor<4x64xf16>) {
  %0:2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) rstd(%f : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  %1:2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf16>) rstd(%f : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf16>, tensor<4xf32>)
  return %0#1, %1#1, %1#0 : tensor<4xf32>, tensor<4xf32>, tensor<4x64xf16>
}

// Another epsilon is another rstd.
// CHECK-LABEL: @other_epsilon
// CHECK: norm.rmsnorm ins({{.*}}) outs({{.*}}) epsilon = 1.000000e-05
// CHECK: norm.rmsnorm ins({{.*}}) outs({{.*}}) rstd({{.*}}) epsilon = 9.9999999999999995E-7
func.func @other_epsilon(%x: tensor<4x64xf32>, %f: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1:2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) rstd(%f : tensor<4xf32>)
      epsilon = 1.0e-06 -> (tensor<4x64xf32>, tensor<4xf32>)
  return %0, %1#1 : tensor<4x64xf32>, tensor<4xf32>
}

// The destination is not there yet where rstd is needed.
// CHECK-LABEL: @destination_comes_later
// CHECK: norm.rmsnorm ins({{.*}}) outs({{.*}}) rstd(
// CHECK: %[[LATER:.*]] = tensor.insert
// CHECK: norm.rmsnorm ins({{.*}}) outs(%[[LATER]] : tensor<4x64xf32>) epsilon
func.func @destination_comes_later(%x: tensor<4x64xf32>, %f: tensor<4xf32>) -> tensor<4x64xf32> {
  %c0 = arith.constant 0 : index
  %0:2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) rstd(%f : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  %first = tensor.extract %0#1[%c0] : tensor<4xf32>
  %later = tensor.insert %first into %x[%c0, %c0] : tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%later : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}
