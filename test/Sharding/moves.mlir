// What contradictory annotations cost, and constants.
// RUN: norm-opt %s --norm-shard-to-mpi | FileCheck %s

shard.grid @grid(shape = 2x2)

// A scale that is split over another axis than x goes whole in between.
// CHECK-LABEL: @scale(
// CHECK: call @norm_mpi_all_gather
// CHECK: tensor.extract_slice
// CHECK: call @norm_mpi_all_reduce
// CHECK-NOT: call @norm_mpi_all
// CHECK: return
func.func @scale(%x: tensor<4x8xf32>, %g: tensor<8xf32>) -> tensor<4x8xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %o = shard.sharding @grid split_axes = [[1]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x8xf32>
  %gs = shard.shard %g to %o : tensor<8xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %y = norm.rmsnorm ins(%xs : tensor<4x8xf32>) scale(%gs : tensor<8xf32>) outs(%e : tensor<4x8xf32>) epsilon = 1.0e-5 -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}

// Constants are whole, filled up, and cut without a message.
// CHECK-LABEL: @constants(
// CHECK: arith.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00, 5.000000e+00, 0.000000e+00]> : tensor<6xf32>
// CHECK: call @norm_mpi_rank
// CHECK: call @norm_mpi_all_reduce
// CHECK-NOT: call @norm_mpi_all
// CHECK: return
func.func @constants(%x: tensor<2x5xf32>) -> tensor<2x5xf32> {
  %s = shard.sharding @grid split_axes = [[], [1]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<2x5xf32>
  %g = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0]> : tensor<5xf32>
  %e = tensor.empty() : tensor<2x5xf32>
  %y = norm.rmsnorm ins(%xs : tensor<2x5xf32>) scale(%g : tensor<5xf32>) outs(%e : tensor<2x5xf32>) epsilon = 1.0e-5 -> tensor<2x5xf32>
  return %y : tensor<2x5xf32>
}
