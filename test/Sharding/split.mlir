// The program of each process, where rows are split over two.
// RUN: norm-opt %s --pass-pipeline='builtin.module(norm-prepare-shardings,func.func(sharding-propagation),norm-check-shardings,func.func(shard-partition),canonicalize,cse)' | FileCheck %s
// RUN: norm-opt %s --norm-shard-to-mpi | FileCheck %s --check-prefix=MPI
// RUN: norm-opt %s --norm-shard-to-mpi --norm-to-llvm=threads=1 | FileCheck %s --check-prefix=LLVM

shard.grid @grid(shape = 2)

// Sums of squares of parts, one collective, elements.
// CHECK-LABEL: @rmsnorm(
// CHECK-SAME: %[[X:.*]]: tensor<4x32xf32>, %[[G:.*]]: tensor<32xf32>) -> tensor<4x32xf32>
// CHECK-SAME: norm.parts = {arguments = [{extents = array<i64: 4, 64>, grid = array<i64: 2>, split = [array<i64>, array<i64: 0>]}, {extents = array<i64: 64>,
// CHECK: %[[PART:.*]] = norm.row_loop ins(%[[X]]
// CHECK: norm.row_reduce add
// CHECK: %[[SUM:.*]] = shard.all_reduce %[[PART]] on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
// CHECK: norm.row_loop ins(%[[X]], %[[G]], %[[SUM]]
// The row's count, not that of the part.
// CHECK: arith.constant 6.400000e+01 : f32
// CHECK-NOT: norm.row_reduce
// CHECK-NOT: shard.all
// CHECK: return
// MPI: llvm.mlir.global internal constant @norm_mpi_grid_0(dense<[1, 2, 1, 0]> : tensor<4xi64>)
// MPI-LABEL: @rmsnorm(
// MPI: call @norm_mpi_communicator
// MPI: call @norm_mpi_all_reduce
// MPI-NOT: call @norm_mpi
// MPI: return
// LLVM: llvm.call @norm_mpi_all_reduce
func.func @rmsnorm(%x: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%xs : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// Three numbers per row in slots of their own, one collective.
// CHECK-LABEL: @layernorm(
// CHECK: norm.row_loop
// CHECK: norm.row_moments
// CHECK: %[[SLOTS:.*]] = shard.all_gather {{.*}} on @grid grid_axes = [0] gather_axis = 0 : tensor<1x3x4xf32> -> tensor<2x3x4xf32>
// CHECK-NOT: shard.all
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
// CHECK: norm.row_loop
func.func @layernorm(%x: tensor<4x64xbf16>) -> tensor<4x64xbf16> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xbf16>
  %e = tensor.empty() : tensor<4x64xbf16>
  %y = norm.layernorm ins(%xs : tensor<4x64xbf16>) outs(%e : tensor<4x64xbf16>) epsilon = 1.0e-5 -> tensor<4x64xbf16>
  return %y : tensor<4x64xbf16>
}

// What nothing uses goes, before it ends upstream's partition; an argument that
// nothing uses is cut as its annotation says.
// CHECK-LABEL: @unused(
// CHECK-SAME: tensor<4x32xf32>, %{{.*}}: tensor<4x32xf32>, %{{.*}}: tensor<64xf32>)
// CHECK: shard.all_reduce
func.func @unused(%x: tensor<4x64xf32>, %dy: tensor<4x64xf32>, %b: tensor<64xf32>) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %dys = shard.shard %dy to %s : tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %r = tensor.empty() : tensor<4xf32>
  %y = norm.rmsnorm ins(%xs : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// Rows that are whole cost nothing.
// CHECK-LABEL: @rows(
// CHECK-SAME: tensor<2x64xf32>
// CHECK: norm.layernorm ins(%{{.*}} : tensor<2x64xf32>)
// CHECK-NOT: shard.all
// CHECK: return
func.func @rows(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.layernorm ins(%xs : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
