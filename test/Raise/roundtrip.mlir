// RUN: norm-opt %s --norm-decompose --norm-raise | FileCheck %s
// RUN: norm-opt %s --norm-decompose --linalg-fuse-elementwise-ops --canonicalize --cse --norm-raise | FileCheck %s

// Decomposed and raised again, each form of the ops is itself. Not
// yet: a dynamic row whose scale has an extent of its own, k = 1 (no sum is left)
// and a prefix of a row of several dimensions.

// CHECK-LABEL: @rmsnorm
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon = 1.000000e-05 -> tensor<4x64xf32>
func.func @rmsnorm(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %r = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: @rmsnorm_scale_bias
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xf32>) scale(%{{.*}} : tensor<64xf32>) bias(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon = 1.000000e-05 -> tensor<4x64xf32>
func.func @rmsnorm_scale_bias(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %scale: tensor<64xf32>, %bias: tensor<64xf32>) -> tensor<4x64xf32> {
  %r = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%scale : tensor<64xf32>) bias(%bias : tensor<64xf32>) outs(%y : tensor<4x64xf32>) epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: @rmsnorm_outside
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xf32>) scale(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon = 1.000000e-05 eps_mode = outside -> tensor<4x64xf32>
func.func @rmsnorm_outside(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %scale: tensor<64xf32>) -> tensor<4x64xf32> {
  %r = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%scale : tensor<64xf32>) outs(%y : tensor<4x64xf32>) epsilon = 1.000000e-05 eps_mode = outside -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: @rmsnorm_offset
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xf32>) scale(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon = 1.000000e-05 scale_offset = 1 -> tensor<4x64xf32>
func.func @rmsnorm_offset(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %scale: tensor<64xf32>) -> tensor<4x64xf32> {
  %r = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%scale : tensor<64xf32>) outs(%y : tensor<4x64xf32>) epsilon = 1.000000e-05 scale_offset = 1 -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: @rmsnorm_bf16
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xbf16>) scale(%{{.*}} : tensor<64xbf16>) outs(%{{.*}} : tensor<4x64xbf16>) epsilon = 1.000000e-05 -> tensor<4x64xbf16>
func.func @rmsnorm_bf16(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %scale: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %r = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%scale : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>) epsilon = 1.000000e-05 -> tensor<4x64xbf16>
  return %r : tensor<4x64xbf16>
}

// CHECK-LABEL: @rmsnorm_rounding
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xbf16>) scale(%{{.*}} : tensor<64xbf16>) outs(%{{.*}} : tensor<4x64xbf16>) epsilon = 1.000000e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
func.func @rmsnorm_rounding(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %scale: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %r = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%scale : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>) epsilon = 1.000000e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  return %r : tensor<4x64xbf16>
}

// CHECK-LABEL: @rmsnorm_rounding_wide_scale
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xbf16>) scale(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon = 1.000000e-05 scale_rounding = bf16 -> tensor<4x64xf32>
func.func @rmsnorm_rounding_wide_scale(%x: tensor<4x64xbf16>, %y: tensor<4x64xf32>, %scale: tensor<64xf32>) -> tensor<4x64xf32> {
  %r = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%scale : tensor<64xf32>) outs(%y : tensor<4x64xf32>) epsilon = 1.000000e-05 scale_rounding = bf16 -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: @rmsnorm_offset_rounding
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xbf16>) scale(%{{.*}} : tensor<64xbf16>) outs(%{{.*}} : tensor<4x64xbf16>) epsilon = 1.000000e-05 scale_offset = 1 scale_rounding = bf16 -> tensor<4x64xbf16>
func.func @rmsnorm_offset_rounding(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %scale: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %r = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%scale : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>) epsilon = 1.000000e-05 scale_offset = 1 scale_rounding = bf16 -> tensor<4x64xbf16>
  return %r : tensor<4x64xbf16>
}

// CHECK-LABEL: @rmsnorm_rounding_bias
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xf16>) scale(%{{.*}} : tensor<64xf16>) bias(%{{.*}} : tensor<64xf16>) outs(%{{.*}} : tensor<4x64xf16>) epsilon = 1.000000e-05 scale_rounding = f16 -> tensor<4x64xf16>
func.func @rmsnorm_rounding_bias(%x: tensor<4x64xf16>, %y: tensor<4x64xf16>, %scale: tensor<64xf16>, %bias: tensor<64xf16>) -> tensor<4x64xf16> {
  %r = norm.rmsnorm ins(%x : tensor<4x64xf16>) scale(%scale : tensor<64xf16>) bias(%bias : tensor<64xf16>) outs(%y : tensor<4x64xf16>) epsilon = 1.000000e-05 scale_rounding = f16 -> tensor<4x64xf16>
  return %r : tensor<4x64xf16>
}

// CHECK-LABEL: @rmsnorm_f64
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xf64>) scale(%{{.*}} : tensor<64xf64>) bias(%{{.*}} : tensor<64xf64>) outs(%{{.*}} : tensor<4x64xf64>) epsilon = 1.000000e-05 -> tensor<4x64xf64>
func.func @rmsnorm_f64(%x: tensor<4x64xf64>, %y: tensor<4x64xf64>, %scale: tensor<64xf64>, %bias: tensor<64xf64>) -> tensor<4x64xf64> {
  %r = norm.rmsnorm ins(%x : tensor<4x64xf64>) scale(%scale : tensor<64xf64>) bias(%bias : tensor<64xf64>) outs(%y : tensor<4x64xf64>) epsilon = 1.000000e-05 -> tensor<4x64xf64>
  return %r : tensor<4x64xf64>
}

// CHECK-LABEL: @rmsnorm_statistics
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xf32>) outs(%{{.*}} : tensor<4x64xf32>) statistic(%{{.*}} : tensor<4xf32>) rstd(%{{.*}} : tensor<4xf32>) epsilon = 1.000000e-05 -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>)
func.func @rmsnorm_statistics(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %statistic: tensor<4xf32>, %rstd: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>) {
  %r:3 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) statistic(%statistic : tensor<4xf32>) rstd(%rstd : tensor<4xf32>) epsilon = 1.000000e-05 -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>)
  return %r#0, %r#1, %r#2 : tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @rmsnorm_no_epsilon
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon = 0.000000e+00 -> tensor<4x64xf32>
func.func @rmsnorm_no_epsilon(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %r = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) epsilon = 0.000000e+00 -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: @rmsnorm_two_dims
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x8x6xf32>) scale(%{{.*}} : tensor<8x6xf32>) outs(%{{.*}} : tensor<4x8x6xf32>) dimensions = [1, 2] epsilon = 1.000000e-05 -> tensor<4x8x6xf32>
func.func @rmsnorm_two_dims(%x: tensor<4x8x6xf32>, %y: tensor<4x8x6xf32>, %scale: tensor<8x6xf32>) -> tensor<4x8x6xf32> {
  %r = norm.rmsnorm ins(%x : tensor<4x8x6xf32>) scale(%scale : tensor<8x6xf32>) outs(%y : tensor<4x8x6xf32>) dimensions = [1, 2] epsilon = 1.000000e-05 -> tensor<4x8x6xf32>
  return %r : tensor<4x8x6xf32>
}

// CHECK-LABEL: @rmsnorm_first_dim
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<64x4xf32>) scale(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<64x4xf32>) dimensions = [0] epsilon = 1.000000e-05 -> tensor<64x4xf32>
func.func @rmsnorm_first_dim(%x: tensor<64x4xf32>, %y: tensor<64x4xf32>, %scale: tensor<64xf32>) -> tensor<64x4xf32> {
  %r = norm.rmsnorm ins(%x : tensor<64x4xf32>) scale(%scale : tensor<64xf32>) outs(%y : tensor<64x4xf32>) dimensions = [0] epsilon = 1.000000e-05 -> tensor<64x4xf32>
  return %r : tensor<64x4xf32>
}

// CHECK-LABEL: @rmsnorm_row
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<64xf32>) scale(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<64xf32>) epsilon = 1.000000e-05 -> tensor<64xf32>
func.func @rmsnorm_row(%x: tensor<64xf32>, %y: tensor<64xf32>, %scale: tensor<64xf32>) -> tensor<64xf32> {
  %r = norm.rmsnorm ins(%x : tensor<64xf32>) scale(%scale : tensor<64xf32>) outs(%y : tensor<64xf32>) epsilon = 1.000000e-05 -> tensor<64xf32>
  return %r : tensor<64xf32>
}

// CHECK-LABEL: @rmsnorm_dynamic_rows
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<?x64xf32>) scale(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<?x64xf32>) epsilon = 1.000000e-05 -> tensor<?x64xf32>
func.func @rmsnorm_dynamic_rows(%x: tensor<?x64xf32>, %y: tensor<?x64xf32>, %scale: tensor<64xf32>) -> tensor<?x64xf32> {
  %r = norm.rmsnorm ins(%x : tensor<?x64xf32>) scale(%scale : tensor<64xf32>) outs(%y : tensor<?x64xf32>) epsilon = 1.000000e-05 -> tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}

// CHECK-LABEL: @rmsnorm_dynamic
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<?x?xf32>) outs(%{{.*}} : tensor<?x?xf32>) epsilon = 1.000000e-05 -> tensor<?x?xf32>
func.func @rmsnorm_dynamic(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %r = norm.rmsnorm ins(%x : tensor<?x?xf32>) outs(%y : tensor<?x?xf32>) epsilon = 1.000000e-05 -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// CHECK-LABEL: @prmsnorm
// CHECK: norm.prmsnorm ins(%{{.*}} : tensor<4x64xf32>) outs(%{{.*}} : tensor<4x64xf32>) k = 4 epsilon = 1.000000e-05 -> tensor<4x64xf32>
func.func @prmsnorm(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %r = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) k = 4 epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: @prmsnorm_outside
// CHECK: norm.prmsnorm ins(%{{.*}} : tensor<4x64xf32>) scale(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xf32>) k = 4 epsilon = 1.000000e-05 eps_mode = outside -> tensor<4x64xf32>
func.func @prmsnorm_outside(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %scale: tensor<64xf32>) -> tensor<4x64xf32> {
  %r = norm.prmsnorm ins(%x : tensor<4x64xf32>) scale(%scale : tensor<64xf32>) outs(%y : tensor<4x64xf32>) k = 4 epsilon = 1.000000e-05 eps_mode = outside -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: @prmsnorm_bf16
// CHECK: norm.prmsnorm ins(%{{.*}} : tensor<4x64xbf16>) scale(%{{.*}} : tensor<64xbf16>) outs(%{{.*}} : tensor<4x64xbf16>) k = 4 epsilon = 1.000000e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
func.func @prmsnorm_bf16(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %scale: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %r = norm.prmsnorm ins(%x : tensor<4x64xbf16>) scale(%scale : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>) k = 4 epsilon = 1.000000e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  return %r : tensor<4x64xbf16>
}

// CHECK-LABEL: @prmsnorm_dynamic_rows
// CHECK: norm.prmsnorm ins(%{{.*}} : tensor<?x64xf32>) outs(%{{.*}} : tensor<?x64xf32>) k = 4 epsilon = 1.000000e-05 -> tensor<?x64xf32>
func.func @prmsnorm_dynamic_rows(%x: tensor<?x64xf32>, %y: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %r = norm.prmsnorm ins(%x : tensor<?x64xf32>) outs(%y : tensor<?x64xf32>) k = 4 epsilon = 1.000000e-05 -> tensor<?x64xf32>
  return %r : tensor<?x64xf32>
}

// CHECK-LABEL: @prmsnorm_statistics
// CHECK: norm.prmsnorm ins(%{{.*}} : tensor<4x64xf32>) outs(%{{.*}} : tensor<4x64xf32>) statistic(%{{.*}} : tensor<4xf32>) rstd(%{{.*}} : tensor<4xf32>) k = 4 epsilon = 1.000000e-05 -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>)
func.func @prmsnorm_statistics(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %statistic: tensor<4xf32>, %rstd: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>) {
  %r:3 = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) statistic(%statistic : tensor<4xf32>) rstd(%rstd : tensor<4xf32>) k = 4 epsilon = 1.000000e-05 -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>)
  return %r#0, %r#1, %r#2 : tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @layernorm
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x64xf32>) scale(%{{.*}} : tensor<64xf32>) bias(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon = 1.000000e-05 -> tensor<4x64xf32>
func.func @layernorm(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %scale: tensor<64xf32>, %bias: tensor<64xf32>) -> tensor<4x64xf32> {
  %r = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%scale : tensor<64xf32>) bias(%bias : tensor<64xf32>) outs(%y : tensor<4x64xf32>) epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: @layernorm_plain
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon = 1.000000e-05 -> tensor<4x64xf32>
func.func @layernorm_plain(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %r = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: @layernorm_outside
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x64xf32>) scale(%{{.*}} : tensor<64xf32>) bias(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon = 1.000000e-05 eps_mode = outside -> tensor<4x64xf32>
func.func @layernorm_outside(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %scale: tensor<64xf32>, %bias: tensor<64xf32>) -> tensor<4x64xf32> {
  %r = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%scale : tensor<64xf32>) bias(%bias : tensor<64xf32>) outs(%y : tensor<4x64xf32>) epsilon = 1.000000e-05 eps_mode = outside -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: @layernorm_f16
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x64xf16>) scale(%{{.*}} : tensor<64xf16>) bias(%{{.*}} : tensor<64xf16>) outs(%{{.*}} : tensor<4x64xf16>) epsilon = 1.000000e-05 -> tensor<4x64xf16>
func.func @layernorm_f16(%x: tensor<4x64xf16>, %y: tensor<4x64xf16>, %scale: tensor<64xf16>, %bias: tensor<64xf16>) -> tensor<4x64xf16> {
  %r = norm.layernorm ins(%x : tensor<4x64xf16>) scale(%scale : tensor<64xf16>) bias(%bias : tensor<64xf16>) outs(%y : tensor<4x64xf16>) epsilon = 1.000000e-05 -> tensor<4x64xf16>
  return %r : tensor<4x64xf16>
}

// CHECK-LABEL: @layernorm_mixed
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x64xf16>) scale(%{{.*}} : tensor<64xf32>) bias(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon = 1.000000e-05 -> tensor<4x64xf32>
func.func @layernorm_mixed(%x: tensor<4x64xf16>, %y: tensor<4x64xf32>, %scale: tensor<64xf32>, %bias: tensor<64xf32>) -> tensor<4x64xf32> {
  %r = norm.layernorm ins(%x : tensor<4x64xf16>) scale(%scale : tensor<64xf32>) bias(%bias : tensor<64xf32>) outs(%y : tensor<4x64xf32>) epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: @layernorm_rounding
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x64xbf16>) scale(%{{.*}} : tensor<64xbf16>) bias(%{{.*}} : tensor<64xbf16>) outs(%{{.*}} : tensor<4x64xbf16>) epsilon = 1.000000e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
func.func @layernorm_rounding(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>, %scale: tensor<64xbf16>, %bias: tensor<64xbf16>) -> tensor<4x64xbf16> {
  %r = norm.layernorm ins(%x : tensor<4x64xbf16>) scale(%scale : tensor<64xbf16>) bias(%bias : tensor<64xbf16>) outs(%y : tensor<4x64xbf16>) epsilon = 1.000000e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  return %r : tensor<4x64xbf16>
}

// CHECK-LABEL: @layernorm_statistics
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x64xf32>) outs(%{{.*}} : tensor<4x64xf32>) statistic(%{{.*}} : tensor<4xf32>) rstd(%{{.*}} : tensor<4xf32>) mean(%{{.*}} : tensor<4xf32>) epsilon = 1.000000e-05 -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
func.func @layernorm_statistics(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %statistic: tensor<4xf32>, %rstd: tensor<4xf32>, %mean: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) {
  %r:4 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) statistic(%statistic : tensor<4xf32>) rstd(%rstd : tensor<4xf32>) mean(%mean : tensor<4xf32>) epsilon = 1.000000e-05 -> (tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
  return %r#0, %r#1, %r#2, %r#3 : tensor<4x64xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: @layernorm_mean
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x64xf32>) scale(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xf32>) mean(%{{.*}} : tensor<4xf32>) epsilon = 1.000000e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
func.func @layernorm_mean(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %scale: tensor<64xf32>, %mean: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %r:2 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%scale : tensor<64xf32>) outs(%y : tensor<4x64xf32>) mean(%mean : tensor<4xf32>) epsilon = 1.000000e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  return %r#0, %r#1 : tensor<4x64xf32>, tensor<4xf32>
}

// CHECK-LABEL: @layernorm_two_dims
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x8x6xf32>) scale(%{{.*}} : tensor<8x6xf32>) bias(%{{.*}} : tensor<8x6xf32>) outs(%{{.*}} : tensor<4x8x6xf32>) dimensions = [1, 2] epsilon = 1.000000e-05 -> tensor<4x8x6xf32>
func.func @layernorm_two_dims(%x: tensor<4x8x6xf32>, %y: tensor<4x8x6xf32>, %scale: tensor<8x6xf32>, %bias: tensor<8x6xf32>) -> tensor<4x8x6xf32> {
  %r = norm.layernorm ins(%x : tensor<4x8x6xf32>) scale(%scale : tensor<8x6xf32>) bias(%bias : tensor<8x6xf32>) outs(%y : tensor<4x8x6xf32>) dimensions = [1, 2] epsilon = 1.000000e-05 -> tensor<4x8x6xf32>
  return %r : tensor<4x8x6xf32>
}

// CHECK-LABEL: @layernorm_f64
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x64xf64>) scale(%{{.*}} : tensor<64xf64>) outs(%{{.*}} : tensor<4x64xf64>) epsilon = 1.000000e-05 -> tensor<4x64xf64>
func.func @layernorm_f64(%x: tensor<4x64xf64>, %y: tensor<4x64xf64>, %scale: tensor<64xf64>) -> tensor<4x64xf64> {
  %r = norm.layernorm ins(%x : tensor<4x64xf64>) scale(%scale : tensor<64xf64>) outs(%y : tensor<4x64xf64>) epsilon = 1.000000e-05 -> tensor<4x64xf64>
  return %r : tensor<4x64xf64>
}

// CHECK-LABEL: @layernorm_dynamic
// CHECK: norm.layernorm ins(%{{.*}} : tensor<?x?xf32>) outs(%{{.*}} : tensor<?x?xf32>) epsilon = 1.000000e-05 -> tensor<?x?xf32>
func.func @layernorm_dynamic(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %r = norm.layernorm ins(%x : tensor<?x?xf32>) outs(%y : tensor<?x?xf32>) epsilon = 1.000000e-05 -> tensor<?x?xf32>
  return %r : tensor<?x?xf32>
}

// CHECK-LABEL: @layernorm_offset
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x64xf32>) scale(%{{.*}} : tensor<64xf32>) bias(%{{.*}} : tensor<64xf32>) outs(%{{.*}} : tensor<4x64xf32>) epsilon = 1.000000e-05 scale_offset = 1 -> tensor<4x64xf32>
func.func @layernorm_offset(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %scale: tensor<64xf32>, %bias: tensor<64xf32>) -> tensor<4x64xf32> {
  %r = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%scale : tensor<64xf32>) bias(%bias : tensor<64xf32>) outs(%y : tensor<4x64xf32>) epsilon = 1.000000e-05 scale_offset = 1 -> tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}
