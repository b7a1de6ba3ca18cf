// RUN: norm-opt %s --norm-rows-to-kernels --remarks-filter=norm-rows-to-gpu --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: norm-opt %s --norm-rows-to-kernels --split-input-file | FileCheck %s
// RUN: norm-opt %s --norm-rows-to-kernels --norm-attach-nvvm-target --split-input-file | FileCheck %s --check-prefix=DEVICE

#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#element = affine_map<(i, j) -> (j)>

// The threads of a row take 16 rows one after the other, add them up in
// registers, and store the sum to a row of a buffer; the next row is loaded
// before the one at hand is reduced. A second kernel adds up the buffer: each of
// 16 warps every 16th row, and one warp what they have.

// REMARK: Reason="16 threads for a row, 8 rows in a block, 2 chunks of 4 elements in registers, 16 rows in turn, which it adds up"

// CHECK-LABEL: func @registers
// CHECK:         %[[BLOCKS:.*]] = arith.ceildivui %{{.*}}, %c16
// CHECK:         %[[BUFFER:.*]] = memref.alloc(%[[BLOCKS]]) {alignment = 64 : i64, norm.workspace} : memref<?x128xf32>
// CHECK:         scf.if
// CHECK:           gpu.launch_func {{.*}} args({{.*}}%[[BUFFER]]
// CHECK:         gpu.launch_func {{.*}} blocks in (%c4, %c1, %c1) threads in (%c512, %c1, %c1) args(%[[BLOCKS]] : index, %[[BUFFER]] : memref<?x128xf32>, %{{.*}} : memref<128xf32>)
// CHECK:         memref.dealloc %[[BUFFER]]
// CHECK:       gpu.func @registers_kernel
// CHECK-COUNT-2: vector.load %{{.*}} : memref<?x128xf32>, vector<4xf32>
// CHECK:         scf.for
// CHECK-COUNT-2: vector.load %{{.*}} : memref<?x128xf32>, vector<4xf32>
// CHECK-COUNT-4: gpu.shuffle xor
// CHECK-COUNT-2: arith.select %{{.*}} : vector<4xf32>
// CHECK:           scf.if
// CHECK-COUNT-2: vector.store %{{.*}} : memref<?x128xf32>, vector<4xf32>
// CHECK:         scf.if
// CHECK-COUNT-2: vector.store %{{.*}} : memref<?x128xf32>, vector<4xf32>
// CHECK:       gpu.func {{.*}} workgroup(%{{.*}} : memref<512xf32, #gpu.address_space<workgroup>>)
// CHECK:         scf.for %{{.*}} to %{{.*}} step %c16
// CHECK:         gpu.barrier
// CHECK-NOT:     gpu.barrier
// CHECK:         gpu.return

// DEVICE-LABEL: func @registers
// DEVICE:         %[[READY:.*]] = gpu.wait async
// DEVICE:         %[[BUFFER:.*]], %[[DONE:.*]] = gpu.alloc async [%[[READY]]] (%{{.*}}) : memref<?x128xf32>
// DEVICE:         gpu.wait [%[[DONE]]]
// DEVICE:         gpu.dealloc async [%{{.*}}] %[[BUFFER]]
// DEVICE-NOT:     memref.alloc
func.func @registers(%x: memref<?x128xf32>, %r: memref<?xf32>, %y: memref<?x128xf32>, %s: memref<128xf32>) {
  norm.row_loop ins(%x, %r : memref<?x128xf32>, memref<?xf32>) outs(%y, %s : memref<?x128xf32>, memref<128xf32>)
      maps = [#id, #row, #id, #element] accumulate = [0] dimensions = [1] {
  ^bb0(%a: f32, %b: f32):
    %m = arith.mulf %a, %b : f32
    %t = norm.row_reduce add %m : f32
    %d = arith.mulf %a, %t : f32
    norm.row_yield %d, %m : f32, f32
  }
  return
}

// -----

#id = affine_map<(i, j) -> (i, j)>
#element = affine_map<(i, j) -> (j)>

// A row that registers do not hold is added to the buffer, the first in place of
// what was there.

// REMARK: Reason="512 threads for a row, {{.*}} 16 rows in turn, which it adds up; one element at a time where a chunk would cut the row"

// CHECK-LABEL: func @memory
// CHECK:       gpu.func @memory_kernel
// CHECK:         scf.for
// CHECK:           %[[BEFORE:.*]] = scf.if %{{.*}} -> (vector<4xf32>) {
// CHECK-NEXT:        scf.yield %cst
// CHECK:           } else {
// CHECK:             vector.load
// CHECK:           %[[SUM:.*]] = arith.addf %[[BEFORE]], %{{.*}} : vector<4xf32>
// CHECK:           vector.store %[[SUM]]
func.func @memory(%x: memref<?x?xf32>, %s: memref<?xf32>) {
  norm.row_loop ins(%x : memref<?x?xf32>) outs(%s : memref<?xf32>)
      maps = [#id, #element] accumulate = [0] dimensions = [1] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  }
  return
}

// -----

#id = affine_map<(i, j) -> (i, j)>
#element = affine_map<(i, j) -> (j)>
#same = affine_map<(j) -> (j)>

// Memory that row loops alone use is the device's: a sum that is rounded behind
// the tree.

// CHECK-LABEL: func @rounded
// CHECK:         memref.alloc() {norm.workspace} : memref<128xf32>
// CHECK-COUNT-3: gpu.launch_func
func.func @rounded(%x: memref<?x128xf32>, %y: memref<128xbf16>) {
  %s = memref.alloc() : memref<128xf32>
  norm.row_loop ins(%x : memref<?x128xf32>) outs(%s : memref<128xf32>)
      maps = [#id, #element] accumulate = [0] dimensions = [1] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  }
  norm.row_loop ins(%s : memref<128xf32>) outs(%y : memref<128xbf16>) maps = [#same, #same] dimensions = [0] {
  ^bb0(%a: f32):
    %0 = arith.truncf %a : f32 to bf16
    norm.row_yield %0 : bf16
  }
  memref.dealloc %s : memref<128xf32>
  return
}
