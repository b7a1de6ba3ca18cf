// RUN: norm-opt %s --norm-rows-to-kernels=rows-in-turn=false --remarks-filter=norm-rows-to-gpu --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: norm-opt %s --norm-rows-to-kernels=rows-in-turn=false --split-input-file | FileCheck %s

// A short row belongs to some threads of a warp: no memory is shared. Threads
// without a row compute the last one and store nothing.

// REMARK: Reason="8 threads for a row, 16 rows in a block, 4 chunks of 4 elements in registers"
// CHECK-LABEL: func @short_rows
// CHECK: %[[SOME:.*]] = arith.cmpi ugt, %{{.*}}, %c0
// CHECK: scf.if %[[SOME]]
// CHECK: gpu.launch_func {{.*}} threads in (%c128{{.*}}, %c1{{.*}}, %c1{{.*}})
// CHECK: gpu.func
// CHECK-NOT: workgroup(
// CHECK-COUNT-8: vector.load {{.*}} {alignment = 16 : i64} : {{.*}} vector<4xf32>
// CHECK-NOT: gpu.barrier
// CHECK-COUNT-3: gpu.shuffle xor
// CHECK-NOT: gpu.shuffle
// CHECK: llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.f"
// CHECK: scf.if
// CHECK-NOT: vector.load
// CHECK-COUNT-4: vector.store {{.*}} {alignment = 16 : i64}
func.func @short_rows(%x: memref<?x128xf32>, %g: memref<128xf32>, %y: memref<?x128xf32>) {
  norm.rmsnorm ins(%x : memref<?x128xf32>) scale(%g : memref<128xf32>) outs(%y : memref<?x128xf32>) epsilon = 1.0e-5
  return
}

// -----

// A block for a row: each of the two reductions of moments has memory of its own
// and one barrier. The row is loaded once, but for its first chunk, which gives
// the origin.

// REMARK: Reason="256 threads for a row, 1 rows in a block, 2 chunks of 8 elements in registers"
// CHECK: gpu.func
// CHECK-SAME: workgroup(%{{.*}} : memref<8xf32, #gpu.address_space<workgroup>> {llvm.align = 16 : i64}, %{{.*}} : memref<8xf32, #gpu.address_space<workgroup>> {{.*}}, %{{.*}} : memref<8xf32, #gpu.address_space<workgroup>> {{.*}})
// CHECK-COUNT-3: vector.load {{.*}} vector<8xbf16>
// CHECK-NOT: vector.load
// CHECK: gpu.barrier
// CHECK: gpu.barrier
// CHECK-NOT: gpu.barrier
// CHECK-COUNT-2: vector.store
func.func @block_rows(%x: memref<?x4096xbf16>, %y: memref<?x4096xbf16>) {
  norm.layernorm ins(%x : memref<?x4096xbf16>) outs(%y : memref<?x4096xbf16>) epsilon = 1.0e-5
  return
}

// -----

// Rows that outgrow the registers of a cluster are kept in shared memory, and
// read again beyond it. Sums of blocks are added up in f64.

// REMARK: Reason="a cluster of 16 blocks for a row, 512 threads each, chunks of 4 elements, the first 786432 elements kept in shared memory, the others read again in each sweep"
// CHECK: gpu.func
// CHECK: memref.view {{.*}} to memref<49152xf32, #gpu.address_space<workgroup>>
// CHECK: scf.for
// CHECK-COUNT-4: vector.load {{.*}} memref<?x1048576xf32>, vector<4xf32>
// CHECK-COUNT-4: vector.store {{.*}} memref<49152xf32, 3>, vector<4xf32>
// CHECK: arith.extf %{{.*}} : f32 to f64
// CHECK: nvvm.cluster.wait
// CHECK: scf.for
// CHECK: scf.if
// CHECK-COUNT-4: vector.load {{.*}} memref<49152xf32, 3>, vector<4xf32>
// CHECK: else
// CHECK-COUNT-4: vector.load {{.*}} memref<?x1048576xf32>, vector<4xf32>
// CHECK: vector.store
func.func @long_rows(%x: memref<?x1048576xf32>, %y: memref<?x1048576xf32>) {
  norm.rmsnorm ins(%x : memref<?x1048576xf32>) outs(%y : memref<?x1048576xf32>) epsilon = 1.0e-5
  return
}

// -----

// Rows of unknown length: chunks if they do not cut the row, else elements. An
// array without gaps then has aligned rows.

// REMARK: Reason="512 threads for a row, 1 rows in a block, chunks of 4 elements, the first 8192 elements kept in shared memory, the others read again in each sweep; one element at a time where a chunk would cut the row"
// CHECK: gpu.func @unknown_length_kernel
// CHECK: %[[REST:.*]] = arith.remui %{{.*}}, %c4
// CHECK: %[[DIVIDES:.*]] = arith.cmpi eq, %[[REST]], %c0
// CHECK: scf.if %[[DIVIDES]]
// CHECK-COUNT-4: vector.load {{.*}} {alignment = 16 : i64} : memref<?x?xf32>, vector<4xf32>
// CHECK: vector.store {{.*}} {alignment = 16 : i64} : memref<?x?xf32>, vector<4xf32>
// CHECK: } else {
// CHECK-COUNT-4: vector.load {{.*}} {alignment = 4 : i64} : memref<?x?xf32>, vector<1xf32>
// CHECK: vector.store {{.*}} memref<?x?xf32>, vector<1xf32>
func.func @unknown_length(%x: memref<?x?xf32>, %y: memref<?x?xf32>) {
  norm.rmsnorm ins(%x : memref<?x?xf32>) outs(%y : memref<?x?xf32>) epsilon = 1.0e-5
  return
}

// -----

// A chunk does not reach beyond the row: 12 elements are three chunks for four
// threads. Rows of odd length are loaded one element at a time.

// REMARK: Reason="4 threads for a row, 32 rows in a block, 1 chunks of 4 elements in registers"
// CHECK: gpu.func
// CHECK: %[[EXISTS:.*]] = arith.cmpi ult, %{{.*}}, %c12
// CHECK: scf.if %[[EXISTS]] -> (vector<4xf32>)
// CHECK: arith.select %[[EXISTS]]
func.func @part_of_a_step(%x: memref<8x12xf32>, %y: memref<8x12xf32>) {
  norm.rmsnorm ins(%x : memref<8x12xf32>) outs(%y : memref<8x12xf32>) epsilon = 1.0e-5
  return
}

// -----

// REMARK: Reason="4 threads for a row, 32 rows in a block, 4 chunks of 1 elements in registers"
func.func @odd_rows(%x: memref<8x13xf32>, %y: memref<8x13xf32>) {
  norm.rmsnorm ins(%x : memref<8x13xf32>) outs(%y : memref<8x13xf32>) epsilon = 1.0e-5
  return
}

// -----

// Between two entries of the table a block has as many warps as the row takes:
// no chunk is missing.

// REMARK: Reason="320 threads for a row, 1 rows in a block, 2 chunks of 8 elements in registers"
// CHECK: gpu.func @between_kernel
// CHECK-SAME: workgroup(%[[SUMS:[a-z0-9]+]] : memref<16xf32, #gpu.address_space<workgroup>>
// CHECK-NOT: arith.select
// CHECK-COUNT-2: vector.load {{.*}} vector<8xbf16>
// CHECK-NOT: arith.select
// CHECK: %[[FILLS:.*]] = arith.cmpi ult, %{{.*}}, %c6
// CHECK: scf.if %[[FILLS]]
// CHECK: memref.store %{{.*}}, %[[SUMS]]
// CHECK: gpu.barrier
// CHECK: vector.load {{.*}} {alignment = 16 : i64} : memref<16xf32, 3>, vector<4xf32>
// CHECK-COUNT-2: gpu.shuffle xor
// CHECK-NOT: gpu.shuffle
// CHECK-COUNT-2: vector.store {{.*}} vector<8xbf16>
func.func @between(%x: memref<?x5120xbf16>, %y: memref<?x5120xbf16>) {
  norm.rmsnorm ins(%x : memref<?x5120xbf16>) outs(%y : memref<?x5120xbf16>) epsilon = 1.0e-5
  return
}

// -----

// 1376 chunks for 352 threads: one warp has no fourth one.

// REMARK: Reason="352 threads for a row, 1 rows in a block, 4 chunks of 8 elements in registers"
// CHECK: gpu.func @a_warp_less_kernel
// CHECK: %[[EXISTS:.*]] = arith.cmpi ult, %{{.*}}, %c11008
// CHECK: scf.if %[[EXISTS]] -> (vector<8xbf16>)
// CHECK: arith.select %[[EXISTS]]
// CHECK-NOT: arith.select
// CHECK: gpu.barrier
func.func @a_warp_less(%x: memref<?x11008xbf16>, %y: memref<?x11008xbf16>) {
  norm.rmsnorm ins(%x : memref<?x11008xbf16>) outs(%y : memref<?x11008xbf16>) epsilon = 1.0e-5
  return
}

// -----

// A pitch that is no multiple of 16 bytes leaves 8.

// CHECK: gpu.func
// CHECK: vector.load {{.*}} {alignment = 8 : i64} : memref<8x64xf32, strided<[66, 1]>>, vector<4xf32>
func.func @pitch(%x: memref<8x64xf32, strided<[66, 1]>>, %y: memref<8x64xf32>) {
  norm.rmsnorm ins(%x : memref<8x64xf32, strided<[66, 1]>>) outs(%y : memref<8x64xf32>) epsilon = 1.0e-5
  return
}

// -----

// The statistic of the first elements: of four chunks the first and part of the
// second count.

// CHECK: gpu.func
// CHECK-COUNT-2: "llvm.fma"
// CHECK: arith.cmpi ult, %{{.*}}, %{{.*}} : vector<4xindex>
// CHECK: arith.select %{{.*}} : vector<4xi1>, vector<4xf32>
// CHECK-NOT: llvm.fma
// CHECK: gpu.shuffle
func.func @first_elements(%x: memref<8x128xf32>, %y: memref<8x128xf32>) {
  norm.prmsnorm ins(%x : memref<8x128xf32>) outs(%y : memref<8x128xf32>) epsilon = 1.0e-5 k = 37
  return
}

// -----

// If their number is a multiple of a chunk, all elements of a chunk count or none.

// CHECK: gpu.func @first_chunks_kernel
// CHECK: %[[COUNTS:.*]] = arith.cmpi ult, %{{.*}}, %c40{{.*}} : index
// CHECK: arith.select %[[COUNTS]], %{{.*}} : vector<4xf32>
// CHECK-NOT: vector<4xi1>
// CHECK: gpu.shuffle
func.func @first_chunks(%x: memref<8x128xf32>, %y: memref<8x128xf32>) {
  norm.prmsnorm ins(%x : memref<8x128xf32>) outs(%y : memref<8x128xf32>) epsilon = 1.0e-5 k = 40
  return
}
