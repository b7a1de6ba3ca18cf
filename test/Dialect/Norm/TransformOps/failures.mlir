// What the transform ops refuse, and why.

// RUN: norm-opt %s --split-input-file --transform-interpreter --verify-diagnostics -o %t.mlir

module attributes {transform.with_named_sequence} {
// expected-note @below {{the target}}
func.func @not_a_module() {
  return
}
transform.named_sequence @__transform_main(%root: !transform.any_op) {
  %function = transform.structured.match ops{["func.func"]} in %root : (!transform.any_op) -> !transform.any_op
  // expected-error @below {{expected the target to be a module, got func.func}}
  transform.norm.raise %function : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
// expected-note @below {{the module}}
module attributes {transform.with_named_sequence} {
func.func @near_miss(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 63.0 : f32
  %epsilon = arith.constant 1.0e-05 : f32
  %empty = tensor.empty() : tensor<4x64xf32>
  %rows = tensor.empty() : tensor<4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %acc: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %acc, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<4x64xf32>, tensor<4xf32>) outs(%empty : tensor<4x64xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %mean = arith.divf %s, %n : f32
    %shifted = arith.addf %mean, %epsilon : f32
    %rstd = math.rsqrt %shifted : f32
    // expected-note @below {{no norm: divisor 63 is not the extent 64 of the reduced dimension}}
    %scaled = arith.mulf %in, %rstd : f32
    linalg.yield %scaled : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.consumed}) {
  // expected-error @below {{expected a module with a norm, found none}}
  transform.norm.raise %root {required} : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}

// -----

module attributes {transform.with_named_sequence} {
// expected-note @below {{under this target}}
func.func @no_norm() {
  return
}
transform.named_sequence @__transform_main(%root: !transform.any_op) {
  %function = transform.structured.match ops{["func.func"]} in %root : (!transform.any_op) -> !transform.any_op
  // Nothing to fuse is no failure unless the script says so.
  %fused, %loops = transform.norm.fuse_rows %function : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  // expected-error @below {{expected a norm op on tensors of floats that have vector code, or a row loop, found none}}
  transform.norm.fuse_rows %fused {required} : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}

// -----

module attributes {transform.with_named_sequence} {
func.func @float8(%x: memref<4x64xf8E8M0FNU>, %y: memref<4x64xf32>) {
  // expected-note @below {{the row loop}}
  norm.rmsnorm ins(%x : memref<4x64xf8E8M0FNU>) outs(%y : memref<4x64xf32>) epsilon = 1.000000e-05
  return
}
transform.named_sequence @__transform_main(%root: !transform.any_op) {
  %function = transform.structured.match ops{["func.func"]} in %root : (!transform.any_op) -> !transform.any_op
  // expected-error @below {{expected row loops that have vector code: elements of type f8E8M0FNU have no vector code}}
  transform.norm.vectorize_rows %function : (!transform.any_op) -> !transform.any_op
  transform.yield
}
}

// -----

// A failure is silenced where the script says what to do instead.
module attributes {transform.with_named_sequence} {
// expected-remark @below {{done without}}
func.func @no_norm() {
  return
}
transform.named_sequence @__transform_main(%root: !transform.any_op) {
  %function = transform.structured.match ops{["func.func"]} in %root : (!transform.any_op) -> !transform.any_op
  transform.alternatives %function : !transform.any_op {
  ^bb0(%scope: !transform.any_op):
    transform.norm.fuse_rows %scope {required} : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
    transform.yield
  }, {
  ^bb0(%scope: !transform.any_op):
    transform.debug.emit_remark_at %scope, "done without" : !transform.any_op
    transform.yield
  }
  transform.yield
}
}

// -----

// Handles to what was below the target are no longer valid.
module attributes {transform.with_named_sequence} {
// expected-note @below {{ancestor payload op}}
func.func @consumed(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %init = tensor.empty() : tensor<4x64xf32>
  // expected-note @below {{payload op}}
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
       epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
transform.named_sequence @__transform_main(%root: !transform.any_op) {
  %function = transform.structured.match ops{["func.func"]} in %root : (!transform.any_op) -> !transform.any_op
  // expected-note @below {{handle to invalidated ops}}
  %norm = transform.structured.match ops{["norm.rmsnorm"]} in %function : (!transform.any_op) -> !transform.any_op
  // expected-note @below {{invalidated by this transform op that consumes its operand #0 and invalidates all handles to payload IR entities associated with this operand and entities nested in them}}
  transform.norm.fuse_rows %function : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  // expected-error @below {{op uses a handle invalidated by a previously executed transform op}}
  transform.annotate %norm "seen" : !transform.any_op
  transform.yield
}
}

// -----

module attributes {transform.with_named_sequence} {
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.consumed}) {
  // expected-error @below {{expected precision to be relaxed or strict, got exact}}
  transform.norm.raise %root {precision = "exact"} : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  transform.yield
}
}

// -----

module attributes {transform.with_named_sequence} {
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.consumed}) {
  // expected-error @below {{expected vector-bits to be 128, 256, 512 or 0, got 96}}
  transform.norm.vectorize_rows %root {vector_bits = 96} : (!transform.any_op) -> !transform.any_op
  transform.yield
}
}

// -----

module attributes {transform.with_named_sequence} {
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.consumed}) {
  // expected-error @below {{expected target to be cpu, sse2, avx2, avx512, avx512bf16, neon, generic, znver4, znver5 or sapphirerapids, got gpu (norm-rows-to-gpu makes kernels)}}
  transform.norm.vectorize_rows %root {unit = "gpu"} : (!transform.any_op) -> !transform.any_op
  transform.yield
}
}

// -----

module attributes {transform.with_named_sequence} {
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.consumed}) {
  // expected-error @below {{expected stores to be auto, plain or streaming, got cached}}
  transform.norm.vectorize_rows %root {stores = "cached"} : (!transform.any_op) -> !transform.any_op
  transform.yield
}
}

// -----

module attributes {transform.with_named_sequence} {
transform.named_sequence @__transform_main(%root: !transform.any_op {transform.consumed}) {
  // expected-error @below {{attribute 'threads' failed to satisfy constraint}}
  transform.norm.vectorize_rows %root {threads = 0} : (!transform.any_op) -> !transform.any_op
  transform.yield
}
}
