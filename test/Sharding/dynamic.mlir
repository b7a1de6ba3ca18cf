// Rows whose number the program does not know: sums of as many numbers, counted when
// it runs.
// RUN: norm-opt %s --split-input-file --pass-pipeline='builtin.module(norm-prepare-shardings,norm-propagate-shardings,norm-check-shardings,norm-partition,canonicalize,cse,func.func(norm-combine-collectives),canonicalize)' | FileCheck %s --implicit-check-not=shard.all
// RUN: norm-opt %s --split-input-file --norm-shard-to-mpi | FileCheck %s --check-prefix=MPI

shard.grid @grid(shape = 2)

// CHECK-LABEL: @hidden(
// CHECK-SAME: %[[X:.*]]: tensor<?x2048xf32>) -> tensor<?x2048xf32>
// CHECK-SAME: extents = array<i64: -9223372036854775808, 4096>
// CHECK: %[[ROWS:.*]] = tensor.dim %[[X]], %{{.*}} : tensor<?x2048xf32>
// CHECK: tensor.empty(%[[ROWS]]) : tensor<?xf32>
// CHECK: shard.all_reduce {{.*}} : tensor<?xf32> -> tensor<?xf32>
// MPI-LABEL: @hidden(
// MPI: %[[ROWS:.*]] = tensor.dim
// MPI: %[[COUNT:.*]] = arith.index_cast %[[ROWS]] : index to i64
// MPI: call @norm_mpi_all_reduce(%{{.*}}, %[[COUNT]], %{{.*}}, %{{.*}})
func.func @hidden(%x: tensor<?x4096xf32>) -> tensor<?x4096xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x4096xf32>
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<?x4096xf32>
  %e = tensor.empty(%d) : tensor<?x4096xf32>
  %y = norm.rmsnorm ins(%xs : tensor<?x4096xf32>) outs(%e : tensor<?x4096xf32>) epsilon = 1.0e-5 -> tensor<?x4096xf32>
  return %y : tensor<?x4096xf32>
}

// Split rows: those of a part, whichever their number is.
// CHECK-LABEL: @rows(
// CHECK-SAME: %[[X:.*]]: tensor<?x4096xf32>, %{{.*}}: tensor<?x4096xf32>)
// CHECK: %[[ROWS:.*]] = tensor.dim %[[X]]
// CHECK: tensor.empty(%[[ROWS]]) : tensor<?x4096xf32>
// CHECK: norm.layernorm
// CHECK: shard.all_reduce {{.*}} : tensor<8192xf32> -> tensor<8192xf32>
func.func @rows(%x: tensor<?x4096xf32>, %dy: tensor<?x4096xf32>) -> (tensor<?x4096xf32>, tensor<4096xf32>, tensor<4096xf32>) {
  %c0 = arith.constant 0 : index
  %s = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<?x4096xf32>
  %d = tensor.dim %xs, %c0 : tensor<?x4096xf32>
  %e = tensor.empty(%d) : tensor<?x4096xf32>
  %r = tensor.empty(%d) : tensor<?xf32>
  %f = tensor.empty() : tensor<4096xf32>
  %y:3 = norm.layernorm ins(%xs : tensor<?x4096xf32>) outs(%e : tensor<?x4096xf32>) rstd(%r : tensor<?xf32>) mean(%r : tensor<?xf32>) epsilon = 1.0e-5 -> (tensor<?x4096xf32>, tensor<?xf32>, tensor<?xf32>)
  %b:3 = norm.layernorm_backward ins(%dy, %xs : tensor<?x4096xf32>, tensor<?x4096xf32>) rstd(%y#1 : tensor<?xf32>) mean(%y#2 : tensor<?xf32>) outs(%e : tensor<?x4096xf32>) dscale(%f : tensor<4096xf32>) dbias(%f : tensor<4096xf32>) -> (tensor<?x4096xf32>, tensor<4096xf32>, tensor<4096xf32>)
  return %b#0, %b#1, %b#2 : tensor<?x4096xf32>, tensor<4096xf32>, tensor<4096xf32>
}

// Norms of q and of k share a collective, and so do forward and backward.
// CHECK-LABEL: @q_and_k(
// CHECK: shard.all_reduce {{.*}} : tensor<?xf32> -> tensor<?xf32>
// CHECK-LABEL: @training(
// CHECK: shard.all_reduce {{.*}} : tensor<?xf64> -> tensor<?xf64>
func.func @q_and_k(%q: tensor<?x3x64xf32>, %k: tensor<?x32xf32>) -> (tensor<?x3x64xf32>, tensor<?x32xf32>) {
  %c0 = arith.constant 0 : index
  %dq = tensor.dim %q, %c0 : tensor<?x3x64xf32>
  %dk = tensor.dim %k, %c0 : tensor<?x32xf32>
  %s = shard.sharding @grid split_axes = [[], [], [0]] : !shard.sharding
  %t = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %qs = shard.shard %q to %s : tensor<?x3x64xf32>
  %ks = shard.shard %k to %t : tensor<?x32xf32>
  %e = tensor.empty(%dq) : tensor<?x3x64xf32>
  %f = tensor.empty(%dk) : tensor<?x32xf32>
  %a = norm.rmsnorm ins(%qs : tensor<?x3x64xf32>) outs(%e : tensor<?x3x64xf32>) epsilon = 1.0e-5 -> tensor<?x3x64xf32>
  %b = norm.rmsnorm ins(%ks : tensor<?x32xf32>) outs(%f : tensor<?x32xf32>) epsilon = 1.0e-5 -> tensor<?x32xf32>
  return %a, %b : tensor<?x3x64xf32>, tensor<?x32xf32>
}
func.func @training(%x: tensor<?x64xf32>, %dy: tensor<?x64xf32>) -> (tensor<?x64xf32>, tensor<?x64xf32>) {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x64xf32>
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<?x64xf32>
  %e = tensor.empty(%d) : tensor<?x64xf32>
  %r = tensor.empty(%d) : tensor<?xf32>
  %y:2 = norm.rmsnorm ins(%xs : tensor<?x64xf32>) outs(%e : tensor<?x64xf32>) rstd(%r : tensor<?xf32>) epsilon = 1.0e-5 -> (tensor<?x64xf32>, tensor<?xf32>)
  %b = norm.rmsnorm_backward ins(%dy, %xs : tensor<?x64xf32>, tensor<?x64xf32>) rstd(%y#1 : tensor<?xf32>) outs(%e : tensor<?x64xf32>) -> tensor<?x64xf32>
  return %y#0, %b : tensor<?x64xf32>, tensor<?x64xf32>
}

// The result goes whole to all: a gather along the dim that is known.
// CHECK-LABEL: @gathered(
// CHECK: shard.all_reduce
// CHECK: shard.all_gather {{.*}} gather_axis = 1 : tensor<?x32xf32> -> tensor<?x64xf32>
// MPI-LABEL: @gathered(
// MPI: memref.alloc(%{{.*}}) : memref<2x?x32xf32>
// MPI: call @norm_mpi_all_gather
func.func @gathered(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x64xf32>
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %w = shard.sharding @grid split_axes = [[]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<?x64xf32>
  %e = tensor.empty(%d) : tensor<?x64xf32>
  %y = norm.rmsnorm ins(%xs : tensor<?x64xf32>) outs(%e : tensor<?x64xf32>) epsilon = 1.0e-5 -> tensor<?x64xf32>
  %yw = shard.shard %y to %w annotate_for_users : tensor<?x64xf32>
  return %yw : tensor<?x64xf32>
}
