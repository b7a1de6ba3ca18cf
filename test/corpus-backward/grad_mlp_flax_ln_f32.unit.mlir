// expect: rmsnorm=0 prmsnorm=0 layernorm=1
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=1
// outputs: dx dscale dbias
// source: jax.grad of flax.linen; jax 0.10.2 -> StableHLO -> IREE's import
// note: x + gelu(norm(x) @ w) @ v: dscale and dbias have a large program behind them; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map2 = affine_map<(d0, d1) -> (d0, d1)>
#map3 = affine_map<(d0, d1, d2) -> (d2)>
#map4 = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
#map5 = affine_map<(d0, d1) -> (d1, d0)>
#map6 = affine_map<(d0, d1, d2) -> (d0)>
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
    %0 = tensor.empty() : tensor<2x4x16xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x4x16xf32>) outs(%0 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %2 = tensor.empty() : tensor<2x4x16xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x4x16xf32>) outs(%2 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst_8 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %4 = tensor.empty() : tensor<2x4xf32>
    %5 = linalg.fill ins(%cst_7 : f32) outs(%4 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0 : tensor<2x4x16xf32>) outs(%5 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %7 = tensor.empty() : tensor<2x4xf32>
    %8 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%6 : tensor<2x4xf32>) outs(%7 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.divf %in, %cst_6 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %9 = tensor.empty() : tensor<2x4xf32>
    %10 = linalg.fill ins(%cst_7 : f32) outs(%9 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<2x4x16xf32>) outs(%10 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %12 = tensor.empty() : tensor<2x4xf32>
    %13 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%11 : tensor<2x4xf32>) outs(%12 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.divf %in, %cst_6 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %14 = tensor.empty() : tensor<2x4xf32>
    %15 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<2x4xf32>) outs(%14 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %16 = tensor.empty() : tensor<2x4xf32>
    %17 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<2x4xf32>) outs(%16 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst_8 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %18 = tensor.empty() : tensor<2x4xf32>
    %19 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%13, %15 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%18 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.subf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %20 = tensor.empty() : tensor<2x4xf32>
    %21 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%19 : tensor<2x4xf32>) outs(%20 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.maximumf %in, %cst_7 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %22 = tensor.empty() : tensor<2x4xi1>
    %23 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%19, %21 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%22 : tensor<2x4xi1>) {
    ^bb0(%in: f32, %in_17: f32, %out: i1):
      %190 = arith.cmpf oeq, %in, %in_17 : f32
      linalg.yield %190 : i1
    } -> tensor<2x4xi1>
    %24 = tensor.empty() : tensor<2x4xf32>
    %25 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%23 : tensor<2x4xi1>) outs(%24 : tensor<2x4xf32>) {
    ^bb0(%in: i1, %out: f32):
      %190 = arith.select %in, %cst_5, %cst_7 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %26 = tensor.empty() : tensor<2x4xi1>
    %27 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%21 : tensor<2x4xf32>) outs(%26 : tensor<2x4xi1>) {
    ^bb0(%in: f32, %out: i1):
      %190 = arith.cmpf oeq, %cst_7, %in : f32
      linalg.yield %190 : i1
    } -> tensor<2x4xi1>
    %28 = tensor.empty() : tensor<2x4xf32>
    %29 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%27 : tensor<2x4xi1>) outs(%28 : tensor<2x4xf32>) {
    ^bb0(%in: i1, %out: f32):
      %190 = arith.select %in, %cst_8, %cst_5 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %30 = tensor.empty() : tensor<2x4xf32>
    %31 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%25, %29 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.divf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %32 = tensor.empty() : tensor<2x4x16xf32>
    %33 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<2x4xf32>) outs(%32 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %34 = tensor.empty() : tensor<2x4x16xf32>
    %35 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %33 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%34 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.subf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %36 = tensor.empty() : tensor<2x4xf32>
    %37 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%21 : tensor<2x4xf32>) outs(%36 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %in, %cst_4 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %38 = tensor.empty() : tensor<2x4xf32>
    %39 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%37 : tensor<2x4xf32>) outs(%38 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = math.rsqrt %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %40 = tensor.empty() : tensor<2x4xf32>
    %41 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%39, %37 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%40 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.divf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %42 = tensor.empty() : tensor<2x4xf32>
    %43 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%41 : tensor<2x4xf32>) outs(%42 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst_3 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %44 = tensor.empty() : tensor<2x4x16xf32>
    %45 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%39 : tensor<2x4xf32>) outs(%44 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %46 = tensor.empty() : tensor<2x4x16xf32>
    %47 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg1 : tensor<16xf32>) outs(%46 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %48 = tensor.empty() : tensor<2x4x16xf32>
    %49 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%45, %47 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%48 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %50 = tensor.empty() : tensor<2x4x16xf32>
    %51 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%35, %49 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%50 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %52 = tensor.empty() : tensor<2x4x16xf32>
    %53 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg2 : tensor<16xf32>) outs(%52 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %54 = tensor.empty() : tensor<2x4x16xf32>
    %55 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%51, %53 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%54 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %collapsed = tensor.collapse_shape %55 [[0, 1], [2]] : tensor<2x4x16xf32> into tensor<8x16xf32>
    %56 = tensor.empty() : tensor<8x32xf32>
    %57 = linalg.fill ins(%cst_7 : f32) outs(%56 : tensor<8x32xf32>) -> tensor<8x32xf32>
    %58 = linalg.matmul ins(%collapsed, %arg3 : tensor<8x16xf32>, tensor<16x32xf32>) outs(%57 : tensor<8x32xf32>) -> tensor<8x32xf32>
    %expanded = tensor.expand_shape %58 [[0, 1], [2]] output_shape [2, 4, 32] : tensor<8x32xf32> into tensor<2x4x32xf32>
    %59 = tensor.empty() : tensor<2x4x32xf32>
    %60 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x4x32xf32>) outs(%59 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %61 = tensor.empty() : tensor<2x4x32xf32>
    %62 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%60, %expanded : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%61 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %63 = tensor.empty() : tensor<2x4x32xf32>
    %64 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%60 : tensor<2x4x32xf32>) outs(%63 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst_2 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %65 = tensor.empty() : tensor<2x4x32xf32>
    %66 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%62 : tensor<2x4x32xf32>) outs(%65 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst_1 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %67 = tensor.empty() : tensor<2x4x32xf32>
    %68 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded, %66 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%67 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %69 = tensor.empty() : tensor<2x4x32xf32>
    %70 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%68 : tensor<2x4x32xf32>) outs(%69 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst_0 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %71 = tensor.empty() : tensor<2x4x32xf32>
    %72 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%70 : tensor<2x4x32xf32>) outs(%71 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = math.tanh %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %73 = tensor.empty() : tensor<2x4x32xf32>
    %74 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%72 : tensor<2x4x32xf32>) outs(%73 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.subf %cst_5, %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %75 = tensor.empty() : tensor<2x4x32xf32>
    %76 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%72 : tensor<2x4x32xf32>) outs(%75 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %in, %cst_5 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %77 = tensor.empty() : tensor<2x4x32xf32>
    %78 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%76 : tensor<2x4x32xf32>) outs(%77 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %79 = tensor.empty() : tensor<2x4x32xf32>
    %80 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded, %78 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%79 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %collapsed_9 = tensor.collapse_shape %80 [[0, 1], [2]] : tensor<2x4x32xf32> into tensor<8x32xf32>
    %81 = tensor.empty() : tensor<8x16xf32>
    %82 = linalg.fill ins(%cst_7 : f32) outs(%81 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %83 = linalg.matmul ins(%collapsed_9, %arg4 : tensor<8x32xf32>, tensor<32x16xf32>) outs(%82 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %expanded_10 = tensor.expand_shape %83 [[0, 1], [2]] output_shape [2, 4, 16] : tensor<8x16xf32> into tensor<2x4x16xf32>
    %84 = tensor.empty() : tensor<2x4x16xf32>
    %85 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %expanded_10 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%84 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %86 = tensor.empty() : tensor<2x4x16xf32>
    %87 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%85 : tensor<2x4x16xf32>) outs(%86 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = math.cos %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %88 = tensor.empty() : tensor<16x2x4xf32>
    %89 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%87 : tensor<2x4x16xf32>) outs(%88 : tensor<16x2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x2x4xf32>
    %collapsed_11 = tensor.collapse_shape %89 [[0], [1, 2]] : tensor<16x2x4xf32> into tensor<16x8xf32>
    %90 = tensor.empty() : tensor<16x32xf32>
    %91 = linalg.fill ins(%cst_7 : f32) outs(%90 : tensor<16x32xf32>) -> tensor<16x32xf32>
    %92 = linalg.matmul ins(%collapsed_11, %collapsed_9 : tensor<16x8xf32>, tensor<8x32xf32>) outs(%91 : tensor<16x32xf32>) -> tensor<16x32xf32>
    %93 = tensor.empty() : tensor<32x16xf32>
    %94 = linalg.generic {indexing_maps = [#map5, #map2], iterator_types = ["parallel", "parallel"]} ins(%92 : tensor<16x32xf32>) outs(%93 : tensor<32x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x16xf32>
    %collapsed_12 = tensor.collapse_shape %87 [[0, 1], [2]] : tensor<2x4x16xf32> into tensor<8x16xf32>
    %95 = tensor.empty() : tensor<16x32xf32>
    %96 = linalg.generic {indexing_maps = [#map5, #map2], iterator_types = ["parallel", "parallel"]} ins(%arg4 : tensor<32x16xf32>) outs(%95 : tensor<16x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x32xf32>
    %97 = tensor.empty() : tensor<8x32xf32>
    %98 = linalg.fill ins(%cst_7 : f32) outs(%97 : tensor<8x32xf32>) -> tensor<8x32xf32>
    %99 = linalg.matmul ins(%collapsed_12, %96 : tensor<8x16xf32>, tensor<16x32xf32>) outs(%98 : tensor<8x32xf32>) -> tensor<8x32xf32>
    %expanded_13 = tensor.expand_shape %99 [[0, 1], [2]] output_shape [2, 4, 32] : tensor<8x32xf32> into tensor<2x4x32xf32>
    %100 = tensor.empty() : tensor<2x4x32xf32>
    %101 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded, %expanded_13 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%100 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %102 = tensor.empty() : tensor<2x4x32xf32>
    %103 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_13, %78 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%102 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %104 = tensor.empty() : tensor<2x4x32xf32>
    %105 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%101 : tensor<2x4x32xf32>) outs(%104 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %106 = tensor.empty() : tensor<2x4x32xf32>
    %107 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%105, %74 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%106 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %108 = tensor.empty() : tensor<2x4x32xf32>
    %109 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%107, %72 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%108 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %110 = tensor.empty() : tensor<2x4x32xf32>
    %111 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%107, %109 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%110 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %112 = tensor.empty() : tensor<2x4x32xf32>
    %113 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%111 : tensor<2x4x32xf32>) outs(%112 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst_0 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %114 = tensor.empty() : tensor<2x4x32xf32>
    %115 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%103, %113 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%114 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %116 = tensor.empty() : tensor<2x4x32xf32>
    %117 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%113 : tensor<2x4x32xf32>) outs(%116 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.mulf %in, %cst_1 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %118 = tensor.empty() : tensor<2x4x32xf32>
    %119 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%117, %64 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%118 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %120 = tensor.empty() : tensor<2x4x32xf32>
    %121 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%115, %119 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%120 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x32xf32>
    %122 = tensor.empty() : tensor<32x2x4xf32>
    %123 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%121 : tensor<2x4x32xf32>) outs(%122 : tensor<32x2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x2x4xf32>
    %collapsed_14 = tensor.collapse_shape %123 [[0], [1, 2]] : tensor<32x2x4xf32> into tensor<32x8xf32>
    %124 = tensor.empty() : tensor<32x16xf32>
    %125 = linalg.fill ins(%cst_7 : f32) outs(%124 : tensor<32x16xf32>) -> tensor<32x16xf32>
    %126 = linalg.matmul ins(%collapsed_14, %collapsed : tensor<32x8xf32>, tensor<8x16xf32>) outs(%125 : tensor<32x16xf32>) -> tensor<32x16xf32>
    %127 = tensor.empty() : tensor<16x32xf32>
    %128 = linalg.generic {indexing_maps = [#map5, #map2], iterator_types = ["parallel", "parallel"]} ins(%126 : tensor<32x16xf32>) outs(%127 : tensor<16x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x32xf32>
    %collapsed_15 = tensor.collapse_shape %121 [[0, 1], [2]] : tensor<2x4x32xf32> into tensor<8x32xf32>
    %129 = tensor.empty() : tensor<32x16xf32>
    %130 = linalg.generic {indexing_maps = [#map5, #map2], iterator_types = ["parallel", "parallel"]} ins(%arg3 : tensor<16x32xf32>) outs(%129 : tensor<32x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x16xf32>
    %131 = tensor.empty() : tensor<8x16xf32>
    %132 = linalg.fill ins(%cst_7 : f32) outs(%131 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %133 = linalg.matmul ins(%collapsed_15, %130 : tensor<8x32xf32>, tensor<32x16xf32>) outs(%132 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %expanded_16 = tensor.expand_shape %133 [[0, 1], [2]] output_shape [2, 4, 16] : tensor<8x16xf32> into tensor<2x4x16xf32>
    %134 = tensor.empty() : tensor<16xf32>
    %135 = linalg.fill ins(%cst_7 : f32) outs(%134 : tensor<16xf32>) -> tensor<16xf32>
    %136 = linalg.generic {indexing_maps = [#map4, #map6], iterator_types = ["parallel", "reduction", "reduction"]} ins(%expanded_16 : tensor<2x4x16xf32>) outs(%135 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<16xf32>
    %137 = tensor.empty() : tensor<2x4x16xf32>
    %138 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%35, %expanded_16 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%137 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %139 = tensor.empty() : tensor<2x4x16xf32>
    %140 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_16, %49 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%139 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %141 = tensor.empty() : tensor<2x4x16xf32>
    %142 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%45, %138 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%141 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %143 = tensor.empty() : tensor<16xf32>
    %144 = linalg.fill ins(%cst_7 : f32) outs(%143 : tensor<16xf32>) -> tensor<16xf32>
    %145 = linalg.generic {indexing_maps = [#map4, #map6], iterator_types = ["parallel", "reduction", "reduction"]} ins(%142 : tensor<2x4x16xf32>) outs(%144 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<16xf32>
    %146 = tensor.empty() : tensor<2x4x16xf32>
    %147 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%138, %47 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%146 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %148 = tensor.empty() : tensor<2x4xf32>
    %149 = linalg.fill ins(%cst_7 : f32) outs(%148 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %150 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%147 : tensor<2x4x16xf32>) outs(%149 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %151 = tensor.empty() : tensor<2x4xf32>
    %152 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%150, %43 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%151 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %153 = tensor.empty() : tensor<2x4x16xf32>
    %154 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%140 : tensor<2x4x16xf32>) outs(%153 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.negf %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %155 = tensor.empty() : tensor<2x4xf32>
    %156 = linalg.fill ins(%cst_7 : f32) outs(%155 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %157 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%154 : tensor<2x4x16xf32>) outs(%156 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.addf %out, %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %158 = tensor.empty() : tensor<2x4x16xf32>
    %159 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%87, %140 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%158 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %160 = tensor.empty() : tensor<2x4xf32>
    %161 = linalg.fill ins(%cst_7 : f32) outs(%160 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %162 = tensor.empty() : tensor<2x4xf32>
    %163 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%152, %161 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%162 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in_17, %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %164 = tensor.empty() : tensor<2x4xf32>
    %165 = linalg.fill ins(%cst_7 : f32) outs(%164 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %166 = tensor.empty() : tensor<2x4xf32>
    %167 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%157, %165 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%166 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in_17, %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %168 = tensor.empty() : tensor<2x4xf32>
    %169 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%163, %31 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%168 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %170 = tensor.empty() : tensor<2x4xf32>
    %171 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%169 : tensor<2x4xf32>) outs(%170 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.negf %in : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %172 = tensor.empty() : tensor<2x4xf32>
    %173 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%171, %17 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%172 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %174 = tensor.empty() : tensor<2x4xf32>
    %175 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%167, %173 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%174 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %176 = tensor.empty() : tensor<2x4xf32>
    %177 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%169 : tensor<2x4xf32>) outs(%176 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.divf %in, %cst_6 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %178 = tensor.empty() : tensor<2x4x16xf32>
    %179 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%177 : tensor<2x4xf32>) outs(%178 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %180 = tensor.empty() : tensor<2x4xf32>
    %181 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%175 : tensor<2x4xf32>) outs(%180 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %190 = arith.divf %in, %cst_6 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4xf32>
    %182 = tensor.empty() : tensor<2x4x16xf32>
    %183 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%181 : tensor<2x4xf32>) outs(%182 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %184 = tensor.empty() : tensor<2x4x16xf32>
    %185 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%159, %183 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%184 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %186 = tensor.empty() : tensor<2x4x16xf32>
    %187 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%179, %3 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%186 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.mulf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    %188 = tensor.empty() : tensor<2x4x16xf32>
    %189 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%185, %187 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%188 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_17: f32, %out: f32):
      %190 = arith.addf %in, %in_17 : f32
      linalg.yield %190 : f32
    } -> tensor<2x4x16xf32>
    return %189, %145, %136, %128, %94 : tensor<2x4x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16x32xf32>, tensor<32x16xf32>
  }
}

