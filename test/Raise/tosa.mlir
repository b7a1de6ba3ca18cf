// RUN: norm-opt %s --norm-raise --remarks-filter=norm-raise 2>%t.err | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t.err
// RUN: norm-opt %s --norm-raise=lower-tosa=false | FileCheck %s --check-prefix=KEEP

// A function that holds TOSA ops goes through upstream's lowering in front of
// the raise. Functions in which no norm is found, and functions without TOSA
// ops, are not touched. The programs of test/corpus/torch/*.tosa.mlir are
// counted by corpus.test.

// CHECK-LABEL: @rmsnorm
// CHECK-NOT: tosa.
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<3x64xf32>) scale(%{{.*}} : tensor<64xf32>) outs({{.*}}) epsilon = 9.9999999999999995E-7
// KEEP-LABEL: @rmsnorm
// KEEP-NOT: norm.
// KEEP: tosa.rsqrt
func.func @rmsnorm(%x: tensor<3x64xf32>, %g: tensor<1x64xf32>) -> tensor<3x64xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %inverse = "tosa.const"() <{values = dense<1.562500e-02> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %epsilon = "tosa.const"() <{values = dense<1.0e-06> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %square = tosa.mul %x, %x, %shift : (tensor<3x64xf32>, tensor<3x64xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  %sum = tosa.reduce_sum %square {axis = 1 : i32} : (tensor<3x64xf32>) -> tensor<3x1xf32>
  %mean = tosa.mul %sum, %inverse, %shift : (tensor<3x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<3x1xf32>
  %shifted = tosa.add %mean, %epsilon : (tensor<3x1xf32>, tensor<1x1xf32>) -> tensor<3x1xf32>
  %rstd = tosa.rsqrt %shifted : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %y = tosa.mul %x, %rstd, %shift : (tensor<3x64xf32>, tensor<3x1xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  %z = tosa.mul %y, %g, %shift : (tensor<3x64xf32>, tensor<1x64xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  return %z : tensor<3x64xf32>
}

// The variance clamped at 0 from below, and at infinity from above.
// CHECK-LABEL: @clamped
// CHECK: norm.layernorm ins(%{{.*}} : tensor<3x64xf32>) outs({{.*}}) epsilon = 9.9999999999999995E-7
func.func @clamped(%x: tensor<3x64xf32>) -> tensor<3x64xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %inverse = "tosa.const"() <{values = dense<1.562500e-02> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %epsilon = "tosa.const"() <{values = dense<1.0e-06> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %square = tosa.mul %x, %x, %shift : (tensor<3x64xf32>, tensor<3x64xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  %sum = tosa.reduce_sum %x {axis = 1 : i32} : (tensor<3x64xf32>) -> tensor<3x1xf32>
  %mean = tosa.mul %sum, %inverse, %shift : (tensor<3x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<3x1xf32>
  %squares = tosa.reduce_sum %square {axis = 1 : i32} : (tensor<3x64xf32>) -> tensor<3x1xf32>
  %second = tosa.mul %squares, %inverse, %shift : (tensor<3x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<3x1xf32>
  %first = tosa.mul %mean, %mean, %shift : (tensor<3x1xf32>, tensor<3x1xf32>, tensor<1xi8>) -> tensor<3x1xf32>
  %spread = tosa.sub %second, %first : (tensor<3x1xf32>, tensor<3x1xf32>) -> tensor<3x1xf32>
  %variance = tosa.clamp %spread {min_val = 0.000000e+00 : f32, max_val = 0x7F800000 : f32} : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %shifted = tosa.add %variance, %epsilon : (tensor<3x1xf32>, tensor<1x1xf32>) -> tensor<3x1xf32>
  %rstd = tosa.rsqrt %shifted : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %centred = tosa.sub %x, %mean : (tensor<3x64xf32>, tensor<3x1xf32>) -> tensor<3x64xf32>
  %y = tosa.mul %centred, %rstd, %shift : (tensor<3x64xf32>, tensor<3x1xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  return %y : tensor<3x64xf32>
}

// Clamped at the largest number: where the statistic is infinite the op would
// give another result.
// CHECK-LABEL: @clamped_to_finite
// CHECK-NOT: norm.
// REMARK: Reason="the statistic is clamped to at most 3.402823e+38"
func.func @clamped_to_finite(%x: tensor<3x64xf32>) -> tensor<3x64xf32> {
  %shift = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>
  %inverse = "tosa.const"() <{values = dense<1.562500e-02> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %epsilon = "tosa.const"() <{values = dense<1.0e-06> : tensor<1x1xf32>}> : () -> tensor<1x1xf32>
  %square = tosa.mul %x, %x, %shift : (tensor<3x64xf32>, tensor<3x64xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  %sum = tosa.reduce_sum %x {axis = 1 : i32} : (tensor<3x64xf32>) -> tensor<3x1xf32>
  %mean = tosa.mul %sum, %inverse, %shift : (tensor<3x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<3x1xf32>
  %squares = tosa.reduce_sum %square {axis = 1 : i32} : (tensor<3x64xf32>) -> tensor<3x1xf32>
  %second = tosa.mul %squares, %inverse, %shift : (tensor<3x1xf32>, tensor<1x1xf32>, tensor<1xi8>) -> tensor<3x1xf32>
  %first = tosa.mul %mean, %mean, %shift : (tensor<3x1xf32>, tensor<3x1xf32>, tensor<1xi8>) -> tensor<3x1xf32>
  %spread = tosa.sub %second, %first : (tensor<3x1xf32>, tensor<3x1xf32>) -> tensor<3x1xf32>
  %variance = tosa.clamp %spread {min_val = 0.000000e+00 : f32, max_val = 3.40282347E+38 : f32} : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %shifted = tosa.add %variance, %epsilon : (tensor<3x1xf32>, tensor<1x1xf32>) -> tensor<3x1xf32>
  %rstd = tosa.rsqrt %shifted : (tensor<3x1xf32>) -> tensor<3x1xf32>
  %centred = tosa.sub %x, %mean : (tensor<3x64xf32>, tensor<3x1xf32>) -> tensor<3x64xf32>
  %y = tosa.mul %centred, %rstd, %shift : (tensor<3x64xf32>, tensor<3x1xf32>, tensor<1xi8>) -> tensor<3x64xf32>
  return %y : tensor<3x64xf32>
}

// Divided by 63.
// CHECK-LABEL: @near_miss
// CHECK-NOT: norm.
// CHECK: tosa.reduce_sum
// CHECK: tosa.rsqrt
// REMARK: tosa.mlir:[[# @LINE + 10]]:8: remark: [Missed] not-raised {{.*}} Reason="divisor 63 is not the extent 64 of the reduced dimension"
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

// A norm op that is there before keeps nothing lowered.
// CHECK-LABEL: func.func @no_norm
// CHECK: norm.rmsnorm
// CHECK: tosa.add
// CHECK: call @no_tosa
func.func @no_norm(%x: tensor<3x64xf32>) -> tensor<3x64xf32> {
  %init = tensor.empty() : tensor<3x64xf32>
  %n = norm.rmsnorm ins(%x : tensor<3x64xf32>) outs(%init : tensor<3x64xf32>) epsilon = 1.0e-05 -> tensor<3x64xf32>
  %y = tosa.add %n, %x : (tensor<3x64xf32>, tensor<3x64xf32>) -> tensor<3x64xf32>
  %z = call @no_tosa(%y) : (tensor<3x64xf32>) -> tensor<3x64xf32>
  return %z : tensor<3x64xf32>
}

// CHECK-LABEL: func.func @no_tosa
// CHECK-NEXT: arith.constant
// CHECK-NEXT: arith.addf
func.func @no_tosa(%x: tensor<3x64xf32>) -> tensor<3x64xf32> {
  %dead = arith.constant 1.0 : f32
  %y = arith.addf %x, %x : tensor<3x64xf32>
  return %y : tensor<3x64xf32>
}
