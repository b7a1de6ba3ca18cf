// Loops and branches around norms: they carry parts, and collectives are in them.
// RUN: norm-opt %s --split-input-file --pass-pipeline='builtin.module(norm-prepare-shardings,norm-propagate-shardings,norm-check-shardings,norm-partition,canonicalize,cse,func.func(norm-combine-collectives),canonicalize)' | FileCheck %s --implicit-check-not=shard.all
// RUN: norm-opt %s --split-input-file --norm-shard-to-mpi --norm-to-llvm=threads=1 | FileCheck %s --check-prefix=LLVM

// A layer is one loop iteration: its scale is a slice of those of all layers.
shard.grid @grid(shape = 2)

// CHECK-LABEL: @layers(
// CHECK-SAME: %[[X:.*]]: tensor<4x32xf32>, %[[G:.*]]: tensor<80x32xf32>) -> tensor<4x32xf32>
// CHECK: scf.for %[[I:.*]] = {{.*}} iter_args(%[[H:.*]] = %[[X]]) -> (tensor<4x32xf32>) {
// CHECK: tensor.extract_slice %[[G]][%[[I]], 0] [1, 32] [1, 1] : tensor<80x32xf32> to tensor<32xf32>
// CHECK: norm.row_loop ins(%[[H]]
// CHECK: shard.all_reduce {{.*}} grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
// CHECK: norm.row_loop
// CHECK: scf.yield {{.*}} : tensor<4x32xf32>
// LLVM-LABEL: llvm.func @layers(
// LLVM: llvm.call @norm_mpi_all_reduce
// LLVM-NOT: llvm.call @norm_mpi_all_reduce
// LLVM: llvm.return
func.func @layers(%x: tensor<4x64xf32>, %gs: tensor<80x64xf32>) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c80 = arith.constant 80 : index
  %e = tensor.empty() : tensor<4x64xf32>
  %r = scf.for %i = %c0 to %c80 step %c1 iter_args(%h = %xs) -> (tensor<4x64xf32>) {
    %g = tensor.extract_slice %gs[%i, 0] [1, 64] [1, 1] : tensor<80x64xf32> to tensor<64xf32>
    %y = norm.rmsnorm ins(%h : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
    scf.yield %y : tensor<4x64xf32>
  }
  return %r : tensor<4x64xf32>
}

// An annotation in a loop splits what comes in and what comes out.
// CHECK-LABEL: @annotated_inside(
// CHECK-SAME: tensor<4x32xf32>, %{{.*}}: index) -> tensor<4x32xf32>
// CHECK: scf.for
// CHECK: shard.all_gather {{.*}} : tensor<1x3x4xf32> -> tensor<2x3x4xf32>
func.func @annotated_inside(%x: tensor<4x64xf32>, %n: index) -> tensor<4x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<4x64xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%h = %x) -> (tensor<4x64xf32>) {
    %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
    %hs = shard.shard %h to %s : tensor<4x64xf32>
    %y = norm.layernorm ins(%hs : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
    scf.yield %y : tensor<4x64xf32>
  }
  return %r : tensor<4x64xf32>
}

// Two tensors and a number are carried, each split in its own way; norms of both
// have one collective where they are split alike, and none of whole rows.
// CHECK-LABEL: @two_carried(
// CHECK: scf.for {{.*}} -> (tensor<4x32xf32>, tensor<2x16xf32>, f32)
// CHECK-COUNT-1: shard.all_reduce {{.*}} : tensor<4xf32> -> tensor<4xf32>
func.func @two_carried(%x: tensor<4x64xf32>, %z: tensor<4x16xf32>, %n: index) -> (tensor<4x64xf32>, tensor<4x16xf32>) {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %t = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %zs = shard.shard %z to %t : tensor<4x16xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4x64xf32>
  %f = tensor.empty() : tensor<4x16xf32>
  %r:3 = scf.for %i = %c0 to %n step %c1 iter_args(%h = %xs, %k = %zs, %a = %one) -> (tensor<4x64xf32>, tensor<4x16xf32>, f32) {
    %y = norm.rmsnorm ins(%h : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
    %w = norm.rmsnorm ins(%k : tensor<4x16xf32>) outs(%f : tensor<4x16xf32>) epsilon = 1.0e-5 -> tensor<4x16xf32>
    %b = arith.addf %a, %one : f32
    scf.yield %y, %w, %b : tensor<4x64xf32>, tensor<4x16xf32>, f32
  }
  return %r#0, %r#1 : tensor<4x64xf32>, tensor<4x16xf32>
}

// Both branches yield parts.
// CHECK-LABEL: @branch(
// CHECK: scf.if {{.*}} -> (tensor<4x32xf32>) {
// CHECK: shard.all_reduce {{.*}} : tensor<4xf32> -> tensor<4xf32>
// CHECK: } else {
// CHECK-NEXT: scf.yield %{{.*}} : tensor<4x32xf32>
func.func @branch(%x: tensor<4x64xf32>, %c: i1) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %r = scf.if %c -> tensor<4x64xf32> {
    %y = norm.rmsnorm ins(%xs : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
    scf.yield %y : tensor<4x64xf32>
  } else {
    scf.yield %xs : tensor<4x64xf32>
  }
  return %r : tensor<4x64xf32>
}

// What an iteration gives in another sharding is moved back in it.
// CHECK-LABEL: @moved_inside(
// CHECK: scf.for {{.*}} -> (tensor<4x32xf32>)
// CHECK: shard.all_gather {{.*}} gather_axis = 0 : tensor<2x64xf32> -> tensor<4x64xf32>
// CHECK: shard.all_slice {{.*}} slice_axis = 1 : tensor<4x64xf32> -> tensor<4x32xf32>
// CHECK: scf.yield
func.func @moved_inside(%x: tensor<4x64xf32>, %w: tensor<4x64xf32>, %n: index) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %t = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %ws = shard.shard %w to %t : tensor<4x64xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<4x64xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%h = %xs) -> (tensor<4x64xf32>) {
    %y = norm.rmsnorm ins(%ws : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
    scf.yield %y : tensor<4x64xf32>
  }
  return %r : tensor<4x64xf32>
}
