// RUN: norm-opt %s --split-input-file --transform-interpreter --verify-diagnostics

// y needs the statistic of the whole row: tile sizes along it are refused.
// The first two errors are upstream's.

func.func @cut_row(%x: tensor<8x64xf32>, %y: tensor<8x64xf32>) -> tensor<8x64xf32> {
  // expected-error @+3 {{faild to tile operation}}
  // expected-error @+2 {{failed to generate tiling loops}}
  // expected-error @+1 {{'norm.rmsnorm' op expected tiles to span normalized dimension 1, got a tile of size 16}}
  %0 = norm.rmsnorm ins(%x : tensor<8x64xf32>) outs(%y : tensor<8x64xf32>) epsilon = 1.0e-05 -> tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.rmsnorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [0, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

func.func @cut_dynamic_row(%x: tensor<8x?xf32>, %y: tensor<8x?xf32>) -> tensor<8x?xf32> {
  // expected-error @+3 {{faild to tile operation}}
  // expected-error @+2 {{failed to generate tiling loops}}
  // expected-error @+1 {{'norm.layernorm' op expected tiles to span normalized dimension 1, got a tile of unknown size}}
  %0 = norm.layernorm ins(%x : tensor<8x?xf32>) outs(%y : tensor<8x?xf32>) epsilon = 1.0e-05 -> tensor<8x?xf32>
  return %0 : tensor<8x?xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.layernorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loops:2 = transform.structured.tile_using_for %op tile_sizes [1, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// Partial statistics need the whole row.

func.func @split_one_of_two_dimensions(%x: tensor<8x4x64xf32>, %y: tensor<8x4x64xf32>) -> tensor<8x4x64xf32> {
  // expected-error @+1 {{'norm.rmsnorm' op expected all normalized dimensions to be split}}
  %0 = norm.rmsnorm ins(%x : tensor<8x4x64xf32>) outs(%y : tensor<8x4x64xf32>) dimensions = [1, 2] epsilon = 1.0e-05 -> tensor<8x4x64xf32>
  return %0 : tensor<8x4x64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.rmsnorm"]} in %root : (!transform.any_op) -> !transform.any_op
    // expected-error @+1 {{failed to tile using partial reduction}}
    %fill, %split, %combine, %loop = transform.structured.tile_reduction_using_for %op reduction_dims = [1] by tile_sizes = [0, 2, 0] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}

// -----

// dscale is a sum over all rows: it is split by tile_reduction_using_forall.

func.func @cut_sum_over_rows(%dy: tensor<8x64xf32>, %x: tensor<8x64xf32>, %r: tensor<8xf32>, %f: tensor<64xf32>) -> tensor<64xf32> {
  // expected-error @+3 {{faild to tile operation}}
  // expected-error @+2 {{failed to generate tiling loops}}
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected tiles to span summed dimension 0, got a tile of size 4}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<8x64xf32>, tensor<8x64xf32>) rstd(%r : tensor<8xf32>) dscale(%f : tensor<64xf32>) -> tensor<64xf32>
  return %0 : tensor<64xf32>
}

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %op = transform.structured.match ops{["norm.rmsnorm_backward"]} in %root : (!transform.any_op) -> !transform.any_op
    %tiled, %loop = transform.structured.tile_using_for %op tile_sizes [4] : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }
}
