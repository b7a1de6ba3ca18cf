// Splits the rows of every norm into tiles of 16 elements.

module attributes {transform.with_named_sequence} {
  transform.named_sequence @__transform_main(%root: !transform.any_op {transform.readonly}) {
    %rms = transform.structured.match ops{["norm.rmsnorm", "norm.prmsnorm"]} in %root : (!transform.any_op) -> !transform.any_op
    transform.foreach %rms : !transform.any_op {
    ^bb0(%op: !transform.any_op):
      %fill, %split, %combine, %loop = transform.structured.tile_reduction_using_for %op by tile_sizes = [0, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    }
    %layer = transform.structured.match ops{["norm.layernorm"]} in %root : (!transform.any_op) -> !transform.any_op
    %fills:3, %split, %combine, %loop = transform.structured.tile_reduction_using_for %layer by tile_sizes = [0, 16] : (!transform.any_op) -> (!transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op, !transform.any_op)
    transform.yield
  }
}
