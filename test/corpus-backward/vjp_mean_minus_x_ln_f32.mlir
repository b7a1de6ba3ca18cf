// expect: rmsnorm=0 prmsnorm=0 layernorm=1
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=1
// outputs: dx dscale dbias
// source: jax.vjp; jax 0.10.2 -> StableHLO -> IREE's import
// note: b - (mean - x) rstd g; recorded in float64
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
#map2 = affine_map<(d0, d1) -> (d0, 0)>
#map3 = affine_map<(d0, d1) -> (d1)>
#map4 = affine_map<(d0, d1) -> (d1, d0)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<8x16xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16xf32>, %arg3: tensor<8x16xf32>) -> (tensor<8x16xf32>, tensor<8x16xf32>, tensor<16xf32>, tensor<16xf32>) {
    %cst = arith.constant -5.000000e-01 : f32
    %cst_0 = arith.constant 9.99999974E-6 : f32
    %cst_1 = arith.constant 1.600000e+01 : f32
    %cst_2 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<8xf32>
    %1 = linalg.fill ins(%cst_2 : f32) outs(%0 : tensor<8xf32>) -> tensor<8xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<8x16xf32>) outs(%1 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.addf %out, %in : f32
      linalg.yield %92 : f32
    } -> tensor<8xf32>
    %expanded = tensor.expand_shape %2 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %3 = tensor.empty() : tensor<8x1xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded : tensor<8x1xf32>) outs(%3 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.divf %in, %cst_1 : f32
      linalg.yield %92 : f32
    } -> tensor<8x1xf32>
    %5 = tensor.empty() : tensor<8x16xf32>
    %6 = linalg.generic {indexing_maps = [#map2, #map], iterator_types = ["parallel", "parallel"]} ins(%4 : tensor<8x1xf32>) outs(%5 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %7 = tensor.empty() : tensor<8x16xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%6, %arg0 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%7 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.subf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %9 = tensor.empty() : tensor<8x16xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<8x16xf32>) outs(%9 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.mulf %in, %in : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %11 = tensor.empty() : tensor<8xf32>
    %12 = linalg.fill ins(%cst_2 : f32) outs(%11 : tensor<8xf32>) -> tensor<8xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%10 : tensor<8x16xf32>) outs(%12 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.addf %out, %in : f32
      linalg.yield %92 : f32
    } -> tensor<8xf32>
    %expanded_3 = tensor.expand_shape %13 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %14 = tensor.empty() : tensor<8x1xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_3 : tensor<8x1xf32>) outs(%14 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.divf %in, %cst_1 : f32
      linalg.yield %92 : f32
    } -> tensor<8x1xf32>
    %16 = tensor.empty() : tensor<8x1xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%15 : tensor<8x1xf32>) outs(%16 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.addf %in, %cst_0 : f32
      linalg.yield %92 : f32
    } -> tensor<8x1xf32>
    %18 = tensor.empty() : tensor<8x1xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%17 : tensor<8x1xf32>) outs(%18 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = math.rsqrt %in : f32
      linalg.yield %92 : f32
    } -> tensor<8x1xf32>
    %20 = tensor.empty() : tensor<8x1xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%19, %17 : tensor<8x1xf32>, tensor<8x1xf32>) outs(%20 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.divf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x1xf32>
    %22 = tensor.empty() : tensor<8x1xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%21 : tensor<8x1xf32>) outs(%22 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.mulf %in, %cst : f32
      linalg.yield %92 : f32
    } -> tensor<8x1xf32>
    %24 = tensor.empty() : tensor<8x16xf32>
    %25 = linalg.generic {indexing_maps = [#map2, #map], iterator_types = ["parallel", "parallel"]} ins(%19 : tensor<8x1xf32>) outs(%24 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %26 = tensor.empty() : tensor<8x16xf32>
    %27 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%8, %25 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%26 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.mulf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %28 = tensor.empty() : tensor<8x16xf32>
    %29 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1 : tensor<16xf32>) outs(%28 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %30 = tensor.empty() : tensor<8x16xf32>
    %31 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%27, %29 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%30 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.mulf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %32 = tensor.empty() : tensor<8x16xf32>
    %33 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel"]} ins(%arg2 : tensor<16xf32>) outs(%32 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %34 = tensor.empty() : tensor<8x16xf32>
    %35 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%33, %31 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%34 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.subf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %36 = tensor.empty() : tensor<16xf32>
    %37 = linalg.fill ins(%cst_2 : f32) outs(%36 : tensor<16xf32>) -> tensor<16xf32>
    %38 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg3 : tensor<8x16xf32>) outs(%37 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.addf %out, %in : f32
      linalg.yield %92 : f32
    } -> tensor<16xf32>
    %expanded_4 = tensor.expand_shape %38 [[0, 1]] output_shape [1, 16] : tensor<16xf32> into tensor<1x16xf32>
    %39 = tensor.empty() : tensor<8x16xf32>
    %40 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg3 : tensor<8x16xf32>) outs(%39 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.negf %in : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %41 = tensor.empty() : tensor<16xf32>
    %42 = linalg.fill ins(%cst_2 : f32) outs(%41 : tensor<16xf32>) -> tensor<16xf32>
    %43 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "reduction"]} ins(%expanded_4 : tensor<1x16xf32>) outs(%42 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.addf %out, %in : f32
      linalg.yield %92 : f32
    } -> tensor<16xf32>
    %44 = tensor.empty() : tensor<8x16xf32>
    %45 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%27, %40 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%44 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.mulf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %46 = tensor.empty() : tensor<16xf32>
    %47 = linalg.fill ins(%cst_2 : f32) outs(%46 : tensor<16xf32>) -> tensor<16xf32>
    %48 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "reduction"]} ins(%45 : tensor<8x16xf32>) outs(%47 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.addf %out, %in : f32
      linalg.yield %92 : f32
    } -> tensor<16xf32>
    %expanded_5 = tensor.expand_shape %48 [[0, 1]] output_shape [1, 16] : tensor<16xf32> into tensor<1x16xf32>
    %49 = tensor.empty() : tensor<8x16xf32>
    %50 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%40, %29 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%49 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.mulf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %51 = tensor.empty() : tensor<16xf32>
    %52 = linalg.fill ins(%cst_2 : f32) outs(%51 : tensor<16xf32>) -> tensor<16xf32>
    %53 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "reduction"]} ins(%expanded_5 : tensor<1x16xf32>) outs(%52 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.addf %out, %in : f32
      linalg.yield %92 : f32
    } -> tensor<16xf32>
    %54 = tensor.empty() : tensor<8x16xf32>
    %55 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%8, %50 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%54 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.mulf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %56 = tensor.empty() : tensor<8xf32>
    %57 = linalg.fill ins(%cst_2 : f32) outs(%56 : tensor<8xf32>) -> tensor<8xf32>
    %58 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%55 : tensor<8x16xf32>) outs(%57 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.addf %out, %in : f32
      linalg.yield %92 : f32
    } -> tensor<8xf32>
    %expanded_6 = tensor.expand_shape %58 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %59 = tensor.empty() : tensor<8x16xf32>
    %60 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%50, %25 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%59 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.mulf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %61 = tensor.empty() : tensor<8x1xf32>
    %62 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_6, %23 : tensor<8x1xf32>, tensor<8x1xf32>) outs(%61 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.mulf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x1xf32>
    %63 = tensor.empty() : tensor<8x1xf32>
    %64 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%62 : tensor<8x1xf32>) outs(%63 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.divf %in, %cst_1 : f32
      linalg.yield %92 : f32
    } -> tensor<8x1xf32>
    %65 = tensor.empty() : tensor<8xf32>
    %66 = linalg.fill ins(%cst_2 : f32) outs(%65 : tensor<8xf32>) -> tensor<8xf32>
    %67 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%64 : tensor<8x1xf32>) outs(%66 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.addf %out, %in : f32
      linalg.yield %92 : f32
    } -> tensor<8xf32>
    %68 = tensor.empty() : tensor<8x16xf32>
    %69 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel"]} ins(%67 : tensor<8xf32>) outs(%68 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %70 = tensor.empty() : tensor<8x16xf32>
    %71 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%8, %69 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%70 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.mulf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %72 = tensor.empty() : tensor<8x16xf32>
    %73 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%60, %71 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%72 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.addf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %74 = tensor.empty() : tensor<8x16xf32>
    %75 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%69, %8 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%74 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.mulf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %76 = tensor.empty() : tensor<8x16xf32>
    %77 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%73, %75 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%76 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.addf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %78 = tensor.empty() : tensor<8xf32>
    %79 = linalg.fill ins(%cst_2 : f32) outs(%78 : tensor<8xf32>) -> tensor<8xf32>
    %80 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%77 : tensor<8x16xf32>) outs(%79 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.addf %out, %in : f32
      linalg.yield %92 : f32
    } -> tensor<8xf32>
    %expanded_7 = tensor.expand_shape %80 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %81 = tensor.empty() : tensor<8x16xf32>
    %82 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%77 : tensor<8x16xf32>) outs(%81 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.negf %in : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    %83 = tensor.empty() : tensor<8x1xf32>
    %84 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_7 : tensor<8x1xf32>) outs(%83 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.divf %in, %cst_1 : f32
      linalg.yield %92 : f32
    } -> tensor<8x1xf32>
    %85 = tensor.empty() : tensor<8xf32>
    %86 = linalg.fill ins(%cst_2 : f32) outs(%85 : tensor<8xf32>) -> tensor<8xf32>
    %87 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%84 : tensor<8x1xf32>) outs(%86 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %92 = arith.addf %out, %in : f32
      linalg.yield %92 : f32
    } -> tensor<8xf32>
    %88 = tensor.empty() : tensor<8x16xf32>
    %89 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel"]} ins(%87 : tensor<8xf32>) outs(%88 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %90 = tensor.empty() : tensor<8x16xf32>
    %91 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%82, %89 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%90 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_8: f32, %out: f32):
      %92 = arith.addf %in, %in_8 : f32
      linalg.yield %92 : f32
    } -> tensor<8x16xf32>
    return %35, %91, %53, %43 : tensor<8x16xf32>, tensor<8x16xf32>, tensor<16xf32>, tensor<16xf32>
  }
}

