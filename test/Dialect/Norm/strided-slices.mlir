// RUN: norm-opt %s --norm-strided-slices | FileCheck %s

// CHECK-LABEL: @extract
// CHECK: %[[ALL:.*]] = tensor.extract_slice %{{.*}}[0, 2] [1, 1] [3, 1] : tensor<5x3xf32> to tensor<1x1xf32>
// CHECK: tensor.extract_slice %[[ALL]][0, 0] [1, 1] [1, 1] : tensor<1x1xf32> to tensor<1xf32>
func.func @extract(%x: tensor<5x3xf32>) -> tensor<1xf32> {
  %s = tensor.extract_slice %x[0, 2] [1, 1] [3, 1] : tensor<5x3xf32> to tensor<1xf32>
  return %s : tensor<1xf32>
}

// The step may be unknown, and on a dimension that is longer.
// CHECK-LABEL: @unknown
// CHECK-SAME: %[[N:[a-z0-9]*]]: index, %[[S:[a-z0-9]*]]: index
// CHECK: %[[ALL:.*]] = tensor.extract_slice %{{.*}}[0, 1, 0] [1, 1, %[[N]]] [1, 1, %[[S]]] : tensor<?x?x?xf32> to tensor<1x1x?xf32>
// CHECK: tensor.extract_slice %[[ALL]][0, 0, 0] [1, 1, %[[N]]] [1, 1, 1] : tensor<1x1x?xf32> to tensor<1x?xf32>
func.func @unknown(%x: tensor<?x?x?xf32>, %n: index, %s: index) -> tensor<1x?xf32> {
  %0 = tensor.extract_slice %x[0, 1, 0] [1, 1, %n] [1, 1, %s] : tensor<?x?x?xf32> to tensor<1x?xf32>
  return %0 : tensor<1x?xf32>
}

// CHECK-LABEL: @insert
// CHECK: %[[ALL:.*]] = tensor.expand_shape %{{.*}} {{\[\[}}0, 1], [2]] output_shape [1, 2, 1] : tensor<2x1xf32> into tensor<1x2x1xf32>
// CHECK: tensor.insert_slice %[[ALL]] into %{{.*}}[1, 0, 0] [1, 2, 1] [1, 2, 1] : tensor<1x2x1xf32> into tensor<4x5x3xf32>
func.func @insert(%s: tensor<2x1xf32>, %x: tensor<4x5x3xf32>) -> tensor<4x5x3xf32> {
  %0 = tensor.insert_slice %s into %x[1, 0, 0] [1, 2, 1] [1, 2, 1] : tensor<2x1xf32> into tensor<4x5x3xf32>
  return %0 : tensor<4x5x3xf32>
}

// CHECK-LABEL: @parallel
// CHECK: %[[ALL:.*]] = tensor.expand_shape %{{.*}} {{\[\[}}0, 1]] output_shape [1, 1]
// CHECK: scf.forall.in_parallel
// CHECK: tensor.parallel_insert_slice %[[ALL]]
func.func @parallel(%s: tensor<1xf32>, %x: tensor<4x6xf32>) -> tensor<4x6xf32> {
  %0 = scf.forall (%i) in (4) shared_outs(%o = %x) -> (tensor<4x6xf32>) {
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %s into %o[%i, 0] [1, 1] [3, 3] : tensor<1xf32> into tensor<4x6xf32>
    }
  }
  return %0 : tensor<4x6xf32>
}

// One dimension of size 1 is dropped, or none, or there are no steps.
// CHECK-LABEL: @plain
// CHECK-COUNT-3: tensor.extract_slice
// CHECK-NOT: tensor.extract_slice
func.func @plain(%x: tensor<5x6xf32>) -> (tensor<3xf32>, tensor<1x1xf32>, tensor<1xf32>) {
  %0 = tensor.extract_slice %x[0, 0] [1, 3] [1, 2] : tensor<5x6xf32> to tensor<3xf32>
  %1 = tensor.extract_slice %x[0, 0] [1, 1] [2, 2] : tensor<5x6xf32> to tensor<1x1xf32>
  %2 = tensor.extract_slice %x[0, 0] [1, 1] [1, 1] : tensor<5x6xf32> to tensor<1xf32>
  return %0, %1, %2 : tensor<3xf32>, tensor<1x1xf32>, tensor<1xf32>
}
