// RUN: split-file %s %t
// RUN: not norm-compile %t/strided.mlir -o %t/bundle --target=sm_90 2>&1 | FileCheck %t/strided.mlir
// RUN: not norm-compile %t/host.mlir -o %t/bundle --target=sm_90 2>&1 | FileCheck %t/host.mlir

//--- strided.mlir
// Layouts that are not known could not be described.
// CHECK: error: expected arguments of a bundle to be contiguous, got 'memref<?x64xf32, strided<[?, 1]>>'
// CHECK: error: the program could not be compiled
func.func @strided(%x: memref<?x64xf32, strided<[?, 1]>>, %y: memref<?x64xf32>) {
  norm.rmsnorm ins(%x : memref<?x64xf32, strided<[?, 1]>>) outs(%y : memref<?x64xf32>) epsilon = 1.0e-5
  return
}

//--- host.mlir
// Memory between kernels is the bundle's; that which a loop of the host's writes is not.
// CHECK: error: expected all memory to be the caller's, {{.*}}, got memref.alloc
// CHECK: error: expected norms and what fuses with them alone, got linalg.generic
func.func @host(%x: tensor<64x64xf32>, %w: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %e = tensor.empty() : tensor<64x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) epsilon = 1.0e-5 -> tensor<64x64xf32>
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<64x64xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%init : tensor<64x64xf32>) -> tensor<64x64xf32>
  %product = linalg.matmul ins(%y, %w : tensor<64x64xf32>, tensor<64x64xf32>) outs(%zeros : tensor<64x64xf32>) -> tensor<64x64xf32>
  return %product : tensor<64x64xf32>
}
