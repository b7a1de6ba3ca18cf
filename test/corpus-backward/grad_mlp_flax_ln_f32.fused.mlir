// expect: rmsnorm=0 prmsnorm=0 layernorm=1
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=1
// outputs: dx dscale dbias
// source: jax.grad of flax.linen; jax 0.10.2 -> StableHLO -> IREE's import
// note: x + gelu(norm(x) @ w) @ v: dscale and dbias have a large program behind them; recorded in float64
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map3 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map4 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d3, d2)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d0)>
#map9 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d1)>
#map10 = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#map11 = affine_map<(d0, d1) -> (d1, d0)>
#map12 = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
#map13 = affine_map<(d0) -> (d0)>
#map14 = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
#map15 = affine_map<(d0, d1, d2) -> (d0)>
#map16 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<2x4x16xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16xf32>, %arg3: tensor<16x32xf32>, %arg4: tensor<32x16xf32>) -> (tensor<2x4x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<32x16xf32>) {
    %cst = arith.constant 5.000000e-01 : f32
    %cst_0 = arith.constant 0.797884583 : f32
    %cst_1 = arith.constant 4.471500e-02 : f32
    %cst_2 = arith.constant 3.000000e+00 : f32
    %cst_3 = arith.constant -5.000000e-01 : f32
    %cst_4 = arith.constant 9.99999997E-7 : f32
    %cst_5 = arith.constant 1.000000e+00 : f32
    %cst_6 = arith.constant 1.600000e+01 : f32
    %cst_7 = arith.constant 0.000000e+00 : f32
    %cst_8 = arith.constant 2.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x4xf32>
    %1 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%0 : tensor<2x4xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_7 : f32
    } -> tensor<2x4xf32>
    %2 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0 : tensor<2x4x16xf32>) outs(%1 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %49 = arith.addf %out, %in : f32
      linalg.yield %49 : f32
    } -> tensor<2x4xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%2 : tensor<2x4xf32>) outs(%0 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %49 = arith.divf %in, %cst_6 : f32
      linalg.yield %49 : f32
    } -> tensor<2x4xf32>
    %4 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0 : tensor<2x4x16xf32>) outs(%1 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %49 = arith.mulf %in, %in : f32
      %50 = arith.addf %out, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x4xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %3 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%0 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in_14, %in_14 : f32
      %50 = arith.divf %in, %cst_6 : f32
      %51 = arith.subf %50, %49 : f32
      linalg.yield %51 : f32
    } -> tensor<2x4xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%5 : tensor<2x4xf32>) outs(%0 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %49 = arith.maximumf %in, %cst_7 : f32
      linalg.yield %49 : f32
    } -> tensor<2x4xf32>
    %expanded = tensor.expand_shape %6 [[0], [1, 2]] output_shape [2, 4, 1] : tensor<2x4xf32> into tensor<2x4x1xf32>
    %7 = tensor.empty() : tensor<2x4x16xf32>
    %8 = linalg.generic {indexing_maps = [#map1, #map2, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %3 : tensor<2x4x16xf32>, tensor<2x4xf32>) outs(%7 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.subf %in, %in_14 : f32
      linalg.yield %49 : f32
    } -> tensor<2x4x16xf32>
    %9 = tensor.empty() : tensor<2x4x1xf32>
    %10 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x4x1xf32>) outs(%9 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %49 = arith.addf %in, %cst_4 : f32
      linalg.yield %49 : f32
    } -> tensor<2x4x1xf32>
    %11 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%10 : tensor<2x4x1xf32>) outs(%9 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %49 = math.rsqrt %in : f32
      linalg.yield %49 : f32
    } -> tensor<2x4x1xf32>
    %expanded_9 = tensor.expand_shape %arg1 [[0, 1, 2]] output_shape [1, 1, 16] : tensor<16xf32> into tensor<1x1x16xf32>
    %12 = linalg.generic {indexing_maps = [#map3, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11 : tensor<2x4x1xf32>) outs(%7 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %13 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_9 : tensor<1x1x16xf32>) outs(%7 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %14 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%12, %13 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%7 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      linalg.yield %49 : f32
    } -> tensor<2x4x16xf32>
    %expanded_10 = tensor.expand_shape %arg2 [[0, 1, 2]] output_shape [1, 1, 16] : tensor<16xf32> into tensor<1x1x16xf32>
    %15 = linalg.generic {indexing_maps = [#map1, #map1, #map4, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8, %14, %expanded_10 : tensor<2x4x16xf32>, tensor<2x4x16xf32>, tensor<1x1x16xf32>) outs(%7 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %in_15: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      %50 = arith.addf %49, %in_15 : f32
      linalg.yield %50 : f32
    } -> tensor<2x4x16xf32>
    %16 = tensor.empty() : tensor<2x4x32xf32>
    %17 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel"]} outs(%16 : tensor<2x4x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_7 : f32
    } -> tensor<2x4x32xf32>
    %18 = linalg.generic {indexing_maps = [#map5, #map6, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%15, %arg3 : tensor<2x4x16xf32>, tensor<16x32xf32>) outs(%17 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      %50 = arith.addf %out, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x4x32xf32>
    %19 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18 : tensor<2x4x32xf32>) outs(%16 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %49 = arith.mulf %in, %in : f32
      linalg.yield %49 : f32
    } -> tensor<2x4x32xf32>
    %20 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18, %19 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%16 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in_14, %in : f32
      %50 = arith.mulf %49, %cst_1 : f32
      %51 = arith.addf %in, %50 : f32
      %52 = arith.mulf %51, %cst_0 : f32
      %53 = math.tanh %52 : f32
      linalg.yield %53 : f32
    } -> tensor<2x4x32xf32>
    %21 = linalg.generic {indexing_maps = [#map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%20 : tensor<2x4x32xf32>) outs(%16 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %49 = arith.addf %in, %cst_5 : f32
      %50 = arith.mulf %49, %cst : f32
      linalg.yield %50 : f32
    } -> tensor<2x4x32xf32>
    %22 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18, %21 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%16 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      linalg.yield %49 : f32
    } -> tensor<2x4x32xf32>
    %23 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel"]} outs(%7 : tensor<2x4x16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_7 : f32
    } -> tensor<2x4x16xf32>
    %24 = linalg.generic {indexing_maps = [#map5, #map6, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%22, %arg4 : tensor<2x4x32xf32>, tensor<32x16xf32>) outs(%23 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      %50 = arith.addf %out, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x4x16xf32>
    %25 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %24 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%7 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.addf %in, %in_14 : f32
      %50 = math.cos %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x4x16xf32>
    %26 = tensor.empty() : tensor<16x32xf32>
    %27 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%26 : tensor<16x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_7 : f32
    } -> tensor<16x32xf32>
    %28 = linalg.generic {indexing_maps = [#map8, #map9, #map10], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%25, %22 : tensor<2x4x16xf32>, tensor<2x4x32xf32>) outs(%27 : tensor<16x32xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      %50 = arith.addf %out, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<16x32xf32>
    %29 = tensor.empty() : tensor<32x16xf32>
    %30 = linalg.generic {indexing_maps = [#map11, #map], iterator_types = ["parallel", "parallel"]} ins(%28 : tensor<16x32xf32>) outs(%29 : tensor<32x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x16xf32>
    %31 = linalg.generic {indexing_maps = [#map5, #map12, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%25, %arg4 : tensor<2x4x16xf32>, tensor<32x16xf32>) outs(%17 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      %50 = arith.addf %out, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x4x32xf32>
    %32 = linalg.generic {indexing_maps = [#map1, #map1, #map1, #map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31, %21, %18, %20, %19 : tensor<2x4x32xf32>, tensor<2x4x32xf32>, tensor<2x4x32xf32>, tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%16 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_14: f32, %in_15: f32, %in_16: f32, %in_17: f32, %out: f32):
      %49 = arith.subf %cst_5, %in_16 : f32
      %50 = arith.mulf %in_15, %in : f32
      %51 = arith.mulf %50, %cst : f32
      %52 = arith.mulf %51, %49 : f32
      %53 = arith.mulf %52, %in_16 : f32
      %54 = arith.addf %52, %53 : f32
      %55 = arith.mulf %54, %cst_0 : f32
      %56 = arith.mulf %in_17, %cst_2 : f32
      %57 = arith.mulf %55, %cst_1 : f32
      %58 = arith.mulf %57, %56 : f32
      %59 = arith.mulf %in, %in_14 : f32
      %60 = arith.addf %59, %55 : f32
      %61 = arith.addf %60, %58 : f32
      linalg.yield %61 : f32
    } -> tensor<2x4x32xf32>
    %33 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%29 : tensor<32x16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_7 : f32
    } -> tensor<32x16xf32>
    %34 = linalg.generic {indexing_maps = [#map8, #map9, #map10], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%32, %15 : tensor<2x4x32xf32>, tensor<2x4x16xf32>) outs(%33 : tensor<32x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      %50 = arith.addf %out, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<32x16xf32>
    %35 = linalg.generic {indexing_maps = [#map11, #map], iterator_types = ["parallel", "parallel"]} ins(%34 : tensor<32x16xf32>) outs(%26 : tensor<16x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x32xf32>
    %36 = linalg.generic {indexing_maps = [#map5, #map12, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%32, %arg3 : tensor<2x4x32xf32>, tensor<16x32xf32>) outs(%23 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      %50 = arith.addf %out, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x4x16xf32>
    %37 = tensor.empty() : tensor<16xf32>
    %38 = linalg.generic {indexing_maps = [#map13], iterator_types = ["parallel"]} outs(%37 : tensor<16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_7 : f32
    } -> tensor<16xf32>
    %39 = linalg.generic {indexing_maps = [#map14, #map15], iterator_types = ["parallel", "reduction", "reduction"]} ins(%36 : tensor<2x4x16xf32>) outs(%38 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %49 = arith.addf %out, %in : f32
      linalg.yield %49 : f32
    } -> tensor<16xf32>
    %40 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8, %36 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%7 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      linalg.yield %49 : f32
    } -> tensor<2x4x16xf32>
    %41 = linalg.generic {indexing_maps = [#map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%36, %14 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%7 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      linalg.yield %49 : f32
    } -> tensor<2x4x16xf32>
    %42 = linalg.generic {indexing_maps = [#map14, #map14, #map15], iterator_types = ["parallel", "reduction", "reduction"]} ins(%12, %40 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%38 : tensor<16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      %50 = arith.addf %out, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<16xf32>
    %43 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel"]} outs(%9 : tensor<2x4x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_7 : f32
    } -> tensor<2x4x1xf32>
    %expanded_11 = tensor.expand_shape %40 [[0], [1, 2], [3]] output_shape [2, 4, 1, 16] : tensor<2x4x16xf32> into tensor<2x4x1x16xf32>
    %expanded_12 = tensor.expand_shape %13 [[0], [1, 2], [3]] output_shape [2, 4, 1, 16] : tensor<2x4x16xf32> into tensor<2x4x1x16xf32>
    %44 = linalg.generic {indexing_maps = [#map16, #map16, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded_11, %expanded_12 : tensor<2x4x1x16xf32>, tensor<2x4x1x16xf32>) outs(%43 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %49 = arith.mulf %in, %in_14 : f32
      %50 = arith.addf %out, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x4x1xf32>
    %expanded_13 = tensor.expand_shape %41 [[0], [1, 2], [3]] output_shape [2, 4, 1, 16] : tensor<2x4x16xf32> into tensor<2x4x1x16xf32>
    %45 = linalg.generic {indexing_maps = [#map16, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded_13 : tensor<2x4x1x16xf32>) outs(%43 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %49 = arith.negf %in : f32
      %50 = arith.addf %out, %49 : f32
      linalg.yield %50 : f32
    } -> tensor<2x4x1xf32>
    %46 = linalg.generic {indexing_maps = [#map1, #map1, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%44, %11, %10 : tensor<2x4x1xf32>, tensor<2x4x1xf32>, tensor<2x4x1xf32>) outs(%1 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_14: f32, %in_15: f32, %out: f32):
      %49 = arith.divf %in_14, %in_15 : f32
      %50 = arith.mulf %49, %cst_3 : f32
      %51 = arith.mulf %in, %50 : f32
      %52 = arith.addf %out, %51 : f32
      linalg.yield %52 : f32
    } -> tensor<2x4xf32>
    %47 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%45 : tensor<2x4x1xf32>) outs(%1 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %49 = arith.addf %out, %in : f32
      linalg.yield %49 : f32
    } -> tensor<2x4xf32>
    %48 = linalg.generic {indexing_maps = [#map1, #map1, #map2, #map2, #map2, #map2, #map2, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%25, %41, %47, %46, %5, %6, %3, %arg0 : tensor<2x4x16xf32>, tensor<2x4x16xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4x16xf32>) outs(%7 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %in_15: f32, %in_16: f32, %in_17: f32, %in_18: f32, %in_19: f32, %in_20: f32, %out: f32):
      %49 = arith.cmpf oeq, %cst_7, %in_18 : f32
      %50 = arith.select %49, %cst_8, %cst_5 : f32
      %51 = arith.cmpf oeq, %in_17, %in_18 : f32
      %52 = arith.select %51, %cst_5, %cst_7 : f32
      %53 = arith.divf %52, %50 : f32
      %54 = arith.mulf %in_16, %53 : f32
      %55 = arith.mulf %in_20, %cst_8 : f32
      %56 = arith.divf %54, %cst_6 : f32
      %57 = arith.mulf %56, %55 : f32
      %58 = arith.mulf %in_19, %cst_8 : f32
      %59 = arith.negf %54 : f32
      %60 = arith.mulf %59, %58 : f32
      %61 = arith.addf %in_15, %60 : f32
      %62 = arith.divf %61, %cst_6 : f32
      %63 = arith.addf %in, %in_14 : f32
      %64 = arith.addf %63, %62 : f32
      %65 = arith.addf %64, %57 : f32
      linalg.yield %65 : f32
    } -> tensor<2x4x16xf32>
    return %48, %42, %39, %35, %30 : tensor<2x4x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<32x16xf32>
  }
}

