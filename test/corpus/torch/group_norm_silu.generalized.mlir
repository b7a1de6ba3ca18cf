// expect: rmsnorm=0 prmsnorm=0 layernorm=1
// source: torch 2.15.0, torch-mlir 20261001; silu(group_norm(x)) as torch.compile decomposes it, as_strided of a dense tensor as a view; recorded in float64
#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> ()>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, 0)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (0, d1, d2, d3)>
module {
  func.func @main(%arg0: tensor<2x16x3x5xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16xf32>) -> (tensor<2x16x3x5xf32>, tensor<2x16x3x5xf32>, tensor<16xf32>, tensor<16xf32>, tensor<2x4x1x1xf32>, tensor<2x4x1x1xf32>) {
    %cst = arith.constant 0.000000e+00 : f64
    %cst_0 = arith.constant 0.000000e+00 : f32
    %cst_1 = arith.constant 1.000000e-05 : f64
    %cst_2 = arith.constant 6.000000e+01 : f64
    %cst_3 = arith.constant 6.000000e+01 : f32
    %cst_4 = arith.constant 1.000000e+00 : f32
    %collapsed = tensor.collapse_shape %arg0 [[0], [1], [2, 3]] : tensor<2x16x3x5xf32> into tensor<2x16x15xf32>
    %expanded = tensor.expand_shape %collapsed [[0], [1, 2], [3]] output_shape [2, 4, 4, 15] : tensor<2x16x15xf32> into tensor<2x4x4x15xf32>
    %0 = tensor.empty() : tensor<2x4x4x15xf64>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x4x4x15xf32>) outs(%0 : tensor<2x4x4x15xf64>) {
    ^bb0(%in: f32, %out: f64):
      %29 = arith.extf %in : f32 to f64
      linalg.yield %29 : f64
    } -> tensor<2x4x4x15xf64>
    %2 = tensor.empty() : tensor<2x4x1x1xf64>
    %3 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst : f64) outs(%2 : tensor<2x4x1x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      linalg.yield %in : f64
    } -> tensor<2x4x1x1xf64>
    %4 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%1 : tensor<2x4x4x15xf64>) outs(%3 : tensor<2x4x1x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %29 = arith.addf %in, %out : f64
      linalg.yield %29 : f64
    } -> tensor<2x4x1x1xf64>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%4 : tensor<2x4x1x1xf64>) outs(%2 : tensor<2x4x1x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %29 = arith.divf %in, %cst_2 : f64
      linalg.yield %29 : f64
    } -> tensor<2x4x1x1xf64>
    %6 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%1, %5 : tensor<2x4x4x15xf64>, tensor<2x4x1x1xf64>) outs(%0 : tensor<2x4x4x15xf64>) {
    ^bb0(%in: f64, %in_11: f64, %out: f64):
      %29 = arith.subf %in, %in_11 : f64
      linalg.yield %29 : f64
    } -> tensor<2x4x4x15xf64>
    %7 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%6, %6 : tensor<2x4x4x15xf64>, tensor<2x4x4x15xf64>) outs(%0 : tensor<2x4x4x15xf64>) {
    ^bb0(%in: f64, %in_11: f64, %out: f64):
      %29 = arith.mulf %in, %in_11 : f64
      linalg.yield %29 : f64
    } -> tensor<2x4x4x15xf64>
    %8 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%7 : tensor<2x4x4x15xf64>) outs(%3 : tensor<2x4x1x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %29 = arith.addf %in, %out : f64
      linalg.yield %29 : f64
    } -> tensor<2x4x1x1xf64>
    %9 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%8 : tensor<2x4x1x1xf64>) outs(%2 : tensor<2x4x1x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %29 = arith.divf %in, %cst_2 : f64
      linalg.yield %29 : f64
    } -> tensor<2x4x1x1xf64>
    %10 = tensor.empty() : tensor<2x4x1x1xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%9 : tensor<2x4x1x1xf64>) outs(%10 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f64, %out: f32):
      %29 = arith.truncf %in : f64 to f32
      linalg.yield %29 : f32
    } -> tensor<2x4x1x1xf32>
    %12 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_0 : f32) outs(%10 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x1x1xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%expanded : tensor<2x4x4x15xf32>) outs(%12 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %29 = arith.addf %in, %out : f32
      linalg.yield %29 : f32
    } -> tensor<2x4x1x1xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%13 : tensor<2x4x1x1xf32>) outs(%10 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %29 = arith.divf %in, %cst_3 : f32
      linalg.yield %29 : f32
    } -> tensor<2x4x1x1xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11 : tensor<2x4x1x1xf32>) outs(%10 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %29 = arith.truncf %cst_1 : f64 to f32
      %30 = arith.addf %in, %29 : f32
      linalg.yield %30 : f32
    } -> tensor<2x4x1x1xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%15 : tensor<2x4x1x1xf32>) outs(%10 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %29 = math.rsqrt %in : f32
      linalg.yield %29 : f32
    } -> tensor<2x4x1x1xf32>
    %expanded_5 = tensor.expand_shape %arg1 [[0, 1, 2, 3]] output_shape [1, 4, 4, 1] : tensor<16xf32> into tensor<1x4x4x1xf32>
    %17 = tensor.empty() : tensor<2x4x4x1xf32>
    %18 = linalg.generic {indexing_maps = [#map3, #map4, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%16, %expanded_5 : tensor<2x4x1x1xf32>, tensor<1x4x4x1xf32>) outs(%17 : tensor<2x4x4x1xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %29 = arith.mulf %in, %in_11 : f32
      linalg.yield %29 : f32
    } -> tensor<2x4x4x1xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%14 : tensor<2x4x1x1xf32>) outs(%10 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %29 = arith.negf %in : f32
      linalg.yield %29 : f32
    } -> tensor<2x4x1x1xf32>
    %20 = linalg.generic {indexing_maps = [#map3, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%19, %18 : tensor<2x4x1x1xf32>, tensor<2x4x4x1xf32>) outs(%17 : tensor<2x4x4x1xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %29 = arith.mulf %in, %in_11 : f32
      linalg.yield %29 : f32
    } -> tensor<2x4x4x1xf32>
    %expanded_6 = tensor.expand_shape %arg2 [[0, 1, 2, 3]] output_shape [1, 4, 4, 1] : tensor<16xf32> into tensor<1x4x4x1xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map4, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%20, %expanded_6 : tensor<2x4x4x1xf32>, tensor<1x4x4x1xf32>) outs(%17 : tensor<2x4x4x1xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %29 = arith.addf %in, %in_11 : f32
      linalg.yield %29 : f32
    } -> tensor<2x4x4x1xf32>
    %collapsed_7 = tensor.collapse_shape %18 [[0], [1, 2], [3]] : tensor<2x4x4x1xf32> into tensor<2x16x1xf32>
    %expanded_8 = tensor.expand_shape %collapsed_7 [[0], [1], [2, 3]] output_shape [2, 16, 1, 1] : tensor<2x16x1xf32> into tensor<2x16x1x1xf32>
    %collapsed_9 = tensor.collapse_shape %21 [[0], [1, 2], [3]] : tensor<2x4x4x1xf32> into tensor<2x16x1xf32>
    %expanded_10 = tensor.expand_shape %collapsed_9 [[0], [1], [2, 3]] output_shape [2, 16, 1, 1] : tensor<2x16x1xf32> into tensor<2x16x1x1xf32>
    %22 = tensor.empty() : tensor<2x16x3x5xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0, %expanded_8 : tensor<2x16x3x5xf32>, tensor<2x16x1x1xf32>) outs(%22 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %29 = arith.mulf %in, %in_11 : f32
      linalg.yield %29 : f32
    } -> tensor<2x16x3x5xf32>
    %24 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%23, %expanded_10 : tensor<2x16x3x5xf32>, tensor<2x16x1x1xf32>) outs(%22 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %29 = arith.addf %in, %in_11 : f32
      linalg.yield %29 : f32
    } -> tensor<2x16x3x5xf32>
    %25 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%24 : tensor<2x16x3x5xf32>) outs(%22 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %29 = arith.negf %in : f32
      linalg.yield %29 : f32
    } -> tensor<2x16x3x5xf32>
    %26 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%25 : tensor<2x16x3x5xf32>) outs(%22 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %29 = math.exp %in : f32
      linalg.yield %29 : f32
    } -> tensor<2x16x3x5xf32>
    %27 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%26 : tensor<2x16x3x5xf32>) outs(%22 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %29 = arith.addf %in, %cst_4 : f32
      linalg.yield %29 : f32
    } -> tensor<2x16x3x5xf32>
    %28 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%24, %27 : tensor<2x16x3x5xf32>, tensor<2x16x3x5xf32>) outs(%22 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %29 = arith.divf %in, %in_11 : f32
      linalg.yield %29 : f32
    } -> tensor<2x16x3x5xf32>
    return %28, %arg0, %arg1, %arg2, %14, %16 : tensor<2x16x3x5xf32>, tensor<2x16x3x5xf32>, tensor<16xf32>, tensor<16xf32>, tensor<2x4x1x1xf32>, tensor<2x4x1x1xf32>
  }
}

