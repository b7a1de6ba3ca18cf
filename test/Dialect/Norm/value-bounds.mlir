// REQUIRES: mlir-test-dialect
// RUN: mlir-opt %s --load-dialect-plugin=%norm_plugin --verify-diagnostics \
// RUN:   --pass-pipeline='builtin.module(func.func(test-affine-reify-value-bounds{reify-to-func-args}))' | FileCheck %s

// Extents of results are those of the destination, of the input, and along the
// row of the scale and the bias.

// CHECK-LABEL: @static_through_destination
//   CHECK-DAG:   %[[C4:.*]] = arith.constant 4 : index
//       CHECK:   return %[[C4]]
func.func @static_through_destination(%x: tensor<?x?xf32>, %y: tensor<4x?xf32>) -> index {
  %0 = norm.rmsnorm ins(%x : tensor<?x?xf32>) outs(%y : tensor<4x?xf32>) epsilon = 1.0e-05 -> tensor<4x?xf32>
  %1 = tensor.cast %0 : tensor<4x?xf32> to tensor<?x?xf32>
  %2 = "test.reify_bound"(%1) {dim = 0 : i64} : (tensor<?x?xf32>) -> index
  return %2 : index
}

// CHECK-LABEL: @dynamic_through_input
//  CHECK-SAME:   (%[[X:.*]]: tensor<?x?xf32>
//       CHECK:   %[[D:.*]] = tensor.dim %[[X]], %c0
//       CHECK:   return %[[D]]
func.func @dynamic_through_input(%x: tensor<?x?xf32>, %a: index, %b: index) -> index {
  %y = "test.some_destination"() : () -> tensor<?x?xf32>
  %0 = norm.layernorm ins(%x : tensor<?x?xf32>) outs(%y : tensor<?x?xf32>) epsilon = 1.0e-05 -> tensor<?x?xf32>
  %1 = "test.reify_bound"(%0) {dim = 0 : i64} : (tensor<?x?xf32>) -> index
  return %1 : index
}

// CHECK-LABEL: @row_through_scale
//   CHECK-DAG:   %[[C64:.*]] = arith.constant 64 : index
//       CHECK:   return %[[C64]]
func.func @row_through_scale(%x: tensor<?x?x?xf32>, %g: tensor<?x64xf32>, %y: tensor<?x?x?xf32>) -> index {
  %0 = norm.prmsnorm ins(%x : tensor<?x?x?xf32>) scale(%g : tensor<?x64xf32>) outs(%y : tensor<?x?x?xf32>) dimensions = [0, 2]
       k = 3 epsilon = 1.0e-05 -> tensor<?x?x?xf32>
  %1 = "test.reify_bound"(%0) {dim = 2 : i64} : (tensor<?x?x?xf32>) -> index
  return %1 : index
}

// Dimension 0 of the statistic is dimension 1 of the input.
// CHECK-LABEL: @statistic
//   CHECK-DAG:   %[[C8:.*]] = arith.constant 8 : index
//       CHECK:   return %[[C8]]
func.func @statistic(%x: tensor<4x8x64xf32>, %s: tensor<?xf32>) -> index {
  %0:2 = norm.rmsnorm ins(%x : tensor<4x8x64xf32>) outs(%x : tensor<4x8x64xf32>) statistic(%s : tensor<?xf32>) dimensions = [0, 2]
         epsilon = 1.0e-05 -> (tensor<4x8x64xf32>, tensor<?xf32>)
  %1 = "test.reify_bound"(%0#1) {dim = 0 : i64} : (tensor<?xf32>) -> index
  return %1 : index
}

// Dimension 0 of a row loop's result is one of the loop, which the map of the input
// has second.
// CHECK-LABEL: @row_loop
//   CHECK-DAG:   %[[C8:.*]] = arith.constant 8 : index
//       CHECK:   return %[[C8]]
func.func @row_loop(%x: tensor<?x8xf32>, %y: tensor<?x?xf32>) -> index {
  %0 = norm.row_loop ins(%x : tensor<?x8xf32>) outs(%y : tensor<?x?xf32>)
      maps = [affine_map<(i, j) -> (j, i)>, affine_map<(i, j) -> (i, j)>] dimensions = [1] {
  ^bb0(%x_i: f32):
    norm.row_yield %x_i : f32
  } -> tensor<?x?xf32>
  %1 = "test.reify_bound"(%0) {dim = 0 : i64} : (tensor<?x?xf32>) -> index
  return %1 : index
}

// CHECK-LABEL: @dx_through_rstd
//   CHECK-DAG:   %[[C8:.*]] = arith.constant 8 : index
//       CHECK:   return %[[C8]]
func.func @dx_through_rstd(%dy: tensor<?x?xf32>, %r: tensor<8xf32>, %e: tensor<?x?xf32>) -> index {
  %0 = norm.rmsnorm_backward ins(%dy, %dy : tensor<?x?xf32>, tensor<?x?xf32>) rstd(%r : tensor<8xf32>) outs(%e : tensor<?x?xf32>) -> tensor<?x?xf32>
  %1 = "test.reify_bound"(%0) {dim = 0 : i64} : (tensor<?x?xf32>) -> index
  return %1 : index
}

// CHECK-LABEL: @dscale_through_input
//   CHECK-DAG:   %[[C64:.*]] = arith.constant 64 : index
//       CHECK:   return %[[C64]]
func.func @dscale_through_input(%dy: tensor<?x64xf32>, %r: tensor<?xf32>, %f: tensor<?xf32>) -> index {
  %0 = norm.rmsnorm_backward ins(%dy, %dy : tensor<?x64xf32>, tensor<?x64xf32>) rstd(%r : tensor<?xf32>) dscale(%f : tensor<?xf32>) -> tensor<?xf32>
  %1 = "test.reify_bound"(%0) {dim = 0 : i64} : (tensor<?xf32>) -> index
  return %1 : index
}
