// expect: rmsnorm=0 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=1
// outputs: dx
// source: the backward graph of torch.compile of silu(group_norm(x) (1 + s) + t); torch 2.15 -> torch-mlir
// note: mean and rstd are arguments, and dy is computed of them and x; recorded in float64
#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (0, d1, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, 0, 0)>
#map4 = affine_map<(d0, d1, d2, d3) -> ()>
#map5 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map6 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map7 = affine_map<(d0, d1) -> (d0, d1)>
#map8 = affine_map<(d0, d1) -> (0, d1)>
#map9 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map10 = affine_map<(d0, d1, d2) -> (0, d1, d2)>
#map11 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
#map12 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map13 = affine_map<(d0, d1) -> (d1)>
module {
  func.func @main(%arg0: tensor<2x16x3x5xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16xf32>, %arg3: tensor<2x16xf32>, %arg4: tensor<2x16xf32>, %arg5: tensor<2x4x1x1xf32>, %arg6: tensor<2x4x1x1xf32>, %arg7: tensor<2x16x3x5xf32>) -> (tensor<2x16x3x5xf32>, tensor<16xf32>, tensor<16xf32>, tensor<2x16xf32>, tensor<2x16xf32>) {
    %cst = arith.constant 1.000000e+00 : f32
    %cst_0 = arith.constant 0.000000e+00 : f32
    %cst_1 = arith.constant 0.016666666666666666 : f64
    %cst_2 = arith.constant dense<1> : tensor<i64>
    %expanded = tensor.expand_shape %arg1 [[0, 1, 2, 3]] output_shape [1, 4, 4, 1] : tensor<16xf32> into tensor<1x4x4x1xf32>
    %0 = tensor.empty() : tensor<2x4x4x1xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg6, %expanded : tensor<2x4x1x1xf32>, tensor<1x4x4x1xf32>) outs(%0 : tensor<2x4x4x1xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4x4x1xf32>
    %2 = tensor.empty() : tensor<2x4x1x1xf32>
    %3 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg5 : tensor<2x4x1x1xf32>) outs(%2 : tensor<2x4x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.negf %in : f32
      linalg.yield %63 : f32
    } -> tensor<2x4x1x1xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%3, %1 : tensor<2x4x1x1xf32>, tensor<2x4x4x1xf32>) outs(%0 : tensor<2x4x4x1xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4x4x1xf32>
    %expanded_3 = tensor.expand_shape %arg2 [[0, 1, 2, 3]] output_shape [1, 4, 4, 1] : tensor<16xf32> into tensor<1x4x4x1xf32>
    %5 = linalg.generic {indexing_maps = [#map2, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%4, %expanded_3 : tensor<2x4x4x1xf32>, tensor<1x4x4x1xf32>) outs(%0 : tensor<2x4x4x1xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.addf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4x4x1xf32>
    %collapsed = tensor.collapse_shape %1 [[0], [1, 2], [3]] : tensor<2x4x4x1xf32> into tensor<2x16x1xf32>
    %expanded_4 = tensor.expand_shape %collapsed [[0], [1], [2, 3]] output_shape [2, 16, 1, 1] : tensor<2x16x1xf32> into tensor<2x16x1x1xf32>
    %collapsed_5 = tensor.collapse_shape %5 [[0], [1, 2], [3]] : tensor<2x4x4x1xf32> into tensor<2x16x1xf32>
    %expanded_6 = tensor.expand_shape %collapsed_5 [[0], [1], [2, 3]] output_shape [2, 16, 1, 1] : tensor<2x16x1xf32> into tensor<2x16x1x1xf32>
    %6 = tensor.empty() : tensor<2x16x3x5xf32>
    %7 = linalg.generic {indexing_maps = [#map2, #map3, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0, %expanded_4 : tensor<2x16x3x5xf32>, tensor<2x16x1x1xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x3x5xf32>
    %8 = linalg.generic {indexing_maps = [#map2, #map3, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%7, %expanded_6 : tensor<2x16x3x5xf32>, tensor<2x16x1x1xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.addf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x3x5xf32>
    %expanded_7 = tensor.expand_shape %arg3 [[0], [1, 2, 3]] output_shape [2, 16, 1, 1] : tensor<2x16xf32> into tensor<2x16x1x1xf32>
    %9 = tensor.empty() : tensor<2x16x1x1xf32>
    %10 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_7 : tensor<2x16x1x1xf32>) outs(%9 : tensor<2x16x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %cst : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x1x1xf32>
    %11 = linalg.generic {indexing_maps = [#map2, #map3, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%8, %10 : tensor<2x16x3x5xf32>, tensor<2x16x1x1xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x3x5xf32>
    %expanded_8 = tensor.expand_shape %arg4 [[0], [1, 2, 3]] output_shape [2, 16, 1, 1] : tensor<2x16xf32> into tensor<2x16x1x1xf32>
    %12 = linalg.generic {indexing_maps = [#map2, #map3, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11, %expanded_8 : tensor<2x16x3x5xf32>, tensor<2x16x1x1xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.addf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x3x5xf32>
    %13 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%12 : tensor<2x16x3x5xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.negf %in : f32
      %64 = math.exp %63 : f32
      %65 = arith.addf %64, %cst : f32
      %66 = arith.divf %cst, %65 : f32
      linalg.yield %66 : f32
    } -> tensor<2x16x3x5xf32>
    %14 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg7, %13 : tensor<2x16x3x5xf32>, tensor<2x16x3x5xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x3x5xf32>
    %15 = linalg.generic {indexing_maps = [#map4, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%cst_2, %13 : tensor<i64>, tensor<2x16x3x5xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: i64, %in_32: f32, %out: f32):
      %63 = arith.sitofp %in : i64 to f32
      %64 = arith.subf %63, %in_32 : f32
      linalg.yield %64 : f32
    } -> tensor<2x16x3x5xf32>
    %16 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%12, %15 : tensor<2x16x3x5xf32>, tensor<2x16x3x5xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x3x5xf32>
    %17 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%16 : tensor<2x16x3x5xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %cst : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x3x5xf32>
    %18 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%14, %17 : tensor<2x16x3x5xf32>, tensor<2x16x3x5xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x3x5xf32>
    %19 = linalg.fill ins(%cst_0 : f32) outs(%9 : tensor<2x16x1x1xf32>) -> tensor<2x16x1x1xf32>
    %20 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%18 : tensor<2x16x3x5xf32>) outs(%19 : tensor<2x16x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %out : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x1x1xf32>
    %collapsed_9 = tensor.collapse_shape %20 [[0], [1, 2, 3]] : tensor<2x16x1x1xf32> into tensor<2x16xf32>
    %21 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%18, %8 : tensor<2x16x3x5xf32>, tensor<2x16x3x5xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x3x5xf32>
    %22 = linalg.generic {indexing_maps = [#map2, #map3, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%18, %10 : tensor<2x16x3x5xf32>, tensor<2x16x1x1xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x3x5xf32>
    %23 = linalg.generic {indexing_maps = [#map2, #map3], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%21 : tensor<2x16x3x5xf32>) outs(%19 : tensor<2x16x1x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %out : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x1x1xf32>
    %collapsed_10 = tensor.collapse_shape %23 [[0], [1, 2, 3]] : tensor<2x16x1x1xf32> into tensor<2x16xf32>
    %collapsed_11 = tensor.collapse_shape %arg5 [[0], [1, 2, 3]] : tensor<2x4x1x1xf32> into tensor<2x4xf32>
    %collapsed_12 = tensor.collapse_shape %arg6 [[0], [1, 2, 3]] : tensor<2x4x1x1xf32> into tensor<2x4xf32>
    %24 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%22, %arg0 : tensor<2x16x3x5xf32>, tensor<2x16x3x5xf32>) outs(%6 : tensor<2x16x3x5xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x16x3x5xf32>
    %collapsed_13 = tensor.collapse_shape %24 [[0], [1], [2, 3]] : tensor<2x16x3x5xf32> into tensor<2x16x15xf32>
    %25 = tensor.empty() : tensor<2x16xf32>
    %26 = linalg.fill ins(%cst_0 : f32) outs(%25 : tensor<2x16xf32>) -> tensor<2x16xf32>
    %27 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "reduction"]} ins(%collapsed_13 : tensor<2x16x15xf32>) outs(%26 : tensor<2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %out : f32
      linalg.yield %63 : f32
    } -> tensor<2x16xf32>
    %collapsed_14 = tensor.collapse_shape %22 [[0], [1], [2, 3]] : tensor<2x16x3x5xf32> into tensor<2x16x15xf32>
    %28 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "reduction"]} ins(%collapsed_14 : tensor<2x16x15xf32>) outs(%26 : tensor<2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %out : f32
      linalg.yield %63 : f32
    } -> tensor<2x16xf32>
    %expanded_15 = tensor.expand_shape %arg1 [[0, 1]] output_shape [1, 16] : tensor<16xf32> into tensor<1x16xf32>
    %29 = linalg.generic {indexing_maps = [#map7, #map8, #map7], iterator_types = ["parallel", "parallel"]} ins(%27, %expanded_15 : tensor<2x16xf32>, tensor<1x16xf32>) outs(%25 : tensor<2x16xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x16xf32>
    %expanded_16 = tensor.expand_shape %29 [[0], [1, 2]] output_shape [2, 4, 4] : tensor<2x16xf32> into tensor<2x4x4xf32>
    %30 = tensor.empty() : tensor<2x4xf32>
    %31 = linalg.fill ins(%cst_0 : f32) outs(%30 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %32 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_16 : tensor<2x4x4xf32>) outs(%31 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %out : f32
      linalg.yield %63 : f32
    } -> tensor<2x4xf32>
    %33 = linalg.generic {indexing_maps = [#map7, #map8, #map7], iterator_types = ["parallel", "parallel"]} ins(%28, %expanded_15 : tensor<2x16xf32>, tensor<1x16xf32>) outs(%25 : tensor<2x16xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x16xf32>
    %expanded_17 = tensor.expand_shape %33 [[0], [1, 2]] output_shape [2, 4, 4] : tensor<2x16xf32> into tensor<2x4x4xf32>
    %34 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_17 : tensor<2x4x4xf32>) outs(%31 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %out : f32
      linalg.yield %63 : f32
    } -> tensor<2x4xf32>
    %collapsed_18 = tensor.collapse_shape %arg6 [[0], [1], [2, 3]] : tensor<2x4x1x1xf32> into tensor<2x4x1xf32>
    %expanded_19 = tensor.expand_shape %arg1 [[0, 1, 2]] output_shape [1, 4, 4] : tensor<16xf32> into tensor<1x4x4xf32>
    %35 = tensor.empty() : tensor<2x4x4xf32>
    %36 = linalg.generic {indexing_maps = [#map9, #map10, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_18, %expanded_19 : tensor<2x4x1xf32>, tensor<1x4x4xf32>) outs(%35 : tensor<2x4x4xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4x4xf32>
    %37 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%32 : tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.negf %in : f32
      linalg.yield %63 : f32
    } -> tensor<2x4xf32>
    %38 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%34, %collapsed_11 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4xf32>
    %39 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%37, %38 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.addf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4xf32>
    %40 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%39, %collapsed_12 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4xf32>
    %41 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%40, %collapsed_12 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4xf32>
    %42 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%41, %collapsed_12 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4xf32>
    %43 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%42 : tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.truncf %cst_1 : f64 to f32
      %64 = arith.mulf %in, %63 : f32
      linalg.yield %64 : f32
    } -> tensor<2x4xf32>
    %44 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%43 : tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.negf %in : f32
      linalg.yield %63 : f32
    } -> tensor<2x4xf32>
    %45 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%44, %collapsed_11 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4xf32>
    %46 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%34, %collapsed_12 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4xf32>
    %47 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%46 : tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.truncf %cst_1 : f64 to f32
      %64 = arith.mulf %in, %63 : f32
      linalg.yield %64 : f32
    } -> tensor<2x4xf32>
    %48 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel"]} ins(%45, %47 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.subf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4xf32>
    %expanded_20 = tensor.expand_shape %36 [[0], [1], [2, 3]] output_shape [2, 4, 4, 1] : tensor<2x4x4xf32> into tensor<2x4x4x1xf32>
    %expanded_21 = tensor.expand_shape %43 [[0], [1, 2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4xf32> into tensor<2x4x1x1xf32>
    %expanded_22 = tensor.expand_shape %48 [[0], [1, 2, 3]] output_shape [2, 4, 1, 1] : tensor<2x4xf32> into tensor<2x4x1x1xf32>
    %expanded_23 = tensor.expand_shape %collapsed_14 [[0], [1, 2], [3]] output_shape [2, 4, 4, 15] : tensor<2x16x15xf32> into tensor<2x4x4x15xf32>
    %49 = tensor.empty() : tensor<2x4x4x15xf32>
    %50 = linalg.generic {indexing_maps = [#map2, #map11, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_23, %expanded_20 : tensor<2x4x4x15xf32>, tensor<2x4x4x1xf32>) outs(%49 : tensor<2x4x4x15xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4x4x15xf32>
    %collapsed_24 = tensor.collapse_shape %arg0 [[0], [1], [2, 3]] : tensor<2x16x3x5xf32> into tensor<2x16x15xf32>
    %expanded_25 = tensor.expand_shape %collapsed_24 [[0], [1, 2], [3]] output_shape [2, 4, 4, 15] : tensor<2x16x15xf32> into tensor<2x4x4x15xf32>
    %51 = linalg.generic {indexing_maps = [#map2, #map3, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_25, %expanded_21 : tensor<2x4x4x15xf32>, tensor<2x4x1x1xf32>) outs(%49 : tensor<2x4x4x15xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4x4x15xf32>
    %52 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%50, %51 : tensor<2x4x4x15xf32>, tensor<2x4x4x15xf32>) outs(%49 : tensor<2x4x4x15xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.addf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4x4x15xf32>
    %53 = linalg.generic {indexing_maps = [#map2, #map3, #map2], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%52, %expanded_22 : tensor<2x4x4x15xf32>, tensor<2x4x1x1xf32>) outs(%49 : tensor<2x4x4x15xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.addf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4x4x15xf32>
    %collapsed_26 = tensor.collapse_shape %53 [[0], [1, 2], [3]] : tensor<2x4x4x15xf32> into tensor<2x16x15xf32>
    %expanded_27 = tensor.expand_shape %collapsed_26 [[0], [1], [2, 3]] output_shape [2, 16, 3, 5] : tensor<2x16x15xf32> into tensor<2x16x3x5xf32>
    %expanded_28 = tensor.expand_shape %27 [[0], [1, 2]] output_shape [2, 4, 4] : tensor<2x16xf32> into tensor<2x4x4xf32>
    %expanded_29 = tensor.expand_shape %28 [[0], [1, 2]] output_shape [2, 4, 4] : tensor<2x16xf32> into tensor<2x4x4xf32>
    %collapsed_30 = tensor.collapse_shape %arg5 [[0], [1], [2, 3]] : tensor<2x4x1x1xf32> into tensor<2x4x1xf32>
    %54 = linalg.generic {indexing_maps = [#map5, #map9, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_29, %collapsed_30 : tensor<2x4x4xf32>, tensor<2x4x1xf32>) outs(%35 : tensor<2x4x4xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4x4xf32>
    %55 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_28, %54 : tensor<2x4x4xf32>, tensor<2x4x4xf32>) outs(%35 : tensor<2x4x4xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.subf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4x4xf32>
    %56 = linalg.generic {indexing_maps = [#map5, #map9, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%55, %collapsed_18 : tensor<2x4x4xf32>, tensor<2x4x1xf32>) outs(%35 : tensor<2x4x4xf32>) {
    ^bb0(%in: f32, %in_32: f32, %out: f32):
      %63 = arith.mulf %in, %in_32 : f32
      linalg.yield %63 : f32
    } -> tensor<2x4x4xf32>
    %57 = tensor.empty() : tensor<4x4xf32>
    %58 = linalg.fill ins(%cst_0 : f32) outs(%57 : tensor<4x4xf32>) -> tensor<4x4xf32>
    %59 = linalg.generic {indexing_maps = [#map5, #map12], iterator_types = ["reduction", "parallel", "parallel"]} ins(%56 : tensor<2x4x4xf32>) outs(%58 : tensor<4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %out : f32
      linalg.yield %63 : f32
    } -> tensor<4x4xf32>
    %collapsed_31 = tensor.collapse_shape %59 [[0, 1]] : tensor<4x4xf32> into tensor<16xf32>
    %60 = tensor.empty() : tensor<16xf32>
    %61 = linalg.fill ins(%cst_0 : f32) outs(%60 : tensor<16xf32>) -> tensor<16xf32>
    %62 = linalg.generic {indexing_maps = [#map7, #map13], iterator_types = ["reduction", "parallel"]} ins(%28 : tensor<2x16xf32>) outs(%61 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %out : f32
      linalg.yield %63 : f32
    } -> tensor<16xf32>
    return %expanded_27, %collapsed_31, %62, %collapsed_10, %collapsed_9 : tensor<2x16x3x5xf32>, tensor<16xf32>, tensor<16xf32>, tensor<2x16xf32>, tensor<2x16xf32>
  }
}

