// RUN: norm-opt %s --norm-static-results-to-out-params | FileCheck %s

// Each result has a buffer of its own, also if they are the same value.
// CHECK-LABEL: @twice
// CHECK-SAME: (%[[X:.*]]: memref<3xf32>, %[[A:.*]]: memref<3xf32>, %[[B:.*]]: memref<3xf32>)
// CHECK: memref.copy %[[X]], %[[A]]
// CHECK: memref.copy %[[A]], %[[B]]
// CHECK: return{{$}}
func.func @twice(%x: memref<3xf32>) -> (memref<3xf32>, memref<3xf32>) {
  %a = memref.alloc() : memref<3xf32>
  memref.copy %x, %a : memref<3xf32> to memref<3xf32>
  return %a, %a : memref<3xf32>, memref<3xf32>
}

// Results of unknown shape stay.
// CHECK-LABEL: @dynamic
// CHECK: return %{{.*}}, %{{.*}} : memref<?xf32>, memref<3xf32>
func.func @dynamic(%x: memref<?xf32>, %y: memref<3xf32>) -> (memref<?xf32>, memref<3xf32>) {
  return %x, %y : memref<?xf32>, memref<3xf32>
}
