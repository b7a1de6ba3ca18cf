// RUN: norm-opt %s --norm-report -o %t.after.mlir 2>&1 | FileCheck %s
// RUN: norm-opt %s -o %t.before.mlir
// RUN: cmp %t.before.mlir %t.after.mlir

// TOSA ops are lowered as norm-raise lowers them, and counted as the loops that
// they become; places are those of the program, which stays as it is.

// CHECK: 1 norm
// CHECK: 1  rmsnorm  @rmsnorm  tosa.mlir:[[#@LINE+12]]-[[#@LINE+17]]     3      64  f32 in f32  1e-06 inside  -      -     -
// CHECK: Made of
// CHECK-NEXT: 1  {{[0-9]+}} ops: 1 linalg.fill, {{[0-9]+}} linalg.generic, 1 linalg.reduce
// CHECK-NEXT: arithmetic: {{.*}} 1 math.rsqrt
// CHECK: program 6 4 2304 1740 4704 3888 1.21
// CHECK: Not raised
// CHECK-NEXT: tosa.mlir:[[#@LINE+24]]: divisor 63 is not the extent 64 of the reduced dimension

func.func @rmsnorm(%x: tensor<3x64xf32>) -> tensor<3x64xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %inverse = "tosa.const"() <{values = dense<1.562500e-02> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %epsilon = "tosa.const"() <{values = dense<1.0e-06> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %square = tosa.mul %x, %x, %shift : (tensor<3x64xf32>, tensor<3x64xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  %sum = tosa.reduce_sum %square {axis = 1 : i32} : (tensor<3x64xf32>) -> tensor<3x1xf32>
  %mean = tosa.mul %sum, %inverse, %shift : (tensor<3x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<3x1xf32>
  %shifted = tosa.add %mean, %epsilon : (tensor<3x1xf32>, tensor<1x1xf32>) -> tensor<3x1xf32>
  %rstd = tosa.rsqrt %shifted : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %y = tosa.mul %x, %rstd, %shift : (tensor<3x64xf32>, tensor<3x1xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  return %y : tensor<3x64xf32>
}

func.func @near_miss(%x: tensor<3x64xf32>) -> tensor<3x64xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %inverse = "tosa.const"() <{values = dense<0.015873015873> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %epsilon = "tosa.const"() <{values = dense<1.0e-06> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %square = tosa.mul %x, %x, %shift : (tensor<3x64xf32>, tensor<3x64xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  %sum = tosa.reduce_sum %square {axis = 1 : i32} : (tensor<3x64xf32>) -> tensor<3x1xf32>
  %mean = tosa.mul %sum, %inverse, %shift : (tensor<3x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<3x1xf32>
  %shifted = tosa.add %mean, %epsilon : (tensor<3x1xf32>, tensor<1x1xf32>) -> tensor<3x1xf32>
  %rstd = tosa.rsqrt %shifted : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %y = tosa.mul %x, %rstd, %shift : (tensor<3x64xf32>, tensor<3x1xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  return %y : tensor<3x64xf32>
}
