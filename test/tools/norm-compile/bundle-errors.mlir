// RUN: split-file %s %t
// RUN: not norm-compile %t/strided.mlir -o %t/bundle --target=sm_90 2>&1 | FileCheck %t/strided.mlir
// RUN: not norm-compile %t/sums.mlir -o %t/bundle --target=sm_90 2>&1 | FileCheck %t/sums.mlir

//--- strided.mlir
// Layouts that are not known could not be described.
// CHECK: error: expected arguments of a bundle to be contiguous, got 'memref<?x64xf32, strided<[?, 1]>>'
// CHECK: error: the program could not be compiled
func.func @strided(%x: memref<?x64xf32, strided<[?, 1]>>, %y: memref<?x64xf32>) {
  norm.rmsnorm ins(%x : memref<?x64xf32, strided<[?, 1]>>) outs(%y : memref<?x64xf32>) epsilon = 1.0e-5
  return
}

//--- sums.mlir
// A bundle has no memory of its own.
// CHECK: error: expected memory of the caller's alone, got sums over rows, whose parts lie in memory between two kernels
func.func @sums(%dy: tensor<8x64xf32>, %x: tensor<8x64xf32>, %r: tensor<8xf32>) -> tensor<64xf32> {
  %e = tensor.empty() : tensor<64xf32>
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<8x64xf32>, tensor<8x64xf32>) rstd(%r : tensor<8xf32>)
      dscale(%e : tensor<64xf32>) -> tensor<64xf32>
  return %0 : tensor<64xf32>
}
