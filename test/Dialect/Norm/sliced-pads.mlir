// RUN: norm-opt %s --norm-sliced-pads --split-input-file | FileCheck %s

// CHECK-LABEL: @mixed
// CHECK-SAME: %[[X:.*]]: tensor<4x5xf32>, %[[Z:.*]]: f32
// CHECK-NEXT: %[[S:.*]] = tensor.extract_slice %[[X]][0, 2] [3, 3] [1, 1] : tensor<4x5xf32> to tensor<3x3xf32>
// CHECK-NEXT: %[[P:.*]] = tensor.pad %[[S]] low[1, 0] high[0, 3] {
// CHECK-NEXT: ^bb0(
// CHECK-NEXT: tensor.yield %[[Z]] : f32
// CHECK-NEXT: } : tensor<3x3xf32> to tensor<4x6xf32>
// CHECK-NEXT: return %[[P]] : tensor<4x6xf32>
func.func @mixed(%x: tensor<4x5xf32>, %z: f32) -> tensor<4x6xf32> {
  %p = tensor.pad %x low[1, -2] high[-1, 3] {
  ^bb0(%i: index, %j: index):
    tensor.yield %z : f32
  } : tensor<4x5xf32> to tensor<4x6xf32>
  return %p : tensor<4x6xf32>
}

// -----

// More is taken than there is: nothing of the source is left.
// CHECK-LABEL: @nothing
// CHECK-SAME: %{{.*}}: tensor<2x?xf32>, %[[N:.*]]: index, %[[Z:.*]]: f32
// CHECK: %[[P:.*]] = tensor.generate %{{.*}} {
// CHECK-NEXT: ^bb0(
// CHECK-NEXT: tensor.yield %[[Z]] : f32
// CHECK-NEXT: } : tensor<3x?xf32>
// CHECK-NEXT: return %[[P]] : tensor<3x?xf32>
func.func @nothing(%x: tensor<2x?xf32>, %n: index, %z: f32) -> tensor<3x?xf32> {
  %p = tensor.pad %x low[-4, %n] high[5, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %z : f32
  } : tensor<2x?xf32> to tensor<3x?xf32>
  return %p : tensor<3x?xf32>
}

// -----

// What is not negative stays as it is.
// CHECK-LABEL: @padded
// CHECK-NOT: tensor.extract_slice
// CHECK: tensor.pad %{{.*}} low[0, 2] high[1, 0] {
func.func @padded(%x: tensor<?x5xf32>, %z: f32) -> tensor<?x7xf32> {
  %p = tensor.pad %x low[0, 2] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %z : f32
  } : tensor<?x5xf32> to tensor<?x7xf32>
  return %p : tensor<?x7xf32>
}

// -----

// A number of run time may be negative.
// CHECK-LABEL: @unknown
// CHECK-SAME: %[[X:.*]]: tensor<5x6xf32>
// CHECK: %[[S:.*]] = tensor.extract_slice %[[X]][0, %{{.*}}] [5, %{{.*}}] [1, 1] : tensor<5x6xf32> to tensor<5x?xf32>
// CHECK-NEXT: %{{.*}} = tensor.pad %[[S]] nofold low[0, %{{.*}}] high[1, %{{.*}}] {
// CHECK: } : tensor<5x?xf32> to tensor<6x?xf32>
func.func @unknown(%x: tensor<5x6xf32>, %n: index, %z: f32) -> tensor<6x?xf32> {
  %p = tensor.pad %x nofold low[0, %n] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %z : f32
  } : tensor<5x6xf32> to tensor<6x?xf32>
  return %p : tensor<6x?xf32>
}
