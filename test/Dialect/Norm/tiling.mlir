// RUN: norm-opt %s --split-input-file --transform-interpreter --canonicalize --cse | FileCheck %s

// Rows are tiled, a row never is. y takes a slice of x and of its destination,
// scale and bias are used whole.

// CHECK-LABEL: @rows
//  CHECK-SAME: (%[[X:.*]]: tensor<128x64xf32>, %[[G:.*]]: tensor<64xf32>, %[[B:.*]]: tensor<64xf32>, %[[Y:.*]]: tensor<128x64xf32>)
//       CHECK:   scf.for %[[I:.*]] = %c0 to %c128 step %c16 iter_args(%[[OUT:.*]] = %[[Y]])
//   CHECK-DAG:     %[[XT:.*]] = tensor.extract_slice %[[X]][%[[I]], 0] [16, 64] [1, 1]
//   CHECK-DAG:     %[[YT:.*]] = tensor.extract_slice %[[OUT]][%[[I]], 0] [16, 64] [1, 1]
//       CHECK:     %[[T:.*]] = norm.layernorm ins(%[[XT]] : tensor<16x64xf32>) scale(%[[G]] : tensor<64xf32>) bias(%[[B]] : tensor<64xf32>) outs(%[[YT]] : tensor<16x64xf32>) epsilon = 1.000000e-05 -> tensor<16x64xf32>
//       CHECK:     tensor.insert_slice %[[T]] into %[[OUT]][%[[I]], 0] [16, 64] [1, 1]
func.func @rows(%x: tensor<128x64xf32>, %g: tensor<64xf32>, %b: tensor<64xf32>, %y: tensor<128x64xf32>) -> tensor<128x64xf32> {
  %0 = norm.layernorm ins(%x : tensor<128x64xf32>) scale(%g : tensor<64xf32>) bias(%b : tensor<64xf32>)
       outs(%y : tensor<128x64xf32>) epsilon = 1.0e-05 -> tensor<128x64xf32>
  return %0 : tensor<128x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.layernorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Statistics are tiled with the rows.

// CHECK-LABEL: @statistics
//       CHECK:   scf.forall (%[[I:.*]], %[[J:.*]]) in (4, 2) shared_outs(%[[YO:.*]] = %{{.*}}, %[[SO:.*]] = %{{.*}}, %[[RO:.*]] = %{{.*}}, %[[MO:.*]] = %{{.*}}) ->
//       CHECK:     %[[J4:.*]] = affine.apply #{{.*}}(%[[J]])
//       CHECK:     %[[Y:.*]], %[[S:.*]], %[[R:.*]], %[[M:.*]] = norm.layernorm ins(%{{.*}} : tensor<1x4x64xf16>) outs(%{{.*}} : tensor<1x4x64xf16>) statistic(%{{.*}} : tensor<1x4xf32>) rstd(%{{.*}} : tensor<1x4xf32>) mean(%{{.*}} : tensor<1x4xf32>)
//       CHECK:       tensor.parallel_insert_slice %[[Y]] into %[[YO]][%[[I]], %[[J4]], 0] [1, 4, 64] [1, 1, 1]
//       CHECK:       tensor.parallel_insert_slice %[[S]] into %[[SO]][%[[I]], %[[J4]]] [1, 4] [1, 1]
//       CHECK:       tensor.parallel_insert_slice %[[R]] into %[[RO]][%[[I]], %[[J4]]] [1, 4] [1, 1]
//       CHECK:       tensor.parallel_insert_slice %[[M]] into %[[MO]][%[[I]], %[[J4]]] [1, 4] [1, 1]
func.func @statistics(%x: tensor<4x8x64xf16>, %y: tensor<4x8x64xf16>, %s: tensor<4x8xf32>, %r: tensor<4x8xf32>, %m: tensor<4x8xf32>)
    -> (tensor<4x8x64xf16>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>) {
  %0:4 = norm.layernorm ins(%x : tensor<4x8x64xf16>) outs(%y : tensor<4x8x64xf16>) statistic(%s : tensor<4x8xf32>)
         rstd(%r : tensor<4x8xf32>) mean(%m : tensor<4x8xf32>) epsilon = 1.0e-05
         -> (tensor<4x8x64xf16>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>)
  return %0#0, %0#1, %0#2, %0#3 : tensor<4x8x64xf16>, tensor<4x8xf32>, tensor<4x8xf32>, tensor<4x8xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.layernorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [1, 4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Dynamic rows of dynamic length; the last tile is short.

// CHECK-LABEL: @dynamic
//  CHECK-SAME: (%[[X:.*]]: tensor<?x?xf32>, %[[G:.*]]: tensor<?xf32>, %[[Y:.*]]: tensor<?x?xf32>, %[[R:.*]]: tensor<?xf32>)
//   CHECK-DAG:   %[[ROWS:.*]] = tensor.dim %[[X]], %c0
//   CHECK-DAG:   %[[N:.*]] = tensor.dim %[[X]], %c1
//       CHECK:   scf.for %[[I:.*]] = %c0 to %[[ROWS]] step %c16
//       CHECK:     %[[SIZE:.*]] = affine.min #{{.*}}(%[[I]])[%[[ROWS]]]
//       CHECK:     tensor.extract_slice %[[X]][%[[I]], 0] [%[[SIZE]], %[[N]]] [1, 1]
//       CHECK:     %[[T:.*]], %[[TR:.*]] = norm.prmsnorm ins(%{{.*}} : tensor<?x?xf32>) scale(%[[G]] : tensor<?xf32>) outs(%{{.*}} : tensor<?x?xf32>) rstd(%{{.*}} : tensor<?xf32>) k = 3
//       CHECK:     tensor.insert_slice %[[T]] into %{{.*}}[%[[I]], 0] [%[[SIZE]], %[[N]]] [1, 1]
//       CHECK:     tensor.insert_slice %[[TR]] into %{{.*}}[%[[I]]] [%[[SIZE]]] [1]
func.func @dynamic(%x: tensor<?x?xf32>, %g: tensor<?xf32>, %y: tensor<?x?xf32>, %r: tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>) {
  %0:2 = norm.prmsnorm ins(%x : tensor<?x?xf32>) scale(%g : tensor<?xf32>) outs(%y : tensor<?x?xf32>) rstd(%r : tensor<?xf32>)
         k = 3 epsilon = 1.0e-05 -> (tensor<?x?xf32>, tensor<?xf32>)
  return %0#0, %0#1 : tensor<?x?xf32>, tensor<?xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.prmsnorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [16, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Normalized dimensions need not be trailing: here the rows are dimension 1.

// CHECK-LABEL: @leading_and_trailing
//       CHECK:   scf.for %[[I:.*]] = %c0 to %c8 step %c2
//       CHECK:     tensor.extract_slice %{{.*}}[0, %[[I]], 0] [4, 2, 64] [1, 1, 1]
//       CHECK:     norm.rmsnorm ins(%{{.*}} : tensor<4x2x64xf32>) scale(%{{.*}} : tensor<4x64xf32>) outs(%{{.*}} : tensor<4x2x64xf32>) statistic(%{{.*}} : tensor<2xf32>) dimensions = [0, 2]
func.func @leading_and_trailing(%x: tensor<4x8x64xf32>, %g: tensor<4x64xf32>, %y: tensor<4x8x64xf32>, %s: tensor<8xf32>) -> (tensor<4x8x64xf32>, tensor<8xf32>) {
  %0:2 = norm.rmsnorm ins(%x : tensor<4x8x64xf32>) scale(%g : tensor<4x64xf32>) outs(%y : tensor<4x8x64xf32>) statistic(%s : tensor<8xf32>)
         dimensions = [0, 2] epsilon = 1.0e-05 -> (tensor<4x8x64xf32>, tensor<8xf32>)
  return %0#0, %0#1 : tensor<4x8x64xf32>, tensor<8xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.rmsnorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [0, 2, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A tile of the whole row is no cut, also where it comes from a loop.

// CHECK-LABEL: @whole_row
//       CHECK:   norm.rmsnorm ins(%{{.*}} : tensor<2x64xf32>)
func.func @whole_row(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<8x64xf32>) outs(%y : tensor<8x64xf32>) epsilon = 1.0e-05 -> tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.rmsnorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loops:2 = transform.structured.tile_using_for %op tile_sizes [2, 64] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// One value as input, scale and destination: slices follow the operand, not
// the value.

// CHECK-LABEL: @memref
//  CHECK-SAME: (%[[X:.*]]: memref<128x?xf32>, %[[G:.*]]: memref<?xf32>, %[[R:.*]]: memref<128xf32>)
//       CHECK:   scf.for %[[I:.*]] = %c0 to %c128 step %c16
//   CHECK-DAG:     %[[XT:.*]] = memref.subview %[[X]][%[[I]], 0] [16, %{{.*}}] [1, 1]
//   CHECK-DAG:     %[[RT:.*]] = memref.subview %[[R]][%[[I]]] [16] [1]
//       CHECK:     norm.rmsnorm ins(%[[XT]] : {{.*}}) scale(%[[G]] : memref<?xf32>) outs(%[[XT]] : {{.*}}) rstd(%[[RT]] : {{.*}})
func.func @memref(%x: memref<128x?xf32>, %g: memref<?xf32>, %r: memref<128xf32>) {
  norm.rmsnorm ins(%x : memref<128x?xf32>) scale(%g : memref<?xf32>) outs(%x : memref<128x?xf32>) rstd(%r : memref<128xf32>) epsilon = 1.0e-05
  return
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.rmsnorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// dx goes with its rows; so do dy, rstd, the mean and dres.

// CHECK-LABEL: @backward
//       CHECK:   scf.for %[[I:.*]] = %c0 to %c128 step %c16
//   CHECK-DAG:     %[[DYT:.*]] = tensor.extract_slice %[[DY:.*]][%[[I]], 0] [16, 64] [1, 1]
//   CHECK-DAG:     %[[RT:.*]] = tensor.extract_slice %{{.*}}[%[[I]]] [16] [1] : tensor<128xf32> to tensor<16xf32>
//       CHECK:     %[[T:.*]] = norm.layernorm_backward ins(%[[DYT]], %{{.*}} : tensor<16x64xf32>, tensor<16x64xf32>) scale(%{{.*}} : tensor<64xf32>) rstd(%[[RT]] : tensor<16xf32>) mean(%{{.*}} : tensor<16xf32>) dres(%{{.*}} : tensor<16x64xf32>) outs(%{{.*}} : tensor<16x64xf32>) -> tensor<16x64xf32>
//       CHECK:     tensor.insert_slice %[[T]] into %{{.*}}[%[[I]], 0] [16, 64] [1, 1]
func.func @backward(%dy: tensor<128x64xf32>, %x: tensor<128x64xf32>, %g: tensor<64xf32>, %r: tensor<128xf32>, %mu: tensor<128xf32>, %e: tensor<128x64xf32>) -> tensor<128x64xf32> {
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<128x64xf32>, tensor<128x64xf32>) scale(%g : tensor<64xf32>) rstd(%r : tensor<128xf32>)
       mean(%mu : tensor<128xf32>) dres(%dy : tensor<128x64xf32>) outs(%e : tensor<128x64xf32>) -> tensor<128x64xf32>
  return %0 : tensor<128x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.layernorm_backward"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
