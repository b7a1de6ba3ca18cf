// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collectives of programs that are split by hand: functions that say what they
// add up, and MPI on buffers; what is not known stays as it is, with a remark.
//
// RUN: norm-opt %s --split-input-file --norm-join-parts | FileCheck %s --check-prefix=JOINED
// RUN: norm-opt %s --split-input-file --norm-shard-to-mpi 2>/dev/null | FileCheck %s
// RUN: norm-opt %s --split-input-file --norm-join-parts --verify-diagnostics -o /dev/null
// RUN: norm-opt %s --split-input-file --norm-raise --remarks-filter=norm-raise -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK-COUNT-2: Reason="the row is a shard: the sum over its 32 elements passes through func.call @add_up and is divided by

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// A function that says that it adds up over all axes.
// JOINED-LABEL: @call_of_all_axes(
// JOINED-SAME: tensor<4x128xf32>
// JOINED-NOT: {{func.call|call @add_up|mpi.allreduce}}
// JOINED: return
// CHECK-LABEL: @call_of_all_axes(
// CHECK-SAME: tensor<4x32xf32>) -> tensor<4x32xf32>
// CHECK: call @norm_mpi_all_reduce
// CHECK-NOT: {{call @norm_mpi_all|call @add_up|mpi.allreduce}}
// CHECK: return
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = []}
func.func @call_of_all_axes(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 2x2)

// Over axis 1, of two processes; rows are split along axis 0.
// JOINED-LABEL: @call_of_one_axis(
// JOINED-SAME: tensor<4x64xf32>
// JOINED-NOT: {{func.call|call @add_up|mpi.allreduce}}
// JOINED: return
// CHECK-LABEL: @call_of_one_axis(
// CHECK-SAME: tensor<4x32xf32>) -> tensor<4x32xf32>
// CHECK: call @norm_mpi_all_reduce
// CHECK-NOT: {{call @norm_mpi_all|call @add_up|mpi.allreduce}}
// CHECK: return
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = [1]}
func.func @call_of_one_axis(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// As upstream writes shard.all_reduce: the buffer of a tensor is copied and summed in place.
// JOINED-LABEL: @in_place(
// JOINED-SAME: tensor<4x128xf32>
// JOINED-NOT: {{func.call|call @add_up|mpi.allreduce}}
// JOINED: return
// CHECK-LABEL: @in_place(
// CHECK-SAME: tensor<4x32xf32>) -> tensor<4x32xf32>
// CHECK: call @norm_mpi_all_reduce
// CHECK-NOT: {{call @norm_mpi_all|call @add_up|mpi.allreduce}}
// CHECK: return
func.func @in_place(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %comm = mpi.comm_world : !mpi.comm
  %b = bufferization.to_buffer %local : tensor<4xf32> to memref<4xf32>
  %recv = memref.alloc() : memref<4xf32>
  memref.copy %b, %recv : memref<4xf32> to memref<4xf32>
  mpi.allreduce(%recv, %recv, MPI_SUM, %comm) : memref<4xf32>, memref<4xf32>
  %s = bufferization.to_tensor %recv restrict : memref<4xf32> to tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// From the buffer of a tensor to a new one.
// JOINED-LABEL: @to_another_buffer(
// JOINED-SAME: tensor<4x128xf32>
// JOINED-NOT: {{func.call|call @add_up|mpi.allreduce}}
// JOINED: return
// CHECK-LABEL: @to_another_buffer(
// CHECK-SAME: tensor<4x32xf32>) -> tensor<4x32xf32>
// CHECK: call @norm_mpi_all_reduce
// CHECK-NOT: {{call @norm_mpi_all|call @add_up|mpi.allreduce}}
// CHECK: return
func.func @to_another_buffer(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %comm = mpi.comm_world : !mpi.comm
  %b = bufferization.to_buffer %local : tensor<4xf32> to memref<4xf32>
  %recv = memref.alloc() : memref<4xf32>
  mpi.allreduce(%b, %recv, MPI_SUM, %comm) : memref<4xf32>, memref<4xf32>
  %s = bufferization.to_tensor %recv restrict : memref<4xf32> to tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// Nobody says what the function does.
// JOINED-LABEL: @unknown_function(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32>
func.func @unknown_function(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// There is no axis 1.
// JOINED-LABEL: @axis_that_is_not_there(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
// expected-warning @below {{expected norm.all_reduce to be axes of the grid, each once, got [1]}}
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = [1]}
func.func @axis_that_is_not_there(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// The function has a body: it does what that says.
// JOINED-LABEL: @function_with_a_body(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
// expected-warning @below {{one of the same type, got '(tensor<4xf32>) -> tensor<4xf32>' with a body; its calls are taken for no collective}}
func.func private @add_up(%x: tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = []} {
  return %x : tensor<4xf32>
}
func.func @function_with_a_body(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// A maximum.
// JOINED-LABEL: @maximum(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
func.func @maximum(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %comm = mpi.comm_world : !mpi.comm
  %b = bufferization.to_buffer %local : tensor<4xf32> to memref<4xf32>
  %recv = memref.alloc() : memref<4xf32>
  mpi.allreduce(%b, %recv, MPI_MAX, %comm) : memref<4xf32>, memref<4xf32>
  %s = bufferization.to_tensor %recv restrict : memref<4xf32> to tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// A part of the processes, which the program computes.
// JOINED-LABEL: @another_communicator(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
func.func @another_communicator(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %world = mpi.comm_world : !mpi.comm
  %color = arith.constant 0 : i32
  %comm = mpi.comm_split(%world, %color, %color) : !mpi.comm
  %b = bufferization.to_buffer %local : tensor<4xf32> to memref<4xf32>
  %recv = memref.alloc() : memref<4xf32>
  mpi.allreduce(%b, %recv, MPI_SUM, %comm) : memref<4xf32>, memref<4xf32>
  %s = bufferization.to_tensor %recv restrict : memref<4xf32> to tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// The buffer is written to before it is read.
// JOINED-LABEL: @written_in_between(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
func.func @written_in_between(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %comm = mpi.comm_world : !mpi.comm
  %b = bufferization.to_buffer %local : tensor<4xf32> to memref<4xf32>
  %recv = memref.alloc() : memref<4xf32>
  mpi.allreduce(%b, %recv, MPI_SUM, %comm) : memref<4xf32>, memref<4xf32>
  %c0 = arith.constant 0 : index
  memref.store %zero, %recv[%c0] : memref<4xf32>
  %s = bufferization.to_tensor %recv restrict : memref<4xf32> to tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// The sum over the part is read as well.
// JOINED-LABEL: @part_is_read(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
func.func @part_is_read(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %comm = mpi.comm_world : !mpi.comm
  %b = bufferization.to_buffer %local : tensor<4xf32> to memref<4xf32>
  %recv = memref.alloc() : memref<4xf32>
  mpi.allreduce(%b, %recv, MPI_SUM, %comm) : memref<4xf32>, memref<4xf32>
  %s = bufferization.to_tensor %recv restrict : memref<4xf32> to tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  %w = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y, %local : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %p = arith.addf %a, %sum : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %w : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// Another function calls it with parts.
// JOINED-LABEL: @called(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
// JOINED: call @called(%{{.*}}) : (tensor<4x32xf32>) -> tensor<4x32xf32>
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = []}
func.func private @called(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}
func.func @caller(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %y = func.call @called(%x) : (tensor<4x32xf32>) -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// The same, on buffers.
// JOINED-LABEL: @called_with_buffers(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
// JOINED: call @called_with_buffers(%{{.*}}) : (tensor<4x32xf32>) -> tensor<4x32xf32>
func.func private @called_with_buffers(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %comm = mpi.comm_world : !mpi.comm
  %b = bufferization.to_buffer %local : tensor<4xf32> to memref<4xf32>
  %recv = memref.alloc() : memref<4xf32>
  memref.copy %b, %recv : memref<4xf32> to memref<4xf32>
  mpi.allreduce(%recv, %recv, MPI_SUM, %comm) : memref<4xf32>, memref<4xf32>
  %s = bufferization.to_tensor %recv restrict : memref<4xf32> to tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}
func.func @caller(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %y = func.call @called_with_buffers(%x) : (tensor<4x32xf32>) -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 2x2)

// The same in other words.
// JOINED-LABEL: @unsigned_axis(
// JOINED-SAME: tensor<4x64xf32>
// JOINED-NOT: {{func.call|call @add_up|mpi.allreduce}}
// JOINED: return
// CHECK-LABEL: @unsigned_axis(
// CHECK-SAME: tensor<4x32xf32>) -> tensor<4x32xf32>
// CHECK: call @norm_mpi_all_reduce
// CHECK-NOT: {{call @norm_mpi_all|call @add_up|mpi.allreduce}}
// CHECK: return
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = [1 : ui32]}
func.func @unsigned_axis(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 2x2)

// The same in other words.
// JOINED-LABEL: @axis_of_four_bytes(
// JOINED-SAME: tensor<4x64xf32>
// JOINED-NOT: {{func.call|call @add_up|mpi.allreduce}}
// JOINED: return
// CHECK-LABEL: @axis_of_four_bytes(
// CHECK-SAME: tensor<4x32xf32>) -> tensor<4x32xf32>
// CHECK: call @norm_mpi_all_reduce
// CHECK-NOT: {{call @norm_mpi_all|call @add_up|mpi.allreduce}}
// CHECK: return
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = array<i32: 1>}
func.func @axis_of_four_bytes(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 2x2)

// The same in other words.
// JOINED-LABEL: @axis_of_eight_bytes(
// JOINED-SAME: tensor<4x64xf32>
// JOINED-NOT: {{func.call|call @add_up|mpi.allreduce}}
// JOINED: return
// CHECK-LABEL: @axis_of_eight_bytes(
// CHECK-SAME: tensor<4x32xf32>) -> tensor<4x32xf32>
// CHECK: call @norm_mpi_all_reduce
// CHECK-NOT: {{call @norm_mpi_all|call @add_up|mpi.allreduce}}
// CHECK: return
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = array<i64: 1>}
func.func @axis_of_eight_bytes(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// Nothing that names axes of the grid.
// JOINED-LABEL: @axis_twice(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
// expected-warning @below {{expected norm.all_reduce to be axes of the grid, each once, got [0, 0]}}
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = [0, 0]}
func.func @axis_twice(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// Nothing that names axes of the grid.
// JOINED-LABEL: @axis_that_is_negative(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
// expected-warning @below {{expected norm.all_reduce to be axes of the grid, each once, got [-1]}}
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = [-1]}
func.func @axis_that_is_negative(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// Nothing that names axes of the grid.
// JOINED-LABEL: @axis_that_is_large(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
// expected-warning @below {{expected norm.all_reduce to be axes of the grid, each once, got [18446744073709551615 : ui64]}}
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = [18446744073709551615 : ui64]}
func.func @axis_that_is_large(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// Nothing that names axes of the grid.
// JOINED-LABEL: @axis_that_is_no_integer(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
// expected-warning @below {{expected norm.all_reduce to be axes of the grid, each once, got [0.000000e+00]}}
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = [0.0]}
func.func @axis_that_is_no_integer(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
shard.grid @grid(shape = 4)

// Nothing that names axes of the grid.
// JOINED-LABEL: @axes_that_are_no_list(
// JOINED-SAME: tensor<4x32xf32>
// JOINED-NOT: shard.
// JOINED: {{call @add_up|mpi.allreduce}}
// JOINED: return
// expected-warning @below {{expected norm.all_reduce to be axes of the grid, each once, got 0 : i64}}
func.func private @add_up(tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = 0 : i64}
func.func @axes_that_are_no_list(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 128.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %r = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%zero : f32) outs(%r : tensor<4xf32>) -> tensor<4xf32>
  %local = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x32xf32>) outs(%z : tensor<4xf32>) {
  ^bb0(%a: f32, %acc: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %acc, %q : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %s = func.call @add_up(%local) : (tensor<4xf32>) -> tensor<4xf32>
  %e = tensor.empty() : tensor<4x32xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<4x32xf32>, tensor<4xf32>) outs(%e : tensor<4x32xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %m = arith.divf %sum, %n : f32
    %v = arith.addf %m, %eps : f32
    %i = math.rsqrt %v : f32
    %p = arith.mulf %a, %i : f32
    linalg.yield %p : f32
  } -> tensor<4x32xf32>
  return %y : tensor<4x32xf32>
}

// -----

shard.grid @grid(shape = 4)

// Declarations whose calls cannot be what their attribute says.
// expected-warning @below {{expected a function with norm.all_reduce to have no body and to make of a ranked tensor one of the same type, got '(tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>'; its calls are taken for no collective}}
func.func private @two_tensors(tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> attributes {norm.all_reduce = [0]}
// expected-warning @below {{one of the same type, got '(tensor<4xf32>) -> tensor<4xf64>'; its}}
func.func private @another_type(tensor<4xf32>) -> tensor<4xf64> attributes {norm.all_reduce = [0]}
// expected-warning @below {{one of the same type, got '(memref<4xf32>) -> ()'; its}}
func.func private @buffers(memref<4xf32>) attributes {norm.all_reduce = [0]}
// expected-warning @below {{one of the same type, got '(tensor<*xf32>) -> tensor<*xf32>'; its}}
func.func private @unranked(tensor<*xf32>) -> tensor<*xf32> attributes {norm.all_reduce = [0]}
// expected-warning @below {{one of the same type, got '(f32) -> f32'; its}}
func.func private @numbers(f32) -> f32 attributes {norm.all_reduce = []}
