// REQUIRES: mlir-test-dialect
// RUN: mlir-opt %s --load-dialect-plugin=%norm_plugin --split-input-file --transform-interpreter --canonicalize --cse | FileCheck %s

// Consumer fusion: a norm joins the tiled loop of the producer of its input.

#map = affine_map<(d0, d1) -> (d0, d1)>

// CHECK-LABEL: @norm_into_producer
//       CHECK:   scf.forall
//       CHECK:     %[[A:.*]] = linalg.generic {{.*}} tensor<16x64xf32>
//       CHECK:     %[[Y:.*]], %[[R:.*]] = norm.rmsnorm ins(%[[A]] : tensor<16x64xf32>) scale(%{{.*}} : tensor<64xf32>)
//       CHECK:     tensor.parallel_insert_slice %[[Y]]
//       CHECK:     tensor.parallel_insert_slice %[[R]]
func.func @norm_into_producer(%x: tensor<128x64xf32>, %g: tensor<64xf32>, %t: tensor<128x64xf32>, %y: tensor<128x64xf32>, %r: tensor<128xf32>) -> (tensor<128x64xf32>, tensor<128xf32>) {
  %0 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<128x64xf32>) outs(%t : tensor<128x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %2 = arith.negf %in : f32
    linalg.yield %2 : f32
  } -> tensor<128x64xf32>
  %1:2 = norm.rmsnorm ins(%0 : tensor<128x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<128x64xf32>) rstd(%r : tensor<128xf32>) epsilon = 1.0e-05 -> (tensor<128x64xf32>, tensor<128xf32>)
  return %1#0, %1#1 : tensor<128x64xf32>, tensor<128xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %norm = transform.structured.match ops{["norm.rmsnorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %consumer, %fused = transform.test.fuse_consumer %norm into (%loop) : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A row loop as well, which has the producer's result through a map.

#map = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// CHECK-LABEL: @row_loop_into_producer
//       CHECK:   scf.forall
//       CHECK:     %[[A:.*]] = linalg.generic {{.*}} tensor<16x64xf32>
//       CHECK:     %[[Y:.*]]:2 = norm.row_loop ins(%[[A]], %{{.*}} : tensor<16x64xf32>, tensor<64xf32>)
//       CHECK:     tensor.parallel_insert_slice %[[Y]]#0
//       CHECK:     tensor.parallel_insert_slice %[[Y]]#1
func.func @row_loop_into_producer(%x: tensor<128x64xf32>, %g: tensor<64xf32>, %t: tensor<128x64xf32>, %y: tensor<128x64xf32>, %r: tensor<128xf32>) -> (tensor<128x64xf32>, tensor<128xf32>) {
  %0 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<128x64xf32>) outs(%t : tensor<128x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %2 = arith.negf %in : f32
    linalg.yield %2 : f32
  } -> tensor<128x64xf32>
  %1:2 = norm.row_loop ins(%0, %g : tensor<128x64xf32>, tensor<64xf32>) outs(%y, %r : tensor<128x64xf32>, tensor<128xf32>)
      maps = [#map, affine_map<(d0, d1) -> (d1)>, #map, #row] dimensions = [1] {
  ^bb0(%a: f32, %b: f32):
    %s = norm.row_reduce add %a : f32
    %p = arith.mulf %a, %b : f32
    norm.row_yield %p, %s : f32, f32
  } -> tensor<128x64xf32>, tensor<128xf32>
  return %1#0, %1#1 : tensor<128x64xf32>, tensor<128xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %norm = transform.structured.match ops{["norm.row_loop"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    %consumer, %fused = transform.test.fuse_consumer %norm into (%loop) : (!transform.any_op, !transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
