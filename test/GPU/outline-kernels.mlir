// RUN: norm-opt %s --norm-rows-to-kernels | FileCheck %s

// What is known of a launch stays with its kernel: a row in registers is loaded
// once, a long one in two sweeps for the moments and once more for the results.

// CHECK-LABEL: gpu.func @short_kernel
// CHECK-SAME: norm.kernel = {block_size = 128 : i64, cluster_size = 1 : i64, dependent_launch = false, max_groups = 1056 : i64, reads = 1 : i64, row_length = 128 : i64, rows_per_block = 16 : i64, shared_length = 0 : i64, side_by_side = 8 : i64, strategy = "8 threads for a row, 16 rows in a block,{{.*}}"}, nvvm.minctasm = 8 : i32
func.func @short(%x: memref<?x128xf32>, %y: memref<?x128xf32>) {
  norm.rmsnorm ins(%x : memref<?x128xf32>) outs(%y : memref<?x128xf32>) epsilon = 1.0e-5
  return
}

// CHECK-LABEL: gpu.func @both_kernel
// CHECK-SAME: norm.kernel = {{{.*}} reads = 3 : i64, {{.*}} read again
// CHECK-LABEL: gpu.func @both_kernel
// CHECK-SAME: norm.kernel = {{{.*}} reads = 1 : i64
func.func @both(%x: memref<8x?xf32>, %y: memref<8x?xf32>, %a: memref<?x128xf32>, %b: memref<?x128xf32>) {
  norm.layernorm ins(%x : memref<8x?xf32>) outs(%y : memref<8x?xf32>) epsilon = 1.0e-5
  norm.rmsnorm ins(%a : memref<?x128xf32>) outs(%b : memref<?x128xf32>) epsilon = 1.0e-5
  return
}
