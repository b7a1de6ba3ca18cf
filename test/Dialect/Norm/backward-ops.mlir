// RUN: norm-opt %s | norm-opt | FileCheck %s
// RUN: norm-opt %s --mlir-print-op-generic | norm-opt | FileCheck %s
// RUN: norm-opt %s --emit-bytecode | norm-opt | FileCheck %s
// RUN: norm-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

//===----------------------------------------------------------------------===//
// The examples of the op descriptions
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @rmsnorm_backward
// CHECK: norm.rmsnorm_backward ins(%{{.*}}, %{{.*}} : tensor<4x64xbf16>, tensor<4x64xbf16>) scale(%{{.*}} : tensor<64xf32>) rstd(%{{.*}} : tensor<4xf32>) outs(%{{.*}} : tensor<4x64xbf16>) dscale(%{{.*}} : tensor<64xf32>) -> (tensor<4x64xbf16>, tensor<64xf32>)
// GENERIC-LABEL: sym_name = "rmsnorm_backward"
// GENERIC: "norm.rmsnorm_backward"(%{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}) <{dimensions = array<i64: 1>, eps_mode = 0 : i32, fastmath = #arith.fastmath<none>, operandSegmentSizes = array<i32: 1, 1, 1, 1, 0, 1, 1, 0>, resultSegmentSizes = array<i32: 1, 1, 0>, scale_offset = 0 : i64}>
func.func @rmsnorm_backward(%dy: tensor<4x64xbf16>, %x: tensor<4x64xbf16>, %g: tensor<64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xbf16>, %f: tensor<64xf32>) -> (tensor<4x64xbf16>, tensor<64xf32>) {
  %dx, %dg = norm.rmsnorm_backward
      ins(%dy, %x : tensor<4x64xbf16>, tensor<4x64xbf16>)
      scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>)
      outs(%e : tensor<4x64xbf16>) dscale(%f : tensor<64xf32>)
      -> (tensor<4x64xbf16>, tensor<64xf32>)
  return %dx, %dg : tensor<4x64xbf16>, tensor<64xf32>
}

// CHECK-LABEL: @prmsnorm_backward
// CHECK: norm.prmsnorm_backward ins({{.*}}) rstd(%{{.*}} : tensor<4xf32>) outs(%{{.*}} : tensor<4x64xf32>) k = 4 -> tensor<4x64xf32>
// GENERIC-LABEL: sym_name = "prmsnorm_backward"
// GENERIC: "norm.prmsnorm_backward"(%{{.*}}) <{{.*}}k = 4 : i64
func.func @prmsnorm_backward(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %dx = norm.prmsnorm_backward
      ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>)
      rstd(%r : tensor<4xf32>) outs(%e : tensor<4x64xf32>) k = 4
      -> tensor<4x64xf32>
  return %dx : tensor<4x64xf32>
}

// CHECK-LABEL: @layernorm_backward
// CHECK: norm.layernorm_backward ins({{.*}}) scale(%{{.*}} : tensor<64xf32>) rstd(%{{.*}} : tensor<4xf32>) mean(%{{.*}} : tensor<4xf32>) outs(%{{.*}} : tensor<4x64xf32>) dscale(%{{.*}} : tensor<64xf32>) dbias(%{{.*}} : tensor<64xf32>) -> (tensor<4x64xf32>, tensor<64xf32>, tensor<64xf32>)
func.func @layernorm_backward(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %g: tensor<64xf32>, %r: tensor<4xf32>, %mu: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<64xf32>, tensor<64xf32>) {
  %dx, %dg, %db = norm.layernorm_backward
      ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>)
      scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>)
      mean(%mu : tensor<4xf32>) outs(%e : tensor<4x64xf32>)
      dscale(%f : tensor<64xf32>) dbias(%f : tensor<64xf32>)
      -> (tensor<4x64xf32>, tensor<64xf32>, tensor<64xf32>)
  return %dx, %dg, %db : tensor<4x64xf32>, tensor<64xf32>, tensor<64xf32>
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

// dscale needs no scale.
// CHECK-LABEL: @dscale_alone
// CHECK: norm.rmsnorm_backward ins({{.*}}) rstd(%{{.*}}) dscale(%{{.*}} : tensor<64xf64>) scale_rounding = bf16 -> tensor<64xf64>
func.func @dscale_alone(%dy: tensor<4x64xf16>, %x: tensor<4x64xbf16>, %r: tensor<4xf32>, %f: tensor<64xf64>) -> tensor<64xf64> {
  %dg = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf16>, tensor<4x64xbf16>) rstd(%r : tensor<4xf32>)
        dscale(%f : tensor<64xf64>) scale_rounding = bf16 -> tensor<64xf64>
  return %dg : tensor<64xf64>
}

// CHECK-LABEL: @dbias_alone
// CHECK: norm.layernorm_backward ins({{.*}}) rstd(%{{.*}}) mean(%{{.*}}) dbias(%{{.*}} : tensor<64xf32>) -> tensor<64xf32>
func.func @dbias_alone(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %f: tensor<64xf32>) -> tensor<64xf32> {
  %db = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
        mean(%r : tensor<4xf32>) dbias(%f : tensor<64xf32>) -> tensor<64xf32>
  return %db : tensor<64xf32>
}

// CHECK-LABEL: @dx_and_dbias
// CHECK: %[[DX:.*]], %[[DB:.*]] = norm.rmsnorm_backward ins({{.*}}) rstd({{.*}}) dres(%{{.*}} : tensor<4x64xf16>) outs({{.*}}) dbias({{.*}}) -> (tensor<4x64xf32>, tensor<64xf32>)
// CHECK: return %[[DX]], %[[DB]]
func.func @dx_and_dbias(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %d: tensor<4x64xf16>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) -> (tensor<4x64xf32>, tensor<64xf32>) {
  %dx, %db = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      dres(%d : tensor<4x64xf16>) outs(%e : tensor<4x64xf32>) dbias(%f : tensor<64xf32>) -> (tensor<4x64xf32>, tensor<64xf32>)
  return %dx, %db : tensor<4x64xf32>, tensor<64xf32>
}

//===----------------------------------------------------------------------===//
// Shapes and attributes
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @memref
// CHECK: norm.layernorm_backward ins(%{{.*}}, %{{.*}} : memref<4x8x64xf32>, memref<4x8x64xf64>) rstd(%{{.*}} : memref<8xf64>) mean(%{{.*}} : memref<8xf64>) outs({{.*}}) dscale(%{{.*}} : memref<4x64xf32>) dimensions = [0, 2]{{$}}
func.func @memref(%dy: memref<4x8x64xf32>, %x: memref<4x8x64xf32, strided<[?, ?, 1]>>, %z: memref<4x8x64xf64>, %r: memref<8xf64>, %f: memref<4x64xf32>) {
  norm.layernorm_backward ins(%dy, %z : memref<4x8x64xf32>, memref<4x8x64xf64>) rstd(%r : memref<8xf64>) mean(%r : memref<8xf64>)
    outs(%x : memref<4x8x64xf32, strided<[?, ?, 1]>>) dscale(%f : memref<4x64xf32>) dimensions = [0, 2]
  return
}

// CHECK-LABEL: @dynamic
// CHECK: norm.prmsnorm_backward ins(%{{.*}}, %{{.*}} : tensor<?x?xf32>, tensor<4x?xf32>) scale({{.*}} : tensor<?xf32>) rstd(%{{.*}} : tensor<?xf32>) outs({{.*}}) k = 9 ->
func.func @dynamic(%dy: tensor<?x?xf32>, %x: tensor<4x?xf32>, %g: tensor<?xf32>, %r: tensor<?xf32>) -> tensor<?x?xf32> {
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<?x?xf32>, tensor<4x?xf32>) scale(%g : tensor<?xf32>) rstd(%r : tensor<?xf32>)
       outs(%dy : tensor<?x?xf32>) k = 9 -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// CHECK-LABEL: @empty
// CHECK: norm.rmsnorm_backward ins(%{{.*}}, %{{.*}} : tensor<0x64xf32>, tensor<0x64xf32>)
// CHECK: norm.rmsnorm_backward ins(%{{.*}}, %{{.*}} : tensor<0xf32>, tensor<0xf32>) rstd(%{{.*}} : tensor<f32>)
func.func @empty(%x: tensor<0x64xf32>, %r: tensor<0xf32>, %s: tensor<f32>, %f: tensor<64xf32>) -> (tensor<64xf32>, tensor<0xf32>) {
  %0 = norm.rmsnorm_backward ins(%x, %x : tensor<0x64xf32>, tensor<0x64xf32>) rstd(%r : tensor<0xf32>) dscale(%f : tensor<64xf32>) -> tensor<64xf32>
  %1 = norm.rmsnorm_backward ins(%r, %r : tensor<0xf32>, tensor<0xf32>) rstd(%s : tensor<f32>) outs(%r : tensor<0xf32>) -> tensor<0xf32>
  return %0, %1 : tensor<64xf32>, tensor<0xf32>
}

// Clauses are read in any order and printed in one.
// CHECK-LABEL: @clauses
// CHECK: dimensions = [0] k = 3 epsilon = 9.9999999999999995E-7 eps_mode = outside scale_offset = 1 scale_rounding = bf16 fastmath<reassoc,contract> {norm.note = "kept"} -> tensor<4x64xf32>
func.func @clauses(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %g: tensor<4xf32>, %r: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<4xf32>) rstd(%r : tensor<64xf32>)
       outs(%x : tensor<4x64xf32>) fastmath<reassoc,contract> scale_rounding = bf16 scale_offset = 1 eps_mode = outside
       epsilon = 1.0e-06 k = 3 dimensions = [0] {norm.note = "kept"} -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}
