// The plugin in a stock mlir-opt: the dialect parses and prints, and the passes
// are known to the pipeline parser.

// RUN: mlir-opt %s --load-dialect-plugin=%norm_plugin --load-pass-plugin=%norm_plugin \
// RUN:   --pass-pipeline='builtin.module(canonicalize)' | FileCheck %s
// RUN: mlir-opt %norm_src_root/examples/downstream/example.mlir \
// RUN:   --load-dialect-plugin=%norm_plugin --load-pass-plugin=%norm_plugin \
// RUN:   --pass-pipeline='builtin.module(norm-raise{precision=strict})' \
// RUN:   | FileCheck %s --check-prefix=RAISE
// RAISE-NOT: linalg.generic
// RAISE: norm.rmsnorm

// CHECK-LABEL: @rmsnorm
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xf32>)
func.func @rmsnorm(%x: tensor<4x64xf32>, %init: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
       epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
