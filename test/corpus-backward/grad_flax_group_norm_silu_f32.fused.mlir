// expect: rmsnorm=0 prmsnorm=0 layernorm=1
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=1
// outputs: dx
// source: jax.grad of silu of flax.linen's GroupNorm; jax 0.10.2, flax 0.12 -> StableHLO -> IREE's import
// note: dy reads the norm, and is a value that several ops read; recorded in float64
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#map3 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d2)>
#map5 = affine_map<(d0, d1, d2) -> (0, d1, d2)>
#map6 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map7 = affine_map<(d0, d1, d2) -> (d0, 0, d2)>
#map8 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
#map9 = affine_map<(d0) -> (d0)>
#map10 = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
#map11 = affine_map<(d0, d1, d2) -> (d0)>
#map12 = affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>
#map13 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map14 = affine_map<(d0, d1, d2) -> (d2, d0, d1)>
#map15 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map16 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d4, d1, d2, d3)>
#map17 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<2x6x16xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16xf32>) -> (tensor<2x6x16xf32>, tensor<16xf32>, tensor<16xf32>) {
    %cst = arith.constant -5.000000e-01 : f32
    %cst_0 = arith.constant 9.99999997E-7 : f32
    %cst_1 = arith.constant 1.000000e+00 : f32
    %cst_2 = arith.constant 2.400000e+01 : f32
    %cst_3 = arith.constant 0.000000e+00 : f32
    %cst_4 = arith.constant 2.000000e+00 : f32
    %expanded = tensor.expand_shape %arg0 [[0], [1], [2, 3]] output_shape [2, 6, 4, 4] : tensor<2x6x16xf32> into tensor<2x6x4x4xf32>
    %0 = tensor.empty() : tensor<2x4xf32>
    %1 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%0 : tensor<2x4xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<2x4xf32>
    %2 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%expanded : tensor<2x6x4x4xf32>) outs(%1 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.addf %out, %in : f32
      linalg.yield %35 : f32
    } -> tensor<2x4xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%2 : tensor<2x4xf32>) outs(%0 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.divf %in, %cst_2 : f32
      linalg.yield %35 : f32
    } -> tensor<2x4xf32>
    %4 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%expanded : tensor<2x6x4x4xf32>) outs(%1 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.mulf %in, %in : f32
      %36 = arith.addf %out, %35 : f32
      linalg.yield %36 : f32
    } -> tensor<2x4xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %3 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_16: f32, %out: f32):
      %35 = arith.mulf %in_16, %in_16 : f32
      %36 = arith.divf %in, %cst_2 : f32
      %37 = arith.subf %36, %35 : f32
      linalg.yield %37 : f32
    } -> tensor<2x4xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%5 : tensor<2x4xf32>) outs(%0 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.maximumf %in, %cst_3 : f32
      linalg.yield %35 : f32
    } -> tensor<2x4xf32>
    %7 = tensor.empty() : tensor<2x6x4x4xf32>
    %8 = linalg.generic {indexing_maps = [#map3, #map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded, %3 : tensor<2x6x4x4xf32>, tensor<2x4xf32>) outs(%7 : tensor<2x6x4x4xf32>) {
    ^bb0(%in: f32, %in_16: f32, %out: f32):
      %35 = arith.subf %in, %in_16 : f32
      linalg.yield %35 : f32
    } -> tensor<2x6x4x4xf32>
    %collapsed = tensor.collapse_shape %8 [[0], [1], [2, 3]] : tensor<2x6x4x4xf32> into tensor<2x6x16xf32>
    %9 = tensor.empty() : tensor<2x1x4x4xf32>
    %10 = linalg.generic {indexing_maps = [#map4, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%6 : tensor<2x4xf32>) outs(%9 : tensor<2x1x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.addf %in, %cst_0 : f32
      linalg.yield %35 : f32
    } -> tensor<2x1x4x4xf32>
    %11 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%10 : tensor<2x1x4x4xf32>) outs(%9 : tensor<2x1x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = math.rsqrt %in : f32
      linalg.yield %35 : f32
    } -> tensor<2x1x4x4xf32>
    %collapsed_5 = tensor.collapse_shape %11 [[0], [1], [2, 3]] : tensor<2x1x4x4xf32> into tensor<2x1x16xf32>
    %expanded_6 = tensor.expand_shape %arg1 [[0, 1, 2]] output_shape [1, 1, 16] : tensor<16xf32> into tensor<1x1x16xf32>
    %12 = tensor.empty() : tensor<2x1x16xf32>
    %13 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_6 : tensor<1x1x16xf32>) outs(%12 : tensor<2x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x1x16xf32>
    %14 = tensor.empty() : tensor<2x6x16xf32>
    %15 = linalg.generic {indexing_maps = [#map7, #map7, #map6], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_5, %13 : tensor<2x1x16xf32>, tensor<2x1x16xf32>) outs(%14 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_16: f32, %out: f32):
      %35 = arith.mulf %in, %in_16 : f32
      linalg.yield %35 : f32
    } -> tensor<2x6x16xf32>
    %expanded_7 = tensor.expand_shape %arg2 [[0, 1, 2]] output_shape [1, 1, 16] : tensor<16xf32> into tensor<1x1x16xf32>
    %16 = linalg.generic {indexing_maps = [#map6, #map6, #map8, #map6], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed, %15, %expanded_7 : tensor<2x6x16xf32>, tensor<2x6x16xf32>, tensor<1x1x16xf32>) outs(%14 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_16: f32, %in_17: f32, %out: f32):
      %35 = arith.mulf %in, %in_16 : f32
      %36 = arith.addf %35, %in_17 : f32
      %37 = arith.negf %36 : f32
      %38 = math.exp %37 : f32
      %39 = arith.addf %38, %cst_1 : f32
      %40 = arith.divf %cst_1, %39 : f32
      %41 = arith.mulf %36, %40 : f32
      %42 = math.cos %41 : f32
      %43 = arith.subf %cst_1, %40 : f32
      %44 = arith.mulf %40, %43 : f32
      %45 = arith.mulf %36, %42 : f32
      %46 = arith.mulf %45, %44 : f32
      %47 = arith.mulf %42, %40 : f32
      %48 = arith.addf %47, %46 : f32
      linalg.yield %48 : f32
    } -> tensor<2x6x16xf32>
    %17 = tensor.empty() : tensor<16xf32>
    %18 = linalg.generic {indexing_maps = [#map9], iterator_types = ["parallel"]} outs(%17 : tensor<16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<16xf32>
    %19 = linalg.generic {indexing_maps = [#map10, #map11], iterator_types = ["parallel", "reduction", "reduction"]} ins(%16 : tensor<2x6x16xf32>) outs(%18 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.addf %out, %in : f32
      linalg.yield %35 : f32
    } -> tensor<16xf32>
    %20 = linalg.generic {indexing_maps = [#map6], iterator_types = ["parallel", "parallel", "parallel"]} outs(%12 : tensor<2x1x16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<2x1x16xf32>
    %expanded_8 = tensor.expand_shape %collapsed [[0], [1], [2, 3]] output_shape [2, 6, 1, 16] : tensor<2x6x16xf32> into tensor<2x6x1x16xf32>
    %expanded_9 = tensor.expand_shape %16 [[0], [1], [2, 3]] output_shape [2, 6, 1, 16] : tensor<2x6x16xf32> into tensor<2x6x1x16xf32>
    %21 = linalg.generic {indexing_maps = [#map12, #map12, #map13], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded_8, %expanded_9 : tensor<2x6x1x16xf32>, tensor<2x6x1x16xf32>) outs(%20 : tensor<2x1x16xf32>) {
    ^bb0(%in: f32, %in_16: f32, %out: f32):
      %35 = arith.mulf %in, %in_16 : f32
      %36 = arith.addf %out, %35 : f32
      linalg.yield %36 : f32
    } -> tensor<2x1x16xf32>
    %22 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel", "parallel", "parallel"]} ins(%16, %15 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%14 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_16: f32, %out: f32):
      %35 = arith.mulf %in, %in_16 : f32
      linalg.yield %35 : f32
    } -> tensor<2x6x16xf32>
    %23 = tensor.empty() : tensor<1x16xf32>
    %24 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%23 : tensor<1x16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<1x16xf32>
    %25 = linalg.generic {indexing_maps = [#map14, #map14, #map15], iterator_types = ["parallel", "parallel", "reduction"]} ins(%collapsed_5, %21 : tensor<2x1x16xf32>, tensor<2x1x16xf32>) outs(%24 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %in_16: f32, %out: f32):
      %35 = arith.mulf %in, %in_16 : f32
      %36 = arith.addf %out, %35 : f32
      linalg.yield %36 : f32
    } -> tensor<1x16xf32>
    %collapsed_10 = tensor.collapse_shape %25 [[0, 1]] : tensor<1x16xf32> into tensor<16xf32>
    %26 = linalg.generic {indexing_maps = [#map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%9 : tensor<2x1x4x4xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<2x1x4x4xf32>
    %expanded_11 = tensor.expand_shape %22 [[0], [1], [2, 3, 4]] output_shape [2, 6, 1, 4, 4] : tensor<2x6x16xf32> into tensor<2x6x1x4x4xf32>
    %27 = linalg.generic {indexing_maps = [#map16, #map17], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_11 : tensor<2x6x1x4x4xf32>) outs(%26 : tensor<2x1x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.negf %in : f32
      %36 = arith.addf %out, %35 : f32
      linalg.yield %36 : f32
    } -> tensor<2x1x4x4xf32>
    %28 = tensor.empty() : tensor<2x4x4xf32>
    %29 = linalg.generic {indexing_maps = [#map6], iterator_types = ["parallel", "parallel", "parallel"]} outs(%28 : tensor<2x4x4xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<2x4x4xf32>
    %expanded_12 = tensor.expand_shape %21 [[0], [1], [2, 3]] output_shape [2, 1, 4, 4] : tensor<2x1x16xf32> into tensor<2x1x4x4xf32>
    %expanded_13 = tensor.expand_shape %13 [[0], [1], [2, 3]] output_shape [2, 1, 4, 4] : tensor<2x1x16xf32> into tensor<2x1x4x4xf32>
    %30 = linalg.generic {indexing_maps = [#map12, #map12, #map12, #map12, #map13], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded_12, %expanded_13, %11, %10 : tensor<2x1x4x4xf32>, tensor<2x1x4x4xf32>, tensor<2x1x4x4xf32>, tensor<2x1x4x4xf32>) outs(%29 : tensor<2x4x4xf32>) {
    ^bb0(%in: f32, %in_16: f32, %in_17: f32, %in_18: f32, %out: f32):
      %35 = arith.divf %in_17, %in_18 : f32
      %36 = arith.mulf %35, %cst : f32
      %37 = arith.mulf %in, %in_16 : f32
      %38 = arith.mulf %37, %36 : f32
      %39 = arith.addf %out, %38 : f32
      linalg.yield %39 : f32
    } -> tensor<2x4x4xf32>
    %31 = linalg.generic {indexing_maps = [#map12, #map13], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%27 : tensor<2x1x4x4xf32>) outs(%29 : tensor<2x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.addf %out, %in : f32
      linalg.yield %35 : f32
    } -> tensor<2x4x4xf32>
    %32 = linalg.generic {indexing_maps = [#map6, #map15], iterator_types = ["parallel", "parallel", "reduction"]} ins(%30 : tensor<2x4x4xf32>) outs(%1 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.addf %out, %in : f32
      linalg.yield %35 : f32
    } -> tensor<2x4xf32>
    %33 = linalg.generic {indexing_maps = [#map6, #map15], iterator_types = ["parallel", "parallel", "reduction"]} ins(%31 : tensor<2x4x4xf32>) outs(%1 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %35 = arith.addf %out, %in : f32
      linalg.yield %35 : f32
    } -> tensor<2x4xf32>
    %expanded_14 = tensor.expand_shape %22 [[0], [1], [2, 3]] output_shape [2, 6, 4, 4] : tensor<2x6x16xf32> into tensor<2x6x4x4xf32>
    %34 = linalg.generic {indexing_maps = [#map3, #map4, #map4, #map4, #map4, #map4, #map3, #map3], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_14, %33, %32, %5, %6, %3, %expanded : tensor<2x6x4x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x6x4x4xf32>) outs(%7 : tensor<2x6x4x4xf32>) {
    ^bb0(%in: f32, %in_16: f32, %in_17: f32, %in_18: f32, %in_19: f32, %in_20: f32, %in_21: f32, %out: f32):
      %35 = arith.cmpf oeq, %cst_3, %in_19 : f32
      %36 = arith.select %35, %cst_4, %cst_1 : f32
      %37 = arith.cmpf oeq, %in_18, %in_19 : f32
      %38 = arith.select %37, %cst_1, %cst_3 : f32
      %39 = arith.divf %38, %36 : f32
      %40 = arith.mulf %in_17, %39 : f32
      %41 = arith.mulf %in_21, %cst_4 : f32
      %42 = arith.divf %40, %cst_2 : f32
      %43 = arith.mulf %42, %41 : f32
      %44 = arith.mulf %in_20, %cst_4 : f32
      %45 = arith.negf %40 : f32
      %46 = arith.mulf %45, %44 : f32
      %47 = arith.addf %in_16, %46 : f32
      %48 = arith.divf %47, %cst_2 : f32
      %49 = arith.addf %48, %43 : f32
      %50 = arith.addf %in, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x6x4x4xf32>
    %collapsed_15 = tensor.collapse_shape %34 [[0], [1], [2, 3]] : tensor<2x6x4x4xf32> into tensor<2x6x16xf32>
    return %collapsed_15, %collapsed_10, %19 : tensor<2x6x16xf32>, tensor<16xf32>, tensor<16xf32>
  }
}

