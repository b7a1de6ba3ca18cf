// RUN: norm-opt %s --norm-collapse-dimensions | FileCheck %s

// CHECK-LABEL: @rows_and_row
//  CHECK-SAME: (%[[X:.*]]: tensor<2x3x8x4xf32>, %[[G:.*]]: tensor<8x4xf32>, %[[Y:.*]]: tensor<2x3x8x4xf32>)
//   CHECK-DAG:   %[[XC:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2, 3]] : tensor<2x3x8x4xf32> into tensor<6x32xf32>
//   CHECK-DAG:   %[[YC:.*]] = tensor.collapse_shape %[[Y]] {{\[\[}}0, 1], [2, 3]] : tensor<2x3x8x4xf32> into tensor<6x32xf32>
//   CHECK-DAG:   %[[GC:.*]] = tensor.collapse_shape %[[G]] {{\[\[}}0, 1]] : tensor<8x4xf32> into tensor<32xf32>
//       CHECK:   %[[R:.*]] = norm.rmsnorm ins(%[[XC]] : tensor<6x32xf32>) scale(%[[GC]] : tensor<32xf32>) outs(%[[YC]] : tensor<6x32xf32>) epsilon
//       CHECK:   tensor.expand_shape %[[R]] {{\[\[}}0, 1], [2, 3]] output_shape [2, 3, 8, 4] : tensor<6x32xf32> into tensor<2x3x8x4xf32>
func.func @rows_and_row(%x: tensor<2x3x8x4xf32>, %g: tensor<8x4xf32>, %y: tensor<2x3x8x4xf32>) -> tensor<2x3x8x4xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<2x3x8x4xf32>) scale(%g : tensor<8x4xf32>) outs(%y : tensor<2x3x8x4xf32>)
       dimensions = [2, 3] epsilon = 1.0e-05 -> tensor<2x3x8x4xf32>
  return %0 : tensor<2x3x8x4xf32>
}

// CHECK-LABEL: @statistics_of_dynamic_rows
//       CHECK:   %[[Y:.*]], %[[S:.*]], %[[M:.*]] = norm.layernorm ins(%{{.*}} : tensor<?x64xf16>) outs(%{{.*}} : tensor<?x64xf16>) statistic(%{{.*}} : tensor<?xf32>) mean(%{{.*}} : tensor<?xf32>)
//   CHECK-DAG:   tensor.expand_shape %[[Y]] {{\[\[}}0, 1], [2]] output_shape [%{{.*}}, 3, 64] : tensor<?x64xf16> into tensor<?x3x64xf16>
//   CHECK-DAG:   tensor.expand_shape %[[S]] {{\[\[}}0, 1]] output_shape [%{{.*}}, 3] : tensor<?xf32> into tensor<?x3xf32>
//   CHECK-DAG:   tensor.expand_shape %[[M]] {{\[\[}}0, 1]] output_shape [%{{.*}}, 3] : tensor<?xf32> into tensor<?x3xf32>
func.func @statistics_of_dynamic_rows(%x: tensor<?x3x64xf16>, %s: tensor<?x3xf32>) -> (tensor<?x3x64xf16>, tensor<?x3xf32>, tensor<?x3xf32>) {
  %0:3 = norm.layernorm ins(%x : tensor<?x3x64xf16>) outs(%x : tensor<?x3x64xf16>) statistic(%s : tensor<?x3xf32>) mean(%s : tensor<?x3xf32>)
         epsilon = 1.0e-05 -> (tensor<?x3x64xf16>, tensor<?x3xf32>, tensor<?x3xf32>)
  return %0#0, %0#1, %0#2 : tensor<?x3x64xf16>, tensor<?x3xf32>, tensor<?x3xf32>
}

// CHECK-LABEL: @one_row
//       CHECK:   norm.prmsnorm ins(%{{.*}} : tensor<32xf32>) outs(%{{.*}} : tensor<32xf32>) rstd(%{{.*}} : tensor<f32>) k = 3
func.func @one_row(%x: tensor<8x4xf32>, %r: tensor<f32>) -> (tensor<8x4xf32>, tensor<f32>) {
  %0:2 = norm.prmsnorm ins(%x : tensor<8x4xf32>) outs(%x : tensor<8x4xf32>) rstd(%r : tensor<f32>)
         dimensions = [0, 1] k = 3 epsilon = 1.0e-05 -> (tensor<8x4xf32>, tensor<f32>)
  return %0#0, %0#1 : tensor<8x4xf32>, tensor<f32>
}

// Left alone: two dimensions already, dimensions that are not trailing, memrefs.

// CHECK-LABEL: @two_dimensions
//   CHECK-NOT:   collapse_shape
func.func @two_dimensions(%x: tensor<1x64xf32>) -> tensor<1x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<1x64xf32>) outs(%x : tensor<1x64xf32>) epsilon = 1.0e-05 -> tensor<1x64xf32>
  return %0 : tensor<1x64xf32>
}

// CHECK-LABEL: @not_trailing
//   CHECK-NOT:   collapse_shape
func.func @not_trailing(%x: tensor<2x3x64xf32>) -> tensor<2x3x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<2x3x64xf32>) outs(%x : tensor<2x3x64xf32>) dimensions = [1] epsilon = 1.0e-05 -> tensor<2x3x64xf32>
  return %0 : tensor<2x3x64xf32>
}

// CHECK-LABEL: @memref
//   CHECK-NOT:   collapse_shape
func.func @memref(%x: memref<2x3x64xf32>) {
  norm.rmsnorm ins(%x : memref<2x3x64xf32>) outs(%x : memref<2x3x64xf32>) epsilon = 1.0e-05
  return
}

// CHECK-LABEL: @backward
//   CHECK-DAG:   %[[DY:.*]] = tensor.collapse_shape %{{.*}} {{\[\[}}0, 1], [2, 3]] : tensor<2x3x8x4xf32> into tensor<6x32xf32>
//   CHECK-DAG:   %[[G:.*]] = tensor.collapse_shape %{{.*}} {{\[\[}}0, 1]] : tensor<8x4xf32> into tensor<32xf32>
//   CHECK-DAG:   %[[R:.*]] = tensor.collapse_shape %{{.*}} {{\[\[}}0, 1]] : tensor<2x3xf32> into tensor<6xf32>
//       CHECK:   %[[DX:.*]], %[[DG:.*]] = norm.rmsnorm_backward ins(%{{.*}}, %{{.*}} : tensor<6x32xf32>, tensor<6x32xf32>) scale(%{{.*}} : tensor<32xf32>) rstd(%[[R]] : tensor<6xf32>) outs(%{{.*}} : tensor<6x32xf32>) dscale(%{{.*}} : tensor<32xf32>) -> (tensor<6x32xf32>, tensor<32xf32>)
//   CHECK-DAG:   tensor.expand_shape %[[DX]] {{\[\[}}0, 1], [2, 3]] output_shape [2, 3, 8, 4]
//   CHECK-DAG:   tensor.expand_shape %[[DG]] {{\[\[}}0, 1]] output_shape [8, 4]
func.func @backward(%dy: tensor<2x3x8x4xf32>, %x: tensor<2x3x8x4xf32>, %g: tensor<8x4xf32>, %r: tensor<2x3xf32>) -> (tensor<2x3x8x4xf32>, tensor<8x4xf32>) {
  %0:2 = norm.rmsnorm_backward ins(%dy, %x : tensor<2x3x8x4xf32>, tensor<2x3x8x4xf32>) scale(%g : tensor<8x4xf32>) rstd(%r : tensor<2x3xf32>)
       outs(%x : tensor<2x3x8x4xf32>) dscale(%g : tensor<8x4xf32>) dimensions = [2, 3] -> (tensor<2x3x8x4xf32>, tensor<8x4xf32>)
  return %0#0, %0#1 : tensor<2x3x8x4xf32>, tensor<8x4xf32>
}
