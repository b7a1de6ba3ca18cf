// RUN: norm-opt %s --norm-decompose | FileCheck %s
// RUN: norm-opt %s --norm-decompose | FileCheck %s --check-prefix=LEFT
// RUN: norm-opt %s --norm-decompose | norm-opt --norm-to-llvm | FileCheck %s --check-prefix=LLVM

// LEFT-NOT: norm.
// LLVM-COUNT-5: llvm.func

// c = sum of m xh / n for each row, then dx = r (m - xh c).

// CHECK-LABEL: @rmsnorm_backward
//  CHECK-SAME: (%[[DY:.*]]: tensor<4x64xf32>, %[[X:.*]]: tensor<4x64xf32>, %[[G:.*]]: tensor<64xf32>, %[[R:.*]]: tensor<4xf32>, %[[E:.*]]: tensor<4x64xf32>)
//       CHECK:   %[[ZEROS:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : tensor<4xf32>)
//       CHECK:   %[[SUM:.*]] = linalg.generic {{.*}}["parallel", "reduction"]} ins(%[[DY]], %[[X]], %[[G]], %[[R]] : {{.*}}) outs(%[[ZEROS]]
//       CHECK:     %[[M:.*]] = arith.mulf %[[DY_I:.*]], %[[G_I:.*]] : f32
//       CHECK:     %[[XH:.*]] = arith.mulf %[[X_I:.*]], %[[R_I:.*]] : f32
//       CHECK:     %[[P:.*]] = arith.mulf %[[M]], %[[XH]] : f32
//       CHECK:     arith.addf %{{.*}}, %[[P]] : f32
//       CHECK:   %[[C:.*]] = linalg.generic {{.*}}["parallel"]} ins(%[[SUM]] : tensor<4xf32>)
//       CHECK:     arith.divf
//       CHECK:   %[[DX:.*]] = linalg.generic {{.*}}["parallel", "parallel"]} ins(%[[DY]], %[[X]], %[[G]], %[[R]], %[[C]] : {{.*}}) outs(%[[E]]
//       CHECK:     arith.negf
//       CHECK:     %[[REST:.*]] = arith.addf
//       CHECK:     %[[DX_I:.*]] = arith.mulf %[[REST]], %{{.*}} : f32
//       CHECK:     linalg.yield %[[DX_I]] : f32
//       CHECK:   return %[[DX]]
func.func @rmsnorm_backward(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %g: tensor<64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %dx = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>)
      scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %dx : tensor<4x64xf32>
}

// A residual's gradient is added in C, before the one rounding.

// CHECK-LABEL: @layernorm_backward
//       CHECK:   linalg.generic {{.*}}["parallel", "reduction"]} ins(%[[DY:.*]] : tensor<4x64xbf16>)
//       CHECK:   %[[MEAN:.*]] = linalg.generic {{.*}}["parallel"]
//       CHECK:   linalg.generic {{.*}}["parallel", "reduction"]} ins(%[[DY]], %[[X:.*]], %[[R:.*]], %[[MU:.*]] : tensor<4x64xbf16>, tensor<4x64xbf16>, tensor<4xf32>, tensor<4xf32>)
//       CHECK:   %[[C:.*]] = linalg.generic {{.*}}["parallel"]
//       CHECK:   linalg.generic {{.*}} ins(%[[DY]], %[[X]], %[[R]], %[[MU]], %[[D:.*]], %[[C]], %[[MEAN]] :
//       CHECK:     arith.addf
//       CHECK:     %[[SUM:.*]] = arith.addf %{{.*}}, %{{.*}} : f32
//  CHECK-NEXT:     arith.truncf %[[SUM]] : f32 to bf16
func.func @layernorm_backward(%dy: tensor<4x64xbf16>, %x: tensor<4x64xbf16>, %r: tensor<4xf32>, %mu: tensor<4xf32>, %d: tensor<4x64xbf16>, %e: tensor<4x64xbf16>) -> tensor<4x64xbf16> {
  %dx = norm.layernorm_backward ins(%dy, %x : tensor<4x64xbf16>, tensor<4x64xbf16>) rstd(%r : tensor<4xf32>) mean(%mu : tensor<4xf32>)
      dres(%d : tensor<4x64xbf16>) outs(%e : tensor<4x64xbf16>) -> tensor<4x64xbf16>
  return %dx : tensor<4x64xbf16>
}

// Sums over rows are taken in C and rounded once. dscale reads no scale.

// CHECK-LABEL: @sums_over_rows
//  CHECK-SAME: (%[[DY:.*]]: tensor<4x64xbf16>, %[[X:.*]]: tensor<4x64xbf16>, %[[R:.*]]: tensor<4xf32>, %[[F:.*]]: tensor<64xf32>, %[[H:.*]]: tensor<64xbf16>)
//       CHECK:   %[[ZEROS:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%[[F]] : tensor<64xf32>)
//       CHECK:   %[[DG:.*]] = linalg.generic {{.*}}["reduction", "parallel"]} ins(%[[DY]], %[[X]], %[[R]] : {{.*}}) outs(%[[ZEROS]] : tensor<64xf32>)
//       CHECK:     %[[XH:.*]] = arith.mulf %{{.*}}, %{{.*}} : f32
//       CHECK:     arith.truncf %[[XH]] : f32 to f16
//       CHECK:     arith.extf %{{.*}} : f16 to f32
//       CHECK:   %[[SUM:.*]] = linalg.generic {{.*}}["reduction", "parallel"]} ins(%[[DY]] : tensor<4x64xbf16>) outs(%{{.*}} : tensor<64xf32>)
//       CHECK:   %[[DB:.*]] = linalg.generic {{.*}} ins(%[[SUM]] : tensor<64xf32>) outs(%[[H]] : tensor<64xbf16>)
//       CHECK:     arith.truncf
//       CHECK:   return %[[DG]], %[[DB]]
func.func @sums_over_rows(%dy: tensor<4x64xbf16>, %x: tensor<4x64xbf16>, %r: tensor<4xf32>, %f: tensor<64xf32>, %h: tensor<64xbf16>) -> (tensor<64xf32>, tensor<64xbf16>) {
  %dg, %db = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xbf16>, tensor<4x64xbf16>) rstd(%r : tensor<4xf32>)
      dscale(%f : tensor<64xf32>) dbias(%h : tensor<64xbf16>) scale_rounding = f16 -> (tensor<64xf32>, tensor<64xbf16>)
  return %dg, %db : tensor<64xf32>, tensor<64xbf16>
}

// With epsilon outside, rms = 1/q - epsilon; its term is 0 where rms is.

// CHECK-LABEL: @outside
//       CHECK:     arith.divf %{{.*}}, %{{.*}} fastmath<arcp> : f32
//       CHECK:     %[[SHIFTED:.*]] = arith.divf %{{.*}}, %{{.*}} : f32
//       CHECK:     %[[RMS:.*]] = arith.subf %[[SHIFTED]], %{{.*}} : f32
//       CHECK:     %[[ZERO:.*]] = arith.cmpf oeq, %[[RMS]], %{{.*}} : f32
//       CHECK:     arith.select %[[ZERO]]
func.func @outside(%dy: tensor<?x?xf32>, %x: tensor<?x?xf32>, %r: tensor<?xf32>, %e: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %dx = norm.rmsnorm_backward ins(%dy, %x : tensor<?x?xf32>, tensor<?x?xf32>) rstd(%r : tensor<?xf32>)
      outs(%e : tensor<?x?xf32>) epsilon = 1.0e-05 eps_mode = outside -> tensor<?x?xf32>
  return %dx : tensor<?x?xf32>
}

// The first k elements of the row of 8 times 4, in row-major order.

// CHECK-LABEL: @prmsnorm_backward
//       CHECK:   %[[K:.*]] = arith.constant 5 : index
//       CHECK:     %[[I:.*]] = linalg.index 0 : index
//       CHECK:     %[[J:.*]] = linalg.index 2 : index
//       CHECK:     arith.muli %[[I]], %{{.*}} : index
//       CHECK:     arith.addi %{{.*}}, %[[J]] : index
//       CHECK:     %[[LEADING:.*]] = arith.cmpi ult, %{{.*}}, %[[K]] : index
//       CHECK:     arith.select %[[LEADING]]
func.func @prmsnorm_backward(%dy: tensor<8x3x4xf32>, %x: tensor<8x3x4xf32>, %r: tensor<3xf32>, %e: tensor<8x3x4xf32>) -> tensor<8x3x4xf32> {
  %dx = norm.prmsnorm_backward ins(%dy, %x : tensor<8x3x4xf32>, tensor<8x3x4xf32>) rstd(%r : tensor<3xf32>)
      outs(%e : tensor<8x3x4xf32>) dimensions = [0, 2] k = 5 -> tensor<8x3x4xf32>
  return %dx : tensor<8x3x4xf32>
}
