// expect: rmsnorm=0 prmsnorm=0 layernorm=1
// source: torch 2.15.0, torch-mlir 20261001; silu(group_norm(x)) as torch.compile decomposes it, as_strided of a dense tensor as a view; recorded in float64
#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, 0)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (0, d1, d2, d3)>
module {
  func.func @main(%arg0: tensor<2x16x3x5xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16xf32>) -> (tensor<2x16x3x5xf32>, tensor<2x16x3x5xf32>, tensor<16xf32>, tensor<16xf32>, tensor<2x4x1x1xf32>, tensor<2x4x1x1xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0.000000e+00 : f64
    %cst_1 = arith.constant 1.000000e-05 : f64
    %cst_2 = arith.constant 6.000000e+01 : f64
    %cst_3 = arith.constant 6.000000e+01 : f32
    %cst_4 = arith.constant 1.000000e+00 : f32
    %expanded = tensor.expand_shape %arg0 [[0], [1, 2], [3], [4]] output_shape [2, 4, 4, 3, 5] : tensor<2x16x3x5xf32> into tensor<2x4x4x3x5xf32>
    %collapsed = tensor.collapse_shape %expanded [[0], [1], [2], [3, 4]] : tensor<2x4x4x3x5xf32> into tensor<2x4x4x15xf32>
    %0 = tensor.empty() : tensor<2x4x4x15xf64>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed : tensor<2x4x4x15xf32>) outs(%0 : tensor<2x4x4x15xf64>) {
    ^bb0(%in: f32, %out: f64):
      %16 = arith.extf %in : f32 to f64
      linalg.yield %16 : f64
    } -> tensor<2x4x4x15xf64>
    %2 = tensor.empty() : tensor<2x4x1x1xf64>
    %3 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%2 : tensor<2x4x1x1xf64>) {
    ^bb0(%out: f64):
      linalg.yield %cst_0 : f64
    } -> tensor<2x4x1x1xf64>
    %4 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%1 : tensor<2x4x4x15xf64>) outs(%3 : tensor<2x4x1x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %16 = arith.addf %in, %out : f64
      linalg.yield %16 : f64
    } -> tensor<2x4x1x1xf64>
    %5 = linalg.generic {indexing_maps = [#map, #map1, #map1], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%1, %4 : tensor<2x4x4x15xf64>, tensor<2x4x1x1xf64>) outs(%3 : tensor<2x4x1x1xf64>) {
    ^bb0(%in: f64, %in_11: f64, %out: f64):
      %16 = arith.divf %in_11, %cst_2 : f64
      %17 = arith.subf %in, %16 : f64
      %18 = arith.mulf %17, %17 : f64
      %19 = arith.addf %18, %out : f64
      linalg.yield %19 : f64
    } -> tensor<2x4x1x1xf64>
    %6 = tensor.empty() : tensor<2x4x1x1xf32>
    %7 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%6 : tensor<2x4x1x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<2x4x1x1xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%collapsed : tensor<2x4x4x15xf32>) outs(%7 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.addf %in, %out : f32
      linalg.yield %16 : f32
    } -> tensor<2x4x1x1xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%8 : tensor<2x4x1x1xf32>) outs(%6 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.divf %in, %cst_3 : f32
      linalg.yield %16 : f32
    } -> tensor<2x4x1x1xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%5 : tensor<2x4x1x1xf64>) outs(%6 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f64, %out: f32):
      %16 = arith.divf %in, %cst_2 : f64
      %17 = arith.truncf %16 : f64 to f32
      %18 = arith.truncf %cst_1 : f64 to f32
      %19 = arith.addf %17, %18 : f32
      %20 = math.rsqrt %19 : f32
      linalg.yield %20 : f32
    } -> tensor<2x4x1x1xf32>
    %expanded_5 = tensor.expand_shape %arg1 [[0, 1, 2, 3]] output_shape [1, 4, 4, 1] : tensor<16xf32> into tensor<1x4x4x1xf32>
    %11 = tensor.empty() : tensor<2x4x4x1xf32>
    %12 = linalg.generic {indexing_maps = [#map2, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%10, %expanded_5 : tensor<2x4x1x1xf32>, tensor<1x4x4x1xf32>) outs(%11 : tensor<2x4x4x1xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %16 = arith.mulf %in, %in_11 : f32
      linalg.yield %16 : f32
    } -> tensor<2x4x4x1xf32>
    %expanded_6 = tensor.expand_shape %arg2 [[0, 1, 2, 3]] output_shape [1, 4, 4, 1] : tensor<16xf32> into tensor<1x4x4x1xf32>
    %13 = linalg.generic {indexing_maps = [#map2, #map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9, %12, %expanded_6 : tensor<2x4x1x1xf32>, tensor<2x4x4x1xf32>, tensor<1x4x4x1xf32>) outs(%11 : tensor<2x4x4x1xf32>) {
    ^bb0(%in: f32, %in_11: f32, %in_12: f32, %out: f32):
      %16 = arith.negf %in : f32
      %17 = arith.mulf %16, %in_11 : f32
      %18 = arith.addf %17, %in_12 : f32
      linalg.yield %18 : f32
    } -> tensor<2x4x4x1xf32>
    %expanded_7 = tensor.expand_shape %12 [[0], [1], [2], [3, 4]] output_shape [2, 4, 4, 1, 1] : tensor<2x4x4x1xf32> into tensor<2x4x4x1x1xf32>
    %collapsed_8 = tensor.collapse_shape %expanded_7 [[0], [1, 2], [3], [4]] : tensor<2x4x4x1x1xf32> into tensor<2x16x1x1xf32>
    %expanded_9 = tensor.expand_shape %13 [[0], [1], [2], [3, 4]] output_shape [2, 4, 4, 1, 1] : tensor<2x4x4x1xf32> into tensor<2x4x4x1x1xf32>
    %collapsed_10 = tensor.collapse_shape %expanded_9 [[0], [1, 2], [3], [4]] : tensor<2x4x4x1x1xf32> into tensor<2x16x1x1xf32>
    %14 = tensor.empty() : tensor<2x16x3x5xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map1, #map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0, %collapsed_8, %collapsed_10 : tensor<2x16x3x5xf32>, tensor<2x16x1x1xf32>, tensor<2x16x1x1xf32>) outs(%14 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_11: f32, %in_12: f32, %out: f32):
      %16 = arith.mulf %in, %in_11 : f32
      %17 = arith.addf %16, %in_12 : f32
      %18 = arith.negf %17 : f32
      %19 = math.exp %18 : f32
      %20 = arith.addf %19, %cst_4 : f32
      %21 = arith.divf %17, %20 : f32
      linalg.yield %21 : f32
    } -> tensor<2x16x3x5xf32>
    return %15, %arg0, %arg1, %arg2, %9, %10 : tensor<2x16x3x5xf32>, tensor<2x16x3x5xf32>, tensor<16xf32>, tensor<16xf32>, tensor<2x4x1x1xf32>, tensor<2x4x1x1xf32>
  }
}

