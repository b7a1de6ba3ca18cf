// RUN: norm-opt %s --norm-fuse-rows --canonicalize --cse --split-input-file | FileCheck %s
// RUN: norm-opt %s --norm-fuse-rows=target=gpu --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=GPU

// One loop over rows gives dx and adds up dscale and dbias.

// CHECK-LABEL: @layernorm_backward
//  CHECK-SAME: (%[[DY:.*]]: tensor<4x64xbf16>, %[[X:.*]]: tensor<4x64xbf16>, %[[G:.*]]: tensor<64xf32>, %[[R:.*]]: tensor<4xf32>, %[[MU:.*]]: tensor<4xf32>, %[[E:.*]]: tensor<4x64xbf16>, %[[F:.*]]: tensor<64xf32>)
//       CHECK:   %[[L:.*]]:3 = norm.row_loop ins(%[[DY]], %[[X]], %[[G]], %[[R]], %[[MU]] : {{.*}}) outs(%[[E]], %[[F]], %{{.*}} : tensor<4x64xbf16>, tensor<64xf32>, tensor<64xf32>)
//  CHECK-SAME:   accumulate = [0] dimensions = [1]
//       CHECK:     %[[M:.*]] = arith.mulf %{{.*}}, %{{.*}} : f32
//       CHECK:     norm.row_reduce add %[[M]] : f32
//       CHECK:     %[[P:.*]] = arith.mulf %[[M]], %{{.*}} : f32
//       CHECK:     norm.row_reduce add %[[P]] : f32
//       CHECK:     math.fma
//       CHECK:     norm.row_yield %{{.*}}, %{{.*}}, %{{.*}} : bf16, f32, f32
//       CHECK:   return %[[L]]#0, %[[L]]#1, %[[L]]#2

// GPU-LABEL: @layernorm_backward
//       GPU:   norm.row_loop {{.*}} accumulate = [0] dimensions = [1]
//       GPU:     norm.row_yield %{{.*}}, %{{.*}}, %{{.*}} : bf16, f32, f32
func.func @layernorm_backward(%dy: tensor<4x64xbf16>, %x: tensor<4x64xbf16>, %g: tensor<64xf32>, %r: tensor<4xf32>, %mu: tensor<4xf32>, %e: tensor<4x64xbf16>, %f: tensor<64xf32>) -> (tensor<4x64xbf16>, tensor<64xf32>, tensor<64xf32>) {
  %dx, %dg, %db = norm.layernorm_backward ins(%dy, %x : tensor<4x64xbf16>, tensor<4x64xbf16>)
      scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>) mean(%mu : tensor<4xf32>) outs(%e : tensor<4x64xbf16>)
      dscale(%f : tensor<64xf32>) dbias(%f : tensor<64xf32>) -> (tensor<4x64xbf16>, tensor<64xf32>, tensor<64xf32>)
  return %dx, %dg, %db : tensor<4x64xbf16>, tensor<64xf32>, tensor<64xf32>
}

// -----

// On CPUs a row loop has no positions: 1 for the first k elements, 0 for the
// others. Kernels compute them.

// CHECK-LABEL: @prmsnorm_backward
//       CHECK:   %[[MASK:.*]] = linalg.generic {{.*}} outs(%{{.*}} : tensor<?xf32>)
//       CHECK:   norm.row_loop ins(%{{.*}}, %{{.*}}, %{{.*}}, %[[MASK]] :
//       CHECK:     %[[LEADING:.*]] = arith.cmpf ogt
//       CHECK:     arith.select %[[LEADING]]

// GPU-LABEL: @prmsnorm_backward
//   GPU-NOT:   linalg.
//       GPU:   norm.row_loop ins(%{{[a-z0-9]+}}, %{{[a-z0-9]+}}, %{{[a-z0-9]+}} :
//       GPU:     %[[I:.*]] = norm.row_index
//       GPU:     %[[LEADS:.*]] = arith.cmpi ult, %[[I]], %c3 : index
//       GPU:     arith.select %[[LEADS]]

// All elements are among the first k.
// GPU-LABEL: @all_elements
//   GPU-NOT:   norm.row_index
//       GPU:   return
func.func @prmsnorm_backward(%dy: tensor<?x?xf32>, %x: tensor<?x?xf32>, %r: tensor<?xf32>, %e: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %dx = norm.prmsnorm_backward ins(%dy, %x : tensor<?x?xf32>, tensor<?x?xf32>) rstd(%r : tensor<?xf32>)
      outs(%e : tensor<?x?xf32>) k = 3 -> tensor<?x?xf32>
  return %dx : tensor<?x?xf32>
}

func.func @all_elements(%dy: tensor<?x3xf32>, %x: tensor<?x3xf32>, %r: tensor<?xf32>, %e: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %dx = norm.prmsnorm_backward ins(%dy, %x : tensor<?x3xf32>, tensor<?x3xf32>) rstd(%r : tensor<?xf32>)
      outs(%e : tensor<?x3xf32>) k = 3 -> tensor<?x3xf32>
  return %dx : tensor<?x3xf32>
}

// -----

// Sums in C are rounded after the loop. Sums that are not of the loop come
// first, since dx may overwrite x.

// CHECK-LABEL: @memrefs
//  CHECK-SAME: (%[[DY:.*]]: memref<4x64xf32>, %[[X:.*]]: memref<4x64xf32>, %[[G:.*]]: memref<64xf32>, %[[R:.*]]: memref<4xf32>, %[[F:.*]]: memref<64xbf16>)
//       CHECK:   %[[SUM:.*]] = memref.alloc() : memref<64xf32>
//       CHECK:   norm.row_loop ins(%[[DY]], %[[X]], %[[G]], %[[R]] : {{.*}}) outs(%[[X]], %[[SUM]] : memref<4x64xf32>, memref<64xf32>)
//       CHECK:   linalg.generic {{.*}} ins(%[[SUM]] : memref<64xf32>) outs(%[[F]] : memref<64xbf16>)
//       CHECK:   memref.dealloc %[[SUM]]
//       CHECK:   return

// GPU-LABEL: @memrefs
//  GPU-SAME: (%[[DY:.*]]: memref<4x64xf32>, %[[X:.*]]: memref<4x64xf32>,
//       GPU:   norm.row_loop {{.*}} outs(%[[X]], %[[SUM:.*]] : memref<4x64xf32>, memref<64xf32>) {{.*}} accumulate = [0]
//       GPU:   norm.row_loop ins(%[[SUM]] : memref<64xf32>) outs(%{{.*}} : memref<64xbf16>) {{.*}} dimensions = [0]
//       GPU:     arith.truncf
func.func @memrefs(%dy: memref<4x64xf32>, %x: memref<4x64xf32>, %g: memref<64xf32>, %r: memref<4xf32>, %f: memref<64xbf16>) {
  norm.rmsnorm_backward ins(%dy, %x : memref<4x64xf32>, memref<4x64xf32>)
      scale(%g : memref<64xf32>) rstd(%r : memref<4xf32>) outs(%x : memref<4x64xf32>) dscale(%f : memref<64xbf16>)
  return
}

// -----

// What has no vector code becomes linalg ops.

// CHECK-LABEL: @other_types
//   CHECK-NOT:   norm.
//       CHECK:   arith.extf %{{.*}} : f8E4M3B11FNUZ to f32
//   CHECK-NOT:   norm.
func.func @other_types(%dy: tensor<4x64xf8E4M3B11FNUZ>, %x: tensor<4x64xf32>, %r: tensor<4xf32>) -> tensor<4x64xf32> {
  %dx = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf8E4M3B11FNUZ>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      outs(%x : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %dx : tensor<4x64xf32>
}

// -----

// The gradient of an addition before and of a gate after join the loop.

// CHECK-LABEL: @neighbours
//       CHECK:   norm.row_loop
//   CHECK-NOT:   linalg.
//       CHECK:   return
func.func @neighbours(%dz: tensor<4x64xf32>, %w: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %dy = linalg.mul ins(%dz, %w : tensor<4x64xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  %dx = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  %sum = linalg.add ins(%dx, %dz : tensor<4x64xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %sum : tensor<4x64xf32>
}
