// RUN: not norm-compile %s -o %t --target=sm_90 2>&1 | FileCheck %s

// Layouts that are not known could not be described.
// CHECK: error: expected arguments of a bundle to be contiguous, got 'memref<?x64xf32, strided<[?, 1]>>'
// CHECK: error: the program could not be compiled
func.func @strided(%x: memref<?x64xf32, strided<[?, 1]>>, %y: memref<?x64xf32>) {
  norm.rmsnorm ins(%x : memref<?x64xf32, strided<[?, 1]>>) outs(%y : memref<?x64xf32>) epsilon = 1.0e-5
  return
}
