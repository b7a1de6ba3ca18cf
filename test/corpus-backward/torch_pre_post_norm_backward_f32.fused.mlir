// expect: rmsnorm=0 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=2 prmsnorm_backward=0 layernorm_backward=0
// outputs: dx dscale; dx dscale
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: x + norm(norm(x) @ a) @ b: the second norm reads a product's rows of two dimensions in one, rstd has both; recorded in float64
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d1)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d3, d2)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map7 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map8 = affine_map<(d0, d1, d2) -> (d2)>
#map9 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map10 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
#map11 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
module {
  func.func @main(%arg0: tensor<2x6x32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<32xf32>, %arg3: tensor<2x6x1xf32>, %arg4: tensor<12x32xf32>, %arg5: tensor<2x6x1xf32>, %arg6: tensor<32x12xf32>, %arg7: tensor<32x32xf32>, %arg8: tensor<32x12xf32>, %arg9: tensor<32x32xf32>, %arg10: tensor<2x6x32xf32>) -> (tensor<2x6x32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>, tensor<32x32xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %c3_i64 = arith.constant 3 : i64
    %c1_i64 = arith.constant 1 : i64
    %cst_0 = arith.constant -5.000000e-01 : f32
    %cst_1 = arith.constant 3.200000e+01 : f32
    %cst_2 = arith.constant 2.000000e+00 : f32
    %0 = tensor.empty() : tensor<32x32xf32>
    %1 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%0 : tensor<32x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<32x32xf32>
    %expanded = tensor.expand_shape %arg6 [[0], [1, 2]] output_shape [32, 2, 6] : tensor<32x12xf32> into tensor<32x2x6xf32>
    %2 = linalg.generic {indexing_maps = [#map1, #map2, #map3], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%expanded, %arg10 : tensor<32x2x6xf32>, tensor<2x6x32xf32>) outs(%1 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %24 = arith.mulf %in, %in_11 : f32
      %25 = arith.addf %out, %24 : f32
      linalg.yield %25 : f32
    } -> tensor<32x32xf32>
    %3 = tensor.empty() : tensor<12x32xf32>
    %4 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%3 : tensor<12x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<12x32xf32>
    %expanded_3 = tensor.expand_shape %4 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %5 = linalg.generic {indexing_maps = [#map4, #map5, #map6], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%arg10, %arg7 : tensor<2x6x32xf32>, tensor<32x32xf32>) outs(%expanded_3 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %24 = arith.mulf %in, %in_11 : f32
      %25 = arith.addf %out, %24 : f32
      linalg.yield %25 : f32
    } -> tensor<2x6x32xf32>
    %6 = tensor.empty() : tensor<2x6x32xf32>
    %7 = linalg.generic {indexing_maps = [#map7, #map8, #map7], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5, %arg2 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %24 = arith.mulf %in, %in_11 : f32
      linalg.yield %24 : f32
    } -> tensor<2x6x32xf32>
    %expanded_4 = tensor.expand_shape %arg4 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %8 = tensor.empty() : tensor<1x1x32xf32>
    %9 = linalg.generic {indexing_maps = [#map7], iterator_types = ["parallel", "parallel", "parallel"]} outs(%8 : tensor<1x1x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<1x1x32xf32>
    %10 = linalg.generic {indexing_maps = [#map7, #map7, #map9, #map10], iterator_types = ["reduction", "reduction", "parallel"]} ins(%5, %expanded_4, %arg5 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%9 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_11: f32, %in_12: f32, %out: f32):
      %24 = arith.mulf %in_11, %in_12 : f32
      %25 = arith.mulf %in, %24 : f32
      %26 = arith.addf %25, %out : f32
      linalg.yield %26 : f32
    } -> tensor<1x1x32xf32>
    %collapsed = tensor.collapse_shape %10 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %11 = tensor.empty() : tensor<2x6x1xf32>
    %12 = linalg.generic {indexing_maps = [#map7], iterator_types = ["parallel", "parallel", "parallel"]} outs(%11 : tensor<2x6x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<2x6x1xf32>
    %13 = linalg.generic {indexing_maps = [#map7, #map7, #map9], iterator_types = ["parallel", "parallel", "reduction"]} ins(%7, %expanded_4 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%12 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %24 = arith.mulf %in, %in_11 : f32
      %25 = arith.addf %24, %out : f32
      linalg.yield %25 : f32
    } -> tensor<2x6x1xf32>
    %expanded_5 = tensor.expand_shape %arg4 [[0, 1, 2], [3]] output_shape [2, 6, 1, 32] : tensor<12x32xf32> into tensor<2x6x1x32xf32>
    %14 = tensor.empty() : tensor<2x6x1x32xf32>
    %15 = linalg.generic {indexing_maps = [#map6, #map6, #map11, #map11], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%13, %arg5, %expanded_5 : tensor<2x6x1xf32>, tensor<2x6x1xf32>, tensor<2x6x1x32xf32>) outs(%14 : tensor<2x6x1x32xf32>) {
    ^bb0(%in: f32, %in_11: f32, %in_12: f32, %out: f32):
      %24 = math.fpowi %in_11, %c3_i64 : f32, i64
      %25 = arith.mulf %in, %cst_0 : f32
      %26 = arith.mulf %25, %24 : f32
      %27 = arith.divf %26, %cst_1 : f32
      %28 = math.fpowi %in_12, %c1_i64 : f32, i64
      %29 = arith.mulf %28, %cst_2 : f32
      %30 = arith.mulf %27, %29 : f32
      linalg.yield %30 : f32
    } -> tensor<2x6x1x32xf32>
    %collapsed_6 = tensor.collapse_shape %15 [[0], [1, 2], [3]] : tensor<2x6x1x32xf32> into tensor<2x6x32xf32>
    %16 = linalg.generic {indexing_maps = [#map7, #map9, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7, %arg5, %collapsed_6 : tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_11: f32, %in_12: f32, %out: f32):
      %24 = arith.mulf %in, %in_11 : f32
      %25 = arith.addf %24, %in_12 : f32
      linalg.yield %25 : f32
    } -> tensor<2x6x32xf32>
    %expanded_7 = tensor.expand_shape %arg8 [[0], [1, 2]] output_shape [32, 2, 6] : tensor<32x12xf32> into tensor<32x2x6xf32>
    %17 = linalg.generic {indexing_maps = [#map1, #map2, #map3], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%expanded_7, %16 : tensor<32x2x6xf32>, tensor<2x6x32xf32>) outs(%1 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %24 = arith.mulf %in, %in_11 : f32
      %25 = arith.addf %out, %24 : f32
      linalg.yield %25 : f32
    } -> tensor<32x32xf32>
    %18 = linalg.generic {indexing_maps = [#map4, #map5, #map6], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%16, %arg9 : tensor<2x6x32xf32>, tensor<32x32xf32>) outs(%expanded_3 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %24 = arith.mulf %in, %in_11 : f32
      %25 = arith.addf %out, %24 : f32
      linalg.yield %25 : f32
    } -> tensor<2x6x32xf32>
    %19 = linalg.generic {indexing_maps = [#map7, #map8, #map7], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %24 = arith.mulf %in, %in_11 : f32
      linalg.yield %24 : f32
    } -> tensor<2x6x32xf32>
    %20 = linalg.generic {indexing_maps = [#map7, #map7, #map9, #map10], iterator_types = ["reduction", "reduction", "parallel"]} ins(%18, %arg0, %arg3 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%9 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_11: f32, %in_12: f32, %out: f32):
      %24 = arith.mulf %in_11, %in_12 : f32
      %25 = arith.mulf %in, %24 : f32
      %26 = arith.addf %25, %out : f32
      linalg.yield %26 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_8 = tensor.collapse_shape %20 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %21 = linalg.generic {indexing_maps = [#map7, #map7, #map9], iterator_types = ["parallel", "parallel", "reduction"]} ins(%19, %arg0 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%12 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_11: f32, %out: f32):
      %24 = arith.mulf %in, %in_11 : f32
      %25 = arith.addf %24, %out : f32
      linalg.yield %25 : f32
    } -> tensor<2x6x1xf32>
    %expanded_9 = tensor.expand_shape %arg0 [[0], [1, 2], [3]] output_shape [2, 6, 1, 32] : tensor<2x6x32xf32> into tensor<2x6x1x32xf32>
    %22 = linalg.generic {indexing_maps = [#map6, #map6, #map11, #map11], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%21, %arg3, %expanded_9 : tensor<2x6x1xf32>, tensor<2x6x1xf32>, tensor<2x6x1x32xf32>) outs(%14 : tensor<2x6x1x32xf32>) {
    ^bb0(%in: f32, %in_11: f32, %in_12: f32, %out: f32):
      %24 = math.fpowi %in_11, %c3_i64 : f32, i64
      %25 = arith.mulf %in, %cst_0 : f32
      %26 = arith.mulf %25, %24 : f32
      %27 = arith.divf %26, %cst_1 : f32
      %28 = math.fpowi %in_12, %c1_i64 : f32, i64
      %29 = arith.mulf %28, %cst_2 : f32
      %30 = arith.mulf %27, %29 : f32
      linalg.yield %30 : f32
    } -> tensor<2x6x1x32xf32>
    %collapsed_10 = tensor.collapse_shape %22 [[0], [1, 2], [3]] : tensor<2x6x1x32xf32> into tensor<2x6x32xf32>
    %23 = linalg.generic {indexing_maps = [#map7, #map7, #map9, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg10, %19, %arg3, %collapsed_10 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_11: f32, %in_12: f32, %in_13: f32, %out: f32):
      %24 = arith.mulf %in_11, %in_12 : f32
      %25 = arith.addf %in, %24 : f32
      %26 = arith.addf %25, %in_13 : f32
      linalg.yield %26 : f32
    } -> tensor<2x6x32xf32>
    return %23, %collapsed_8, %17, %collapsed, %2 : tensor<2x6x32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>, tensor<32x32xf32>
  }
}

