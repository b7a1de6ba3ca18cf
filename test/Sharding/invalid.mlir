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
  // expected-error@+1 {{expected an extent that the processes divide of a tensor that is moved, got 'tensor<4x63xf32>'}}
  %y = norm.rmsnorm ins(%xs : tensor<4x63xf32>) outs(%e : tensor<4x63xf32>) epsilon = 1.0e-5 -> tensor<4x63xf32>
  %yw = shard.shard %y to %w annotate_for_users : tensor<4x63xf32>
  return %yw : tensor<4x63xf32>
}

// -----

// The elements of a row that is split are counted by the program.
shard.grid @grid(shape = 2)
func.func @dynamic(%x: tensor<4x?xf32>, %e: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x?xf32>
  // expected-error@+1 {{expected a static extent of dimension 1 of a row that is split}}
  %y = norm.rmsnorm ins(%xs : tensor<4x?xf32>) outs(%e : tensor<4x?xf32>) epsilon = 1.0e-5 -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

// -----

// The number of split rows, as one of all rows.
shard.grid @grid(shape = 2)
func.func @counted(%x: tensor<?x64xf32>, %e: tensor<?x64xf32>) -> (tensor<?x64xf32>, index) {
  %c0 = arith.constant 0 : index
  %c2 = arith.constant 2 : index
  %s = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<?x64xf32>
  // expected-error@+1 {{expected the dynamic extent of a dimension that is split to be that of a new tensor, got one for arith.muli}}
  %d = tensor.dim %xs, %c0 : tensor<?x64xf32>
  %n = arith.muli %d, %c2 : index
  %y = norm.rmsnorm ins(%xs : tensor<?x64xf32>) outs(%e : tensor<?x64xf32>) epsilon = 1.0e-5 -> tensor<?x64xf32>
  return %y, %n : tensor<?x64xf32>, index
}

// -----

// As many rows as the whole has, of which each process would have as many.
shard.grid @grid(shape = 2)
func.func @another_number(%x: tensor<?x64xf32>, %n: index) -> tensor<?x64xf32> {
  %s = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<?x64xf32>
  // expected-error@+1 {{expected the dynamic extent 0 of a new tensor to be the tensor.dim of one that is split alike}}
  %e = tensor.empty(%n) : tensor<?x64xf32>
  %y = norm.rmsnorm ins(%xs : tensor<?x64xf32>) outs(%e : tensor<?x64xf32>) epsilon = 1.0e-5 -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// -----

shard.grid @grid(shape = 2)
func.func @moved_rows(%x: tensor<?x64xf32>, %e: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %s = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %w = shard.sharding @grid split_axes = [[]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<?x64xf32>
  %y = norm.rmsnorm ins(%xs : tensor<?x64xf32>) outs(%e : tensor<?x64xf32>) epsilon = 1.0e-5 -> tensor<?x64xf32>
  // expected-error@+1 {{expected a static extent of dimension 0 of a tensor that is moved, got 'tensor<?x64xf32>'}}
  %yw = shard.shard %y to %w annotate_for_users : tensor<?x64xf32>
  return %yw : tensor<?x64xf32>
}

// -----

// Other loops than scf.for, and ops that say nothing.
shard.grid @grid(shape = 2)
func.func @while(%x: tensor<4x64xf32>, %c: i1) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  // expected-error@+1 {{expected regions of a program of several processes that read tensors to be those of scf.for and scf.if, got one of scf.while}}
  %r = scf.while (%h = %xs) : (tensor<4x64xf32>) -> tensor<4x64xf32> {
    scf.condition(%c) %h : tensor<4x64xf32>
  } do {
  ^bb0(%h: tensor<4x64xf32>):
    %y = norm.rmsnorm ins(%h : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
    scf.yield %y : tensor<4x64xf32>
  }
  return %r : tensor<4x64xf32>
}

// -----

shard.grid @grid(shape = 2)
func.func @padded(%x: tensor<4x64xf32>) -> tensor<4x66xf32> {
  %s = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %zero = arith.constant 0.0 : f32
  // expected-error@+1 {{expected regions of a program of several processes that read tensors to be those of scf.for and scf.if, got one of tensor.pad}}
  %p = tensor.pad %xs low[0, 1] high[0, 1] {
  ^bb0(%i: index, %j: index):
    %v = tensor.extract %xs[%i, %j] : tensor<4x64xf32>
    tensor.yield %v : f32
  } : tensor<4x64xf32> to tensor<4x66xf32>
  return %p : tensor<4x66xf32>
}

// -----

shard.grid @grid(shape = 2)
func.func @unknown(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %i = arith.constant dense<1> : tensor<2xindex>
  // expected-error@+1 {{expected ops on tensors of several processes to have upstream's ShardingInterface, got tensor.cast}}
  %y = tensor.cast %xs : tensor<4x64xf32> to tensor<?x64xf32>
  %z = tensor.cast %y : tensor<?x64xf32> to tensor<4x64xf32>
  return %z : tensor<4x64xf32>
}

// -----

// A lookup in a tensor that its body reads: each process has a part of it.
#id = affine_map<(d0, d1) -> (d0, d1)>
shard.grid @grid(shape = 2)
func.func @lookup(%x: tensor<4x64xindex>, %t: tensor<9x64xf32>) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xindex>
  %ts = shard.shard %t to %s : tensor<9x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  // expected-error@+1 {{expected regions of a program of several processes that read tensors to be those of scf.for and scf.if, got one of linalg.generic}}
  %y = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]} ins(%xs : tensor<4x64xindex>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%i: index, %o: f32):
    %j = linalg.index 1 : index
    %v = tensor.extract %ts[%i, %j] : tensor<9x64xf32>
    linalg.yield %v : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

// A part of the dimension that is split, and of a reshape the inner one.
shard.grid @grid(shape = 2)
func.func @slice(%x: tensor<4x64xf32>) -> tensor<4x32xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  // expected-error@+1 {{expected a slice to have all of each dimension that is split, got a part of dimension 1}}
  %y = tensor.extract_slice %xs[0, 0] [4, 32] [1, 1] : tensor<4x64xf32> to tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

shard.grid @grid(shape = 2)
func.func @inner(%x: tensor<4x8x8xf32>) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x8x8xf32>
  // expected-error@+1 {{expected the first of the dimensions that a reshape makes one to be the one that is split, got dimension 2}}
  %y = tensor.collapse_shape %xs [[0], [1, 2]] : tensor<4x8x8xf32> into tensor<4x64xf32>
  return %y : tensor<4x64xf32>
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

// -----

// expected-error@+1 {{expected positive extents of the grid, got 0}}
shard.grid @grid(shape = 0)

// -----

// expected-error@+1 {{expected a grid of fewer than 2^31 processes}}
shard.grid @grid(shape = 1073741824x1073741824x1024)

// -----

shard.grid @grid(shape = 2)
func.func @third_dim(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [], [0]] : !shard.sharding
  // expected-error@+1 {{expected split dimensions of 'tensor<4x64xf32>', got dimension 2}}
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %y = arith.addf %xs, %xs : tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

shard.grid @grid(shape = 2)
// expected-error@+1 {{expected a function of several processes to have one block, with loops and branches as scf.for and scf.if, got 3 blocks}}
func.func @blocks(%x: tensor<4x64xf32>, %c: i1) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %y = arith.addf %xs, %xs : tensor<4x64xf32>
  cf.cond_br %c, ^a, ^b
^a:
  return %y : tensor<4x64xf32>
^b:
  return %xs : tensor<4x64xf32>
}

// -----

shard.grid @grid(shape = 2)
// expected-error@+1 {{expected a function of several processes that nothing in the module calls: a call has the types of the whole}}
func.func @called(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x64xf32>
  %y = arith.addf %xs, %xs : tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
func.func @caller(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y = call @called(%x) : (tensor<4x64xf32>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
