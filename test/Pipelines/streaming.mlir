// Stores past the caches are such in the machine code, for every type: LLVM has
// patterns for vectors of some types only.

// RUN: norm-opt %s --norm-to-llvm="threads=1 vector-bits=512 results-to-out-params stores=streaming" | mlir-translate --mlir-to-llvmir | opt -O3 -mcpu=skylake-avx512 -mtriple=x86_64 | llc -O3 -mcpu=skylake-avx512 -mtriple=x86_64 | FileCheck %s

// CHECK-LABEL: f32:
// CHECK-DAG: prefetcht
// CHECK-DAG: vmovnt
// CHECK-DAG: sfence
func.func @f32(%x: tensor<64x4096xf32>) -> tensor<64x4096xf32> {
  %e = tensor.empty() : tensor<64x4096xf32>
  %y = norm.rmsnorm ins(%x : tensor<64x4096xf32>) outs(%e : tensor<64x4096xf32>) epsilon = 1.0e-05 -> tensor<64x4096xf32>
  return %y : tensor<64x4096xf32>
}

// CHECK-LABEL: bf16:
// CHECK-DAG: prefetcht
// CHECK-DAG: vmovnt
// CHECK-DAG: sfence
func.func @bf16(%x: tensor<64x4096xbf16>) -> tensor<64x4096xbf16> {
  %e = tensor.empty() : tensor<64x4096xbf16>
  %y = norm.rmsnorm ins(%x : tensor<64x4096xbf16>) outs(%e : tensor<64x4096xbf16>) epsilon = 1.0e-05 -> tensor<64x4096xbf16>
  return %y : tensor<64x4096xbf16>
}

// CHECK-LABEL: f16:
// CHECK-DAG: prefetcht
// CHECK-DAG: vmovnt
// CHECK-DAG: sfence
func.func @f16(%x: tensor<64x4096xf16>) -> tensor<64x4096xf16> {
  %e = tensor.empty() : tensor<64x4096xf16>
  %y = norm.rmsnorm ins(%x : tensor<64x4096xf16>) outs(%e : tensor<64x4096xf16>) epsilon = 1.0e-05 -> tensor<64x4096xf16>
  return %y : tensor<64x4096xf16>
}
