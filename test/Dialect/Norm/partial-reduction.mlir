// RUN: norm-opt %s --split-input-file --transform-interpreter --canonicalize --cse | FileCheck %s

// Along the row a loop gathers partial statistics, one per position of a tile;
// they are merged after it, and y is computed from the result.

// CHECK-LABEL: @rmsnorm
//  CHECK-SAME: (%[[X:.*]]: tensor<4x64xf32>, %[[G:.*]]: tensor<64xf32>, %[[Y:.*]]: tensor<4x64xf32>)
//       CHECK:   %[[ZERO:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : tensor<4x16xf32>)
//       CHECK:   %[[PARTIAL:.*]] = scf.for %[[I:.*]] = %c0 to %c64 step %c16 iter_args(%{{.*}} = %[[ZERO]]) -> (tensor<4x16xf32>)
//       CHECK:     tensor.extract_slice %[[X]][0, %[[I]]] [4, 16] [1, 1]
//       CHECK:     linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]
//       CHECK:       arith.mulf
//       CHECK:       arith.addf
//       CHECK:     scf.yield
//       CHECK:   linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[PARTIAL]] : tensor<4x16xf32>)
//       CHECK:   arith.divf
//       CHECK:   math.rsqrt
//       CHECK:   linalg.generic {{.*}} ins(%[[X]], %{{.*}}, %[[G]] : {{.*}}) outs(%[[Y]] :
//   CHECK-NOT:   norm.rmsnorm ins
func.func @rmsnorm(%x: tensor<4x64xf32>, %g: tensor<64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.rmsnorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %fill, %split, %combine, %loop = transform.structured.tile_reduction_using_for %op by tile_sizes = [0, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Layernorm gathers count, mean and squared distances of x minus the first
// element of its row; prmsnorm masks what is past the first k elements.

// CHECK-LABEL: @layernorm
//       CHECK:   scf.for {{.*}} -> (tensor<?x16xf32>, tensor<?x16xf32>, tensor<?x16xf32>)
//       CHECK:     tensor.extract_slice %{{.*}}[0, 0] [%{{.*}}, 1] [1, 1] : tensor<?x?xf16> to tensor<?xf16>
//       CHECK:     linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]
//       CHECK:       arith.divf
//       CHECK:     scf.yield
//   CHECK-NOT:   norm.layernorm ins
func.func @layernorm(%x: tensor<?x?xf16>, %y: tensor<?x?xf16>, %r: tensor<?xf32>) -> (tensor<?x?xf16>, tensor<?xf32>) {
  %0:2 = norm.layernorm ins(%x : tensor<?x?xf16>) outs(%y : tensor<?x?xf16>) rstd(%r : tensor<?xf32>) epsilon = 1.0e-05 -> (tensor<?x?xf16>, tensor<?xf32>)
  return %0#0, %0#1 : tensor<?x?xf16>, tensor<?xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.layernorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %fill:3, %split, %combine, %loop = transform.structured.tile_reduction_using_for %op by tile_sizes = [0, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// CHECK-LABEL: @prmsnorm
//       CHECK:   scf.for
//       CHECK:     linalg.index 1
//       CHECK:     arith.cmpi ult
//       CHECK:     arith.select
func.func @prmsnorm(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) k = 19 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.prmsnorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %fill, %split, %combine, %loop = transform.structured.tile_reduction_using_for %op by tile_sizes = [0, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A backward in blocks of rows: each has dx of its rows, and sums of its own in C.

// CHECK-LABEL: @blocks_of_rows
//  CHECK-SAME: %[[E:[a-z0-9]*]]: tensor<128x64xbf16>, %[[F:[a-z0-9]*]]: tensor<64xf32>, %[[H:[a-z0-9]*]]: tensor<64xbf16>)
//       CHECK:   %[[ZEROS:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : tensor<8x64xf32>)
//       CHECK:   %[[P:.*]]:3 = scf.forall (%[[I:.*]]) = (0) to (128) step (16) shared_outs(%{{.*}} = %[[E]], %{{.*}} = %[[ZEROS]], %{{.*}} = %[[ZEROS]])
//       CHECK:     %[[B:.*]] = affine.apply
//       CHECK:     %dx, %dscale, %dbias = norm.rmsnorm_backward {{.*}} outs(%{{.*}} : tensor<16x64xbf16>) dscale(%{{.*}} : tensor<64xf32>) dbias(%{{.*}} : tensor<64xf32>)
//       CHECK:       tensor.parallel_insert_slice %dx into %{{.*}}[%[[I]], 0] [16, 64] [1, 1]
//       CHECK:       tensor.parallel_insert_slice %dscale into %{{.*}}[%[[B]], 0] [1, 64] [1, 1]
//       CHECK:       tensor.parallel_insert_slice %dbias into %{{.*}}[%[[B]], 0] [1, 64] [1, 1]
//       CHECK:   %[[DG:.*]] = linalg.generic {{.*}}["reduction", "parallel"]} ins(%[[P]]#1 : tensor<8x64xf32>) outs(%{{.*}} : tensor<64xf32>)
//       CHECK:   %[[SUM:.*]] = linalg.generic {{.*}}["reduction", "parallel"]} ins(%[[P]]#2 : tensor<8x64xf32>)
//       CHECK:   %[[DB:.*]] = linalg.generic {{.*}} ins(%[[SUM]] : tensor<64xf32>) outs(%[[H]] : tensor<64xbf16>)
//       CHECK:   return %[[P]]#0, %[[DG]], %[[DB]]
func.func @blocks_of_rows(%dy: tensor<128x64xbf16>, %x: tensor<128x64xbf16>, %g: tensor<64xf32>, %r: tensor<128xf32>, %e: tensor<128x64xbf16>, %f: tensor<64xf32>, %h: tensor<64xbf16>) -> (tensor<128x64xbf16>, tensor<64xf32>, tensor<64xbf16>) {
  %dx, %dg, %db = norm.rmsnorm_backward ins(%dy, %x : tensor<128x64xbf16>, tensor<128x64xbf16>)
      scale(%g : tensor<64xf32>) rstd(%r : tensor<128xf32>) outs(%e : tensor<128x64xbf16>)
      dscale(%f : tensor<64xf32>) dbias(%h : tensor<64xbf16>) -> (tensor<128x64xbf16>, tensor<64xf32>, tensor<64xbf16>)
  return %dx, %dg, %db : tensor<128x64xbf16>, tensor<64xf32>, tensor<64xbf16>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.rmsnorm_backward"]} in %root : (!transform.any_op) -> !transform.any_op
    %fill:3, %split, %combine, %loop = transform.structured.tile_reduction_using_forall %op reduction_dims = [0] by tile_sizes = [16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// CHECK-LABEL: @blocks_of_any_rows
//       CHECK:   scf.forall (%[[I:.*]], %[[J:.*]]) = (0, 0) to (%{{.*}}, %{{.*}}) step (2, 16) shared_outs(%{{.*}} = %{{.*}}) -> (tensor<?x?x64xf32>)
//       CHECK:     norm.layernorm_backward {{.*}} rstd(%{{.*}} : tensor<?x?xf32>) mean(%{{.*}} : tensor<?x?xf32>) dscale(%{{.*}} : tensor<64xf32>)
//       CHECK:   linalg.generic {{.*}}["reduction", "reduction", "parallel"]
func.func @blocks_of_any_rows(%dy: tensor<?x?x64xf32>, %x: tensor<?x?x64xf32>, %r: tensor<?x?xf32>, %mu: tensor<?x?xf32>, %f: tensor<64xf32>) -> tensor<64xf32> {
  %dg = norm.layernorm_backward ins(%dy, %x : tensor<?x?x64xf32>, tensor<?x?x64xf32>) rstd(%r : tensor<?x?xf32>) mean(%mu : tensor<?x?xf32>)
      dscale(%f : tensor<64xf32>) -> tensor<64xf32>
  return %dg : tensor<64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.layernorm_backward"]} in %root : (!transform.any_op) -> !transform.any_op
    %fill, %split, %combine, %loop = transform.structured.tile_reduction_using_forall %op reduction_dims = [0, 1] by tile_sizes = [2, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}
