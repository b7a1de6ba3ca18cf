// expect: rmsnorm=0 prmsnorm=0 layernorm=2
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=2
// outputs: dx dscale dbias; dx dscale dbias
// source: jax.vjp; jax 0.10.2 -> StableHLO -> IREE's import
// note: norm(norm(x) g + b) g + b: the inner dx is found once the norms are raised, and its dscale waits for it; recorded in float64
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
#map2 = affine_map<(d0, d1) -> (d0, 0)>
#map3 = affine_map<(d0, d1) -> (d1)>
#map4 = affine_map<(d0, d1) -> (d1, d0)>
#map5 = affine_map<(d0) -> (d0)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<8x16xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16xf32>, %arg3: tensor<8x16xf32>) -> (tensor<8x16xf32>, tensor<8x16xf32>, tensor<16xf32>, tensor<16xf32>) {
    %cst = arith.constant -5.000000e-01 : f32
    %cst_0 = arith.constant 9.99999974E-6 : f32
    %cst_1 = arith.constant 2.000000e+00 : f32
    %cst_2 = arith.constant 1.600000e+01 : f32
    %cst_3 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<8xf32>
    %1 = linalg.fill ins(%cst_3 : f32) outs(%0 : tensor<8xf32>) -> tensor<8xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg0 : tensor<8x16xf32>) outs(%1 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %expanded = tensor.expand_shape %2 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %3 = tensor.empty() : tensor<8x1xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded : tensor<8x1xf32>) outs(%3 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.divf %in, %cst_2 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %5 = tensor.empty() : tensor<8x16xf32>
    %6 = linalg.generic {indexing_maps = [#map2, #map], iterator_types = ["parallel", "parallel"]} ins(%4 : tensor<8x1xf32>) outs(%5 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %7 = tensor.empty() : tensor<8x16xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %6 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%7 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.subf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %9 = tensor.empty() : tensor<8x16xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<8x16xf32>) outs(%9 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %11 = tensor.empty() : tensor<8x16xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<8x16xf32>) outs(%11 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst_1 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %13 = tensor.empty() : tensor<8xf32>
    %14 = linalg.fill ins(%cst_3 : f32) outs(%13 : tensor<8xf32>) -> tensor<8xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%10 : tensor<8x16xf32>) outs(%14 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %expanded_4 = tensor.expand_shape %15 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %16 = tensor.empty() : tensor<8x1xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_4 : tensor<8x1xf32>) outs(%16 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.divf %in, %cst_2 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %18 = tensor.empty() : tensor<8x1xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%17 : tensor<8x1xf32>) outs(%18 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %in, %cst_0 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %20 = tensor.empty() : tensor<8x1xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%19 : tensor<8x1xf32>) outs(%20 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = math.rsqrt %in : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %22 = tensor.empty() : tensor<8x1xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%21, %19 : tensor<8x1xf32>, tensor<8x1xf32>) outs(%22 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.divf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %24 = tensor.empty() : tensor<8x1xf32>
    %25 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%23 : tensor<8x1xf32>) outs(%24 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %26 = tensor.empty() : tensor<8x16xf32>
    %27 = linalg.generic {indexing_maps = [#map2, #map], iterator_types = ["parallel", "parallel"]} ins(%21 : tensor<8x1xf32>) outs(%26 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %28 = tensor.empty() : tensor<8x16xf32>
    %29 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%8, %27 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%28 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %30 = tensor.empty() : tensor<8x16xf32>
    %31 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1 : tensor<16xf32>) outs(%30 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %32 = tensor.empty() : tensor<8x16xf32>
    %33 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%29, %31 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%32 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %34 = tensor.empty() : tensor<8x16xf32>
    %35 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel"]} ins(%arg2 : tensor<16xf32>) outs(%34 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %36 = tensor.empty() : tensor<8x16xf32>
    %37 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%33, %35 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%36 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %38 = tensor.empty() : tensor<8xf32>
    %39 = linalg.fill ins(%cst_3 : f32) outs(%38 : tensor<8xf32>) -> tensor<8xf32>
    %40 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%37 : tensor<8x16xf32>) outs(%39 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %expanded_5 = tensor.expand_shape %40 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %41 = tensor.empty() : tensor<8x1xf32>
    %42 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_5 : tensor<8x1xf32>) outs(%41 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.divf %in, %cst_2 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %43 = tensor.empty() : tensor<8x16xf32>
    %44 = linalg.generic {indexing_maps = [#map2, #map], iterator_types = ["parallel", "parallel"]} ins(%42 : tensor<8x1xf32>) outs(%43 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %45 = tensor.empty() : tensor<8x16xf32>
    %46 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%37, %44 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%45 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.subf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %47 = tensor.empty() : tensor<8x16xf32>
    %48 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%46 : tensor<8x16xf32>) outs(%47 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %49 = tensor.empty() : tensor<8x16xf32>
    %50 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%46 : tensor<8x16xf32>) outs(%49 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst_1 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %51 = tensor.empty() : tensor<8xf32>
    %52 = linalg.fill ins(%cst_3 : f32) outs(%51 : tensor<8xf32>) -> tensor<8xf32>
    %53 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%48 : tensor<8x16xf32>) outs(%52 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %expanded_6 = tensor.expand_shape %53 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %54 = tensor.empty() : tensor<8x1xf32>
    %55 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_6 : tensor<8x1xf32>) outs(%54 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.divf %in, %cst_2 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %56 = tensor.empty() : tensor<8x1xf32>
    %57 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%55 : tensor<8x1xf32>) outs(%56 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %in, %cst_0 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %58 = tensor.empty() : tensor<8x1xf32>
    %59 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%57 : tensor<8x1xf32>) outs(%58 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = math.rsqrt %in : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %60 = tensor.empty() : tensor<8x1xf32>
    %61 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%59, %57 : tensor<8x1xf32>, tensor<8x1xf32>) outs(%60 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.divf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %62 = tensor.empty() : tensor<8x1xf32>
    %63 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%61 : tensor<8x1xf32>) outs(%62 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %64 = tensor.empty() : tensor<8x16xf32>
    %65 = linalg.generic {indexing_maps = [#map2, #map], iterator_types = ["parallel", "parallel"]} ins(%59 : tensor<8x1xf32>) outs(%64 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %66 = tensor.empty() : tensor<8x16xf32>
    %67 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%46, %65 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%66 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %68 = tensor.empty() : tensor<8x16xf32>
    %69 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%67, %31 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%68 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %70 = tensor.empty() : tensor<8x16xf32>
    %71 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%69, %35 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%70 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %72 = tensor.empty() : tensor<16xf32>
    %73 = linalg.fill ins(%cst_3 : f32) outs(%72 : tensor<16xf32>) -> tensor<16xf32>
    %74 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "reduction"]} ins(%arg3 : tensor<8x16xf32>) outs(%73 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<16xf32>
    %expanded_7 = tensor.expand_shape %74 [[0, 1]] output_shape [1, 16] : tensor<16xf32> into tensor<1x16xf32>
    %75 = tensor.empty() : tensor<16xf32>
    %76 = linalg.fill ins(%cst_3 : f32) outs(%75 : tensor<16xf32>) -> tensor<16xf32>
    %77 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "reduction"]} ins(%expanded_7 : tensor<1x16xf32>) outs(%76 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<16xf32>
    %78 = tensor.empty() : tensor<8x16xf32>
    %79 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%67, %arg3 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%78 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %80 = tensor.empty() : tensor<16xf32>
    %81 = linalg.fill ins(%cst_3 : f32) outs(%80 : tensor<16xf32>) -> tensor<16xf32>
    %82 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "reduction"]} ins(%79 : tensor<8x16xf32>) outs(%81 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<16xf32>
    %expanded_8 = tensor.expand_shape %82 [[0, 1]] output_shape [1, 16] : tensor<16xf32> into tensor<1x16xf32>
    %83 = tensor.empty() : tensor<8x16xf32>
    %84 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg3, %31 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%83 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %85 = tensor.empty() : tensor<16xf32>
    %86 = linalg.fill ins(%cst_3 : f32) outs(%85 : tensor<16xf32>) -> tensor<16xf32>
    %87 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "reduction"]} ins(%expanded_8 : tensor<1x16xf32>) outs(%86 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<16xf32>
    %88 = tensor.empty() : tensor<8x16xf32>
    %89 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%46, %84 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%88 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %90 = tensor.empty() : tensor<8xf32>
    %91 = linalg.fill ins(%cst_3 : f32) outs(%90 : tensor<8xf32>) -> tensor<8xf32>
    %92 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%89 : tensor<8x16xf32>) outs(%91 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %expanded_9 = tensor.expand_shape %92 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %93 = tensor.empty() : tensor<8x16xf32>
    %94 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%84, %65 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%93 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %95 = tensor.empty() : tensor<8x1xf32>
    %96 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_9, %63 : tensor<8x1xf32>, tensor<8x1xf32>) outs(%95 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %97 = tensor.empty() : tensor<8x16xf32>
    %98 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%94 : tensor<8x16xf32>) outs(%97 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.negf %in : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %99 = tensor.empty() : tensor<8xf32>
    %100 = linalg.fill ins(%cst_3 : f32) outs(%99 : tensor<8xf32>) -> tensor<8xf32>
    %101 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%98 : tensor<8x16xf32>) outs(%100 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %expanded_10 = tensor.expand_shape %101 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %102 = tensor.empty() : tensor<8x1xf32>
    %103 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%96 : tensor<8x1xf32>) outs(%102 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.divf %in, %cst_2 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %104 = tensor.empty() : tensor<8xf32>
    %105 = linalg.fill ins(%cst_3 : f32) outs(%104 : tensor<8xf32>) -> tensor<8xf32>
    %106 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%103 : tensor<8x1xf32>) outs(%105 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %107 = tensor.empty() : tensor<8x16xf32>
    %108 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel"]} ins(%106 : tensor<8xf32>) outs(%107 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %109 = tensor.empty() : tensor<8x16xf32>
    %110 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%108, %50 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%109 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %111 = tensor.empty() : tensor<8x16xf32>
    %112 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%110 : tensor<8x16xf32>) outs(%111 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.negf %in : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %113 = tensor.empty() : tensor<8xf32>
    %114 = linalg.fill ins(%cst_3 : f32) outs(%113 : tensor<8xf32>) -> tensor<8xf32>
    %115 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%112 : tensor<8x16xf32>) outs(%114 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %expanded_11 = tensor.expand_shape %115 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %116 = tensor.empty() : tensor<8x16xf32>
    %117 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%94, %110 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%116 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %118 = tensor.empty() : tensor<8x1xf32>
    %119 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_10, %expanded_11 : tensor<8x1xf32>, tensor<8x1xf32>) outs(%118 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %120 = tensor.empty() : tensor<8x1xf32>
    %121 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%119 : tensor<8x1xf32>) outs(%120 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.divf %in, %cst_2 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %122 = tensor.empty() : tensor<8xf32>
    %123 = linalg.fill ins(%cst_3 : f32) outs(%122 : tensor<8xf32>) -> tensor<8xf32>
    %124 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%121 : tensor<8x1xf32>) outs(%123 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %125 = tensor.empty() : tensor<8x16xf32>
    %126 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel"]} ins(%124 : tensor<8xf32>) outs(%125 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %127 = tensor.empty() : tensor<8x16xf32>
    %128 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%117, %126 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%127 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %129 = tensor.empty() : tensor<16xf32>
    %130 = linalg.fill ins(%cst_3 : f32) outs(%129 : tensor<16xf32>) -> tensor<16xf32>
    %131 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "reduction"]} ins(%128 : tensor<8x16xf32>) outs(%130 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<16xf32>
    %expanded_12 = tensor.expand_shape %131 [[0, 1]] output_shape [1, 16] : tensor<16xf32> into tensor<1x16xf32>
    %132 = tensor.empty() : tensor<16xf32>
    %133 = linalg.fill ins(%cst_3 : f32) outs(%132 : tensor<16xf32>) -> tensor<16xf32>
    %134 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "reduction"]} ins(%expanded_12 : tensor<1x16xf32>) outs(%133 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<16xf32>
    %135 = tensor.empty() : tensor<16xf32>
    %136 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel"]} ins(%77, %134 : tensor<16xf32>, tensor<16xf32>) outs(%135 : tensor<16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<16xf32>
    %137 = tensor.empty() : tensor<8x16xf32>
    %138 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%29, %128 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%137 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %139 = tensor.empty() : tensor<16xf32>
    %140 = linalg.fill ins(%cst_3 : f32) outs(%139 : tensor<16xf32>) -> tensor<16xf32>
    %141 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "reduction"]} ins(%138 : tensor<8x16xf32>) outs(%140 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<16xf32>
    %expanded_13 = tensor.expand_shape %141 [[0, 1]] output_shape [1, 16] : tensor<16xf32> into tensor<1x16xf32>
    %142 = tensor.empty() : tensor<8x16xf32>
    %143 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%128, %31 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%142 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %144 = tensor.empty() : tensor<16xf32>
    %145 = linalg.fill ins(%cst_3 : f32) outs(%144 : tensor<16xf32>) -> tensor<16xf32>
    %146 = linalg.generic {indexing_maps = [#map4, #map1], iterator_types = ["parallel", "reduction"]} ins(%expanded_13 : tensor<1x16xf32>) outs(%145 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<16xf32>
    %147 = tensor.empty() : tensor<16xf32>
    %148 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel"]} ins(%87, %146 : tensor<16xf32>, tensor<16xf32>) outs(%147 : tensor<16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<16xf32>
    %149 = tensor.empty() : tensor<8x16xf32>
    %150 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%8, %143 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%149 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %151 = tensor.empty() : tensor<8xf32>
    %152 = linalg.fill ins(%cst_3 : f32) outs(%151 : tensor<8xf32>) -> tensor<8xf32>
    %153 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%150 : tensor<8x16xf32>) outs(%152 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %expanded_14 = tensor.expand_shape %153 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %154 = tensor.empty() : tensor<8x16xf32>
    %155 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%143, %27 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%154 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %156 = tensor.empty() : tensor<8x1xf32>
    %157 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_14, %25 : tensor<8x1xf32>, tensor<8x1xf32>) outs(%156 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %158 = tensor.empty() : tensor<8x16xf32>
    %159 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%155 : tensor<8x16xf32>) outs(%158 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.negf %in : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %160 = tensor.empty() : tensor<8xf32>
    %161 = linalg.fill ins(%cst_3 : f32) outs(%160 : tensor<8xf32>) -> tensor<8xf32>
    %162 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%159 : tensor<8x16xf32>) outs(%161 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %expanded_15 = tensor.expand_shape %162 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %163 = tensor.empty() : tensor<8x1xf32>
    %164 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%157 : tensor<8x1xf32>) outs(%163 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.divf %in, %cst_2 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %165 = tensor.empty() : tensor<8xf32>
    %166 = linalg.fill ins(%cst_3 : f32) outs(%165 : tensor<8xf32>) -> tensor<8xf32>
    %167 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%164 : tensor<8x1xf32>) outs(%166 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %168 = tensor.empty() : tensor<8x16xf32>
    %169 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel"]} ins(%167 : tensor<8xf32>) outs(%168 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %170 = tensor.empty() : tensor<8x16xf32>
    %171 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%169, %12 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%170 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %172 = tensor.empty() : tensor<8x16xf32>
    %173 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%171 : tensor<8x16xf32>) outs(%172 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.negf %in : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %174 = tensor.empty() : tensor<8xf32>
    %175 = linalg.fill ins(%cst_3 : f32) outs(%174 : tensor<8xf32>) -> tensor<8xf32>
    %176 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%173 : tensor<8x16xf32>) outs(%175 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %expanded_16 = tensor.expand_shape %176 [[0, 1]] output_shape [8, 1] : tensor<8xf32> into tensor<8x1xf32>
    %177 = tensor.empty() : tensor<8x16xf32>
    %178 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%155, %171 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%177 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    %179 = tensor.empty() : tensor<8x1xf32>
    %180 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_15, %expanded_16 : tensor<8x1xf32>, tensor<8x1xf32>) outs(%179 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %181 = tensor.empty() : tensor<8x1xf32>
    %182 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%180 : tensor<8x1xf32>) outs(%181 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.divf %in, %cst_2 : f32
      linalg.yield %190 : f32
    } -> tensor<8x1xf32>
    %183 = tensor.empty() : tensor<8xf32>
    %184 = linalg.fill ins(%cst_3 : f32) outs(%183 : tensor<8xf32>) -> tensor<8xf32>
    %185 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%182 : tensor<8x1xf32>) outs(%184 : tensor<8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<8xf32>
    %186 = tensor.empty() : tensor<8x16xf32>
    %187 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel"]} ins(%185 : tensor<8xf32>) outs(%186 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<8x16xf32>
    %188 = tensor.empty() : tensor<8x16xf32>
    %189 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%178, %187 : tensor<8x16xf32>, tensor<8x16xf32>) outs(%188 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<8x16xf32>
    return %71, %189, %148, %136 : tensor<8x16xf32>, tensor<8x16xf32>, tensor<16xf32>, tensor<16xf32>
  }
}

