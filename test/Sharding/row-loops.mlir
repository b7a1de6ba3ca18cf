// Loops over split rows: cut at each reduction.
// RUN: norm-opt %s --split-input-file --pass-pipeline='builtin.module(norm-prepare-shardings,func.func(sharding-propagation),norm-check-shardings,func.func(shard-partition),canonicalize,cse,func.func(norm-combine-collectives),canonicalize)' | FileCheck %s --implicit-check-not=shard.all

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#position = affine_map<(d0, d1) -> (d1)>
shard.grid @grid(shape = 2)

// A sum of a sum's: two collectives; the count of the row is the whole one's.
// CHECK-LABEL: @two_sums(
// CHECK: norm.row_loop
// CHECK: norm.row_reduce add
// CHECK: %[[A:.*]] = shard.all_reduce
// CHECK: norm.row_loop {{.*}}%[[A]]
// CHECK: norm.row_reduce add
// CHECK: %[[B:.*]] = shard.all_reduce
// CHECK: norm.row_loop ins(%{{.*}}, %[[A]], %[[B]]
// CHECK-DAG: arith.constant 6.400000e+01
// CHECK-NOT: norm.row_reduce
// CHECK: return
func.func @two_sums(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.row_loop ins(%xs : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%v: f32):
    %a = norm.row_reduce add %v : f32
    %d = arith.subf %v, %a : f32
    %q = arith.mulf %d, %d : f32
    %b = norm.row_reduce add %q : f32
    %n = norm.row_length
    %i = arith.index_cast %n : index to i64
    %f = arith.sitofp %i : i64 to f32
    %m = arith.divf %b, %f : f32
    %r = arith.mulf %d, %m : f32
    norm.row_yield %r : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// Two sums that do not need each other: one collective.
// CHECK-LABEL: @beside(
// CHECK: shard.all_reduce {{.*}} : tensor<8xf32> -> tensor<8xf32>
func.func @beside(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.row_loop ins(%xs : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%v: f32):
    %a = norm.row_reduce add %v : f32
    %q = arith.mulf %v, %v : f32
    %b = norm.row_reduce add %q length = 40 : f32
    %d = arith.subf %v, %a : f32
    %r = arith.mulf %d, %b : f32
    norm.row_yield %r : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// Moments by slots.
// CHECK-LABEL: @moments(
// CHECK: shard.all_gather {{.*}} : tensor<1x3x4xf32> -> tensor<2x3x4xf32>
func.func @moments(%x: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %r = tensor.empty() : tensor<4xf32>
  %y:2 = norm.row_loop ins(%xs : tensor<4x64xf32>) outs(%e, %r : tensor<4x64xf32>, tensor<4xf32>) maps = [#id, #id, #row] dimensions = [1] {
  ^bb0(%v: f32):
    %mean, %variance, %centred = norm.row_moments %v : f32
    %z = arith.mulf %centred, %variance : f32
    norm.row_yield %z, %mean : f32, f32
  } -> tensor<4x64xf32>, tensor<4xf32>
  return %y#0, %y#1 : tensor<4x64xf32>, tensor<4xf32>
}

// Rows: their sums alone cost a collective.
// CHECK-LABEL: @rows(
// CHECK: norm.row_loop ins(%{{.*}} : tensor<2x64xf32>)
// CHECK: norm.row_reduce
// CHECK: shard.all_reduce {{.*}} : tensor<64xf32> -> tensor<64xf32>
// CHECK: return
func.func @rows(%x: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<64xf32>) {
  %s = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %f = tensor.empty() : tensor<64xf32>
  %y:2 = norm.row_loop ins(%xs : tensor<4x64xf32>) outs(%e, %f : tensor<4x64xf32>, tensor<64xf32>) maps = [#id, #id, #position] accumulate = [0] dimensions = [1] {
  ^bb0(%v: f32):
    %a = norm.row_reduce add %v : f32
    %d = arith.subf %v, %a : f32
    norm.row_yield %d, %d : f32, f32
  } -> tensor<4x64xf32>, tensor<64xf32>
  return %y#0, %y#1 : tensor<4x64xf32>, tensor<64xf32>
}
