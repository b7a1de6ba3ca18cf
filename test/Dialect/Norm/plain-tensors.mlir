// RUN: norm-opt %s --norm-plain-tensors | FileCheck %s

// CHECK-LABEL: @softmax
// CHECK-NOT: linalg.softmax
// CHECK: arith.maxnumf
// CHECK: math.exp
// CHECK: arith.divf
// CHECK: return
func.func @softmax(%x: tensor<2x?xf32>, %o: tensor<2x?xf32>) -> tensor<2x?xf32> {
  %y = linalg.softmax dimension(1) ins(%x : tensor<2x?xf32>) outs(%o : tensor<2x?xf32>) -> tensor<2x?xf32>
  return %y : tensor<2x?xf32>
}

// CHECK-LABEL: @packs
// CHECK: tensor.pad
// CHECK: tensor.expand_shape
// CHECK: linalg.transpose
// CHECK: linalg.transpose
// CHECK: tensor.collapse_shape
// CHECK: tensor.extract_slice
func.func @packs(%x: tensor<5x4xf32>, %p: tensor<3x2x2x2xf32>, %o: tensor<5x4xf32>) -> tensor<5x4xf32> {
  %zero = arith.constant 0.0 : f32
  %0 = linalg.pack %x padding_value(%zero : f32) inner_dims_pos = [0, 1] inner_tiles = [2, 2] into %p
      : tensor<5x4xf32> -> tensor<3x2x2x2xf32>
  %1 = linalg.unpack %0 inner_dims_pos = [0, 1] inner_tiles = [2, 2] into %o : tensor<3x2x2x2xf32> -> tensor<5x4xf32>
  return %1 : tensor<5x4xf32>
}

// CHECK-LABEL: @winograd
// CHECK-NOT: linalg.winograd
// CHECK: scf.for
// CHECK: return
func.func @winograd(%w: tensor<3x3x3x2xf32>, %o: tensor<6x6x2x3xf32>) -> tensor<6x6x2x3xf32> {
  %y = linalg.winograd_filter_transform fmr(F_4_3) ins(%w : tensor<3x3x3x2xf32>) outs(%o : tensor<6x6x2x3xf32>) -> tensor<6x6x2x3xf32>
  return %y : tensor<6x6x2x3xf32>
}

// CHECK-LABEL: @bitcast
// CHECK: arith.bitcast %{{.*}} : tensor<?xf32> to tensor<?xi32>
func.func @bitcast(%x: tensor<?xf32>) -> tensor<?xi32> {
  %y = tensor.bitcast %x : tensor<?xf32> to tensor<?xi32>
  return %y : tensor<?xi32>
}

// arith has no integers with a sign.
// CHECK-LABEL: @signed
// CHECK: tensor.bitcast
func.func @signed(%x: tensor<?xui32>) -> tensor<?xi32> {
  %y = tensor.bitcast %x : tensor<?xui32> to tensor<?xi32>
  return %y : tensor<?xi32>
}

// A view of no elements has those of none.
// CHECK-LABEL: @nothing
// CHECK-NOT: tensor.collapse_shape
// CHECK: tensor.empty
func.func @nothing(%x: tensor<?x?x0x?xf32>) -> tensor<?x?xf32> {
  %y = tensor.collapse_shape %x [[0, 1], [2, 3]] : tensor<?x?x0x?xf32> into tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// CHECK-LABEL: @some
// CHECK: tensor.collapse_shape
func.func @some(%x: tensor<?x?x2x?xf32>) -> tensor<?x?xf32> {
  %y = tensor.collapse_shape %x [[0, 1], [2, 3]] : tensor<?x?x2x?xf32> into tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}
