// RUN: norm-opt %s --split-input-file --transform-interpreter --canonicalize --cse --verify-diagnostics | FileCheck %s

// Loops over rows are tiled as norm ops are: rows, never a row. Operands are sliced
// as their maps say; what all rows share is used whole.

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#element = affine_map<(i, j) -> (j)>
#transposed = affine_map<(i, j) -> (j, i)>
#unit = affine_map<(i, j) -> (i, 0)>
#none = affine_map<(i, j) -> ()>

// CHECK-LABEL: @rows
//  CHECK-SAME: (%[[X:.*]]: tensor<128x64xf32>, %[[T:.*]]: tensor<64x128xf32>, %[[G:.*]]: tensor<64xf32>, %[[R:.*]]: tensor<128x1xf32>, %[[C:.*]]: f32, %[[Y:.*]]: tensor<128x64xf32>, %[[S:.*]]: tensor<128xf32>)
//       CHECK:   scf.for %[[I:.*]] = %c0 to %c128 step %c16 iter_args(%[[YO:.*]] = %[[Y]], %[[SO:.*]] = %[[S]])
//   CHECK-DAG:     %[[XT:.*]] = tensor.extract_slice %[[X]][%[[I]], 0] [16, 64] [1, 1]
//   CHECK-DAG:     %[[TT:.*]] = tensor.extract_slice %[[T]][0, %[[I]]] [64, 16] [1, 1]
//   CHECK-DAG:     %[[RT:.*]] = tensor.extract_slice %[[R]][%[[I]], 0] [16, 1] [1, 1]
//   CHECK-DAG:     %[[YT:.*]] = tensor.extract_slice %[[YO]][%[[I]], 0] [16, 64] [1, 1]
//   CHECK-DAG:     %[[ST:.*]] = tensor.extract_slice %[[SO]][%[[I]]] [16] [1]
//       CHECK:     %[[Z:.*]]:2 = norm.row_loop ins(%[[XT]], %[[TT]], %[[G]], %[[RT]], %[[C]] : tensor<16x64xf32>, tensor<64x16xf32>, tensor<64xf32>, tensor<16x1xf32>, f32)
//  CHECK-SAME:       outs(%[[YT]], %[[ST]] : tensor<16x64xf32>, tensor<16xf32>)
//       CHECK:       norm.row_reduce add %{{.*}} : f32
//       CHECK:     tensor.insert_slice %[[Z]]#0 into %[[YO]][%[[I]], 0] [16, 64] [1, 1]
//       CHECK:     tensor.insert_slice %[[Z]]#1 into %[[SO]][%[[I]]] [16] [1]
func.func @rows(%x: tensor<128x64xf32>, %t: tensor<64x128xf32>, %g: tensor<64xf32>, %r: tensor<128x1xf32>, %c: f32,
                %y: tensor<128x64xf32>, %s: tensor<128xf32>) -> (tensor<128x64xf32>, tensor<128xf32>) {
  %0:2 = norm.row_loop ins(%x, %t, %g, %r, %c : tensor<128x64xf32>, tensor<64x128xf32>, tensor<64xf32>, tensor<128x1xf32>, f32)
      outs(%y, %s : tensor<128x64xf32>, tensor<128xf32>)
      maps = [#id, #transposed, #element, #unit, #none, #id, #row] dimensions = [1] {
  ^bb0(%x_i: f32, %t_i: f32, %g_i: f32, %r_i: f32, %c_i: f32):
    %a = arith.addf %x_i, %t_i : f32
    %sum = norm.row_reduce add %a : f32
    %b = arith.mulf %a, %g_i : f32
    %d = arith.addf %b, %r_i : f32
    %e = arith.mulf %d, %c_i : f32
    norm.row_yield %e, %sum : f32, f32
  } -> tensor<128x64xf32>, tensor<128xf32>
  return %0#0, %0#1 : tensor<128x64xf32>, tensor<128xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.row_loop"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Dynamic rows; what one operand alone tells of the row is static in the tile.

#id = affine_map<(i, j) -> (i, j)>
#element = affine_map<(i, j) -> (j)>

// CHECK-LABEL: @dynamic
//  CHECK-SAME: (%[[X:.*]]: tensor<?x?xf32>, %[[G:.*]]: tensor<60xf32>, %[[Y:.*]]: tensor<?x?xf32>)
//       CHECK:   %[[M:.*]] = tensor.dim %[[X]], %c0
//       CHECK:   %[[TILES:.*]] = affine.apply #{{.*}}()[%[[M]]]
//       CHECK:   scf.forall (%[[T:.*]]) in (%[[TILES]]) shared_outs(%[[YO:.*]] = %[[Y]])
//       CHECK:     %[[I:.*]] = affine.apply #{{.*}}(%[[T]])
//       CHECK:     %[[SIZE:.*]] = affine.min
//       CHECK:     %[[XT:.*]] = tensor.extract_slice %[[X]][%[[I]], 0] [%[[SIZE]], 60] [1, 1] : tensor<?x?xf32> to tensor<?x60xf32>
//       CHECK:     norm.row_loop ins(%[[XT]], %[[G]] : tensor<?x60xf32>, tensor<60xf32>)
func.func @dynamic(%x: tensor<?x?xf32>, %g: tensor<60xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = norm.row_loop ins(%x, %g : tensor<?x?xf32>, tensor<60xf32>) outs(%y : tensor<?x?xf32>)
      maps = [#id, #element, #id] dimensions = [1] {
  ^bb0(%x_i: f32, %g_i: f32):
    %a = arith.mulf %x_i, %g_i : f32
    norm.row_yield %a : f32
  } -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.row_loop"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_forall %op tile_sizes [7] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// On memrefs tiles are subviews.

#id = affine_map<(i, j, k) -> (i, j, k)>
#row = affine_map<(i, j, k) -> (i, k)>

// CHECK-LABEL: @memrefs
//       CHECK:   scf.for %[[I:.*]] =
//       CHECK:     scf.for %[[K:.*]] =
//       CHECK:       %[[XT:.*]] = memref.subview %{{.*}}[%[[I]], 0, %[[K]]] [2, 8, 16] [1, 1, 1]
//       CHECK:       %[[ST:.*]] = memref.subview %{{.*}}[%[[I]], %[[K]]] [2, 16] [1, 1]
//       CHECK:       norm.row_loop ins(%[[XT]] : {{.*}}) outs(%[[ST]] : {{.*}})
func.func @memrefs(%x: memref<4x8x64xf32>, %s: memref<4x64xf32>) {
  norm.row_loop ins(%x : memref<4x8x64xf32>) outs(%s : memref<4x64xf32>) maps = [#id, #row] dimensions = [1] {
  ^bb0(%x_i: f32):
    %sum = norm.row_reduce maximumf %x_i : f32
    norm.row_yield %sum : f32
  }
  return
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.row_loop"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loops:2 = transform.structured.tile_using_for %op tile_sizes [2, 0, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// The loop joins the tiled loop of a consumer, of elements and of row values:
// upstream fuses one use after the other.

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>

// CHECK-LABEL: @into_consumer
//       CHECK:   scf.for
//       CHECK:     %[[T:.*]] = norm.row_loop ins(%[[X:.*]] : tensor<16x64xf32>) outs(%{{.*}} : tensor<16x64xf32>)
//       CHECK:     %[[S:.*]] = norm.row_loop ins(%[[X]] : tensor<16x64xf32>) outs(%{{.*}} : tensor<16xf32>)
//       CHECK:     linalg.generic {{.*}} ins(%[[T]], %[[S]] : tensor<16x64xf32>, tensor<16xf32>)
//   CHECK-NOT:   norm.row_loop
func.func @into_consumer(%x: tensor<128x64xf32>, %y: tensor<128x64xf32>, %s: tensor<128xf32>) -> tensor<128x64xf32> {
  %0:2 = norm.row_loop ins(%x : tensor<128x64xf32>) outs(%y, %s : tensor<128x64xf32>, tensor<128xf32>)
      maps = [#id, #id, #row] dimensions = [1] {
  ^bb0(%x_i: f32):
    %sum = norm.row_reduce add %x_i : f32
    norm.row_yield %x_i, %sum : f32, f32
  } -> tensor<128x64xf32>, tensor<128xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0#0, %0#1 : tensor<128x64xf32>, tensor<128xf32>) outs(%y : tensor<128x64xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %2 = arith.divf %a, %b : f32
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

// A consumer that is tiled along the row does not pull the loop in.

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>

// CHECK-LABEL: @not_into_columns
//       CHECK:   norm.row_loop
//       CHECK:   scf.for
//   CHECK-NOT:     norm.row_loop
func.func @not_into_columns(%x: tensor<128x64xf32>, %y: tensor<128x64xf32>) -> tensor<128x64xf32> {
  %0 = norm.row_loop ins(%x : tensor<128x64xf32>) outs(%y : tensor<128x64xf32>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%x_i: f32):
    %sum = norm.row_reduce add %x_i : f32
    %z = arith.addf %x_i, %sum : f32
    norm.row_yield %z : f32
  } -> tensor<128x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0 : tensor<128x64xf32>) outs(%y : tensor<128x64xf32>) {
  ^bb0(%a: f32, %out: f32):
    %2 = arith.negf %a : f32
    linalg.yield %2 : f32
  } -> tensor<128x64xf32>
  return %1 : tensor<128x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.fuse %op tile_sizes [0, 16] : (!transform.any_op) -> (!transform.any_op, !transform.op<"scf.for">)
    transform.yield
  }
}

// -----

// The first two errors are upstream's.

#id = affine_map<(i, j) -> (i, j)>

func.func @cut_row(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>) -> tensor<8x64xf32> {
  // expected-error @+3 {{faild to tile operation}}
  // expected-error @+2 {{failed to generate tiling loops}}
  // expected-error @+1 {{'norm.row_loop' op expected tiles to span normalized dimension 1, got a tile of size 16}}
  %0 = norm.row_loop ins(%x : tensor<8x64xf32>) outs(%y : tensor<8x64xf32>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%x_i: f32):
    %sum = norm.row_reduce add %x_i : f32
    %z = arith.addf %x_i, %sum : f32
    norm.row_yield %z : f32
  } -> tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.row_loop"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [0, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Sums over rows are tiled with the dimensions that count them.

#id = affine_map<(p, r, j) -> (p, r, j)>
#sum = affine_map<(p, r, j) -> (p, j)>

// CHECK-LABEL: @blocks_of_rows
//       CHECK:   scf.for %[[I:.*]] = %c0 to %c8 step %c2
//   CHECK-DAG:     tensor.extract_slice %{{.*}}[%[[I]], 0, 0] [2, 4, 64] [1, 1, 1]
//   CHECK-DAG:     tensor.extract_slice %{{.*}}[%[[I]], 0] [2, 64] [1, 1]
//       CHECK:     norm.row_loop ins(%{{.*}} : tensor<2x4x64xf32>) outs(%{{.*}}, %{{.*}} : tensor<2x4x64xf32>, tensor<2x64xf32>)
//  CHECK-SAME:       accumulate = [1] dimensions = [2]
func.func @blocks_of_rows(%x: tensor<8x4x64xf32>, %s: tensor<8x64xf32>) -> (tensor<8x4x64xf32>, tensor<8x64xf32>) {
  %0:2 = norm.row_loop ins(%x : tensor<8x4x64xf32>) outs(%x, %s : tensor<8x4x64xf32>, tensor<8x64xf32>)
      maps = [#id, #id, #sum] accumulate = [1] dimensions = [2] {
  ^bb0(%x_i: f32):
    norm.row_yield %x_i, %x_i : f32, f32
  } -> tensor<8x4x64xf32>, tensor<8x64xf32>
  return %0#0, %0#1 : tensor<8x4x64xf32>, tensor<8x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.row_loop"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// A tile of some of the rows of a sum would give another sum.

#id = affine_map<(p, r, j) -> (p, r, j)>
#sum = affine_map<(p, r, j) -> (p, j)>

func.func @cut_sum(%x: tensor<8x4x64xf32>, %s: tensor<8x64xf32>) -> tensor<8x64xf32> {
  // expected-error @+3 {{faild to tile operation}}
  // expected-error @+2 {{failed to generate tiling loops}}
  // expected-error @+1 {{'norm.row_loop' op expected tiles to span summed dimension 1, got a tile of size 2}}
  %0 = norm.row_loop ins(%x : tensor<8x4x64xf32>) outs(%s : tensor<8x64xf32>) maps = [#id, #sum] accumulate = [1] dimensions = [2] {
  ^bb0(%x_i: f32):
    norm.row_yield %x_i : f32
  } -> tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.row_loop"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [0, 2] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Nor does a consumer of a part of the rows pull such a loop in.

#id = affine_map<(i, j) -> (i, j)>
#sum = affine_map<(i, j) -> (j)>

// CHECK-LABEL: @not_into_rows
//       CHECK:   norm.row_loop
//       CHECK:   scf.for
//   CHECK-NOT:     norm.row_loop
func.func @not_into_rows(%x: tensor<128x64xf32>, %y: tensor<128x64xf32>, %s: tensor<64xf32>) -> (tensor<128x64xf32>, tensor<64xf32>) {
  %0:2 = norm.row_loop ins(%x : tensor<128x64xf32>) outs(%y, %s : tensor<128x64xf32>, tensor<64xf32>) maps = [#id, #id, #sum] accumulate = [0] dimensions = [1] {
  ^bb0(%x_i: f32):
    norm.row_yield %x_i, %x_i : f32, f32
  } -> tensor<128x64xf32>, tensor<64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0#0 : tensor<128x64xf32>) outs(%y : tensor<128x64xf32>) {
  ^bb0(%a: f32, %out: f32):
    %2 = arith.negf %a : f32
    linalg.yield %2 : f32
  } -> tensor<128x64xf32>
  return %1, %0#1 : tensor<128x64xf32>, tensor<64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["linalg.generic"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.fuse %op tile_sizes [16] : (!transform.any_op) -> (!transform.any_op, !transform.op<"scf.for">)
    transform.yield
  }
}
