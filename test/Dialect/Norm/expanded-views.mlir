// RUN: norm-opt %s --norm-expanded-views | FileCheck %s
// RUN: norm-opt %s --norm-expanded-views --expand-strided-metadata | FileCheck %s --check-prefix=GONE

// GONE-NOT: memref.expand_shape

// Strides from the last size on: 5, b * 5 and c * b * 5.
// CHECK-LABEL: @three
// CHECK-SAME: %[[M:.*]]: memref<?x5xf32>, %[[A:.*]]: index, %[[B:.*]]: index, %[[C:.*]]: index
// CHECK: %[[BASE:.*]], %{{.*}}, %{{.*}}, %{{.*}} = memref.extract_strided_metadata %[[M]]
// CHECK-DAG: %[[FIVE_C:.*]] = affine.apply #{{.*}}()[%[[C]]]
// CHECK-DAG: %[[FIVE_BC:.*]] = affine.apply #{{.*}}()[%[[B]], %[[C]]]
// CHECK: memref.reinterpret_cast %[[BASE]] to offset: [0], sizes: [%[[A]], %[[B]], %[[C]], 5], strides: [%[[FIVE_BC]], %[[FIVE_C]], 5, 1]
func.func @three(%m: memref<?x5xf32>, %a: index, %b: index, %c: index) -> memref<?x?x?x5xf32> {
  %v = memref.expand_shape %m [[0, 1, 2], [3]] output_shape [%a, %b, %c, 5]
      : memref<?x5xf32> into memref<?x?x?x5xf32>
  return %v : memref<?x?x?x5xf32>
}

// A view with strides and an offset of its own keeps them.
// CHECK-LABEL: @strided
// CHECK-SAME: %[[M:.*]]: memref<?x4xf32, strided<[?, 2], offset: ?>>, %[[A:.*]]: index, %[[B:.*]]: index
// CHECK: %[[BASE:.*]], %[[OFFSET:.*]], %{{.*}}:2, %[[STRIDES:.*]]:2 = memref.extract_strided_metadata %[[M]]
// CHECK: %[[OUTER:.*]] = affine.apply #{{.*}}()[{{.*}}]
// CHECK: memref.reinterpret_cast %[[BASE]] to offset: [%[[OFFSET]]], sizes: [%[[A]], %[[B]], 4], strides: [%[[OUTER]], %[[STRIDES]]#0, 2]
func.func @strided(%m: memref<?x4xf32, strided<[?, 2], offset: ?>>, %a: index, %b: index)
    -> memref<?x?x4xf32, strided<[?, ?, 2], offset: ?>> {
  %v = memref.expand_shape %m [[0, 1], [2]] output_shape [%a, %b, 4]
      : memref<?x4xf32, strided<[?, 2], offset: ?>> into memref<?x?x4xf32, strided<[?, ?, 2], offset: ?>>
  return %v : memref<?x?x4xf32, strided<[?, ?, 2], offset: ?>>
}

// One unknown size is upstream's.
// CHECK-LABEL: @one
// CHECK: memref.expand_shape
func.func @one(%m: memref<?xf32>, %a: index) -> memref<?x4xf32> {
  %v = memref.expand_shape %m [[0, 1]] output_shape [%a, 4] : memref<?xf32> into memref<?x4xf32>
  return %v : memref<?x4xf32>
}
