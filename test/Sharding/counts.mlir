// The collectives of each program of the table in docs/Sharding.md, and what they
// move, read from the partitioned program.
// RUN: norm-opt %s --split-input-file --pass-pipeline='builtin.module(norm-prepare-shardings,func.func(sharding-propagation),norm-check-shardings,func.func(shard-partition),canonicalize,cse,func.func(norm-combine-collectives),canonicalize)' | FileCheck %s --implicit-check-not=shard.all --implicit-check-not=shard.reduce

shard.grid @grid(shape = 2)

// rmsnorm, hidden: one number per row.
// CHECK-LABEL: @rmsnorm(
// CHECK: shard.all_reduce {{.*}} : tensor<8xf32> -> tensor<8xf32>
func.func @rmsnorm(%x: tensor<8x64xbf16>) -> tensor<8x64xbf16> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<8x64xbf16>
  %e = tensor.empty() : tensor<8x64xbf16>
  %y = norm.rmsnorm ins(%xs : tensor<8x64xbf16>) outs(%e : tensor<8x64xbf16>) epsilon = 1.0e-5 -> tensor<8x64xbf16>
  return %y : tensor<8x64xbf16>
}

// layernorm, hidden: three.
// CHECK-LABEL: @layernorm(
// CHECK: shard.all_gather {{.*}} : tensor<1x3x8xf32> -> tensor<2x3x8xf32>
func.func @layernorm(%x: tensor<8x64xbf16>) -> tensor<8x64xbf16> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<8x64xbf16>
  %e = tensor.empty() : tensor<8x64xbf16>
  %y = norm.layernorm ins(%xs : tensor<8x64xbf16>) outs(%e : tensor<8x64xbf16>) epsilon = 1.0e-5 -> tensor<8x64xbf16>
  return %y : tensor<8x64xbf16>
}

// Norms of q and of k, of different extents: one.
// CHECK-LABEL: @q_and_k(
// CHECK: norm.row_loop
// CHECK: norm.row_loop
// CHECK: shard.all_reduce {{.*}} : tensor<12xf32> -> tensor<12xf32>
// CHECK: norm.row_loop
// CHECK: norm.row_loop
func.func @q_and_k(%q: tensor<8x64xf32>, %k: tensor<4x32xf32>) -> (tensor<8x64xf32>, tensor<4x32xf32>) {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %qs = shard.shard %q to %s : tensor<8x64xf32>
  %ks = shard.shard %k to %s : tensor<4x32xf32>
  %e = tensor.empty() : tensor<8x64xf32>
  %f = tensor.empty() : tensor<4x32xf32>
  %a = norm.rmsnorm ins(%qs : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) epsilon = 1.0e-5 -> tensor<8x64xf32>
  %b = norm.rmsnorm ins(%ks : tensor<4x32xf32>) outs(%f : tensor<4x32xf32>) epsilon = 1.0e-5 -> tensor<4x32xf32>
  return %a, %b : tensor<8x64xf32>, tensor<4x32xf32>
}

// Layernorms likewise.
// CHECK-LABEL: @two_layernorms(
// CHECK: shard.all_gather {{.*}} : tensor<1x36xf32> -> tensor<2x36xf32>
func.func @two_layernorms(%q: tensor<8x64xf32>, %k: tensor<4x32xf32>) -> (tensor<8x64xf32>, tensor<4x32xf32>) {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %qs = shard.shard %q to %s : tensor<8x64xf32>
  %ks = shard.shard %k to %s : tensor<4x32xf32>
  %e = tensor.empty() : tensor<8x64xf32>
  %f = tensor.empty() : tensor<4x32xf32>
  %a = norm.layernorm ins(%qs : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) epsilon = 1.0e-5 -> tensor<8x64xf32>
  %b = norm.layernorm ins(%ks : tensor<4x32xf32>) outs(%f : tensor<4x32xf32>) epsilon = 1.0e-5 -> tensor<4x32xf32>
  return %a, %b : tensor<8x64xf32>, tensor<4x32xf32>
}

// A norm of a norm needs two.
// CHECK-LABEL: @one_after_the_other(
// CHECK: shard.all_reduce
// CHECK: shard.all_reduce
func.func @one_after_the_other(%x: tensor<8x64xf32>) -> tensor<8x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<8x64xf32>
  %e = tensor.empty() : tensor<8x64xf32>
  %a = norm.rmsnorm ins(%xs : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) epsilon = 1.0e-5 -> tensor<8x64xf32>
  %b = norm.rmsnorm ins(%a : tensor<8x64xf32>) outs(%e : tensor<8x64xf32>) epsilon = 1.0e-5 -> tensor<8x64xf32>
  return %b : tensor<8x64xf32>
}

// rmsnorm, forward and backward: one, of two numbers per row, in f64.
// CHECK-LABEL: @rmsnorm_training(
// CHECK: shard.all_reduce {{.*}} : tensor<16xf64> -> tensor<16xf64>
func.func @rmsnorm_training(%x: tensor<8x64xf32>, %dy: tensor<8x64xf32>, %g: tensor<64xf32>) -> (tensor<8x64xf32>, tensor<8x64xf32>, tensor<64xf32>) {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<8x64xf32>
  %e = tensor.empty() : tensor<8x64xf32>
  %f = tensor.empty() : tensor<64xf32>
  %r = tensor.empty() : tensor<8xf32>
  %y:2 = norm.rmsnorm ins(%xs : tensor<8x64xf32>) scale(%g : tensor<64xf32>) outs(%e : tensor<8x64xf32>) rstd(%r : tensor<8xf32>) epsilon = 1.0e-5 -> (tensor<8x64xf32>, tensor<8xf32>)
  %d:2 = norm.rmsnorm_backward ins(%dy, %xs : tensor<8x64xf32>, tensor<8x64xf32>) scale(%g : tensor<64xf32>) rstd(%y#1 : tensor<8xf32>) outs(%e : tensor<8x64xf32>) dscale(%f : tensor<64xf32>) -> (tensor<8x64xf32>, tensor<64xf32>)
  return %y#0, %d#0, %d#1 : tensor<8x64xf32>, tensor<8x64xf32>, tensor<64xf32>
}

// layernorm, forward and backward: two.
// CHECK-LABEL: @layernorm_training(
// CHECK: shard.all_gather {{.*}} : tensor<1x3x8xf32> -> tensor<2x3x8xf32>
// CHECK: shard.all_reduce {{.*}} : tensor<16xf32> -> tensor<16xf32>
func.func @layernorm_training(%x: tensor<8x64xf32>, %dy: tensor<8x64xf32>, %g: tensor<64xf32>) -> (tensor<8x64xf32>, tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>) {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<8x64xf32>
  %e = tensor.empty() : tensor<8x64xf32>
  %f = tensor.empty() : tensor<64xf32>
  %r = tensor.empty() : tensor<8xf32>
  %y:3 = norm.layernorm ins(%xs : tensor<8x64xf32>) scale(%g : tensor<64xf32>) outs(%e : tensor<8x64xf32>) rstd(%r : tensor<8xf32>) mean(%r : tensor<8xf32>) epsilon = 1.0e-5 -> (tensor<8x64xf32>, tensor<8xf32>, tensor<8xf32>)
  %d:3 = norm.layernorm_backward ins(%dy, %xs : tensor<8x64xf32>, tensor<8x64xf32>) scale(%g : tensor<64xf32>) rstd(%y#1 : tensor<8xf32>) mean(%y#2 : tensor<8xf32>) outs(%e : tensor<8x64xf32>) dscale(%f : tensor<64xf32>) dbias(%f : tensor<64xf32>) -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return %y#0, %d#0, %d#1, %d#2 : tensor<8x64xf32>, tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>
}

// Rows: none forward, one for dscale and dbias.
// CHECK-LABEL: @rows(
// CHECK: shard.all_reduce {{.*}} : tensor<128xf32> -> tensor<128xf32>
func.func @rows(%x: tensor<8x64xf32>, %dy: tensor<8x64xf32>, %g: tensor<64xf32>) -> (tensor<8x64xf32>, tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>) {
  %s = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<8x64xf32>
  %e = tensor.empty() : tensor<8x64xf32>
  %f = tensor.empty() : tensor<64xf32>
  %r = tensor.empty() : tensor<8xf32>
  %y:3 = norm.layernorm ins(%xs : tensor<8x64xf32>) scale(%g : tensor<64xf32>) outs(%e : tensor<8x64xf32>) rstd(%r : tensor<8xf32>) mean(%r : tensor<8xf32>) epsilon = 1.0e-5 -> (tensor<8x64xf32>, tensor<8xf32>, tensor<8xf32>)
  %d:3 = norm.layernorm_backward ins(%dy, %xs : tensor<8x64xf32>, tensor<8x64xf32>) scale(%g : tensor<64xf32>) rstd(%y#1 : tensor<8xf32>) mean(%y#2 : tensor<8xf32>) outs(%e : tensor<8x64xf32>) dscale(%f : tensor<64xf32>) dbias(%f : tensor<64xf32>) -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return %y#0, %d#0, %d#1, %d#2 : tensor<8x64xf32>, tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>
}

// -----

// Hidden and rows, 2 x 2: what each of them costs.
shard.grid @grid(shape = 2x2)

// CHECK-LABEL: @hidden_and_rows(
// CHECK: shard.all_reduce {{.*}} grid_axes = [1] : tensor<4xf64> -> tensor<4xf64>
// CHECK: shard.all_reduce {{.*}} grid_axes = [0] : tensor<64xf32> -> tensor<64xf32>
func.func @hidden_and_rows(%x: tensor<8x64xf32>, %dy: tensor<8x64xf32>, %r: tensor<8xf32>) -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>) {
  %s = shard.sharding @grid split_axes = [[0], [1]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<8x64xf32>
  %e = tensor.empty() : tensor<8x64xf32>
  %f = tensor.empty() : tensor<64xf32>
  %d:3 = norm.rmsnorm_backward ins(%dy, %xs : tensor<8x64xf32>, tensor<8x64xf32>) rstd(%r : tensor<8xf32>) outs(%e : tensor<8x64xf32>) dscale(%f : tensor<64xf32>) dbias(%f : tensor<64xf32>) -> (tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return %d#0, %d#1, %d#2 : tensor<8x64xf32>, tensor<64xf32>, tensor<64xf32>
}

// A scale that is whole is cut where it is, without a message.
// CHECK-LABEL: @whole_scale(
// CHECK-SAME: tensor<64xf32>
// CHECK: shard.all_slice
// CHECK: shard.all_reduce {{.*}} grid_axes = [1]
func.func @whole_scale(%x: tensor<8x64xf32>, %g: tensor<64xf32>) -> tensor<8x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [1]] : !shard.sharding
  %w = shard.sharding @grid split_axes = [[]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<8x64xf32>
  %gs = shard.shard %g to %w : tensor<64xf32>
  %e = tensor.empty() : tensor<8x64xf32>
  %y = norm.rmsnorm ins(%xs : tensor<8x64xf32>) scale(%gs : tensor<64xf32>) outs(%e : tensor<8x64xf32>) epsilon = 1.0e-5 -> tensor<8x64xf32>
  return %y : tensor<8x64xf32>
}
