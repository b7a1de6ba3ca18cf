// expect: rmsnorm=0 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=4 prmsnorm_backward=0 layernorm_backward=0
// outputs: dx dscale; dx dscale; dx dscale; dx dscale
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: norms in front of and behind both branches, one of them of gelu(a), which is 0.5 (a (1 + tanh)); recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map3 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map6 = affine_map<(d0, d1) -> (d0, d1)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d1)>
#map9 = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#map10 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map11 = affine_map<(d0, d1, d2, d3) -> (d3, d2)>
#map12 = affine_map<(d0) -> (d0)>
module {
  func.func @main(%arg0: tensor<2x6x32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<32xf32>, %arg3: tensor<32xf32>, %arg4: tensor<32xf32>, %arg5: tensor<2x6x1xf32>, %arg6: tensor<12x32xf32>, %arg7: tensor<2x6x1xf32>, %arg8: tensor<2x6x1xf32>, %arg9: tensor<12x32xf32>, %arg10: tensor<2x6x1xf32>, %arg11: tensor<32x12xf32>, %arg12: tensor<32x32xf32>, %arg13: tensor<32x12xf32>, %arg14: tensor<32x32xf32>, %arg15: tensor<2x6x32xf32>) -> (tensor<2x6x32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %c3_i64 = arith.constant 3 : i64
    %c1_i64 = arith.constant 1 : i64
    %cst_0 = arith.constant 1.341450e-01 : f64
    %cst_1 = arith.constant 0.79788456080286541 : f64
    %cst_2 = arith.constant 4.471500e-02 : f64
    %cst_3 = arith.constant 5.000000e-01 : f32
    %cst_4 = arith.constant 1.000000e+00 : f32
    %cst_5 = arith.constant -5.000000e-01 : f32
    %cst_6 = arith.constant 3.200000e+01 : f32
    %cst_7 = arith.constant 2.000000e+00 : f32
    %expanded = tensor.expand_shape %arg9 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %0 = tensor.empty() : tensor<2x6x32xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %44 = arith.mulf %in, %in : f32
      linalg.yield %44 : f32
    } -> tensor<2x6x32xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %44 = arith.mulf %in, %cst_3 : f32
      linalg.yield %44 : f32
    } -> tensor<2x6x32xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded, %1 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in_23, %in : f32
      %45 = arith.truncf %cst_2 : f64 to f32
      %46 = arith.mulf %44, %45 : f32
      %47 = arith.addf %in, %46 : f32
      %48 = arith.truncf %cst_1 : f64 to f32
      %49 = arith.mulf %47, %48 : f32
      %50 = math.tanh %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x6x32xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%3 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %44 = arith.addf %in, %cst_4 : f32
      linalg.yield %44 : f32
    } -> tensor<2x6x32xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2, %4 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in, %in_23 : f32
      linalg.yield %44 : f32
    } -> tensor<2x6x32xf32>
    %6 = tensor.empty() : tensor<32xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg15, %arg4 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.addf %in_23, %cst_4 : f32
      %45 = arith.mulf %in, %44 : f32
      linalg.yield %45 : f32
    } -> tensor<2x6x32xf32>
    %8 = tensor.empty() : tensor<1x1x32xf32>
    %9 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%8 : tensor<1x1x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<1x1x32xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map, #map2, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%arg15, %5, %arg10 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%9 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %in_24: f32, %out: f32):
      %44 = arith.mulf %in_23, %in_24 : f32
      %45 = arith.mulf %in, %44 : f32
      %46 = arith.addf %45, %out : f32
      linalg.yield %46 : f32
    } -> tensor<1x1x32xf32>
    %collapsed = tensor.collapse_shape %10 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %11 = tensor.empty() : tensor<2x6x1xf32>
    %12 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%11 : tensor<2x6x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<2x6x1xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%7, %5 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%12 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in, %in_23 : f32
      %45 = arith.addf %44, %out : f32
      linalg.yield %45 : f32
    } -> tensor<2x6x1xf32>
    %expanded_8 = tensor.expand_shape %5 [[0], [1, 2], [3]] output_shape [2, 6, 1, 32] : tensor<2x6x32xf32> into tensor<2x6x1x32xf32>
    %14 = tensor.empty() : tensor<2x6x1x32xf32>
    %15 = linalg.generic {indexing_maps = [#map4, #map4, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%13, %arg10, %expanded_8 : tensor<2x6x1xf32>, tensor<2x6x1xf32>, tensor<2x6x1x32xf32>) outs(%14 : tensor<2x6x1x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %in_24: f32, %out: f32):
      %44 = math.fpowi %in_23, %c3_i64 : f32, i64
      %45 = arith.mulf %in, %cst_5 : f32
      %46 = arith.mulf %45, %44 : f32
      %47 = arith.divf %46, %cst_6 : f32
      %48 = math.fpowi %in_24, %c1_i64 : f32, i64
      %49 = arith.mulf %48, %cst_7 : f32
      %50 = arith.mulf %47, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x6x1x32xf32>
    %collapsed_9 = tensor.collapse_shape %15 [[0], [1, 2], [3]] : tensor<2x6x1x32xf32> into tensor<2x6x32xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map2, #map, #map, #map, #map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7, %arg10, %collapsed_9, %4, %2, %3, %1 : tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %in_24: f32, %in_25: f32, %in_26: f32, %in_27: f32, %in_28: f32, %out: f32):
      %44 = arith.truncf %cst_0 : f64 to f32
      %45 = arith.mulf %in_28, %44 : f32
      %46 = arith.addf %45, %cst_4 : f32
      %47 = arith.truncf %cst_1 : f64 to f32
      %48 = arith.mulf %46, %47 : f32
      %49 = arith.mulf %in_27, %in_27 : f32
      %50 = arith.subf %cst_4, %49 : f32
      %51 = arith.mulf %in_26, %50 : f32
      %52 = arith.mulf %51, %48 : f32
      %53 = arith.mulf %in_25, %cst_3 : f32
      %54 = arith.addf %53, %52 : f32
      %55 = arith.mulf %in, %in_23 : f32
      %56 = arith.addf %55, %in_24 : f32
      %57 = arith.mulf %56, %54 : f32
      linalg.yield %57 : f32
    } -> tensor<2x6x32xf32>
    %17 = tensor.empty() : tensor<32x32xf32>
    %18 = linalg.generic {indexing_maps = [#map6], iterator_types = ["parallel", "parallel"]} outs(%17 : tensor<32x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<32x32xf32>
    %expanded_10 = tensor.expand_shape %arg11 [[0], [1, 2]] output_shape [32, 2, 6] : tensor<32x12xf32> into tensor<32x2x6xf32>
    %19 = linalg.generic {indexing_maps = [#map7, #map8, #map9], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%expanded_10, %16 : tensor<32x2x6xf32>, tensor<2x6x32xf32>) outs(%18 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in, %in_23 : f32
      %45 = arith.addf %out, %44 : f32
      linalg.yield %45 : f32
    } -> tensor<32x32xf32>
    %20 = tensor.empty() : tensor<12x32xf32>
    %21 = linalg.generic {indexing_maps = [#map6], iterator_types = ["parallel", "parallel"]} outs(%20 : tensor<12x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<12x32xf32>
    %expanded_11 = tensor.expand_shape %21 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %22 = linalg.generic {indexing_maps = [#map10, #map11, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%16, %arg12 : tensor<2x6x32xf32>, tensor<32x32xf32>) outs(%expanded_11 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in, %in_23 : f32
      %45 = arith.addf %out, %44 : f32
      linalg.yield %45 : f32
    } -> tensor<2x6x32xf32>
    %expanded_12 = tensor.expand_shape %arg6 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_12 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %44 = math.tanh %in : f32
      linalg.yield %44 : f32
    } -> tensor<2x6x32xf32>
    %24 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23, %arg7 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in, %in_23 : f32
      linalg.yield %44 : f32
    } -> tensor<2x6x32xf32>
    %25 = linalg.generic {indexing_maps = [#map12, #map12], iterator_types = ["parallel"]} ins(%arg2 : tensor<32xf32>) outs(%6 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %44 = arith.addf %in, %cst_4 : f32
      linalg.yield %44 : f32
    } -> tensor<32xf32>
    %26 = linalg.generic {indexing_maps = [#map, #map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %24, %25 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %in_24: f32, %out: f32):
      %44 = arith.mulf %in_23, %in_24 : f32
      %45 = arith.addf %in, %44 : f32
      linalg.yield %45 : f32
    } -> tensor<2x6x32xf32>
    %27 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%22, %arg3 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.addf %in_23, %cst_4 : f32
      %45 = arith.mulf %in, %44 : f32
      linalg.yield %45 : f32
    } -> tensor<2x6x32xf32>
    %28 = linalg.generic {indexing_maps = [#map, #map, #map2, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%22, %26, %arg8 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%9 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %in_24: f32, %out: f32):
      %44 = arith.mulf %in_23, %in_24 : f32
      %45 = arith.mulf %in, %44 : f32
      %46 = arith.addf %45, %out : f32
      linalg.yield %46 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_13 = tensor.collapse_shape %28 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %29 = linalg.generic {indexing_maps = [#map, #map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%27, %26 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%12 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in, %in_23 : f32
      %45 = arith.addf %44, %out : f32
      linalg.yield %45 : f32
    } -> tensor<2x6x1xf32>
    %expanded_14 = tensor.expand_shape %26 [[0], [1, 2], [3]] output_shape [2, 6, 1, 32] : tensor<2x6x32xf32> into tensor<2x6x1x32xf32>
    %30 = linalg.generic {indexing_maps = [#map4, #map4, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%29, %arg8, %expanded_14 : tensor<2x6x1xf32>, tensor<2x6x1xf32>, tensor<2x6x1x32xf32>) outs(%14 : tensor<2x6x1x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %in_24: f32, %out: f32):
      %44 = math.fpowi %in_23, %c3_i64 : f32, i64
      %45 = arith.mulf %in, %cst_5 : f32
      %46 = arith.mulf %45, %44 : f32
      %47 = arith.divf %46, %cst_6 : f32
      %48 = math.fpowi %in_24, %c1_i64 : f32, i64
      %49 = arith.mulf %48, %cst_7 : f32
      %50 = arith.mulf %47, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x6x1x32xf32>
    %collapsed_15 = tensor.collapse_shape %30 [[0], [1, 2], [3]] : tensor<2x6x1x32xf32> into tensor<2x6x32xf32>
    %31 = linalg.generic {indexing_maps = [#map, #map, #map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg15, %27, %arg8, %collapsed_15 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %in_24: f32, %in_25: f32, %out: f32):
      %44 = arith.mulf %in_23, %in_24 : f32
      %45 = arith.addf %in, %44 : f32
      %46 = arith.addf %45, %in_25 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %32 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31, %25 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in, %in_23 : f32
      linalg.yield %44 : f32
    } -> tensor<2x6x32xf32>
    %33 = linalg.generic {indexing_maps = [#map, #map, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%31, %24 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%9 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in, %in_23 : f32
      %45 = arith.addf %44, %out : f32
      linalg.yield %45 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_16 = tensor.collapse_shape %33 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %34 = linalg.generic {indexing_maps = [#map, #map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%32, %23 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%12 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in, %in_23 : f32
      %45 = arith.addf %44, %out : f32
      linalg.yield %45 : f32
    } -> tensor<2x6x1xf32>
    %expanded_17 = tensor.expand_shape %23 [[0], [1, 2], [3]] output_shape [2, 6, 1, 32] : tensor<2x6x32xf32> into tensor<2x6x1x32xf32>
    %35 = linalg.generic {indexing_maps = [#map4, #map4, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%34, %arg7, %expanded_17 : tensor<2x6x1xf32>, tensor<2x6x1xf32>, tensor<2x6x1x32xf32>) outs(%14 : tensor<2x6x1x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %in_24: f32, %out: f32):
      %44 = math.fpowi %in_23, %c3_i64 : f32, i64
      %45 = arith.mulf %in, %cst_5 : f32
      %46 = arith.mulf %45, %44 : f32
      %47 = arith.divf %46, %cst_6 : f32
      %48 = math.fpowi %in_24, %c1_i64 : f32, i64
      %49 = arith.mulf %48, %cst_7 : f32
      %50 = arith.mulf %47, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x6x1x32xf32>
    %collapsed_18 = tensor.collapse_shape %35 [[0], [1, 2], [3]] : tensor<2x6x1x32xf32> into tensor<2x6x32xf32>
    %36 = linalg.generic {indexing_maps = [#map, #map2, #map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%32, %arg7, %collapsed_18, %23 : tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %in_24: f32, %in_25: f32, %out: f32):
      %44 = arith.mulf %in_25, %in_25 : f32
      %45 = arith.subf %cst_4, %44 : f32
      %46 = arith.mulf %in, %in_23 : f32
      %47 = arith.addf %46, %in_24 : f32
      %48 = arith.mulf %47, %45 : f32
      linalg.yield %48 : f32
    } -> tensor<2x6x32xf32>
    %expanded_19 = tensor.expand_shape %arg13 [[0], [1, 2]] output_shape [32, 2, 6] : tensor<32x12xf32> into tensor<32x2x6xf32>
    %37 = linalg.generic {indexing_maps = [#map7, #map8, #map9], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%expanded_19, %36 : tensor<32x2x6xf32>, tensor<2x6x32xf32>) outs(%18 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in, %in_23 : f32
      %45 = arith.addf %out, %44 : f32
      linalg.yield %45 : f32
    } -> tensor<32x32xf32>
    %38 = linalg.generic {indexing_maps = [#map10, #map11, #map4], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%36, %arg14 : tensor<2x6x32xf32>, tensor<32x32xf32>) outs(%expanded_11 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in, %in_23 : f32
      %45 = arith.addf %out, %44 : f32
      linalg.yield %45 : f32
    } -> tensor<2x6x32xf32>
    %39 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%38, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.addf %in_23, %cst_4 : f32
      %45 = arith.mulf %in, %44 : f32
      linalg.yield %45 : f32
    } -> tensor<2x6x32xf32>
    %40 = linalg.generic {indexing_maps = [#map, #map, #map2, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%38, %arg0, %arg5 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%9 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %in_24: f32, %out: f32):
      %44 = arith.mulf %in_23, %in_24 : f32
      %45 = arith.mulf %in, %44 : f32
      %46 = arith.addf %45, %out : f32
      linalg.yield %46 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_20 = tensor.collapse_shape %40 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %41 = linalg.generic {indexing_maps = [#map, #map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%39, %arg0 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%12 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_23: f32, %out: f32):
      %44 = arith.mulf %in, %in_23 : f32
      %45 = arith.addf %44, %out : f32
      linalg.yield %45 : f32
    } -> tensor<2x6x1xf32>
    %expanded_21 = tensor.expand_shape %arg0 [[0], [1, 2], [3]] output_shape [2, 6, 1, 32] : tensor<2x6x32xf32> into tensor<2x6x1x32xf32>
    %42 = linalg.generic {indexing_maps = [#map4, #map4, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%41, %arg5, %expanded_21 : tensor<2x6x1xf32>, tensor<2x6x1xf32>, tensor<2x6x1x32xf32>) outs(%14 : tensor<2x6x1x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %in_24: f32, %out: f32):
      %44 = math.fpowi %in_23, %c3_i64 : f32, i64
      %45 = arith.mulf %in, %cst_5 : f32
      %46 = arith.mulf %45, %44 : f32
      %47 = arith.divf %46, %cst_6 : f32
      %48 = math.fpowi %in_24, %c1_i64 : f32, i64
      %49 = arith.mulf %48, %cst_7 : f32
      %50 = arith.mulf %47, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x6x1x32xf32>
    %collapsed_22 = tensor.collapse_shape %42 [[0], [1, 2], [3]] : tensor<2x6x1x32xf32> into tensor<2x6x32xf32>
    %43 = linalg.generic {indexing_maps = [#map, #map, #map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31, %39, %arg5, %collapsed_22 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_23: f32, %in_24: f32, %in_25: f32, %out: f32):
      %44 = arith.mulf %in_23, %in_24 : f32
      %45 = arith.addf %in, %44 : f32
      %46 = arith.addf %45, %in_25 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    return %43, %collapsed_20, %37, %collapsed_16, %collapsed_13, %19, %collapsed : tensor<2x6x32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>
  }
}

