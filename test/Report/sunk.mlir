// What norm-sink saves, in bytes: of a norm whose result nothing reads any more x is read and one number for each row is
// written.

// RUN: norm-opt %s --norm-report -o /dev/null 2>&1 | sed "s/  */ /g" | FileCheck %s --check-prefix=BEFORE
// RUN: norm-opt %s --norm-sink --norm-report -o /dev/null 2>&1 | sed "s/  */ /g" | FileCheck %s --check-prefix=AFTER

// x and y: 2 * 16 * 64 * 4 bytes, 16 * (3 * 64 + 4) operations.
// BEFORE: 1 rmsnorm @main
// BEFORE: 1 3 1 {{.*}} 3136 {{[0-9]+}} 8192 
// x and 16 numbers, and 16 * (2 * 64 + 4) operations.
// AFTER: 1 rmsnorm @main
// AFTER: 1 3 1 {{.*}} 2112 {{[0-9]+}} 4160 
func.func @main(%x: tensor<16x64xf32>, %w: tensor<64x32xf32>) -> tensor<16x32xf32> {
  %z = arith.constant dense<0.0> : tensor<16x32xf32>
  %e = tensor.empty() : tensor<16x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<16x64xf32>) outs(%e : tensor<16x64xf32>) epsilon = 1.0e-05 -> tensor<16x64xf32>
  %p = linalg.matmul ins(%y, %w : tensor<16x64xf32>, tensor<64x32xf32>) outs(%z : tensor<16x32xf32>) -> tensor<16x32xf32>
  return %p : tensor<16x32xf32>
}
