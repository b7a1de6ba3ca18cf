// The code of a norm calls nothing: no allocation, no conversion, no root, no
// fused multiply-add, on AVX-512, AVX2 and plain SSE2.

// RUN: norm-opt %s --norm-to-llvm="threads=1 vector-bits=512" | mlir-translate --mlir-to-llvmir | opt -O3 -mcpu=skylake-avx512 -mtriple=x86_64 | llc -O3 -mcpu=skylake-avx512 -mtriple=x86_64 | FileCheck %s --implicit-check-not=call --check-prefixes=CHECK,AVX512
// RUN: norm-opt %s --norm-to-llvm="threads=1 vector-bits=256" | mlir-translate --mlir-to-llvmir | opt -O3 -mcpu=haswell -mtriple=x86_64 | llc -O3 -mcpu=haswell -mtriple=x86_64 | FileCheck %s --implicit-check-not=call --check-prefixes=CHECK,AVX2
// RUN: norm-opt %s --norm-to-llvm="threads=1 vector-bits=128" | mlir-translate --mlir-to-llvmir | opt -O3 -mcpu=x86-64 -mtriple=x86_64 | llc -O3 -mcpu=x86-64 -mtriple=x86_64 | FileCheck %s --implicit-check-not=call

// CHECK-LABEL: rmsnorm:
// AVX512: vfmadd{{.*}}ps {{.*}}%zmm
// AVX2: vfmadd{{.*}}ps {{.*}}%ymm
func.func @rmsnorm(%x: memref<?x4096xf32>, %g: memref<4096xf32>, %y: memref<?x4096xf32>) {
  norm.rmsnorm ins(%x : memref<?x4096xf32>) scale(%g : memref<4096xf32>)
    outs(%y : memref<?x4096xf32>) epsilon = 1.0e-5
  return
}

// CHECK-LABEL: layernorm:
func.func @layernorm(%x: memref<8x?xbf16>, %g: memref<?xf32>, %y: memref<8x?xf16>) {
  norm.layernorm ins(%x : memref<8x?xbf16>) scale(%g : memref<?xf32>)
    outs(%y : memref<8x?xf16>) epsilon = 1.0e-5
  return
}

// CHECK-LABEL: prmsnorm:
func.func @prmsnorm(%x: memref<8x?xf16>, %g: memref<?xbf16>, %y: memref<8x?xbf16>) {
  norm.prmsnorm ins(%x : memref<8x?xf16>) scale(%g : memref<?xbf16>)
    outs(%y : memref<8x?xbf16>) k = 100 epsilon = 1.0e-5 eps_mode = outside scale_rounding = f16
  return
}

// CHECK-LABEL: narrowed:
func.func @narrowed(%x: memref<8x77xf64>, %y: memref<8x77xbf16>) {
  norm.layernorm ins(%x : memref<8x77xf64>) outs(%y : memref<8x77xbf16>) epsilon = 1.0e-5
  return
}

// CHECK-LABEL: gated:
func.func @gated(%x: memref<8x?xf32>, %g: memref<8x?xf32>, %y: memref<8x?xf32>) {
  norm.row_loop ins(%x, %g : memref<8x?xf32>, memref<8x?xf32>) outs(%y : memref<8x?xf32>)
      maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>]
      dimensions = [1] {
  ^bb0(%v: f32, %gate: f32):
    %s = norm.row_reduce add %v : f32
    %n = arith.mulf %v, %s : f32
    %e = math.exp %gate : f32
    %t = math.tanh %gate : f32
    %a = arith.mulf %n, %e : f32
    %b = arith.mulf %a, %t : f32
    norm.row_yield %b : f32
  }
  return
}
// CHECK: .section
