// expect: rmsnorm=1 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=1 prmsnorm_backward=0 layernorm_backward=0
// outputs: dx dscale
// source: jax.vjp; jax 0.10.2 -> StableHLO -> IREE's import
// note: the mean over rows of norm(x) g: dy is a broadcast; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map3 = affine_map<(d0, d1, d2) -> (d2)>
#map4 = affine_map<(d0, d1, d2) -> (d0, d2, d1)>
#map5 = affine_map<(d0, d1) -> (d0, d1)>
#map6 = affine_map<(d0, d1, d2) -> (d0, d2)>
#map7 = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
#map8 = affine_map<(d0, d1, d2) -> (d0)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<2x8x16xf32>, %arg1: tensor<16xf32>, %arg2: tensor<2x16xf32>) -> (tensor<2x16xf32>, tensor<2x8x16xf32>, tensor<16xf32>) {
    %cst = arith.constant 8.000000e+00 : f32
    %cst_0 = arith.constant -5.000000e-01 : f32
    %cst_1 = arith.constant 9.99999997E-7 : f32
    %cst_2 = arith.constant 1.600000e+01 : f32
    %cst_3 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x8x16xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x8x16xf32>) outs(%0 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.mulf %in, %in : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x16xf32>
    %2 = tensor.empty() : tensor<2x8xf32>
    %3 = linalg.fill ins(%cst_3 : f32) outs(%2 : tensor<2x8xf32>) -> tensor<2x8xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<2x8x16xf32>) outs(%3 : tensor<2x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.addf %out, %in : f32
      linalg.yield %66 : f32
    } -> tensor<2x8xf32>
    %expanded = tensor.expand_shape %4 [[0], [1, 2]] output_shape [2, 8, 1] : tensor<2x8xf32> into tensor<2x8x1xf32>
    %5 = tensor.empty() : tensor<2x8x1xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x8x1xf32>) outs(%5 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.divf %in, %cst_2 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x1xf32>
    %7 = tensor.empty() : tensor<2x8x1xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%6 : tensor<2x8x1xf32>) outs(%7 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.addf %in, %cst_1 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x1xf32>
    %9 = tensor.empty() : tensor<2x8x1xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<2x8x1xf32>) outs(%9 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = math.rsqrt %in : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x1xf32>
    %11 = tensor.empty() : tensor<2x8x1xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%10, %8 : tensor<2x8x1xf32>, tensor<2x8x1xf32>) outs(%11 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %66 = arith.divf %in, %in_6 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x1xf32>
    %13 = tensor.empty() : tensor<2x8x1xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%12 : tensor<2x8x1xf32>) outs(%13 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.mulf %in, %cst_0 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x1xf32>
    %15 = tensor.empty() : tensor<2x8x16xf32>
    %16 = linalg.generic {indexing_maps = [#map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%10 : tensor<2x8x1xf32>) outs(%15 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x8x16xf32>
    %17 = tensor.empty() : tensor<2x8x16xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %16 : tensor<2x8x16xf32>, tensor<2x8x16xf32>) outs(%17 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %66 = arith.mulf %in, %in_6 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x16xf32>
    %19 = tensor.empty() : tensor<2x8x16xf32>
    %20 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg1 : tensor<16xf32>) outs(%19 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x8x16xf32>
    %21 = tensor.empty() : tensor<2x8x16xf32>
    %22 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18, %20 : tensor<2x8x16xf32>, tensor<2x8x16xf32>) outs(%21 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %66 = arith.mulf %in, %in_6 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x16xf32>
    %23 = tensor.empty() : tensor<2x16xf32>
    %24 = linalg.fill ins(%cst_3 : f32) outs(%23 : tensor<2x16xf32>) -> tensor<2x16xf32>
    %25 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%22 : tensor<2x8x16xf32>) outs(%24 : tensor<2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.addf %out, %in : f32
      linalg.yield %66 : f32
    } -> tensor<2x16xf32>
    %26 = tensor.empty() : tensor<2x16xf32>
    %27 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%25 : tensor<2x16xf32>) outs(%26 : tensor<2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.divf %in, %cst : f32
      linalg.yield %66 : f32
    } -> tensor<2x16xf32>
    %28 = tensor.empty() : tensor<2x16xf32>
    %29 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel"]} ins(%arg2 : tensor<2x16xf32>) outs(%28 : tensor<2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.divf %in, %cst : f32
      linalg.yield %66 : f32
    } -> tensor<2x16xf32>
    %30 = tensor.empty() : tensor<2x8x16xf32>
    %31 = linalg.generic {indexing_maps = [#map6, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%29 : tensor<2x16xf32>) outs(%30 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x8x16xf32>
    %32 = tensor.empty() : tensor<2x8x16xf32>
    %33 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18, %31 : tensor<2x8x16xf32>, tensor<2x8x16xf32>) outs(%32 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %66 = arith.mulf %in, %in_6 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x16xf32>
    %34 = tensor.empty() : tensor<16xf32>
    %35 = linalg.fill ins(%cst_3 : f32) outs(%34 : tensor<16xf32>) -> tensor<16xf32>
    %36 = linalg.generic {indexing_maps = [#map7, #map8], iterator_types = ["parallel", "reduction", "reduction"]} ins(%33 : tensor<2x8x16xf32>) outs(%35 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.addf %out, %in : f32
      linalg.yield %66 : f32
    } -> tensor<16xf32>
    %expanded_4 = tensor.expand_shape %36 [[0, 1, 2]] output_shape [1, 1, 16] : tensor<16xf32> into tensor<1x1x16xf32>
    %37 = tensor.empty() : tensor<2x8x16xf32>
    %38 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31, %20 : tensor<2x8x16xf32>, tensor<2x8x16xf32>) outs(%37 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %66 = arith.mulf %in, %in_6 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x16xf32>
    %39 = tensor.empty() : tensor<16xf32>
    %40 = linalg.fill ins(%cst_3 : f32) outs(%39 : tensor<16xf32>) -> tensor<16xf32>
    %41 = linalg.generic {indexing_maps = [#map7, #map8], iterator_types = ["parallel", "reduction", "reduction"]} ins(%expanded_4 : tensor<1x1x16xf32>) outs(%40 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.addf %out, %in : f32
      linalg.yield %66 : f32
    } -> tensor<16xf32>
    %42 = tensor.empty() : tensor<2x8x16xf32>
    %43 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %38 : tensor<2x8x16xf32>, tensor<2x8x16xf32>) outs(%42 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %66 = arith.mulf %in, %in_6 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x16xf32>
    %44 = tensor.empty() : tensor<2x8xf32>
    %45 = linalg.fill ins(%cst_3 : f32) outs(%44 : tensor<2x8xf32>) -> tensor<2x8xf32>
    %46 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%43 : tensor<2x8x16xf32>) outs(%45 : tensor<2x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.addf %out, %in : f32
      linalg.yield %66 : f32
    } -> tensor<2x8xf32>
    %expanded_5 = tensor.expand_shape %46 [[0], [1, 2]] output_shape [2, 8, 1] : tensor<2x8xf32> into tensor<2x8x1xf32>
    %47 = tensor.empty() : tensor<2x8x16xf32>
    %48 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%38, %16 : tensor<2x8x16xf32>, tensor<2x8x16xf32>) outs(%47 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %66 = arith.mulf %in, %in_6 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x16xf32>
    %49 = tensor.empty() : tensor<2x8x1xf32>
    %50 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_5, %14 : tensor<2x8x1xf32>, tensor<2x8x1xf32>) outs(%49 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %66 = arith.mulf %in, %in_6 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x1xf32>
    %51 = tensor.empty() : tensor<2x8x1xf32>
    %52 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%50 : tensor<2x8x1xf32>) outs(%51 : tensor<2x8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.divf %in, %cst_2 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x1xf32>
    %53 = tensor.empty() : tensor<2x8xf32>
    %54 = linalg.fill ins(%cst_3 : f32) outs(%53 : tensor<2x8xf32>) -> tensor<2x8xf32>
    %55 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%52 : tensor<2x8x1xf32>) outs(%54 : tensor<2x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %66 = arith.addf %out, %in : f32
      linalg.yield %66 : f32
    } -> tensor<2x8xf32>
    %56 = tensor.empty() : tensor<2x8x16xf32>
    %57 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%55 : tensor<2x8xf32>) outs(%56 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x8x16xf32>
    %58 = tensor.empty() : tensor<2x8x16xf32>
    %59 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %57 : tensor<2x8x16xf32>, tensor<2x8x16xf32>) outs(%58 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %66 = arith.mulf %in, %in_6 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x16xf32>
    %60 = tensor.empty() : tensor<2x8x16xf32>
    %61 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%48, %59 : tensor<2x8x16xf32>, tensor<2x8x16xf32>) outs(%60 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %66 = arith.addf %in, %in_6 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x16xf32>
    %62 = tensor.empty() : tensor<2x8x16xf32>
    %63 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%57, %arg0 : tensor<2x8x16xf32>, tensor<2x8x16xf32>) outs(%62 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %66 = arith.mulf %in, %in_6 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x16xf32>
    %64 = tensor.empty() : tensor<2x8x16xf32>
    %65 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%61, %63 : tensor<2x8x16xf32>, tensor<2x8x16xf32>) outs(%64 : tensor<2x8x16xf32>) {
    ^bb0(%in: f32, %in_6: f32, %out: f32):
      %66 = arith.addf %in, %in_6 : f32
      linalg.yield %66 : f32
    } -> tensor<2x8x16xf32>
    return %27, %65, %41 : tensor<2x16xf32>, tensor<2x8x16xf32>, tensor<16xf32>
  }
}

