// RUN: norm-opt %s --norm-rows-to-kernels=chip=sm_90 --remarks-filter=norm-rows-to-gpu --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=SM90
// RUN: norm-opt %s --norm-rows-to-kernels=chip=sm_90 --split-input-file | FileCheck %s
// RUN: norm-opt %s --norm-rows-to-kernels=chip=sm_120 --remarks-filter=norm-rows-to-gpu --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=SM120
// RUN: norm-opt %s --norm-rows-to-kernels=chip=sm_80 --remarks-filter=norm-rows-to-gpu --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=SM80

// Rows that outgrow a block are shared by a cluster. Warps send their sums to
// all blocks of it, once these are known to run; one barrier later each block
// reads its own memory alone.

// SM90: Reason="a cluster of 2 blocks for a row, 512 threads each, 8 chunks of 4 elements in registers"
// SM120: Reason="a cluster of 2 blocks for a row
// SM80: Reason="1024 threads for a row, 1 rows in a block, 8 chunks of 4 elements in registers"
// CHECK: gpu.launch_func @{{.*}} clusters in (%c2{{.*}}, %c1{{.*}}, %c1{{.*}}) blocks in (%c6{{.*}}, %c1{{.*}}, %c1{{.*}}) threads in (%c512
// CHECK: gpu.func
// CHECK-SAME: workgroup(%[[SUMS:.*]] : memref<32xf32, #gpu.address_space<workgroup>>
// CHECK-SAME: known_cluster_size = array<i32: 2, 1, 1>
// CHECK: nvvm.cluster.arrive.relaxed
// CHECK-COUNT-8: vector.load
// CHECK: gpu.shuffle
// CHECK: nvvm.cluster.wait
// CHECK: scf.if
// CHECK: %[[REMOTE:.*]] = nvvm.mapa
// CHECK: llvm.store %{{.*}}, %[[REMOTE]]
// CHECK: nvvm.cluster.arrive {
// CHECK: nvvm.cluster.wait
// CHECK: vector.load {{.*}} memref<32xf32, 3>, vector<4xf32>
// CHECK-NOT: nvvm.cluster
// CHECK-NOT: gpu.barrier
// CHECK-COUNT-8: vector.store
func.func @two_blocks(%x: memref<3x32768xf32>, %y: memref<3x32768xf32>) {
  norm.rmsnorm ins(%x : memref<3x32768xf32>) outs(%y : memref<3x32768xf32>) epsilon = 1.0e-5
  return
}

// -----

// Blocks have as many warps as the row takes: 2 times 10. What they leave of a
// power of two is neutral, and written by the block itself.

// SM90: Reason="a cluster of 2 blocks for a row, 320 threads each, 8 chunks of 4 elements in registers"
// SM120: Reason="a cluster of 2 blocks for a row, 320 threads each
// SM80: Reason="640 threads for a row, 1 rows in a block, 8 chunks of 4 elements in registers"
// CHECK: gpu.func @between_kernel
// CHECK-SAME: workgroup(%[[SUMS:[a-z0-9]+]] : memref<32xf32, #gpu.address_space<workgroup>>
// CHECK-NOT: arith.select
// CHECK: llvm.store
// CHECK: %[[FILLS:.*]] = arith.cmpi ult, %{{.*}}, %c12
// CHECK: scf.if %[[FILLS]]
// CHECK: memref.store %{{.*}}, %[[SUMS]]
// CHECK: nvvm.cluster.arrive {
func.func @between(%x: memref<3x20480xf32>, %y: memref<3x20480xf32>) {
  norm.rmsnorm ins(%x : memref<3x20480xf32>) outs(%y : memref<3x20480xf32>) epsilon = 1.0e-5
  return
}

// -----

// More than 8 blocks are not portable; sm_120 has 8.

// SM90: Reason="a cluster of 16 blocks for a row, 512 threads each, 8 chunks of 4 elements in registers"
// SM120: Reason="a cluster of 8 blocks for a row, 1024 threads each, 8 chunks of 4 elements in registers"
// SM80: Reason="512 threads for a row, 1 rows in a block, chunks of 4 elements, the first 32768 elements kept in shared memory, the others read again in each sweep"
func.func @sixteen_blocks(%x: memref<?x262144xf32>, %y: memref<?x262144xf32>) {
  norm.rmsnorm ins(%x : memref<?x262144xf32>) outs(%y : memref<?x262144xf32>) epsilon = 1.0e-5
  return
}

// -----

// A gate, which lives as long as the row, leaves registers for one block of 512
// threads: smaller blocks of a cluster take the row, two of them side by side.

// SM90: Reason="a cluster of 2 blocks for a row, 256 threads each, 8 chunks of 4 elements in registers"
// SM120: Reason="a cluster of 2 blocks for a row, 256 threads each
// SM80: Reason="512 threads for a row, 1 rows in a block, 8 chunks of 4 elements in registers"
// CHECK: gpu.func @gate_kernel
// CHECK-SAME: side_by_side = 2 : i64
#id = affine_map<(i, j) -> (i, j)>
func.func @gate(%x: memref<?x16384xf32>, %g: memref<?x16384xf32>, %y: memref<?x16384xf32>) {
  norm.row_loop ins(%x, %g : memref<?x16384xf32>, memref<?x16384xf32>) outs(%y : memref<?x16384xf32>)
      maps = [#id, #id, #id] dimensions = [1] {
  ^bb0(%x_i: f32, %g_i: f32):
    %square = arith.mulf %x_i, %x_i : f32
    %total = norm.row_reduce add %square : f32
    %rstd = math.rsqrt %total : f32
    %t = arith.mulf %x_i, %rstd : f32
    %y_i = arith.mulf %t, %g_i : f32
    norm.row_yield %y_i : f32
  }
  return
}

// -----

// Without reductions blocks share a row and do not wait for each other.

// SM90: Reason="8 blocks for a row, 512 threads each
// CHECK-LABEL: func @elementwise
// CHECK-NOT: clusters in
// CHECK: gpu.func
// CHECK-NOT: known_cluster_size
// CHECK-NOT: nvvm.cluster
// CHECK: vector.store
// CHECK-NOT: nvvm.cluster
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @elementwise(%x: memref<4x131072xf32>, %y: memref<4x131072xf32>) {
  norm.row_loop ins(%x : memref<4x131072xf32>) outs(%y : memref<4x131072xf32>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%a: f32):
    %b = arith.addf %a, %a : f32
    norm.row_yield %b : f32
  }
  return
}

// -----

// One row, of an array of one dimension: it is read once, as one of two is.

// SM90: Reason="a cluster of 16 blocks for a row, 512 threads each, chunks of 4 elements, kept in shared memory"
// CHECK-LABEL: func @rank_one
// CHECK: gpu.func
// CHECK-SAME: known_cluster_size = array<i32: 16, 1, 1>
func.func @rank_one(%x: memref<524288xf32>, %y: memref<524288xf32>) {
  norm.rmsnorm ins(%x : memref<524288xf32>) outs(%y : memref<524288xf32>) epsilon = 1.0e-5
  return
}
