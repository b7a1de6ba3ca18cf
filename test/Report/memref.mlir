// A norm on memrefs is reported, without a before; a norm in an inner module, too.

// RUN: norm-opt %s --norm-report -o /dev/null 2>&1 | FileCheck %s

// CHECK: 2 norms
// CHECK: 1 rmsnorm @outer memref.mlir:[[#@LINE+9]] 4 64 f32 in f32 1e-05 inside - - -
// CHECK: 2 layernorm @inner memref.mlir:[[#@LINE+15]] ? 64 bf16 in f32 1e-05 inside - - -
// CHECK: 1 0 1 0 784 0 2048 - 0
// CHECK: 2* 0 1 0 389 0 256 - 0
// CHECK: total 0 2 0 1173 0 2304 - 0
// CHECK: * each dynamic extent taken as 1

func.func @outer(%x: memref<4x64xf32>, %y: memref<4x64xf32>) {
  // x is read and y is written once.
  norm.rmsnorm ins(%x : memref<4x64xf32>) outs(%y : memref<4x64xf32>) epsilon = 1.0e-05
  return
}

module {
  func.func @inner(%x: memref<?x64xbf16>, %y: memref<?x64xbf16>) {
    // 6 operations for each element and 5 for each row.
    norm.layernorm ins(%x : memref<?x64xbf16>) outs(%y : memref<?x64xbf16>) epsilon = 1.0e-05
    return
  }
}
