// expect: rmsnorm=0 prmsnorm=0 layernorm=2
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=2
// outputs: dx dscale dbias; dx dscale dbias
// source: jax.vjp; jax 0.10.2 -> StableHLO -> IREE's import
// note: norm(norm(x) g + b) g + b: the inner dx is found once the norms are raised, and its dscale waits for it; recorded in float64
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map3 = affine_map<(d0, d1) -> (d0, 0)>
#map4 = affine_map<(d0, d1) -> (d1)>
#map5 = affine_map<(d0, d1, d2) -> (d2, d0, d1)>
#map6 = affine_map<(d0) -> (d0)>
#map7 = affine_map<(d0, d1) -> (d1, d0)>
#map8 = affine_map<(d0, d1) -> (d0)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<8x16xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16xf32>, %arg3: tensor<8x16xf32>) -> (tensor<8x16xf32>, tensor<8x16xf32>, tensor<16xf32>, tensor<16xf32>) {
    %cst = arith.constant -5.000000e-01 : f32
    %cst_0 = arith.constant 9.99999974E-6 : f32
    %cst_1 = arith.constant 2.000000e+00 : f32
    %cst_2 = arith.constant 1.600000e+01 : f32
    %cst_3 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<8x1xf32>
    %1 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%0 : tensor<8x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<8x1xf32>
    %expanded = tensor.expand_shape %arg0 [[0, 1], [2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %2 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded : tensor<8x1x16xf32>) outs(%1 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.addf %out, %in : f32
      linalg.yield %55 : f32
    } -> tensor<8x1xf32>
    %3 = tensor.empty() : tensor<8x16xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %2 : tensor<8x16xf32>, tensor<8x1xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.divf %in_17, %cst_2 : f32
      %56 = arith.subf %in, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<8x16xf32>
    %expanded_4 = tensor.expand_shape %4 [[0, 1], [2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %5 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_4 : tensor<8x1x16xf32>) outs(%1 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.mulf %in, %in : f32
      %56 = arith.addf %out, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<8x1xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%5 : tensor<8x1xf32>) outs(%0 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.divf %in, %cst_2 : f32
      %56 = arith.addf %55, %cst_0 : f32
      linalg.yield %56 : f32
    } -> tensor<8x1xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%6 : tensor<8x1xf32>) outs(%0 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = math.rsqrt %in : f32
      linalg.yield %55 : f32
    } -> tensor<8x1xf32>
    %8 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel"]} ins(%7 : tensor<8x1xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %8 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.mulf %in, %in_17 : f32
      linalg.yield %55 : f32
    } -> tensor<8x16xf32>
    %10 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1 : tensor<16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %11 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel"]} ins(%arg2 : tensor<16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%9, %10, %11 : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %in_18: f32, %out: f32):
      %55 = arith.mulf %in, %in_17 : f32
      %56 = arith.addf %55, %in_18 : f32
      linalg.yield %56 : f32
    } -> tensor<8x16xf32>
    %expanded_5 = tensor.expand_shape %12 [[0, 1], [2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %13 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_5 : tensor<8x1x16xf32>) outs(%1 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.addf %out, %in : f32
      linalg.yield %55 : f32
    } -> tensor<8x1xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel"]} ins(%12, %13 : tensor<8x16xf32>, tensor<8x1xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.divf %in_17, %cst_2 : f32
      %56 = arith.subf %in, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<8x16xf32>
    %expanded_6 = tensor.expand_shape %14 [[0, 1], [2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %15 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_6 : tensor<8x1x16xf32>) outs(%1 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.mulf %in, %in : f32
      %56 = arith.addf %out, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<8x1xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%15 : tensor<8x1xf32>) outs(%0 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.divf %in, %cst_2 : f32
      %56 = arith.addf %55, %cst_0 : f32
      linalg.yield %56 : f32
    } -> tensor<8x1xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%16 : tensor<8x1xf32>) outs(%0 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = math.rsqrt %in : f32
      linalg.yield %55 : f32
    } -> tensor<8x1xf32>
    %18 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel"]} ins(%17 : tensor<8x1xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%14, %18 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.mulf %in, %in_17 : f32
      linalg.yield %55 : f32
    } -> tensor<8x16xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%19, %10, %11 : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8x16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %in_18: f32, %out: f32):
      %55 = arith.mulf %in, %in_17 : f32
      %56 = arith.addf %55, %in_18 : f32
      linalg.yield %56 : f32
    } -> tensor<8x16xf32>
    %21 = tensor.empty() : tensor<1x16xf32>
    %22 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%21 : tensor<1x16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<1x16xf32>
    %expanded_7 = tensor.expand_shape %arg3 [[0], [1, 2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %23 = linalg.generic {indexing_maps = [#map5, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_7 : tensor<8x1x16xf32>) outs(%22 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.addf %out, %in : f32
      linalg.yield %55 : f32
    } -> tensor<1x16xf32>
    %24 = tensor.empty() : tensor<16xf32>
    %25 = linalg.generic {indexing_maps = [#map6], iterator_types = ["parallel"]} outs(%24 : tensor<16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<16xf32>
    %26 = linalg.generic {indexing_maps = [#map7, #map8], iterator_types = ["parallel", "reduction"]} ins(%23 : tensor<1x16xf32>) outs(%25 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.addf %out, %in : f32
      linalg.yield %55 : f32
    } -> tensor<16xf32>
    %expanded_8 = tensor.expand_shape %19 [[0], [1, 2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %27 = linalg.generic {indexing_maps = [#map5, #map5, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_8, %expanded_7 : tensor<8x1x16xf32>, tensor<8x1x16xf32>) outs(%22 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.mulf %in, %in_17 : f32
      %56 = arith.addf %out, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<1x16xf32>
    %28 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg3, %10 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.mulf %in, %in_17 : f32
      linalg.yield %55 : f32
    } -> tensor<8x16xf32>
    %29 = linalg.generic {indexing_maps = [#map7, #map8], iterator_types = ["parallel", "reduction"]} ins(%27 : tensor<1x16xf32>) outs(%25 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.addf %out, %in : f32
      linalg.yield %55 : f32
    } -> tensor<16xf32>
    %expanded_9 = tensor.expand_shape %28 [[0, 1], [2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %30 = linalg.generic {indexing_maps = [#map1, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_6, %expanded_9 : tensor<8x1x16xf32>, tensor<8x1x16xf32>) outs(%1 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.mulf %in, %in_17 : f32
      %56 = arith.addf %out, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<8x1xf32>
    %31 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%28, %18 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.mulf %in, %in_17 : f32
      linalg.yield %55 : f32
    } -> tensor<8x16xf32>
    %expanded_10 = tensor.expand_shape %31 [[0, 1], [2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %32 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_10 : tensor<8x1x16xf32>) outs(%1 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.negf %in : f32
      %56 = arith.addf %out, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<8x1xf32>
    %33 = tensor.empty() : tensor<8xf32>
    %34 = linalg.generic {indexing_maps = [#map6], iterator_types = ["parallel"]} outs(%33 : tensor<8xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<8xf32>
    %35 = linalg.generic {indexing_maps = [#map, #map, #map, #map8], iterator_types = ["parallel", "reduction"]} ins(%30, %17, %16 : tensor<8x1xf32>, tensor<8x1xf32>, tensor<8x1xf32>) outs(%34 : tensor<8xf32>) {
    ^bb0(%in: f32, %in_17: f32, %in_18: f32, %out: f32):
      %55 = arith.divf %in_17, %in_18 : f32
      %56 = arith.mulf %55, %cst : f32
      %57 = arith.mulf %in, %56 : f32
      %58 = arith.divf %57, %cst_2 : f32
      %59 = arith.addf %out, %58 : f32
      linalg.yield %59 : f32
    } -> tensor<8xf32>
    %36 = linalg.generic {indexing_maps = [#map8, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%35, %14 : tensor<8xf32>, tensor<8x16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.mulf %in_17, %cst_1 : f32
      %56 = arith.mulf %in, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<8x16xf32>
    %expanded_11 = tensor.expand_shape %36 [[0, 1], [2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %37 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_11 : tensor<8x1x16xf32>) outs(%1 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.negf %in : f32
      %56 = arith.addf %out, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<8x1xf32>
    %38 = linalg.generic {indexing_maps = [#map, #map, #map8], iterator_types = ["parallel", "reduction"]} ins(%32, %37 : tensor<8x1xf32>, tensor<8x1xf32>) outs(%34 : tensor<8xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.addf %in, %in_17 : f32
      %56 = arith.divf %55, %cst_2 : f32
      %57 = arith.addf %out, %56 : f32
      linalg.yield %57 : f32
    } -> tensor<8xf32>
    %39 = linalg.generic {indexing_maps = [#map, #map, #map8, #map], iterator_types = ["parallel", "parallel"]} ins(%31, %36, %38 : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %in_18: f32, %out: f32):
      %55 = arith.addf %in, %in_17 : f32
      %56 = arith.addf %55, %in_18 : f32
      linalg.yield %56 : f32
    } -> tensor<8x16xf32>
    %expanded_12 = tensor.expand_shape %39 [[0], [1, 2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %40 = linalg.generic {indexing_maps = [#map5, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_12 : tensor<8x1x16xf32>) outs(%22 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.addf %out, %in : f32
      linalg.yield %55 : f32
    } -> tensor<1x16xf32>
    %41 = linalg.generic {indexing_maps = [#map7, #map8], iterator_types = ["parallel", "reduction"]} ins(%40 : tensor<1x16xf32>) outs(%25 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.addf %out, %in : f32
      linalg.yield %55 : f32
    } -> tensor<16xf32>
    %42 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel"]} ins(%26, %41 : tensor<16xf32>, tensor<16xf32>) outs(%24 : tensor<16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.addf %in, %in_17 : f32
      linalg.yield %55 : f32
    } -> tensor<16xf32>
    %expanded_13 = tensor.expand_shape %9 [[0], [1, 2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %43 = linalg.generic {indexing_maps = [#map5, #map5, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_13, %expanded_12 : tensor<8x1x16xf32>, tensor<8x1x16xf32>) outs(%22 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.mulf %in, %in_17 : f32
      %56 = arith.addf %out, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<1x16xf32>
    %44 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%39, %10 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.mulf %in, %in_17 : f32
      linalg.yield %55 : f32
    } -> tensor<8x16xf32>
    %45 = linalg.generic {indexing_maps = [#map7, #map8], iterator_types = ["parallel", "reduction"]} ins(%43 : tensor<1x16xf32>) outs(%25 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.addf %out, %in : f32
      linalg.yield %55 : f32
    } -> tensor<16xf32>
    %46 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel"]} ins(%29, %45 : tensor<16xf32>, tensor<16xf32>) outs(%24 : tensor<16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.addf %in, %in_17 : f32
      linalg.yield %55 : f32
    } -> tensor<16xf32>
    %expanded_14 = tensor.expand_shape %44 [[0, 1], [2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %47 = linalg.generic {indexing_maps = [#map1, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_4, %expanded_14 : tensor<8x1x16xf32>, tensor<8x1x16xf32>) outs(%1 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.mulf %in, %in_17 : f32
      %56 = arith.addf %out, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<8x1xf32>
    %48 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%44, %8 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.mulf %in, %in_17 : f32
      linalg.yield %55 : f32
    } -> tensor<8x16xf32>
    %expanded_15 = tensor.expand_shape %48 [[0, 1], [2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %49 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_15 : tensor<8x1x16xf32>) outs(%1 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.negf %in : f32
      %56 = arith.addf %out, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<8x1xf32>
    %50 = linalg.generic {indexing_maps = [#map, #map, #map, #map8], iterator_types = ["parallel", "reduction"]} ins(%47, %7, %6 : tensor<8x1xf32>, tensor<8x1xf32>, tensor<8x1xf32>) outs(%34 : tensor<8xf32>) {
    ^bb0(%in: f32, %in_17: f32, %in_18: f32, %out: f32):
      %55 = arith.divf %in_17, %in_18 : f32
      %56 = arith.mulf %55, %cst : f32
      %57 = arith.mulf %in, %56 : f32
      %58 = arith.divf %57, %cst_2 : f32
      %59 = arith.addf %out, %58 : f32
      linalg.yield %59 : f32
    } -> tensor<8xf32>
    %51 = linalg.generic {indexing_maps = [#map8, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%50, %4 : tensor<8xf32>, tensor<8x16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.mulf %in_17, %cst_1 : f32
      %56 = arith.mulf %in, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<8x16xf32>
    %expanded_16 = tensor.expand_shape %51 [[0, 1], [2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %52 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_16 : tensor<8x1x16xf32>) outs(%1 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %55 = arith.negf %in : f32
      %56 = arith.addf %out, %55 : f32
      linalg.yield %56 : f32
    } -> tensor<8x1xf32>
    %53 = linalg.generic {indexing_maps = [#map, #map, #map8], iterator_types = ["parallel", "reduction"]} ins(%49, %52 : tensor<8x1xf32>, tensor<8x1xf32>) outs(%34 : tensor<8xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %55 = arith.addf %in, %in_17 : f32
      %56 = arith.divf %55, %cst_2 : f32
      %57 = arith.addf %out, %56 : f32
      linalg.yield %57 : f32
    } -> tensor<8xf32>
    %54 = linalg.generic {indexing_maps = [#map, #map, #map8, #map], iterator_types = ["parallel", "parallel"]} ins(%48, %51, %53 : tensor<8x16xf32>, tensor<8x16xf32>, tensor<8xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %in_18: f32, %out: f32):
      %55 = arith.addf %in, %in_17 : f32
      %56 = arith.addf %55, %in_18 : f32
      linalg.yield %56 : f32
    } -> tensor<8x16xf32>
    return %20, %54, %46, %42 : tensor<8x16xf32>, tensor<8x16xf32>, tensor<16xf32>, tensor<16xf32>
  }
}

