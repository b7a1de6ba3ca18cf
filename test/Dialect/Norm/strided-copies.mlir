// RUN: norm-opt %s --norm-strided-copies | FileCheck %s

// CHECK-LABEL: @contiguous
// CHECK-COUNT-2: memref.copy
// CHECK-NOT: linalg.generic
func.func @contiguous(%a: memref<?x4xf32>, %b: memref<?x4xf32>,
                      %c: memref<2x4xf32, strided<[4, 1], offset: 8>>, %d: memref<2x4xf32>) {
  memref.copy %a, %b : memref<?x4xf32> to memref<?x4xf32>
  memref.copy %c, %d : memref<2x4xf32, strided<[4, 1], offset: 8>> to memref<2x4xf32>
  return
}

// CHECK-LABEL: @strided
// CHECK-NOT: memref.copy
// CHECK: linalg.generic {{.*}} ins(%arg0 : {{.*}}) outs(%arg1 :
// CHECK: linalg.generic {{.*}} ins(%arg1 : {{.*}}) outs(%arg0 :
// CHECK-NOT: memref.copy
func.func @strided(%a: memref<2x4xf32>, %b: memref<2x4xf32, strided<[8, 1], offset: ?>>) {
  memref.copy %a, %b : memref<2x4xf32> to memref<2x4xf32, strided<[8, 1], offset: ?>>
  memref.copy %b, %a : memref<2x4xf32, strided<[8, 1], offset: ?>> to memref<2x4xf32>
  return
}

// What the lowering decides itself.
// CHECK-LABEL: @unranked
// CHECK: memref.copy
func.func @unranked(%a: memref<*xf32>, %b: memref<2x4xf32>) {
  memref.copy %a, %b : memref<*xf32> to memref<2x4xf32>
  return
}
