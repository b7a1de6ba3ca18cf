// Programs that are split by hand, found and left.
// RUN: norm-opt %s --split-input-file --norm-join-parts | FileCheck %s --check-prefix=JOINED
// RUN: not norm-opt %s --split-input-file --norm-shard-to-mpi 2>%t.errors | FileCheck %s
// RUN: FileCheck %s --check-prefix=LEFT < %t.errors
// LEFT-COUNT-7: error: 'shard.all_reduce' op expected a program on whole tensors, or one whose collectives add up parts of rows alone

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// Two all-reduces become one gather of moments; arguments and results are what they were.
// JOINED-LABEL: @layernorm(
// JOINED-SAME: %[[X:.*]]: tensor<4x128xf32>) -> tensor<4x128xf32>
// JOINED: shard.shard %[[X]]
// JOINED-NOT: shard.all_reduce
// JOINED: shard.shard
// CHECK-LABEL: @layernorm(
// CHECK-SAME: tensor<4x32xf32>) -> tensor<4x32xf32>
// CHECK: call @norm_mpi_all_gather
// CHECK-NOT: call @norm_mpi_all
// CHECK: return
func.func @layernorm(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %t = arith.addf %acc, %a : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = shard.all_reduce %local on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
  %c = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %d = arith.subf %a, %m : f32
    linalg.yield %d : f32
  } -> tensor<4x32xf32>
  %square = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%c : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %v = shard.all_reduce %square on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%c, %v : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %w = arith.addf %m, %eps : f32
    %i = math.rsqrt %w : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// A sum over the part is a result as well: that of the whole would be another.
// JOINED-LABEL: @part_is_read(
// JOINED: shard.all_reduce
func.func @part_is_read(%x: tensor<4x32xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %zero = arith.constant 0.0 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %t = arith.addf %acc, %a : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = shard.all_reduce %local on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
  return %local, %s : tensor<4xf32>, tensor<4xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// The sum begins with what each process has.
// JOINED-LABEL: @begins_with(
// JOINED: shard.all_reduce
func.func @begins_with(%x: tensor<4x32xf32>, %z: tensor<4xf32>) -> tensor<4xf32> {
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %t = arith.addf %acc, %a : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = shard.all_reduce %local on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
  return %s : tensor<4xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// A square of the sum over the part is no part of the square.
// JOINED-LABEL: @not_linear(
// JOINED: shard.all_reduce
func.func @not_linear(%x: tensor<4x32xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %t = arith.addf %acc, %a : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %square = arith.mulf %local, %local : tensor<4xf32>
  %s = shard.all_reduce %square on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
  return %s : tensor<4xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// A second sum along the same dim that stays that of the part.
// JOINED-LABEL: @own_sum(
// JOINED: shard.all_reduce
func.func @own_sum(%x: tensor<4x32xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %zero = arith.constant 0.0 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %t = arith.addf %acc, %a : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %own = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = shard.all_reduce %local on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
  return %s, %own : tensor<4xf32>, tensor<4xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// A number that each process has for itself is no factor of the whole row.
// JOINED-LABEL: @own_factor(
// JOINED: shard.all_reduce
func.func @own_factor(%x: tensor<4x32xf32>, %own: tensor<4xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x, %own : tensor<4x32xf32>, tensor<4xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %w: f32, %acc: f32):
    %q = arith.mulf %a, %w : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = shard.all_reduce %local on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
  return %s : tensor<4xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// What is added is a function of what has been added up so far: no sum.
// JOINED-LABEL: @added_twice(
// JOINED-SAME: tensor<4x32xf32>
// JOINED: shard.all_reduce
func.func @added_twice(%x: tensor<4x32xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.addf %a, %acc : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = shard.all_reduce %local on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
  return %s : tensor<4xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// Its callers give it parts, and read them.
// JOINED-LABEL: @called(
// JOINED-SAME: tensor<4x32xf32>
// JOINED: shard.all_reduce
// JOINED-LABEL: @caller(
// JOINED: call @called(%{{.*}}) : (tensor<4x32xf32>) -> tensor<4xf32>
func.func private @called(%x: tensor<4x32xf32>) -> tensor<4xf32> {
  %zero = arith.constant 0.0 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %t = arith.addf %acc, %a : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = shard.all_reduce %local on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
  return %s : tensor<4xf32>
}
func.func @caller(%x: tensor<4x32xf32>) -> tensor<4xf32> {
  %s = func.call @called(%x) : (tensor<4x32xf32>) -> tensor<4xf32>
  return %s : tensor<4xf32>
}
