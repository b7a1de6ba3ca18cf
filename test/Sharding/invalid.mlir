// What is refused, with a sentence.
// RUN: norm-opt %s --split-input-file --verify-diagnostics --norm-shard-to-mpi

// A sum of a linalg op would take in what fills up a part.
shard.grid @grid(shape = 2)
func.func @sum(%x: tensor<4x63xf32>, %i: tensor<4xf32>) -> tensor<4xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x63xf32>
  // expected-error@+1 {{expected extents that the processes divide: here parts of unequal extents are for norms, along the first dimension of their rows, and elementwise ops}}
  %y = linalg.reduce { arith.addf } ins(%xs : tensor<4x63xf32>) outs(%i : tensor<4xf32>) dimensions = [1]
  return %y : tensor<4xf32>
}

// -----

// Rows of two dims are filled up along the first one only.
shard.grid @grid(shape = 2)
func.func @second(%x: tensor<2x4x7xf32>) -> tensor<2x4x7xf32> {
  %s = shard.sharding @grid split_axes = [[], [], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<2x4x7xf32>
  %e = tensor.empty() : tensor<2x4x7xf32>
  // expected-error@+1 {{expected extents that the processes divide}}
  %y = norm.rmsnorm ins(%xs : tensor<2x4x7xf32>) outs(%e : tensor<2x4x7xf32>) dimensions = [1, 2] epsilon = 1.0e-5 -> tensor<2x4x7xf32>
  return %y : tensor<2x4x7xf32>
}

// -----

// The first k elements of a row whose parts are no stretches of it.
shard.grid @grid(shape = 2)
func.func @leading(%x: tensor<2x4x8xf32>) -> tensor<2x4x8xf32> {
  %s = shard.sharding @grid split_axes = [[], [], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<2x4x8xf32>
  %e = tensor.empty() : tensor<2x4x8xf32>
  // expected-error@+1 {{expected the statistic of a row whose dimension 2 is split to be that of all elements}}
  %y = norm.prmsnorm ins(%xs : tensor<2x4x8xf32>) outs(%e : tensor<2x4x8xf32>) dimensions = [1, 2] k = 3 epsilon = 1.0e-5 -> tensor<2x4x8xf32>
  return %y : tensor<2x4x8xf32>
}

// -----

// Uneven parts that are moved.
shard.grid @grid(shape = 2)
func.func @moved(%x: tensor<4x63xf32>) -> tensor<4x63xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %w = shard.sharding @grid split_axes = [[]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x63xf32>
  %e = tensor.empty() : tensor<4x63xf32>
  // expected-error@+1 {{expected an extent that the processes divide of a tensor that is moved}}
  %y = norm.rmsnorm ins(%xs : tensor<4x63xf32>) outs(%e : tensor<4x63xf32>) epsilon = 1.0e-5 -> tensor<4x63xf32>
  %yw = shard.shard %y to %w annotate_for_users : tensor<4x63xf32>
  return %yw : tensor<4x63xf32>
}

// -----

shard.grid @grid(shape = 2)
func.func @dynamic(%x: tensor<4x?xf32>, %e: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  // expected-error@+1 {{expected static extents in a program of several processes, got 'tensor<4x?xf32>'}}
  %xs = shard.shard %x to %s : tensor<4x?xf32>
  %y = norm.rmsnorm ins(%xs : tensor<4x?xf32>) outs(%e : tensor<4x?xf32>) epsilon = 1.0e-5 -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

// -----

shard.grid @grid(shape = 2)
// expected-error@+1 {{expected one grid in the program, got a second one beside "grid"}}
shard.grid @other(shape = 4)

// -----

// expected-error@+1 {{expected a grid of static extents}}
shard.grid @grid(shape = ?)

// -----

shard.grid @grid(shape = 4)
func.func @offsets(%x: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] sharded_dims_offsets = [0, 2, 5, 9, 16] : !shard.sharding
  // expected-error@+1 {{expected parts of equal extents, without halos or offsets}}
  %xs = shard.shard %x to %s : tensor<4x16xf32>
  %e = tensor.empty() : tensor<4x16xf32>
  %y = norm.rmsnorm ins(%xs : tensor<4x16xf32>) outs(%e : tensor<4x16xf32>) epsilon = 1.0e-5 -> tensor<4x16xf32>
  return %y : tensor<4x16xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
shard.grid @grid(shape = 2)
func.func @maximum(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.row_loop ins(%xs : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%v: f32):
    // expected-error@+1 {{expected a sum of a row that is split}}
    %a = norm.row_reduce maximumf %v : f32
    %d = arith.subf %v, %a : f32
    norm.row_yield %d : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

// expected-error@below {{expected norm.deterministic to be the elements of a piece of a row, got "yes"}}
shard.grid @grid(shape = 2) {norm.deterministic = "yes"}

// -----

// expected-error@below {{expected norm.deterministic to be the elements of a piece of a row, got 8 : ui32}}
shard.grid @grid(shape = 2) {norm.deterministic = 8 : ui32}
