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
