// Code for NEON, whatever machine the compiler runs on: fused multiply-add, f16
// by instructions, nothing called, no instruction of another processor.

// RUN: norm-opt %s --norm-to-llvm="threads=1 target=neon" | mlir-translate --mlir-to-llvmir | opt -O3 -mtriple=aarch64-linux-gnu | llc -O3 -mtriple=aarch64-linux-gnu | FileCheck %s --implicit-check-not="{{^[[:space:]]+}}bl{{[[:space:]]}}"

// CHECK-LABEL: rmsnorm:
// CHECK: fmla v{{[0-9]+}}.4s
// CHECK: fmul v{{[0-9]+}}.4s
func.func @rmsnorm(%x: memref<?x4096xf32>, %g: memref<4096xf32>, %y: memref<?x4096xf32>) {
  norm.rmsnorm ins(%x : memref<?x4096xf32>) scale(%g : memref<4096xf32>)
    outs(%y : memref<?x4096xf32>) epsilon = 1.0e-5
  return
}

// Rows of 32 MB are stored past the caches.
// CHECK-LABEL: streams:
// CHECK: prfm pldl{{[12]}}keep
// CHECK: stnp q{{[0-9]+}}
func.func @streams(%x: memref<2048x4096xf32>, %y: memref<2048x4096xf32>) {
  norm.rmsnorm ins(%x : memref<2048x4096xf32>) outs(%y : memref<2048x4096xf32>) epsilon = 1.0e-5
  return
}

// CHECK-LABEL: layernorm:
// CHECK: shll{{2?}} v{{[0-9]+}}.4s
// CHECK: fcvtn{{2?}} v{{[0-9]+}}
func.func @layernorm(%x: memref<8x?xbf16>, %g: memref<?xf32>, %y: memref<8x?xf16>) {
  norm.layernorm ins(%x : memref<8x?xbf16>) scale(%g : memref<?xf32>)
    outs(%y : memref<8x?xf16>) epsilon = 1.0e-5
  return
}

// CHECK-LABEL: gated:
// CHECK: fdiv v{{[0-9]+}}.4s
func.func @gated(%x: memref<8x?xf32>, %g: memref<8x?xf32>, %y: memref<8x?xf32>) {
  norm.row_loop ins(%x, %g : memref<8x?xf32>, memref<8x?xf32>) outs(%y : memref<8x?xf32>)
      maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>]
      dimensions = [1] {
  ^bb0(%v: f32, %gate: f32):
    %one = arith.constant 1.0 : f32
    %s = norm.row_reduce add %v : f32
    %n = arith.mulf %v, %s : f32
    %e = math.exp %gate : f32
    %d = arith.addf %e, %one : f32
    %b = arith.divf %n, %d : f32
    norm.row_yield %b : f32
  }
  return
}
