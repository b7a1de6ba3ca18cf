// expect: rmsnorm=0 prmsnorm=0 layernorm=1
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=1
// outputs: dx
// source: jax.grad of silu of flax.linen's GroupNorm; jax 0.10.2, flax 0.12 -> StableHLO -> IREE's import
// note: dy reads the norm, and is a value that several ops read; recorded in float64
#map = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#map3 = affine_map<(d0, d1) -> (d0, d1)>
#map4 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map5 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map6 = affine_map<(d0, d1, d2) -> (d0, d2)>
#map7 = affine_map<(d0, d1, d2) -> (0, d1, d2)>
#map8 = affine_map<(d0, d1, d2) -> (d0, 0, d2)>
#map9 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
#map10 = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
#map11 = affine_map<(d0, d1, d2) -> (d0)>
#map12 = affine_map<(d0, d1, d2) -> (d0, d2, d1)>
#map13 = affine_map<(d0, d1, d2) -> (d2, d0, d1)>
#map14 = affine_map<(d0, d1, d2, d3) -> (d0, d2)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<2x6x16xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16xf32>) -> (tensor<2x6x16xf32>, tensor<16xf32>, tensor<16xf32>) {
    %cst = arith.constant -5.000000e-01 : f32
    %cst_0 = arith.constant 9.99999997E-7 : f32
    %cst_1 = arith.constant 1.000000e+00 : f32
    %cst_2 = arith.constant 2.400000e+01 : f32
    %cst_3 = arith.constant 0.000000e+00 : f32
    %cst_4 = arith.constant 2.000000e+00 : f32
    %expanded = tensor.expand_shape %arg0 [[0], [1], [2, 3]] output_shape [2, 6, 4, 4] : tensor<2x6x16xf32> into tensor<2x6x4x4xf32>
    %0 = tensor.empty() : tensor<2x6x4x4xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x6x4x4xf32>) outs(%0 : tensor<2x6x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.mulf %in, %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x4x4xf32>
    %2 = tensor.empty() : tensor<2x6x4x4xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x6x4x4xf32>) outs(%2 : tensor<2x6x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.mulf %in, %cst_4 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x4x4xf32>
    %4 = tensor.empty() : tensor<2x4xf32>
    %5 = linalg.fill ins(%cst_3 : f32) outs(%4 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %6 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%expanded : tensor<2x6x4x4xf32>) outs(%5 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.addf %out, %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %7 = tensor.empty() : tensor<2x4xf32>
    %8 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%6 : tensor<2x4xf32>) outs(%7 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.divf %in, %cst_2 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %9 = tensor.empty() : tensor<2x4xf32>
    %10 = linalg.fill ins(%cst_3 : f32) outs(%9 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %11 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%1 : tensor<2x6x4x4xf32>) outs(%10 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.addf %out, %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %12 = tensor.empty() : tensor<2x4xf32>
    %13 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%11 : tensor<2x4xf32>) outs(%12 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.divf %in, %cst_2 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %14 = tensor.empty() : tensor<2x4xf32>
    %15 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<2x4xf32>) outs(%14 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.mulf %in, %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %16 = tensor.empty() : tensor<2x4xf32>
    %17 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<2x4xf32>) outs(%16 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.mulf %in, %cst_4 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %18 = tensor.empty() : tensor<2x4xf32>
    %19 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%13, %15 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%18 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.subf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %20 = tensor.empty() : tensor<2x4xf32>
    %21 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%19 : tensor<2x4xf32>) outs(%20 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.maximumf %in, %cst_3 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %22 = tensor.empty() : tensor<2x4xi1>
    %23 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%19, %21 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%22 : tensor<2x4xi1>) {
    ^bb0(%in: f32, %in_14: f32, %out: i1):
      %144 = arith.cmpf oeq, %in, %in_14 : f32
      linalg.yield %144 : i1
    } -> tensor<2x4xi1>
    %24 = tensor.empty() : tensor<2x4xf32>
    %25 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%23 : tensor<2x4xi1>) outs(%24 : tensor<2x4xf32>) {
    ^bb0(%in: i1, %out: f32):
      %144 = arith.select %in, %cst_1, %cst_3 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %26 = tensor.empty() : tensor<2x4xi1>
    %27 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%21 : tensor<2x4xf32>) outs(%26 : tensor<2x4xi1>) {
    ^bb0(%in: f32, %out: i1):
      %144 = arith.cmpf oeq, %cst_3, %in : f32
      linalg.yield %144 : i1
    } -> tensor<2x4xi1>
    %28 = tensor.empty() : tensor<2x4xf32>
    %29 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%27 : tensor<2x4xi1>) outs(%28 : tensor<2x4xf32>) {
    ^bb0(%in: i1, %out: f32):
      %144 = arith.select %in, %cst_4, %cst_1 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %30 = tensor.empty() : tensor<2x4xf32>
    %31 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%25, %29 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.divf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %32 = tensor.empty() : tensor<2x4x4xf32>
    %33 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<2x4xf32>) outs(%32 : tensor<2x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x4xf32>
    %collapsed = tensor.collapse_shape %33 [[0], [1, 2]] : tensor<2x4x4xf32> into tensor<2x16xf32>
    %34 = tensor.empty() : tensor<2x4x4xf32>
    %35 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%21 : tensor<2x4xf32>) outs(%34 : tensor<2x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x4xf32>
    %collapsed_5 = tensor.collapse_shape %35 [[0], [1, 2]] : tensor<2x4x4xf32> into tensor<2x16xf32>
    %36 = tensor.empty() : tensor<2x1x16xf32>
    %37 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_5 : tensor<2x16xf32>) outs(%36 : tensor<2x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x1x16xf32>
    %38 = tensor.empty() : tensor<2x6x16xf32>
    %39 = linalg.generic {indexing_maps = [#map6, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed : tensor<2x16xf32>) outs(%38 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x16xf32>
    %40 = tensor.empty() : tensor<2x6x16xf32>
    %41 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %39 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%40 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.subf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %42 = tensor.empty() : tensor<2x1x16xf32>
    %43 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%37 : tensor<2x1x16xf32>) outs(%42 : tensor<2x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.addf %in, %cst_0 : f32
      linalg.yield %144 : f32
    } -> tensor<2x1x16xf32>
    %44 = tensor.empty() : tensor<2x1x16xf32>
    %45 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%43 : tensor<2x1x16xf32>) outs(%44 : tensor<2x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = math.rsqrt %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x1x16xf32>
    %46 = tensor.empty() : tensor<2x1x16xf32>
    %47 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%45, %43 : tensor<2x1x16xf32>, tensor<2x1x16xf32>) outs(%46 : tensor<2x1x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.divf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x1x16xf32>
    %48 = tensor.empty() : tensor<2x1x16xf32>
    %49 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%47 : tensor<2x1x16xf32>) outs(%48 : tensor<2x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.mulf %in, %cst : f32
      linalg.yield %144 : f32
    } -> tensor<2x1x16xf32>
    %expanded_6 = tensor.expand_shape %arg1 [[0, 1, 2]] output_shape [1, 1, 16] : tensor<16xf32> into tensor<1x1x16xf32>
    %50 = tensor.empty() : tensor<2x1x16xf32>
    %51 = linalg.generic {indexing_maps = [#map7, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_6 : tensor<1x1x16xf32>) outs(%50 : tensor<2x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x1x16xf32>
    %52 = tensor.empty() : tensor<2x1x16xf32>
    %53 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%45, %51 : tensor<2x1x16xf32>, tensor<2x1x16xf32>) outs(%52 : tensor<2x1x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x1x16xf32>
    %54 = tensor.empty() : tensor<2x6x16xf32>
    %55 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%53 : tensor<2x1x16xf32>) outs(%54 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x16xf32>
    %56 = tensor.empty() : tensor<2x6x16xf32>
    %57 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%41, %55 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%56 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %expanded_7 = tensor.expand_shape %arg2 [[0, 1, 2]] output_shape [1, 1, 16] : tensor<16xf32> into tensor<1x1x16xf32>
    %58 = tensor.empty() : tensor<2x6x16xf32>
    %59 = linalg.generic {indexing_maps = [#map9, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_7 : tensor<1x1x16xf32>) outs(%58 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x16xf32>
    %60 = tensor.empty() : tensor<2x6x16xf32>
    %61 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%57, %59 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%60 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.addf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %62 = tensor.empty() : tensor<2x6x16xf32>
    %63 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%61 : tensor<2x6x16xf32>) outs(%62 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.negf %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %64 = tensor.empty() : tensor<2x6x16xf32>
    %65 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%63 : tensor<2x6x16xf32>) outs(%64 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = math.exp %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %66 = tensor.empty() : tensor<2x6x16xf32>
    %67 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%65 : tensor<2x6x16xf32>) outs(%66 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.addf %in, %cst_1 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %68 = tensor.empty() : tensor<2x6x16xf32>
    %69 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%67 : tensor<2x6x16xf32>) outs(%68 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.divf %cst_1, %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %70 = tensor.empty() : tensor<2x6x16xf32>
    %71 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%69 : tensor<2x6x16xf32>) outs(%70 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.subf %cst_1, %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %72 = tensor.empty() : tensor<2x6x16xf32>
    %73 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%69, %71 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%72 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %74 = tensor.empty() : tensor<2x6x16xf32>
    %75 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%61, %69 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%74 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %76 = tensor.empty() : tensor<2x6x16xf32>
    %77 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%75 : tensor<2x6x16xf32>) outs(%76 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = math.cos %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %78 = tensor.empty() : tensor<2x6x16xf32>
    %79 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%61, %77 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%78 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %80 = tensor.empty() : tensor<2x6x16xf32>
    %81 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%77, %69 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%80 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %82 = tensor.empty() : tensor<2x6x16xf32>
    %83 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%79, %73 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%82 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %84 = tensor.empty() : tensor<2x6x16xf32>
    %85 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%81, %83 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%84 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.addf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %86 = tensor.empty() : tensor<16xf32>
    %87 = linalg.fill ins(%cst_3 : f32) outs(%86 : tensor<16xf32>) -> tensor<16xf32>
    %88 = linalg.generic {indexing_maps = [#map10, #map11], iterator_types = ["parallel", "reduction", "reduction"]} ins(%85 : tensor<2x6x16xf32>) outs(%87 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.addf %out, %in : f32
      linalg.yield %144 : f32
    } -> tensor<16xf32>
    %89 = tensor.empty() : tensor<2x6x16xf32>
    %90 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%41, %85 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%89 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %91 = tensor.empty() : tensor<2x16xf32>
    %92 = linalg.fill ins(%cst_3 : f32) outs(%91 : tensor<2x16xf32>) -> tensor<2x16xf32>
    %93 = linalg.generic {indexing_maps = [#map12, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%90 : tensor<2x6x16xf32>) outs(%92 : tensor<2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.addf %out, %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x16xf32>
    %expanded_8 = tensor.expand_shape %93 [[0], [1, 2]] output_shape [2, 1, 16] : tensor<2x16xf32> into tensor<2x1x16xf32>
    %94 = tensor.empty() : tensor<2x6x16xf32>
    %95 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%85, %55 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%94 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %96 = tensor.empty() : tensor<2x1x16xf32>
    %97 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%45, %expanded_8 : tensor<2x1x16xf32>, tensor<2x1x16xf32>) outs(%96 : tensor<2x1x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x1x16xf32>
    %98 = tensor.empty() : tensor<1x16xf32>
    %99 = linalg.fill ins(%cst_3 : f32) outs(%98 : tensor<1x16xf32>) -> tensor<1x16xf32>
    %100 = linalg.generic {indexing_maps = [#map13, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%97 : tensor<2x1x16xf32>) outs(%99 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.addf %out, %in : f32
      linalg.yield %144 : f32
    } -> tensor<1x16xf32>
    %101 = tensor.empty() : tensor<2x1x16xf32>
    %102 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_8, %51 : tensor<2x1x16xf32>, tensor<2x1x16xf32>) outs(%101 : tensor<2x1x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x1x16xf32>
    %collapsed_9 = tensor.collapse_shape %100 [[0, 1]] : tensor<1x16xf32> into tensor<16xf32>
    %103 = tensor.empty() : tensor<2x1x16xf32>
    %104 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%102, %49 : tensor<2x1x16xf32>, tensor<2x1x16xf32>) outs(%103 : tensor<2x1x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x1x16xf32>
    %105 = tensor.empty() : tensor<2x6x16xf32>
    %106 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%95 : tensor<2x6x16xf32>) outs(%105 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.negf %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    %107 = tensor.empty() : tensor<2x16xf32>
    %108 = linalg.fill ins(%cst_3 : f32) outs(%107 : tensor<2x16xf32>) -> tensor<2x16xf32>
    %109 = linalg.generic {indexing_maps = [#map12, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%106 : tensor<2x6x16xf32>) outs(%108 : tensor<2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.addf %out, %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x16xf32>
    %expanded_10 = tensor.expand_shape %109 [[0], [1, 2]] output_shape [2, 1, 16] : tensor<2x16xf32> into tensor<2x1x16xf32>
    %110 = tensor.empty() : tensor<2x16xf32>
    %111 = linalg.fill ins(%cst_3 : f32) outs(%110 : tensor<2x16xf32>) -> tensor<2x16xf32>
    %112 = linalg.generic {indexing_maps = [#map12, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%104 : tensor<2x1x16xf32>) outs(%111 : tensor<2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.addf %out, %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x16xf32>
    %113 = tensor.empty() : tensor<2x16xf32>
    %114 = linalg.fill ins(%cst_3 : f32) outs(%113 : tensor<2x16xf32>) -> tensor<2x16xf32>
    %115 = linalg.generic {indexing_maps = [#map12, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_10 : tensor<2x1x16xf32>) outs(%114 : tensor<2x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.addf %out, %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x16xf32>
    %expanded_11 = tensor.expand_shape %112 [[0], [1, 2]] output_shape [2, 4, 4] : tensor<2x16xf32> into tensor<2x4x4xf32>
    %116 = tensor.empty() : tensor<2x4xf32>
    %117 = linalg.fill ins(%cst_3 : f32) outs(%116 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %118 = linalg.generic {indexing_maps = [#map5, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_11 : tensor<2x4x4xf32>) outs(%117 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.addf %out, %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %expanded_12 = tensor.expand_shape %115 [[0], [1, 2]] output_shape [2, 4, 4] : tensor<2x16xf32> into tensor<2x4x4xf32>
    %119 = tensor.empty() : tensor<2x4xf32>
    %120 = linalg.fill ins(%cst_3 : f32) outs(%119 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %121 = linalg.generic {indexing_maps = [#map5, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_12 : tensor<2x4x4xf32>) outs(%120 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.addf %out, %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %122 = tensor.empty() : tensor<2x4xf32>
    %123 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%118, %31 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%122 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %124 = tensor.empty() : tensor<2x4xf32>
    %125 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%123 : tensor<2x4xf32>) outs(%124 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.negf %in : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %126 = tensor.empty() : tensor<2x4xf32>
    %127 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%125, %17 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%126 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %128 = tensor.empty() : tensor<2x4xf32>
    %129 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%121, %127 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%128 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.addf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %130 = tensor.empty() : tensor<2x4xf32>
    %131 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%123 : tensor<2x4xf32>) outs(%130 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.divf %in, %cst_2 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %132 = tensor.empty() : tensor<2x6x4x4xf32>
    %133 = linalg.generic {indexing_maps = [#map14, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%131 : tensor<2x4xf32>) outs(%132 : tensor<2x6x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x4x4xf32>
    %134 = tensor.empty() : tensor<2x4xf32>
    %135 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%129 : tensor<2x4xf32>) outs(%134 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %144 = arith.divf %in, %cst_2 : f32
      linalg.yield %144 : f32
    } -> tensor<2x4xf32>
    %136 = tensor.empty() : tensor<2x6x4x4xf32>
    %137 = linalg.generic {indexing_maps = [#map14, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%135 : tensor<2x4xf32>) outs(%136 : tensor<2x6x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x4x4xf32>
    %138 = tensor.empty() : tensor<2x6x4x4xf32>
    %139 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%133, %3 : tensor<2x6x4x4xf32>, tensor<2x6x4x4xf32>) outs(%138 : tensor<2x6x4x4xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.mulf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x4x4xf32>
    %140 = tensor.empty() : tensor<2x6x4x4xf32>
    %141 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%137, %139 : tensor<2x6x4x4xf32>, tensor<2x6x4x4xf32>) outs(%140 : tensor<2x6x4x4xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.addf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x4x4xf32>
    %collapsed_13 = tensor.collapse_shape %141 [[0], [1], [2, 3]] : tensor<2x6x4x4xf32> into tensor<2x6x16xf32>
    %142 = tensor.empty() : tensor<2x6x16xf32>
    %143 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%95, %collapsed_13 : tensor<2x6x16xf32>, tensor<2x6x16xf32>) outs(%142 : tensor<2x6x16xf32>) {
    ^bb0(%in: f32, %in_14: f32, %out: f32):
      %144 = arith.addf %in, %in_14 : f32
      linalg.yield %144 : f32
    } -> tensor<2x6x16xf32>
    return %143, %collapsed_9, %88 : tensor<2x6x16xf32>, tensor<16xf32>, tensor<16xf32>
  }
}

