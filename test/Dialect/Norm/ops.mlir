// RUN: norm-opt %s | norm-opt | FileCheck %s
// RUN: norm-opt %s --mlir-print-op-generic | norm-opt | FileCheck %s
// RUN: norm-opt %s --emit-bytecode | norm-opt | FileCheck %s
// RUN: norm-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

//===----------------------------------------------------------------------===//
// The examples of the op descriptions
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @rmsnorm
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xbf16>) scale(%{{.*}} : tensor<64xbf16>) outs(%{{.*}} : tensor<4x64xbf16>) epsilon = 1.000000e-05 -> tensor<4x64xbf16>
// GENERIC-LABEL: sym_name = "rmsnorm"
// GENERIC: "norm.rmsnorm"(%{{.*}}, %{{.*}}, %{{.*}}) <{dimensions = array<i64: 1>, eps_mode = 0 : i32, epsilon = 1.000000e-05 : f64, fastmath = #arith.fastmath<none>, operandSegmentSizes = array<i32: 1, 1, 0, 1, 0, 0>, resultSegmentSizes = array<i32: 1, 0, 0>, scale_offset = 0 : i64}> : (tensor<4x64xbf16>, tensor<64xbf16>, tensor<4x64xbf16>) -> tensor<4x64xbf16>
func.func @rmsnorm(%x: tensor<4x64xbf16>, %g: tensor<64xbf16>, %init: tensor<4x64xbf16>) -> tensor<4x64xbf16> {
  %y = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xbf16>)
       outs(%init : tensor<4x64xbf16>) epsilon = 1.000000e-05
       -> tensor<4x64xbf16>
  return %y : tensor<4x64xbf16>
}

// CHECK-LABEL: @prmsnorm
// CHECK: norm.prmsnorm ins(%{{.*}} : tensor<4x64xf32>) outs(%{{.*}} : tensor<4x64xf32>) k = 4 epsilon = 1.000000e-05 -> tensor<4x64xf32>
// GENERIC-LABEL: sym_name = "prmsnorm"
// GENERIC: "norm.prmsnorm"(%{{.*}}, %{{.*}}) <{{.*}}k = 4 : i64
func.func @prmsnorm(%x: tensor<4x64xf32>, %init: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
       k = 4 epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// CHECK-LABEL: @layernorm
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x64xf32>) scale(%{{.*}} : tensor<64xf32>) bias(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xf32>) mean(%{{.*}} : tensor<4xf32>) epsilon = 1.000000e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
func.func @layernorm(%x: tensor<4x64xf32>, %g: tensor<64xf32>, %b: tensor<64xf32>, %init: tensor<4x64xf32>, %m: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %y, %mean = norm.layernorm ins(%x : tensor<4x64xf32>)
      scale(%g : tensor<64xf32>) bias(%b : tensor<64xf32>)
      outs(%init : tensor<4x64xf32>) mean(%m : tensor<4xf32>)
      epsilon = 1.000000e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  return %y, %mean : tensor<4x64xf32>, tensor<4xf32>
}

//===----------------------------------------------------------------------===//
// Operands
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @all_operands
// CHECK: norm.layernorm ins(%[[X:.*]] : tensor<4x64xf16>) scale(%[[G:.*]] : tensor<64xbf16>) bias(%[[B:.*]] : tensor<64xf32>) outs(%[[Y:.*]] : tensor<4x64xf64>) statistic(%[[S:.*]] : tensor<4xf32>) rstd(%[[R:.*]] : tensor<4xf32>) mean(%[[M:.*]] : tensor<4xf32>) epsilon = 0.000000e+00 -> (tensor<4x64xf64>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
func.func @all_operands(%x: tensor<4x64xf16>, %g: tensor<64xbf16>, %b: tensor<64xf32>, %y: tensor<4x64xf64>, %s: tensor<4xf32>, %r: tensor<4xf32>, %m: tensor<4xf32>) -> (tensor<4x64xf64>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %0:4 = norm.layernorm ins(%x : tensor<4x64xf16>) scale(%g : tensor<64xbf16>) bias(%b : tensor<64xf32>)
         outs(%y : tensor<4x64xf64>) statistic(%s : tensor<4xf32>) rstd(%r : tensor<4xf32>) mean(%m : tensor<4xf32>)
         epsilon = 0.0 -> (tensor<4x64xf64>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
  return %0#0, %0#1, %0#2, %0#3 : tensor<4x64xf64>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @bias_alone
// CHECK: norm.rmsnorm ins({{.*}}) bias(%{{.*}} : tensor<64xf32>) outs
func.func @bias_alone(%x: tensor<4x64xf32>, %b: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) bias(%b : tensor<64xf32>) outs(%x : tensor<4x64xf32>)
       epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @rstd_alone
// CHECK: norm.prmsnorm ins({{.*}}) outs({{.*}}) rstd(%{{.*}} : tensor<4xf64>) k = 64 epsilon
func.func @rstd_alone(%x: tensor<4x64xf64>, %r: tensor<4xf64>) -> tensor<4xf64> {
  %0:2 = norm.prmsnorm ins(%x : tensor<4x64xf64>) outs(%x : tensor<4x64xf64>) rstd(%r : tensor<4xf64>)
       k = 64 epsilon = 1.0e-05 -> (tensor<4x64xf64>, tensor<4xf64>)
  return %0#1 : tensor<4xf64>
}

// CHECK-LABEL: @memref
// CHECK: norm.rmsnorm ins(%{{.*}} : memref<4x8x64xf32>) outs(%{{.*}} : memref<4x8x64xf32>) dimensions = [0, 2] epsilon = 0.000000e+00{{$}}
func.func @memref(%x: memref<4x8x64xf32>, %y: memref<4x8x64xf32>) {
  norm.rmsnorm ins(%x : memref<4x8x64xf32>) outs(%y : memref<4x8x64xf32>)
    dimensions = [0, 2] epsilon = 0.0
  return
}

// CHECK-LABEL: @memref_strided
// CHECK: norm.layernorm ins(%{{.*}} : memref<?x64xf16, strided<[?, 1], offset: ?>>) scale(%{{.*}} : memref<64xf32>) outs(%{{.*}} : memref<?x64xf16>) rstd(%{{.*}} : memref<?xf32>) mean(%{{.*}} : memref<?xf32, 1>) epsilon
func.func @memref_strided(%x: memref<?x64xf16, strided<[?, 1], offset: ?>>, %g: memref<64xf32>, %y: memref<?x64xf16>, %r: memref<?xf32>, %m: memref<?xf32, 1>) {
  norm.layernorm ins(%x : memref<?x64xf16, strided<[?, 1], offset: ?>>) scale(%g : memref<64xf32>)
    outs(%y : memref<?x64xf16>) rstd(%r : memref<?xf32>) mean(%m : memref<?xf32, 1>) epsilon = 1.0e-05
  return
}

//===----------------------------------------------------------------------===//
// Shapes
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @one_row
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<64xf32>) outs({{.*}}) statistic(%{{.*}} : tensor<f32>) epsilon = 1.000000e-05 -> (tensor<64xf32>, tensor<f32>)
func.func @one_row(%x: tensor<64xf32>, %s: tensor<f32>) -> (tensor<64xf32>, tensor<f32>) {
  %0:2 = norm.rmsnorm ins(%x : tensor<64xf32>) outs(%x : tensor<64xf32>) statistic(%s : tensor<f32>)
         epsilon = 1.0e-05 -> (tensor<64xf32>, tensor<f32>)
  return %0#0, %0#1 : tensor<64xf32>, tensor<f32>
}

// CHECK-LABEL: @empty
// CHECK: norm.layernorm ins(%{{.*}} : tensor<0x64xf32>)
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x0xf32>)
func.func @empty(%x: tensor<0x64xf32>, %z: tensor<4x0xf32>) -> (tensor<0x64xf32>, tensor<4x0xf32>) {
  %0 = norm.layernorm ins(%x : tensor<0x64xf32>) outs(%x : tensor<0x64xf32>) epsilon = 1.0e-05 -> tensor<0x64xf32>
  %1 = norm.layernorm ins(%z : tensor<4x0xf32>) outs(%z : tensor<4x0xf32>) epsilon = 1.0e-05 -> tensor<4x0xf32>
  return %0, %1 : tensor<0x64xf32>, tensor<4x0xf32>
}

// CHECK-LABEL: @dynamic
// CHECK: norm.prmsnorm ins(%{{.*}} : tensor<?x?xf32>) scale(%{{.*}} : tensor<?xf32>) outs({{.*}}) k = 9 epsilon
func.func @dynamic(%x: tensor<?x?xf32>, %g: tensor<?xf32>) -> tensor<?x?xf32> {
  %0 = norm.prmsnorm ins(%x : tensor<?x?xf32>) scale(%g : tensor<?xf32>) outs(%x : tensor<?x?xf32>)
       k = 9 epsilon = 1.0e-05 -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// A static operand may go with a dynamic one.
// CHECK-LABEL: @static_with_dynamic
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<?x?xf32>) scale(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x?xf32>)
func.func @static_with_dynamic(%x: tensor<?x?xf32>, %g: tensor<64xf32>, %y: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<?x?xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x?xf32>)
       epsilon = 1.0e-05 -> tensor<4x?xf32>
  return %0 : tensor<4x?xf32>
}

// CHECK-LABEL: @two_dimensions
// CHECK: norm.layernorm ins({{.*}}) scale(%{{.*}} : tensor<8x64xf32>) outs({{.*}}) dimensions = [1, 2] epsilon
func.func @two_dimensions(%x: tensor<4x8x64xf32>, %g: tensor<8x64xf32>) -> tensor<4x8x64xf32> {
  %0 = norm.layernorm ins(%x : tensor<4x8x64xf32>) scale(%g : tensor<8x64xf32>) outs(%x : tensor<4x8x64xf32>)
       dimensions = [1, 2] epsilon = 1.0e-05 -> tensor<4x8x64xf32>
  return %0 : tensor<4x8x64xf32>
}

// The default is not printed.
// CHECK-LABEL: @last_dimension
// CHECK: norm.rmsnorm ins({{.*}}) outs({{.*}} : tensor<4x8x64xf32>) epsilon
func.func @last_dimension(%x: tensor<4x8x64xf32>) -> tensor<4x8x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x8x64xf32>) outs(%x : tensor<4x8x64xf32>)
       dimensions = [2] epsilon = 1.0e-05 -> tensor<4x8x64xf32>
  return %0 : tensor<4x8x64xf32>
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

// Clauses are read in any order and printed in one.
// CHECK-LABEL: @clauses
// CHECK: dimensions = [0] k = 3 epsilon = 9.9999999999999995E-7 eps_mode = outside scale_offset = 1 scale_rounding = bf16 fastmath<reassoc,contract> {norm.note = "kept"} -> tensor<4x64xf32>
func.func @clauses(%x: tensor<4x64xf32>, %g: tensor<4xf32>) -> tensor<4x64xf32> {
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<4xf32>) outs(%x : tensor<4x64xf32>)
       fastmath<reassoc,contract> scale_rounding = bf16 scale_offset = 1 eps_mode = outside epsilon = 1.0e-06
       k = 3 dimensions = [0] {norm.note = "kept"} -> tensor<4x64xf32>
  return %0 : tensor<4x64xf32>
}

// CHECK-LABEL: @epsilon_digits
// CHECK: epsilon = 9.9999999900000001E-13
// CHECK: epsilon = 1.1920928955078125E-7
func.func @epsilon_digits(%x: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 9.99999999E-13 -> tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.1920928955078125E-7 -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

