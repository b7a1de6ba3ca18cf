// RUN: norm-opt %s | norm-opt | FileCheck %s
// RUN: norm-opt %s --mlir-print-op-generic | norm-opt | FileCheck %s

// CHECK-LABEL: @rmsnorm
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xbf16>) scale(%{{.*}} : tensor<64xbf16>) outs(%{{.*}} : tensor<4x64xbf16>) epsilon = 1.000000e-05 -> tensor<4x64xbf16>
func.func @rmsnorm(%x: tensor<4x64xbf16>, %g: tensor<64xbf16>, %init: tensor<4x64xbf16>) -> tensor<4x64xbf16> {
  %y = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xbf16>)
       outs(%init : tensor<4x64xbf16>) epsilon = 1.000000e-05 -> tensor<4x64xbf16>
  return %y : tensor<4x64xbf16>
}

// CHECK-LABEL: @prmsnorm
// CHECK: norm.prmsnorm ins(%{{.*}} : tensor<4x64xf32>) outs(%{{.*}} : tensor<4x64xf32>) k = 4 epsilon = 1.000000e-05 eps_mode = outside fastmath<reassoc> -> tensor<4x64xf32>
func.func @prmsnorm(%x: tensor<4x64xf32>, %init: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
       epsilon = 1.000000e-05 eps_mode = outside k = 4 fastmath<reassoc> -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// CHECK-LABEL: @layernorm
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x64xf32>) scale(%{{.*}}) bias(%{{.*}}) outs(%{{.*}}) mean(%{{.*}} : tensor<4xf32>) epsilon = 1.000000e-05 scale_offset = 1 scale_rounding = f16 -> (tensor<4x64xf32>, tensor<4xf32>)
func.func @layernorm(%x: tensor<4x64xf32>, %g: tensor<64xf32>, %init: tensor<4x64xf32>, %m: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %y, %mean = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       bias(%g : tensor<64xf32>) outs(%init : tensor<4x64xf32>) mean(%m : tensor<4xf32>)
       epsilon = 1.000000e-05 scale_offset = 1 scale_rounding = f16 -> (tensor<4x64xf32>, tensor<4xf32>)
  return %y, %mean : tensor<4x64xf32>, tensor<4xf32>
}

// CHECK-LABEL: @memref
// CHECK: norm.rmsnorm ins(%{{.*}} : memref<4x8x64xf32>) outs(%{{.*}} : memref<4x8x64xf32>) dimensions = [0, 2] epsilon = 0.000000e+00
func.func @memref(%x: memref<4x8x64xf32>, %y: memref<4x8x64xf32>) {
  norm.rmsnorm ins(%x : memref<4x8x64xf32>) outs(%y : memref<4x8x64xf32>)
    dimensions = [0, 2] epsilon = 0.0
  return
}
