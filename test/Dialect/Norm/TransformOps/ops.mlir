// The transform ops in norm-opt, and in a stock mlir-opt through the plugin.

// RUN: norm-opt %s --transform-interpreter | FileCheck %s
// RUN: mlir-opt %s --load-dialect-plugin=%norm_plugin --load-pass-plugin=%norm_plugin \
// RUN:   --pass-pipeline='builtin.module(transform-interpreter)' | FileCheck %s
// RUN: norm-opt %s | norm-opt | FileCheck %s --check-prefix=PRINT
// RUN: norm-opt %s --mlir-print-op-generic | norm-opt | FileCheck %s --check-prefix=PRINT
// RUN: norm-opt %s --emit-bytecode | norm-opt | FileCheck %s --check-prefix=PRINT

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

module attributes {transform.with_named_sequence} {
module @program attributes {transform.target_tag = "payload"} {
// Raised, fused with the sum before it, and still on tensors.
// CHECK-LABEL: func.func @tensors
// CHECK-NOT: linalg
// CHECK: norm.row_loop
// CHECK-SAME: {marked}
// CHECK-NOT: linalg
// CHECK: return
func.func @tensors(%a: tensor<4x64xf32>, %b: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %epsilon = arith.constant 1.0e-05 : f32
  %empty = tensor.empty() : tensor<4x64xf32>
  %rows = tensor.empty() : tensor<4xf32>
  %x = linalg.add ins(%a, %b : tensor<4x64xf32>, tensor<4x64xf32>)
       outs(%empty : tensor<4x64xf32>) -> tensor<4x64xf32>
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
    %scaled = arith.mulf %in, %rstd : f32
    linalg.yield %scaled : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// TOSA ops are lowered on the way.
// CHECK-LABEL: func.func @tosa
// CHECK-NOT: tosa
// CHECK: norm.row_loop
func.func @tosa(%x: tensor<3x64xf32>) -> tensor<3x64xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %inverse = "tosa.const"() <{values = dense<1.562500e-02> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %epsilon = "tosa.const"() <{values = dense<1.0e-06> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %square = tosa.mul %x, %x, %shift : (tensor<3x64xf32>, tensor<3x64xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  %sum = tosa.reduce_sum %square {axis = 1 : i32} : (tensor<3x64xf32>) -> tensor<3x1xf32>
  %mean = tosa.mul %sum, %inverse, %shift : (tensor<3x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<3x1xf32>
  %shifted = tosa.add %mean, %epsilon : (tensor<3x1xf32>, tensor<1x1xf32>) -> tensor<3x1xf32>
  %rstd = tosa.rsqrt %shifted : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %y = tosa.mul %x, %rstd, %shift : (tensor<3x64xf32>, tensor<3x1xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  return %y : tensor<3x64xf32>
}

// CHECK-LABEL: func.func @memrefs
// CHECK-NOT: norm.
// CHECK: vector.load {{.*}} vector<16xf32>
// CHECK-NOT: norm.
// CHECK: return
func.func @memrefs(%x: memref<4x64xf32>, %y: memref<4x64xf32>) {
  norm.rmsnorm ins(%x : memref<4x64xf32>) outs(%y : memref<4x64xf32>) epsilon = 1.000000e-05
  return
}
}

// PRINT-LABEL: transform.named_sequence @__transform_main
transform.named_sequence @__transform_main(%root: !transform.any_op) {
  %program = transform.structured.match ops{["builtin.module"]} attributes{transform.target_tag = "payload"} in %root : (!transform.any_op) -> !transform.any_op
  // PRINT: transform.norm.raise %{{[^ ]+}} {precision = "strict", required} : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  %raised, %norms = transform.norm.raise %program {precision = "strict", required}
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  %functions = transform.structured.match ops{["func.func"]} in %raised : (!transform.any_op) -> !transform.any_op
  // PRINT: transform.norm.fuse_rows %{{[^ ]+}} : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  %fused, %loops = transform.norm.fuse_rows %functions
      : (!transform.any_op) -> (!transform.any_op, !transform.any_op)
  // The handle is to the row loops.
  transform.annotate %loops "marked" : !transform.any_op
  // PRINT: transform.norm.vectorize_rows %{{[^ ]+}} {unit = "avx512", vector_bits = 512 : i64} : (!transform.any_op) -> !transform.any_op
  %vectors = transform.norm.vectorize_rows %fused {unit = "avx512", vector_bits = 512}
      : (!transform.any_op) -> !transform.any_op
  transform.yield
}
}
