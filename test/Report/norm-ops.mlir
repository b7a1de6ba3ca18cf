// Norm ops that the program has: operations of each form, and what their
// decomposition costs. LayerNorm with scale and bias takes 8 operations for each
// element and 5 for each row, RMSNorm 4 with a scale and 5 with a bias.

// RUN: norm-opt %s --norm-report -o /dev/null 2>&1 | sed "s/  */ /g" | FileCheck %s

// CHECK: 4 norms
// CHECK: 1 layernorm @layernorm norm-ops.mlir:[[#@LINE+20]] 16 64 f32 in f32 1e-05 inside f32 f32 -
// CHECK: 2 rmsnorm @rmsnorm {{.*}} 16 64 bf16 in f32 1e-06 inside 1 + bf16 of bf16 bf16 -
// CHECK: 3 prmsnorm @prmsnorm {{.*}} 16 64 f16 to f32 in f32 1e-08 outside - - 4
// CHECK: 4 rmsnorm @double {{.*}} 1 64 f64 in f64 0 inside - - -
// CHECK: 1 a norm op of the program
// CHECK: returns: statistic, rstd, mean

// 16 * (8 * 64 + 5); x, y, scale, bias and three statistics.
// CHECK: 1 8 1 9280 8272 17856 8896 2.01 128
// 16 * (6 * 64 + 4): an offset and a bias.
// CHECK: 2 3 1 9216 6208 6656 4352 1.53 128
// 16 * (2 * 4 + 64 + 4)
// CHECK: 3 3 1 5248 1216 6528 6144 1.06 0
// CHECK: 4 3 1 384 196 1568 1024 1.53 0
// CHECK: total 17 4 24128 15892 32608 20416 1.60 256

func.func @layernorm(%x: tensor<16x64xf32>, %g: tensor<64xf32>, %b: tensor<64xf32>, %rows: tensor<16xf32>)
    -> (tensor<16x64xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>) {
  %empty = tensor.empty() : tensor<16x64xf32>
  %y, %s, %rstd, %mean =
      norm.layernorm ins(%x : tensor<16x64xf32>) scale(%g : tensor<64xf32>) bias(%b : tensor<64xf32>)
      outs(%empty : tensor<16x64xf32>) statistic(%rows : tensor<16xf32>) rstd(%rows : tensor<16xf32>)
      mean(%rows : tensor<16xf32>) epsilon = 1.0e-05
      -> (tensor<16x64xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>)
  return %y, %s, %rstd, %mean : tensor<16x64xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>
}

func.func @rmsnorm(%x: tensor<2x8x64xbf16>, %g: tensor<64xbf16>, %b: tensor<64xbf16>) -> tensor<2x8x64xbf16> {
  %empty = tensor.empty() : tensor<2x8x64xbf16>
  %y = norm.rmsnorm ins(%x : tensor<2x8x64xbf16>) scale(%g : tensor<64xbf16>) bias(%b : tensor<64xbf16>)
       outs(%empty : tensor<2x8x64xbf16>) epsilon = 1.0e-06 scale_offset = 1 scale_rounding = bf16
       -> tensor<2x8x64xbf16>
  return %y : tensor<2x8x64xbf16>
}

func.func @prmsnorm(%x: tensor<16x64xf16>) -> tensor<16x64xf32> {
  %empty = tensor.empty() : tensor<16x64xf32>
  %y = norm.prmsnorm ins(%x : tensor<16x64xf16>) outs(%empty : tensor<16x64xf32>)
       k = 4 epsilon = 1.0e-08 eps_mode = outside -> tensor<16x64xf32>
  return %y : tensor<16x64xf32>
}

func.func @double(%x: tensor<64xf64>) -> tensor<64xf64> {
  %empty = tensor.empty() : tensor<64xf64>
  %y = norm.rmsnorm ins(%x : tensor<64xf64>) outs(%empty : tensor<64xf64>) epsilon = 0.0 -> tensor<64xf64>
  return %y : tensor<64xf64>
}
