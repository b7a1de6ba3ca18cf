// RUN: norm-opt %s --split-input-file --transform-interpreter --canonicalize --cse | FileCheck %s

// Producer fusion: a norm joins the tiled loop of its consumer.

#map = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: @norm_into_consumer
//       CHECK:   scf.for %[[I:.*]] =
//       CHECK:     %[[T:.*]] = norm.rmsnorm ins(%{{.*}} : tensor<16x64xf32>) scale(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<16x64xf32>)
//       CHECK:     linalg.generic {{.*}} ins(%[[T]] : tensor<16x64xf32>)
//   CHECK-NOT:   norm.rmsnorm
func.func @norm_into_consumer(%x: tensor<128x64xf32>, %g: tensor<64xf32>, %y: tensor<128x64xf32>) -> tensor<128x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<128x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<128x64xf32>) epsilon = 1.0e-05 -> tensor<128x64xf32>
  %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<128x64xf32>) outs(%y : tensor<128x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %2 = arith.negf %in : f32
    linalg.yield %2 : f32
  } -> tensor<128x64xf32>
  return %1 : tensor<128x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.fuse %op tile_sizes [16, 0] : (!transform.any_op) -> (!transform.any_op, !transform.op<"scf.for">)
    transform.yield
  }
}

// -----

// A consumer of a statistic alone pulls in whole rows.

#map1 = affine_map<(d0) -> (d0)>

// CHECK-LABEL: @statistic_into_consumer
//       CHECK:   scf.for
//       CHECK:     %{{.*}}, %[[R:.*]] = norm.layernorm ins(%{{.*}} : tensor<?x64xf32>) outs(%{{.*}} : tensor<?x64xf32>) rstd(%{{.*}} : tensor<?xf32>)
//       CHECK:     linalg.generic {{.*}} ins(%[[R]] : tensor<?xf32>)
func.func @statistic_into_consumer(%x: tensor<?x64xf32>, %y: tensor<?x64xf32>, %r: tensor<?xf32>) -> tensor<?xf32> {
  %0:2 = norm.layernorm ins(%x : tensor<?x64xf32>) outs(%y : tensor<?x64xf32>) rstd(%r : tensor<?xf32>) epsilon = 1.0e-05 -> (tensor<?x64xf32>, tensor<?xf32>)
  %1 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel"]} ins(%0#1 : tensor<?xf32>) outs(%r : tensor<?xf32>) {
  ^bb0(%in: f32, %out: f32):
    %2 = arith.mulf %in, %in : f32
    linalg.yield %2 : f32
  } -> tensor<?xf32>
  return %1 : tensor<?xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.fuse %op tile_sizes [16] : (!transform.any_op) -> (!transform.any_op, !transform.op<"scf.for">)
    transform.yield
  }
}

// -----

// A consumer that is tiled along the row does not pull the norm in: the norm
// stays before the loop, and that is no error.

#map = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: @cut_by_consumer
//       CHECK:   norm.rmsnorm ins(%{{.*}} : tensor<128x64xf32>)
//       CHECK:   scf.for
//       CHECK:     scf.for
//   CHECK-NOT:       norm.rmsnorm
func.func @cut_by_consumer(%x: tensor<128x64xf32>, %y: tensor<128x64xf32>) -> tensor<128x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<128x64xf32>) outs(%y : tensor<128x64xf32>) epsilon = 1.0e-05 -> tensor<128x64xf32>
  %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<128x64xf32>) outs(%y : tensor<128x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %2 = arith.negf %in : f32
    linalg.yield %2 : f32
  } -> tensor<128x64xf32>
  return %1 : tensor<128x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loops:2 = transform.structured.fuse %op tile_sizes [16, 16] : (!transform.any_op) -> (!transform.any_op, !transform.op<"scf.for">, !transform.op<"scf.for">)
    transform.yield
  }
}

// -----

#map = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: @into_containing_op
//       CHECK:   scf.forall
//       CHECK:     norm.layernorm ins(%{{.*}} : tensor<?x64xf32>)
//       CHECK:     linalg.generic
func.func @into_containing_op(%x: tensor<?x64xf32>, %y: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %0 = norm.layernorm ins(%x : tensor<?x64xf32>) outs(%y : tensor<?x64xf32>) epsilon = 1.0e-05 -> tensor<?x64xf32>
  %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%0 : tensor<?x64xf32>) outs(%y : tensor<?x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %2 = arith.negf %in : f32
    linalg.yield %2 : f32
  } -> tensor<?x64xf32>
  return %1 : tensor<?x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %norm = transform.structured.match ops{["norm.layernorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [8] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %fused, %containing = transform.structured.fuse_into_containing_op %norm into %loop : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A norm pulls in the producer of its input, rows by rows.

#map = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: @producer_into_norm
//       CHECK:   scf.for
//       CHECK:     %[[A:.*]] = linalg.generic {{.*}} tensor<16x64xf32>
//       CHECK:     norm.rmsnorm ins(%[[A]] : tensor<16x64xf32>)
func.func @producer_into_norm(%x: tensor<128x64xf32>, %y: tensor<128x64xf32>) -> tensor<128x64xf32> {
  %0 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<128x64xf32>) outs(%y : tensor<128x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %2 = arith.negf %in : f32
    linalg.yield %2 : f32
  } -> tensor<128x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<128x64xf32>) outs(%y : tensor<128x64xf32>) epsilon = 1.0e-05 -> tensor<128x64xf32>
  return %1 : tensor<128x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.rmsnorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.fuse %op tile_sizes [16] : (!transform.any_op) -> (!transform.any_op, !transform.op<"scf.for">)
    transform.yield
  }
}
