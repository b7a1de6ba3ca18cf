// RUN: norm-opt %s --one-shot-bufferize="bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map" --split-input-file | FileCheck %s

// The destination is written and never read.

// CHECK-LABEL: @destination
// CHECK-NOT: memref.copy
// CHECK: %[[Y:.*]] = memref.alloc() {{.*}} : memref<4x64xf32>
// CHECK-NOT: memref.copy
// CHECK: norm.rmsnorm ins(%{{.*}} : memref<4x64xf32>) scale(%{{.*}} : memref<64xf32>) outs(%[[Y]] : memref<4x64xf32>) epsilon = 1.000000e-05
// CHECK-NEXT: return %[[Y]]
func.func @destination(%x: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %init = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%init : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

// y overwrites x: no allocation, no copy.

// CHECK-LABEL: @in_place
// CHECK-SAME: (%[[X:.*]]: memref<4x64xf32>, %[[G:.*]]: memref<64xf32>, %[[M:.*]]: memref<4xf32>)
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: norm.layernorm ins(%[[X]] : memref<4x64xf32>) scale(%[[G]] : memref<64xf32>) bias(%[[G]] : memref<64xf32>) outs(%[[X]] : memref<4x64xf32>) mean(%[[M]] : memref<4xf32>) epsilon = 1.000000e-05
// CHECK-NEXT: return %[[X]], %[[M]]
func.func @in_place(%x: tensor<4x64xf32> {bufferization.writable = true}, %g: tensor<64xf32>, %m: tensor<4xf32>)
    -> (tensor<4x64xf32>, tensor<4xf32>) {
  %y, %mean = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) bias(%g : tensor<64xf32>)
       outs(%x : tensor<4x64xf32>) mean(%m : tensor<4xf32>) epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  return %y, %mean : tensor<4x64xf32>, tensor<4xf32>
}

// -----

// The scale is read in every row, so y must not overwrite it.

// CHECK-LABEL: @scale_is_destination
// CHECK-SAME: (%[[X:.*]]: memref<64xf32>, %[[G:.*]]: memref<64xf32>)
// CHECK: %[[Y:.*]] = memref.alloc()
// CHECK: norm.prmsnorm ins(%[[X]] : memref<64xf32>) scale(%[[G]] : memref<64xf32>) outs(%[[Y]] : memref<64xf32>) k = 4
func.func @scale_is_destination(%x: tensor<64xf32>, %g: tensor<64xf32> {bufferization.writable = true}) -> tensor<64xf32> {
  %y = norm.prmsnorm ins(%x : tensor<64xf32>) scale(%g : tensor<64xf32>)
       outs(%g : tensor<64xf32>) k = 4 epsilon = 1.0e-05 -> tensor<64xf32>
  return %y : tensor<64xf32>
}

// -----

// x has a later use, so y gets memory of its own.

// CHECK-LABEL: @later_use
// CHECK-SAME: (%[[X:.*]]: memref<4x64xf32>
// CHECK: %[[Y:.*]] = memref.alloc()
// CHECK: norm.rmsnorm ins(%[[X]] : memref<4x64xf32>) outs(%[[Y]] : memref<4x64xf32>)
func.func @later_use(%x: tensor<4x64xf32>, %i: index) -> (tensor<4x64xf32>, f32) {
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>)
       epsilon = 1.0e-05 -> tensor<4x64xf32>
  %e = tensor.extract %x[%i, %i] : tensor<4x64xf32>
  return %y, %e : tensor<4x64xf32>, f32
}

// -----

// A sum over rows is written while rows are still read: it must not overwrite an
// input, even one with its map; dx may overwrite dy.

#id = affine_map<(i, j) -> (i, j)>
#element = affine_map<(i, j) -> (j)>

// CHECK-LABEL: @sum_over_rows
// CHECK-SAME: (%[[DY:.*]]: memref<4x64xf32>, %[[G:.*]]: memref<64xf32>)
// CHECK: %[[S:.*]] = memref.alloc() {{.*}} : memref<64xf32>
// CHECK-NOT: memref.copy
// CHECK: norm.row_loop ins(%[[DY]], %[[G]] : memref<4x64xf32>, memref<64xf32>) outs(%[[DY]], %[[S]] : memref<4x64xf32>, memref<64xf32>)
// CHECK-SAME: accumulate = [0] dimensions = [1]
func.func @sum_over_rows(%dy: tensor<4x64xf32> {bufferization.writable = true}, %g: tensor<64xf32> {bufferization.writable = true})
    -> (tensor<4x64xf32>, tensor<64xf32>) {
  %0:2 = norm.row_loop ins(%dy, %g : tensor<4x64xf32>, tensor<64xf32>) outs(%dy, %g : tensor<4x64xf32>, tensor<64xf32>)
      maps = [#id, #element, #id, #element] accumulate = [0] dimensions = [1] {
  ^bb0(%a: f32, %b: f32):
    %c = arith.mulf %a, %b : f32
    norm.row_yield %c, %a : f32, f32
  } -> tensor<4x64xf32>, tensor<64xf32>
  return %0#0, %0#1 : tensor<4x64xf32>, tensor<64xf32>
}

// -----

// dx overwrites dy, element by element.

// CHECK-LABEL: @gradient_in_place
// CHECK-SAME: (%[[DY:.*]]: memref<4x64xf32>, %[[X:.*]]: memref<4x64xf32>, %[[G:.*]]: memref<64xf32>, %[[R:.*]]: memref<4xf32>)
// CHECK-NEXT: norm.rmsnorm_backward ins(%[[DY]], %[[X]] : memref<4x64xf32>, memref<4x64xf32>) scale(%[[G]] : memref<64xf32>) rstd(%[[R]] : memref<4xf32>) outs(%[[DY]] : memref<4x64xf32>){{$}}
// CHECK-NEXT: return %[[DY]]
func.func @gradient_in_place(%dy: tensor<4x64xf32> {bufferization.writable = true}, %x: tensor<4x64xf32>, %g: tensor<64xf32>, %r: tensor<4xf32>) -> tensor<4x64xf32> {
  %dx = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>)
      scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>) outs(%dy : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %dx : tensor<4x64xf32>
}

// -----

// dx reads the scale in every row, so dscale must not overwrite it ...

// CHECK-LABEL: @dscale_over_scale
// CHECK-SAME: %[[G:[a-z0-9]*]]: memref<64xf32>, %[[R:[a-z0-9]*]]: memref<4xf32>
// CHECK: %[[DG:.*]] = memref.alloc()
// CHECK: norm.layernorm_backward ins({{.*}}) scale(%[[G]] : memref<64xf32>) rstd({{.*}}) mean({{.*}}) outs({{.*}}) dscale(%[[DG]] : memref<64xf32>)
func.func @dscale_over_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %g: tensor<64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<64xf32>) {
  %dx, %dg = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>)
      scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>) outs(%e : tensor<4x64xf32>) dscale(%g : tensor<64xf32>) -> (tensor<4x64xf32>, tensor<64xf32>)
  return %dx, %dg : tensor<4x64xf32>, tensor<64xf32>
}

// -----

// ... and may where there is no dx.

// CHECK-LABEL: @dscale_over_unread_scale
// CHECK-SAME: %[[G:[a-z0-9]*]]: memref<64xf32>, %[[R:[a-z0-9]*]]: memref<4xf32>
// CHECK-NEXT: norm.rmsnorm_backward ins({{.*}}) scale(%[[G]] : memref<64xf32>) rstd({{.*}}) dscale(%[[G]] : memref<64xf32>)
// CHECK-NEXT: return %[[G]]
func.func @dscale_over_unread_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %g: tensor<64xf32>, %r: tensor<4xf32>) -> tensor<64xf32> {
  %dg = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>)
      scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>) dscale(%g : tensor<64xf32>) -> tensor<64xf32>
  return %dg : tensor<64xf32>
}
