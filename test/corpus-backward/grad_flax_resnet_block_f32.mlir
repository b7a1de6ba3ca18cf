// expect: rmsnorm=0 prmsnorm=0 layernorm=2
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=2
// outputs: dx; dx
// source: jax.grad of a block of a diffusion model, flax.linen; jax 0.10.2, flax 0.12 -> StableHLO -> IREE's import
// note: two times GroupNorm, silu and a convolution, and a residual; recorded in float64
#map = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map1 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d2, d3, d1, d4)>
#map2 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1)>
#map3 = affine_map<(d0, d1) -> (d0, d1)>
#map4 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map5 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, d3)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d0, 0, 0, d3)>
#map9 = affine_map<(d0, d1, d2, d3) -> (d3, d1, d2, d0)>
#map10 = affine_map<(d0, d1, d2, d3) -> (d2, d0, d1, d3)>
#map11 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>
#map12 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>
#map13 = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#map14 = affine_map<(d0, d1, d2, d3) -> (d1, d2, d3, d0)>
#map15 = affine_map<(d0, d1, d2, d3) -> (d0)>
#map16 = affine_map<(d0, d1) -> (d1)>
#map17 = affine_map<(d0, d1, d2) -> (d1, d0, d2)>
#map18 = affine_map<(d0, d1, d2) -> (d0)>
#map19 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d3)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<1x4x4x16xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16xf32>, %arg3: tensor<3x3x16x16xf32>, %arg4: tensor<16xf32>, %arg5: tensor<16xf32>, %arg6: tensor<3x3x16x16xf32>) -> (tensor<1x4x4x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x3x16x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x3x16x16xf32>) {
    %c2 = arith.constant 2 : index
    %cst = arith.constant -5.000000e-01 : f32
    %cst_0 = arith.constant 9.99999997E-7 : f32
    %cst_1 = arith.constant 1.000000e+00 : f32
    %cst_2 = arith.constant 6.400000e+01 : f32
    %cst_3 = arith.constant 0.000000e+00 : f32
    %cst_4 = arith.constant 2.000000e+00 : f32
    %expanded = tensor.expand_shape %arg0 [[0], [1], [2], [3, 4]] output_shape [1, 4, 4, 4, 4] : tensor<1x4x4x16xf32> into tensor<1x4x4x4x4xf32>
    %0 = tensor.empty() : tensor<1x4x4x4x4xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<1x4x4x4x4xf32>) outs(%0 : tensor<1x4x4x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.mulf %in, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x4x4xf32>
    %2 = tensor.empty() : tensor<1x4x4x4x4xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded : tensor<1x4x4x4x4xf32>) outs(%2 : tensor<1x4x4x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.mulf %in, %cst_4 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x4x4xf32>
    %4 = tensor.empty() : tensor<1x4xf32>
    %5 = linalg.fill ins(%cst_3 : f32) outs(%4 : tensor<1x4xf32>) -> tensor<1x4xf32>
    %6 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%expanded : tensor<1x4x4x4x4xf32>) outs(%5 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %7 = tensor.empty() : tensor<1x4xf32>
    %8 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%6 : tensor<1x4xf32>) outs(%7 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.divf %in, %cst_2 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %9 = tensor.empty() : tensor<1x4xf32>
    %10 = linalg.fill ins(%cst_3 : f32) outs(%9 : tensor<1x4xf32>) -> tensor<1x4xf32>
    %11 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%1 : tensor<1x4x4x4x4xf32>) outs(%10 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %12 = tensor.empty() : tensor<1x4xf32>
    %13 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%11 : tensor<1x4xf32>) outs(%12 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.divf %in, %cst_2 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %14 = tensor.empty() : tensor<1x4xf32>
    %15 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<1x4xf32>) outs(%14 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.mulf %in, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %16 = tensor.empty() : tensor<1x4xf32>
    %17 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<1x4xf32>) outs(%16 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.mulf %in, %cst_4 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %18 = tensor.empty() : tensor<1x4xf32>
    %19 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%13, %15 : tensor<1x4xf32>, tensor<1x4xf32>) outs(%18 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.subf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %20 = tensor.empty() : tensor<1x4xf32>
    %21 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%19 : tensor<1x4xf32>) outs(%20 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.maximumf %in, %cst_3 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %22 = tensor.empty() : tensor<1x4xi1>
    %23 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%19, %21 : tensor<1x4xf32>, tensor<1x4xf32>) outs(%22 : tensor<1x4xi1>) {
    ^bb0(%in: f32, %in_36: f32, %out: i1):
      %330 = arith.cmpf oeq, %in, %in_36 : f32
      linalg.yield %330 : i1
    } -> tensor<1x4xi1>
    %24 = tensor.empty() : tensor<1x4xf32>
    %25 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%23 : tensor<1x4xi1>) outs(%24 : tensor<1x4xf32>) {
    ^bb0(%in: i1, %out: f32):
      %330 = arith.select %in, %cst_1, %cst_3 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %26 = tensor.empty() : tensor<1x4xi1>
    %27 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%21 : tensor<1x4xf32>) outs(%26 : tensor<1x4xi1>) {
    ^bb0(%in: f32, %out: i1):
      %330 = arith.cmpf oeq, %cst_3, %in : f32
      linalg.yield %330 : i1
    } -> tensor<1x4xi1>
    %28 = tensor.empty() : tensor<1x4xf32>
    %29 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%27 : tensor<1x4xi1>) outs(%28 : tensor<1x4xf32>) {
    ^bb0(%in: i1, %out: f32):
      %330 = arith.select %in, %cst_4, %cst_1 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %30 = tensor.empty() : tensor<1x4xf32>
    %31 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%25, %29 : tensor<1x4xf32>, tensor<1x4xf32>) outs(%30 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.divf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %32 = tensor.empty() : tensor<1x4x4xf32>
    %33 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<1x4xf32>) outs(%32 : tensor<1x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4xf32>
    %collapsed = tensor.collapse_shape %33 [[0], [1, 2]] : tensor<1x4x4xf32> into tensor<1x16xf32>
    %34 = tensor.empty() : tensor<1x4x4xf32>
    %35 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%21 : tensor<1x4xf32>) outs(%34 : tensor<1x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4xf32>
    %collapsed_5 = tensor.collapse_shape %35 [[0], [1, 2]] : tensor<1x4x4xf32> into tensor<1x16xf32>
    %36 = tensor.empty() : tensor<1x1x1x16xf32>
    %37 = linalg.generic {indexing_maps = [#map6, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed_5 : tensor<1x16xf32>) outs(%36 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x1x1x16xf32>
    %38 = tensor.empty() : tensor<1x4x4x16xf32>
    %39 = linalg.generic {indexing_maps = [#map6, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed : tensor<1x16xf32>) outs(%38 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4x16xf32>
    %40 = tensor.empty() : tensor<1x4x4x16xf32>
    %41 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0, %39 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%40 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.subf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %42 = tensor.empty() : tensor<1x1x1x16xf32>
    %43 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%37 : tensor<1x1x1x16xf32>) outs(%42 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %in, %cst_0 : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %44 = tensor.empty() : tensor<1x1x1x16xf32>
    %45 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%43 : tensor<1x1x1x16xf32>) outs(%44 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = math.rsqrt %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %46 = tensor.empty() : tensor<1x1x1x16xf32>
    %47 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%45, %43 : tensor<1x1x1x16xf32>, tensor<1x1x1x16xf32>) outs(%46 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.divf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %48 = tensor.empty() : tensor<1x1x1x16xf32>
    %49 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%47 : tensor<1x1x1x16xf32>) outs(%48 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.mulf %in, %cst : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %expanded_6 = tensor.expand_shape %arg1 [[0, 1, 2, 3]] output_shape [1, 1, 1, 16] : tensor<16xf32> into tensor<1x1x1x16xf32>
    %50 = tensor.empty() : tensor<1x1x1x16xf32>
    %51 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%45, %expanded_6 : tensor<1x1x1x16xf32>, tensor<1x1x1x16xf32>) outs(%50 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %52 = tensor.empty() : tensor<1x4x4x16xf32>
    %53 = linalg.generic {indexing_maps = [#map8, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%51 : tensor<1x1x1x16xf32>) outs(%52 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4x16xf32>
    %54 = tensor.empty() : tensor<1x4x4x16xf32>
    %55 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%41, %53 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%54 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %expanded_7 = tensor.expand_shape %arg2 [[0, 1, 2, 3]] output_shape [1, 1, 1, 16] : tensor<16xf32> into tensor<1x1x1x16xf32>
    %56 = tensor.empty() : tensor<1x4x4x16xf32>
    %57 = linalg.generic {indexing_maps = [#map8, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_7 : tensor<1x1x1x16xf32>) outs(%56 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4x16xf32>
    %58 = tensor.empty() : tensor<1x4x4x16xf32>
    %59 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%55, %57 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%58 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.addf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %60 = tensor.empty() : tensor<1x4x4x16xf32>
    %61 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%59 : tensor<1x4x4x16xf32>) outs(%60 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.negf %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %62 = tensor.empty() : tensor<1x4x4x16xf32>
    %63 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%61 : tensor<1x4x4x16xf32>) outs(%62 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = math.exp %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %64 = tensor.empty() : tensor<1x4x4x16xf32>
    %65 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%63 : tensor<1x4x4x16xf32>) outs(%64 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %in, %cst_1 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %66 = tensor.empty() : tensor<1x4x4x16xf32>
    %67 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%65 : tensor<1x4x4x16xf32>) outs(%66 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.divf %cst_1, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %68 = tensor.empty() : tensor<1x4x4x16xf32>
    %69 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%67 : tensor<1x4x4x16xf32>) outs(%68 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.subf %cst_1, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %70 = tensor.empty() : tensor<1x4x4x16xf32>
    %71 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%67, %69 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%70 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %72 = tensor.empty() : tensor<1x4x4x16xf32>
    %73 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%59, %67 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%72 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %74 = tensor.empty() : tensor<1x4x4x16xf32>
    %75 = linalg.fill ins(%cst_3 : f32) outs(%74 : tensor<1x4x4x16xf32>) -> tensor<1x4x4x16xf32>
    %padded = tensor.pad %73 low[0, 1, 1, 0] high[0, 1, 1, 0] {
    ^bb0(%arg7: index, %arg8: index, %arg9: index, %arg10: index):
      tensor.yield %cst_3 : f32
    } : tensor<1x4x4x16xf32> to tensor<1x6x6x16xf32>
    %76 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%padded, %arg3 : tensor<1x6x6x16xf32>, tensor<3x3x16x16xf32>) outs(%75 : tensor<1x4x4x16xf32>) -> tensor<1x4x4x16xf32>
    %expanded_8 = tensor.expand_shape %76 [[0], [1], [2], [3, 4]] output_shape [1, 4, 4, 4, 4] : tensor<1x4x4x16xf32> into tensor<1x4x4x4x4xf32>
    %77 = tensor.empty() : tensor<1x4x4x4x4xf32>
    %78 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_8 : tensor<1x4x4x4x4xf32>) outs(%77 : tensor<1x4x4x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.mulf %in, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x4x4xf32>
    %79 = tensor.empty() : tensor<1x4x4x4x4xf32>
    %80 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%expanded_8 : tensor<1x4x4x4x4xf32>) outs(%79 : tensor<1x4x4x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.mulf %in, %cst_4 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x4x4xf32>
    %81 = tensor.empty() : tensor<1x4xf32>
    %82 = linalg.fill ins(%cst_3 : f32) outs(%81 : tensor<1x4xf32>) -> tensor<1x4xf32>
    %83 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%expanded_8 : tensor<1x4x4x4x4xf32>) outs(%82 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %84 = tensor.empty() : tensor<1x4xf32>
    %85 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%83 : tensor<1x4xf32>) outs(%84 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.divf %in, %cst_2 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %86 = tensor.empty() : tensor<1x4xf32>
    %87 = linalg.fill ins(%cst_3 : f32) outs(%86 : tensor<1x4xf32>) -> tensor<1x4xf32>
    %88 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%78 : tensor<1x4x4x4x4xf32>) outs(%87 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %89 = tensor.empty() : tensor<1x4xf32>
    %90 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%88 : tensor<1x4xf32>) outs(%89 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.divf %in, %cst_2 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %91 = tensor.empty() : tensor<1x4xf32>
    %92 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%85 : tensor<1x4xf32>) outs(%91 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.mulf %in, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %93 = tensor.empty() : tensor<1x4xf32>
    %94 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%85 : tensor<1x4xf32>) outs(%93 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.mulf %in, %cst_4 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %95 = tensor.empty() : tensor<1x4xf32>
    %96 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%90, %92 : tensor<1x4xf32>, tensor<1x4xf32>) outs(%95 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.subf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %97 = tensor.empty() : tensor<1x4xf32>
    %98 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%96 : tensor<1x4xf32>) outs(%97 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.maximumf %in, %cst_3 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %99 = tensor.empty() : tensor<1x4xi1>
    %100 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%96, %98 : tensor<1x4xf32>, tensor<1x4xf32>) outs(%99 : tensor<1x4xi1>) {
    ^bb0(%in: f32, %in_36: f32, %out: i1):
      %330 = arith.cmpf oeq, %in, %in_36 : f32
      linalg.yield %330 : i1
    } -> tensor<1x4xi1>
    %101 = tensor.empty() : tensor<1x4xf32>
    %102 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%100 : tensor<1x4xi1>) outs(%101 : tensor<1x4xf32>) {
    ^bb0(%in: i1, %out: f32):
      %330 = arith.select %in, %cst_1, %cst_3 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %103 = tensor.empty() : tensor<1x4xi1>
    %104 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%98 : tensor<1x4xf32>) outs(%103 : tensor<1x4xi1>) {
    ^bb0(%in: f32, %out: i1):
      %330 = arith.cmpf oeq, %cst_3, %in : f32
      linalg.yield %330 : i1
    } -> tensor<1x4xi1>
    %105 = tensor.empty() : tensor<1x4xf32>
    %106 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%104 : tensor<1x4xi1>) outs(%105 : tensor<1x4xf32>) {
    ^bb0(%in: i1, %out: f32):
      %330 = arith.select %in, %cst_4, %cst_1 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %107 = tensor.empty() : tensor<1x4xf32>
    %108 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%102, %106 : tensor<1x4xf32>, tensor<1x4xf32>) outs(%107 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.divf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %109 = tensor.empty() : tensor<1x4x4xf32>
    %110 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%85 : tensor<1x4xf32>) outs(%109 : tensor<1x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4xf32>
    %collapsed_9 = tensor.collapse_shape %110 [[0], [1, 2]] : tensor<1x4x4xf32> into tensor<1x16xf32>
    %111 = tensor.empty() : tensor<1x4x4xf32>
    %112 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%98 : tensor<1x4xf32>) outs(%111 : tensor<1x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4xf32>
    %collapsed_10 = tensor.collapse_shape %112 [[0], [1, 2]] : tensor<1x4x4xf32> into tensor<1x16xf32>
    %113 = tensor.empty() : tensor<1x1x1x16xf32>
    %114 = linalg.generic {indexing_maps = [#map6, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed_10 : tensor<1x16xf32>) outs(%113 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x1x1x16xf32>
    %115 = tensor.empty() : tensor<1x4x4x16xf32>
    %116 = linalg.generic {indexing_maps = [#map6, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed_9 : tensor<1x16xf32>) outs(%115 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4x16xf32>
    %117 = tensor.empty() : tensor<1x4x4x16xf32>
    %118 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%76, %116 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%117 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.subf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %119 = tensor.empty() : tensor<1x1x1x16xf32>
    %120 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%114 : tensor<1x1x1x16xf32>) outs(%119 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %in, %cst_0 : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %121 = tensor.empty() : tensor<1x1x1x16xf32>
    %122 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%120 : tensor<1x1x1x16xf32>) outs(%121 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = math.rsqrt %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %123 = tensor.empty() : tensor<1x1x1x16xf32>
    %124 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%122, %120 : tensor<1x1x1x16xf32>, tensor<1x1x1x16xf32>) outs(%123 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.divf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %125 = tensor.empty() : tensor<1x1x1x16xf32>
    %126 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%124 : tensor<1x1x1x16xf32>) outs(%125 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.mulf %in, %cst : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %expanded_11 = tensor.expand_shape %arg4 [[0, 1, 2, 3]] output_shape [1, 1, 1, 16] : tensor<16xf32> into tensor<1x1x1x16xf32>
    %127 = tensor.empty() : tensor<1x1x1x16xf32>
    %128 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%122, %expanded_11 : tensor<1x1x1x16xf32>, tensor<1x1x1x16xf32>) outs(%127 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %129 = tensor.empty() : tensor<1x4x4x16xf32>
    %130 = linalg.generic {indexing_maps = [#map8, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%128 : tensor<1x1x1x16xf32>) outs(%129 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4x16xf32>
    %131 = tensor.empty() : tensor<1x4x4x16xf32>
    %132 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%118, %130 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%131 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %expanded_12 = tensor.expand_shape %arg5 [[0, 1, 2, 3]] output_shape [1, 1, 1, 16] : tensor<16xf32> into tensor<1x1x1x16xf32>
    %133 = tensor.empty() : tensor<1x4x4x16xf32>
    %134 = linalg.generic {indexing_maps = [#map8, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_12 : tensor<1x1x1x16xf32>) outs(%133 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4x16xf32>
    %135 = tensor.empty() : tensor<1x4x4x16xf32>
    %136 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%132, %134 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%135 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.addf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %137 = tensor.empty() : tensor<1x4x4x16xf32>
    %138 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%136 : tensor<1x4x4x16xf32>) outs(%137 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.negf %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %139 = tensor.empty() : tensor<1x4x4x16xf32>
    %140 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%138 : tensor<1x4x4x16xf32>) outs(%139 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = math.exp %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %141 = tensor.empty() : tensor<1x4x4x16xf32>
    %142 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%140 : tensor<1x4x4x16xf32>) outs(%141 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %in, %cst_1 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %143 = tensor.empty() : tensor<1x4x4x16xf32>
    %144 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%142 : tensor<1x4x4x16xf32>) outs(%143 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.divf %cst_1, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %145 = tensor.empty() : tensor<1x4x4x16xf32>
    %146 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%144 : tensor<1x4x4x16xf32>) outs(%145 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.subf %cst_1, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %147 = tensor.empty() : tensor<1x4x4x16xf32>
    %148 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%144, %146 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%147 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %149 = tensor.empty() : tensor<1x4x4x16xf32>
    %150 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%136, %144 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%149 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %151 = tensor.empty() : tensor<1x4x4x16xf32>
    %152 = linalg.fill ins(%cst_3 : f32) outs(%151 : tensor<1x4x4x16xf32>) -> tensor<1x4x4x16xf32>
    %padded_13 = tensor.pad %150 low[0, 1, 1, 0] high[0, 1, 1, 0] {
    ^bb0(%arg7: index, %arg8: index, %arg9: index, %arg10: index):
      tensor.yield %cst_3 : f32
    } : tensor<1x4x4x16xf32> to tensor<1x6x6x16xf32>
    %153 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%padded_13, %arg6 : tensor<1x6x6x16xf32>, tensor<3x3x16x16xf32>) outs(%152 : tensor<1x4x4x16xf32>) -> tensor<1x4x4x16xf32>
    %154 = tensor.empty() : tensor<1x4x4x16xf32>
    %155 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg0, %153 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%154 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.addf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %156 = tensor.empty() : tensor<1x4x4x16xf32>
    %157 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%155 : tensor<1x4x4x16xf32>) outs(%156 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = math.cos %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %158 = tensor.empty() : tensor<16x4x4x1xf32>
    %159 = linalg.generic {indexing_maps = [#map9, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%150 : tensor<1x4x4x16xf32>) outs(%158 : tensor<16x4x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x4x4x1xf32>
    %collapsed_14 = tensor.collapse_shape %157 [[0, 1, 2, 3]] : tensor<1x4x4x16xf32> into tensor<256xf32>
    %expanded_15 = tensor.expand_shape %collapsed_14 [[0, 1, 2, 3]] output_shape [4, 4, 1, 16] : tensor<256xf32> into tensor<4x4x1x16xf32>
    %160 = tensor.empty() : tensor<16x3x3x16xf32>
    %161 = linalg.fill ins(%cst_3 : f32) outs(%160 : tensor<16x3x3x16xf32>) -> tensor<16x3x3x16xf32>
    %padded_16 = tensor.pad %159 low[0, 1, 1, 0] high[0, 1, 1, 0] {
    ^bb0(%arg7: index, %arg8: index, %arg9: index, %arg10: index):
      tensor.yield %cst_3 : f32
    } : tensor<16x4x4x1xf32> to tensor<16x6x6x1xf32>
    %162 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%padded_16, %expanded_15 : tensor<16x6x6x1xf32>, tensor<4x4x1x16xf32>) outs(%161 : tensor<16x3x3x16xf32>) -> tensor<16x3x3x16xf32>
    %163 = tensor.empty() : tensor<3x3x16x16xf32>
    %164 = linalg.generic {indexing_maps = [#map10, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%162 : tensor<16x3x3x16xf32>) outs(%163 : tensor<3x3x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<3x3x16x16xf32>
    %165 = tensor.empty() : tensor<3x3x16x16xf32>
    %166 = linalg.generic {indexing_maps = [#map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%165 : tensor<3x3x16x16xf32>) {
    ^bb0(%out: f32):
      %330 = linalg.index 0 : index
      %331 = arith.subi %c2, %330 : index
      %332 = linalg.index 1 : index
      %333 = arith.subi %c2, %332 : index
      %334 = linalg.index 2 : index
      %335 = linalg.index 3 : index
      %extracted = tensor.extract %arg6[%331, %333, %334, %335] : tensor<3x3x16x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<3x3x16x16xf32>
    %167 = tensor.empty() : tensor<3x3x16x16xf32>
    %168 = linalg.generic {indexing_maps = [#map11, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%166 : tensor<3x3x16x16xf32>) outs(%167 : tensor<3x3x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<3x3x16x16xf32>
    %169 = tensor.empty() : tensor<1x4x4x16xf32>
    %170 = linalg.fill ins(%cst_3 : f32) outs(%169 : tensor<1x4x4x16xf32>) -> tensor<1x4x4x16xf32>
    %padded_17 = tensor.pad %157 low[0, 1, 1, 0] high[0, 1, 1, 0] {
    ^bb0(%arg7: index, %arg8: index, %arg9: index, %arg10: index):
      tensor.yield %cst_3 : f32
    } : tensor<1x4x4x16xf32> to tensor<1x6x6x16xf32>
    %171 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%padded_17, %168 : tensor<1x6x6x16xf32>, tensor<3x3x16x16xf32>) outs(%170 : tensor<1x4x4x16xf32>) -> tensor<1x4x4x16xf32>
    %172 = tensor.empty() : tensor<1x4x4x16xf32>
    %173 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%136, %171 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%172 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %174 = tensor.empty() : tensor<1x4x4x16xf32>
    %175 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%171, %144 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%174 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %176 = tensor.empty() : tensor<1x4x4x16xf32>
    %177 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%173, %148 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%176 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %178 = tensor.empty() : tensor<1x4x4x16xf32>
    %179 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%175, %177 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%178 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.addf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %180 = tensor.empty() : tensor<1x16xf32>
    %181 = linalg.fill ins(%cst_3 : f32) outs(%180 : tensor<1x16xf32>) -> tensor<1x16xf32>
    %182 = linalg.generic {indexing_maps = [#map12, #map13], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%179 : tensor<1x4x4x16xf32>) outs(%181 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x16xf32>
    %collapsed_18 = tensor.collapse_shape %182 [[0, 1]] : tensor<1x16xf32> into tensor<16xf32>
    %183 = tensor.empty() : tensor<1x4x4x16xf32>
    %184 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%118, %179 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%183 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %185 = tensor.empty() : tensor<1x16xf32>
    %186 = linalg.fill ins(%cst_3 : f32) outs(%185 : tensor<1x16xf32>) -> tensor<1x16xf32>
    %187 = linalg.generic {indexing_maps = [#map12, #map13], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%184 : tensor<1x4x4x16xf32>) outs(%186 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x16xf32>
    %expanded_19 = tensor.expand_shape %187 [[0], [1, 2, 3]] output_shape [1, 1, 1, 16] : tensor<1x16xf32> into tensor<1x1x1x16xf32>
    %188 = tensor.empty() : tensor<1x4x4x16xf32>
    %189 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%179, %130 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%188 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %190 = tensor.empty() : tensor<1x1x1x16xf32>
    %191 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%122, %expanded_19 : tensor<1x1x1x16xf32>, tensor<1x1x1x16xf32>) outs(%190 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %192 = tensor.empty() : tensor<1x1x1x16xf32>
    %193 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_19, %expanded_11 : tensor<1x1x1x16xf32>, tensor<1x1x1x16xf32>) outs(%192 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %collapsed_20 = tensor.collapse_shape %191 [[0, 1, 2, 3]] : tensor<1x1x1x16xf32> into tensor<16xf32>
    %194 = tensor.empty() : tensor<1x1x1x16xf32>
    %195 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%193, %126 : tensor<1x1x1x16xf32>, tensor<1x1x1x16xf32>) outs(%194 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %196 = tensor.empty() : tensor<1x4x4x16xf32>
    %197 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%189 : tensor<1x4x4x16xf32>) outs(%196 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.negf %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %198 = tensor.empty() : tensor<1x16xf32>
    %199 = linalg.fill ins(%cst_3 : f32) outs(%198 : tensor<1x16xf32>) -> tensor<1x16xf32>
    %200 = linalg.generic {indexing_maps = [#map12, #map13], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%197 : tensor<1x4x4x16xf32>) outs(%199 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x16xf32>
    %expanded_21 = tensor.expand_shape %200 [[0], [1, 2, 3]] output_shape [1, 1, 1, 16] : tensor<1x16xf32> into tensor<1x1x1x16xf32>
    %201 = tensor.empty() : tensor<16xf32>
    %202 = linalg.fill ins(%cst_3 : f32) outs(%201 : tensor<16xf32>) -> tensor<16xf32>
    %203 = linalg.generic {indexing_maps = [#map14, #map15], iterator_types = ["parallel", "reduction", "reduction", "reduction"]} ins(%195 : tensor<1x1x1x16xf32>) outs(%202 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<16xf32>
    %204 = tensor.empty() : tensor<1x16xf32>
    %205 = linalg.generic {indexing_maps = [#map16, #map3], iterator_types = ["parallel", "parallel"]} ins(%203 : tensor<16xf32>) outs(%204 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x16xf32>
    %206 = tensor.empty() : tensor<16xf32>
    %207 = linalg.fill ins(%cst_3 : f32) outs(%206 : tensor<16xf32>) -> tensor<16xf32>
    %208 = linalg.generic {indexing_maps = [#map14, #map15], iterator_types = ["parallel", "reduction", "reduction", "reduction"]} ins(%expanded_21 : tensor<1x1x1x16xf32>) outs(%207 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<16xf32>
    %209 = tensor.empty() : tensor<1x16xf32>
    %210 = linalg.generic {indexing_maps = [#map16, #map3], iterator_types = ["parallel", "parallel"]} ins(%208 : tensor<16xf32>) outs(%209 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x16xf32>
    %expanded_22 = tensor.expand_shape %205 [[0], [1, 2]] output_shape [1, 4, 4] : tensor<1x16xf32> into tensor<1x4x4xf32>
    %211 = tensor.empty() : tensor<4xf32>
    %212 = linalg.fill ins(%cst_3 : f32) outs(%211 : tensor<4xf32>) -> tensor<4xf32>
    %213 = linalg.generic {indexing_maps = [#map17, #map18], iterator_types = ["parallel", "reduction", "reduction"]} ins(%expanded_22 : tensor<1x4x4xf32>) outs(%212 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<4xf32>
    %214 = tensor.empty() : tensor<1x4xf32>
    %215 = linalg.generic {indexing_maps = [#map16, #map3], iterator_types = ["parallel", "parallel"]} ins(%213 : tensor<4xf32>) outs(%214 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4xf32>
    %expanded_23 = tensor.expand_shape %210 [[0], [1, 2]] output_shape [1, 4, 4] : tensor<1x16xf32> into tensor<1x4x4xf32>
    %216 = tensor.empty() : tensor<4xf32>
    %217 = linalg.fill ins(%cst_3 : f32) outs(%216 : tensor<4xf32>) -> tensor<4xf32>
    %218 = linalg.generic {indexing_maps = [#map17, #map18], iterator_types = ["parallel", "reduction", "reduction"]} ins(%expanded_23 : tensor<1x4x4xf32>) outs(%217 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<4xf32>
    %219 = tensor.empty() : tensor<1x4xf32>
    %220 = linalg.generic {indexing_maps = [#map16, #map3], iterator_types = ["parallel", "parallel"]} ins(%218 : tensor<4xf32>) outs(%219 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4xf32>
    %221 = tensor.empty() : tensor<1x4xf32>
    %222 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%215, %108 : tensor<1x4xf32>, tensor<1x4xf32>) outs(%221 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %223 = tensor.empty() : tensor<1x4xf32>
    %224 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%222 : tensor<1x4xf32>) outs(%223 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.negf %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %225 = tensor.empty() : tensor<1x4xf32>
    %226 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%224, %94 : tensor<1x4xf32>, tensor<1x4xf32>) outs(%225 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %227 = tensor.empty() : tensor<1x4xf32>
    %228 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%220, %226 : tensor<1x4xf32>, tensor<1x4xf32>) outs(%227 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.addf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %229 = tensor.empty() : tensor<1x4xf32>
    %230 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%222 : tensor<1x4xf32>) outs(%229 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.divf %in, %cst_2 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %231 = tensor.empty() : tensor<1x4x4x4x4xf32>
    %232 = linalg.generic {indexing_maps = [#map19, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%230 : tensor<1x4xf32>) outs(%231 : tensor<1x4x4x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4x4x4xf32>
    %233 = tensor.empty() : tensor<1x4xf32>
    %234 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%228 : tensor<1x4xf32>) outs(%233 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.divf %in, %cst_2 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %235 = tensor.empty() : tensor<1x4x4x4x4xf32>
    %236 = linalg.generic {indexing_maps = [#map19, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%234 : tensor<1x4xf32>) outs(%235 : tensor<1x4x4x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4x4x4xf32>
    %237 = tensor.empty() : tensor<1x4x4x4x4xf32>
    %238 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%232, %80 : tensor<1x4x4x4x4xf32>, tensor<1x4x4x4x4xf32>) outs(%237 : tensor<1x4x4x4x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x4x4xf32>
    %239 = tensor.empty() : tensor<1x4x4x4x4xf32>
    %240 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%236, %238 : tensor<1x4x4x4x4xf32>, tensor<1x4x4x4x4xf32>) outs(%239 : tensor<1x4x4x4x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.addf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x4x4xf32>
    %collapsed_24 = tensor.collapse_shape %240 [[0], [1], [2], [3, 4]] : tensor<1x4x4x4x4xf32> into tensor<1x4x4x16xf32>
    %241 = tensor.empty() : tensor<1x4x4x16xf32>
    %242 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%189, %collapsed_24 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%241 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.addf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %243 = tensor.empty() : tensor<16x4x4x1xf32>
    %244 = linalg.generic {indexing_maps = [#map9, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%73 : tensor<1x4x4x16xf32>) outs(%243 : tensor<16x4x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x4x4x1xf32>
    %collapsed_25 = tensor.collapse_shape %242 [[0, 1, 2, 3]] : tensor<1x4x4x16xf32> into tensor<256xf32>
    %expanded_26 = tensor.expand_shape %collapsed_25 [[0, 1, 2, 3]] output_shape [4, 4, 1, 16] : tensor<256xf32> into tensor<4x4x1x16xf32>
    %245 = tensor.empty() : tensor<16x3x3x16xf32>
    %246 = linalg.fill ins(%cst_3 : f32) outs(%245 : tensor<16x3x3x16xf32>) -> tensor<16x3x3x16xf32>
    %padded_27 = tensor.pad %244 low[0, 1, 1, 0] high[0, 1, 1, 0] {
    ^bb0(%arg7: index, %arg8: index, %arg9: index, %arg10: index):
      tensor.yield %cst_3 : f32
    } : tensor<16x4x4x1xf32> to tensor<16x6x6x1xf32>
    %247 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%padded_27, %expanded_26 : tensor<16x6x6x1xf32>, tensor<4x4x1x16xf32>) outs(%246 : tensor<16x3x3x16xf32>) -> tensor<16x3x3x16xf32>
    %248 = tensor.empty() : tensor<3x3x16x16xf32>
    %249 = linalg.generic {indexing_maps = [#map10, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%247 : tensor<16x3x3x16xf32>) outs(%248 : tensor<3x3x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<3x3x16x16xf32>
    %250 = tensor.empty() : tensor<3x3x16x16xf32>
    %251 = linalg.generic {indexing_maps = [#map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%250 : tensor<3x3x16x16xf32>) {
    ^bb0(%out: f32):
      %330 = linalg.index 0 : index
      %331 = arith.subi %c2, %330 : index
      %332 = linalg.index 1 : index
      %333 = arith.subi %c2, %332 : index
      %334 = linalg.index 2 : index
      %335 = linalg.index 3 : index
      %extracted = tensor.extract %arg3[%331, %333, %334, %335] : tensor<3x3x16x16xf32>
      linalg.yield %extracted : f32
    } -> tensor<3x3x16x16xf32>
    %252 = tensor.empty() : tensor<3x3x16x16xf32>
    %253 = linalg.generic {indexing_maps = [#map11, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%251 : tensor<3x3x16x16xf32>) outs(%252 : tensor<3x3x16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<3x3x16x16xf32>
    %254 = tensor.empty() : tensor<1x4x4x16xf32>
    %255 = linalg.fill ins(%cst_3 : f32) outs(%254 : tensor<1x4x4x16xf32>) -> tensor<1x4x4x16xf32>
    %padded_28 = tensor.pad %242 low[0, 1, 1, 0] high[0, 1, 1, 0] {
    ^bb0(%arg7: index, %arg8: index, %arg9: index, %arg10: index):
      tensor.yield %cst_3 : f32
    } : tensor<1x4x4x16xf32> to tensor<1x6x6x16xf32>
    %256 = linalg.conv_2d_nhwc_hwcf {dilations = dense<1> : tensor<2xi64>, strides = dense<1> : tensor<2xi64>} ins(%padded_28, %253 : tensor<1x6x6x16xf32>, tensor<3x3x16x16xf32>) outs(%255 : tensor<1x4x4x16xf32>) -> tensor<1x4x4x16xf32>
    %257 = tensor.empty() : tensor<1x4x4x16xf32>
    %258 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%59, %256 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%257 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %259 = tensor.empty() : tensor<1x4x4x16xf32>
    %260 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%256, %67 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%259 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %261 = tensor.empty() : tensor<1x4x4x16xf32>
    %262 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%258, %71 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%261 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %263 = tensor.empty() : tensor<1x4x4x16xf32>
    %264 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%260, %262 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%263 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.addf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %265 = tensor.empty() : tensor<1x16xf32>
    %266 = linalg.fill ins(%cst_3 : f32) outs(%265 : tensor<1x16xf32>) -> tensor<1x16xf32>
    %267 = linalg.generic {indexing_maps = [#map12, #map13], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%264 : tensor<1x4x4x16xf32>) outs(%266 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x16xf32>
    %collapsed_29 = tensor.collapse_shape %267 [[0, 1]] : tensor<1x16xf32> into tensor<16xf32>
    %268 = tensor.empty() : tensor<1x4x4x16xf32>
    %269 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%41, %264 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%268 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %270 = tensor.empty() : tensor<1x16xf32>
    %271 = linalg.fill ins(%cst_3 : f32) outs(%270 : tensor<1x16xf32>) -> tensor<1x16xf32>
    %272 = linalg.generic {indexing_maps = [#map12, #map13], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%269 : tensor<1x4x4x16xf32>) outs(%271 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x16xf32>
    %expanded_30 = tensor.expand_shape %272 [[0], [1, 2, 3]] output_shape [1, 1, 1, 16] : tensor<1x16xf32> into tensor<1x1x1x16xf32>
    %273 = tensor.empty() : tensor<1x4x4x16xf32>
    %274 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%264, %53 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%273 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %275 = tensor.empty() : tensor<1x1x1x16xf32>
    %276 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%45, %expanded_30 : tensor<1x1x1x16xf32>, tensor<1x1x1x16xf32>) outs(%275 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %277 = tensor.empty() : tensor<1x1x1x16xf32>
    %278 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_30, %expanded_6 : tensor<1x1x1x16xf32>, tensor<1x1x1x16xf32>) outs(%277 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %collapsed_31 = tensor.collapse_shape %276 [[0, 1, 2, 3]] : tensor<1x1x1x16xf32> into tensor<16xf32>
    %279 = tensor.empty() : tensor<1x1x1x16xf32>
    %280 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%278, %49 : tensor<1x1x1x16xf32>, tensor<1x1x1x16xf32>) outs(%279 : tensor<1x1x1x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x1x1x16xf32>
    %281 = tensor.empty() : tensor<1x4x4x16xf32>
    %282 = linalg.generic {indexing_maps = [#map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%274 : tensor<1x4x4x16xf32>) outs(%281 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.negf %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %283 = tensor.empty() : tensor<1x16xf32>
    %284 = linalg.fill ins(%cst_3 : f32) outs(%283 : tensor<1x16xf32>) -> tensor<1x16xf32>
    %285 = linalg.generic {indexing_maps = [#map12, #map13], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%282 : tensor<1x4x4x16xf32>) outs(%284 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x16xf32>
    %expanded_32 = tensor.expand_shape %285 [[0], [1, 2, 3]] output_shape [1, 1, 1, 16] : tensor<1x16xf32> into tensor<1x1x1x16xf32>
    %286 = tensor.empty() : tensor<1x4x4x16xf32>
    %287 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%157, %274 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%286 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.addf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    %288 = tensor.empty() : tensor<16xf32>
    %289 = linalg.fill ins(%cst_3 : f32) outs(%288 : tensor<16xf32>) -> tensor<16xf32>
    %290 = linalg.generic {indexing_maps = [#map14, #map15], iterator_types = ["parallel", "reduction", "reduction", "reduction"]} ins(%280 : tensor<1x1x1x16xf32>) outs(%289 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<16xf32>
    %291 = tensor.empty() : tensor<1x16xf32>
    %292 = linalg.generic {indexing_maps = [#map16, #map3], iterator_types = ["parallel", "parallel"]} ins(%290 : tensor<16xf32>) outs(%291 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x16xf32>
    %293 = tensor.empty() : tensor<16xf32>
    %294 = linalg.fill ins(%cst_3 : f32) outs(%293 : tensor<16xf32>) -> tensor<16xf32>
    %295 = linalg.generic {indexing_maps = [#map14, #map15], iterator_types = ["parallel", "reduction", "reduction", "reduction"]} ins(%expanded_32 : tensor<1x1x1x16xf32>) outs(%294 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<16xf32>
    %296 = tensor.empty() : tensor<1x16xf32>
    %297 = linalg.generic {indexing_maps = [#map16, #map3], iterator_types = ["parallel", "parallel"]} ins(%295 : tensor<16xf32>) outs(%296 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x16xf32>
    %expanded_33 = tensor.expand_shape %292 [[0], [1, 2]] output_shape [1, 4, 4] : tensor<1x16xf32> into tensor<1x4x4xf32>
    %298 = tensor.empty() : tensor<4xf32>
    %299 = linalg.fill ins(%cst_3 : f32) outs(%298 : tensor<4xf32>) -> tensor<4xf32>
    %300 = linalg.generic {indexing_maps = [#map17, #map18], iterator_types = ["parallel", "reduction", "reduction"]} ins(%expanded_33 : tensor<1x4x4xf32>) outs(%299 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<4xf32>
    %301 = tensor.empty() : tensor<1x4xf32>
    %302 = linalg.generic {indexing_maps = [#map16, #map3], iterator_types = ["parallel", "parallel"]} ins(%300 : tensor<4xf32>) outs(%301 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4xf32>
    %expanded_34 = tensor.expand_shape %297 [[0], [1, 2]] output_shape [1, 4, 4] : tensor<1x16xf32> into tensor<1x4x4xf32>
    %303 = tensor.empty() : tensor<4xf32>
    %304 = linalg.fill ins(%cst_3 : f32) outs(%303 : tensor<4xf32>) -> tensor<4xf32>
    %305 = linalg.generic {indexing_maps = [#map17, #map18], iterator_types = ["parallel", "reduction", "reduction"]} ins(%expanded_34 : tensor<1x4x4xf32>) outs(%304 : tensor<4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.addf %out, %in : f32
      linalg.yield %330 : f32
    } -> tensor<4xf32>
    %306 = tensor.empty() : tensor<1x4xf32>
    %307 = linalg.generic {indexing_maps = [#map16, #map3], iterator_types = ["parallel", "parallel"]} ins(%305 : tensor<4xf32>) outs(%306 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4xf32>
    %308 = tensor.empty() : tensor<1x4xf32>
    %309 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%302, %31 : tensor<1x4xf32>, tensor<1x4xf32>) outs(%308 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %310 = tensor.empty() : tensor<1x4xf32>
    %311 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%309 : tensor<1x4xf32>) outs(%310 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.negf %in : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %312 = tensor.empty() : tensor<1x4xf32>
    %313 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%311, %17 : tensor<1x4xf32>, tensor<1x4xf32>) outs(%312 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %314 = tensor.empty() : tensor<1x4xf32>
    %315 = linalg.generic {indexing_maps = [#map3, #map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%307, %313 : tensor<1x4xf32>, tensor<1x4xf32>) outs(%314 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.addf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %316 = tensor.empty() : tensor<1x4xf32>
    %317 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%309 : tensor<1x4xf32>) outs(%316 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.divf %in, %cst_2 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %318 = tensor.empty() : tensor<1x4x4x4x4xf32>
    %319 = linalg.generic {indexing_maps = [#map19, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%317 : tensor<1x4xf32>) outs(%318 : tensor<1x4x4x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4x4x4xf32>
    %320 = tensor.empty() : tensor<1x4xf32>
    %321 = linalg.generic {indexing_maps = [#map3, #map3], iterator_types = ["parallel", "parallel"]} ins(%315 : tensor<1x4xf32>) outs(%320 : tensor<1x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %330 = arith.divf %in, %cst_2 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4xf32>
    %322 = tensor.empty() : tensor<1x4x4x4x4xf32>
    %323 = linalg.generic {indexing_maps = [#map19, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%321 : tensor<1x4xf32>) outs(%322 : tensor<1x4x4x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x4x4x4x4xf32>
    %324 = tensor.empty() : tensor<1x4x4x4x4xf32>
    %325 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%319, %3 : tensor<1x4x4x4x4xf32>, tensor<1x4x4x4x4xf32>) outs(%324 : tensor<1x4x4x4x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.mulf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x4x4xf32>
    %326 = tensor.empty() : tensor<1x4x4x4x4xf32>
    %327 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} ins(%323, %325 : tensor<1x4x4x4x4xf32>, tensor<1x4x4x4x4xf32>) outs(%326 : tensor<1x4x4x4x4xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.addf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x4x4xf32>
    %collapsed_35 = tensor.collapse_shape %327 [[0], [1], [2], [3, 4]] : tensor<1x4x4x4x4xf32> into tensor<1x4x4x16xf32>
    %328 = tensor.empty() : tensor<1x4x4x16xf32>
    %329 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%287, %collapsed_35 : tensor<1x4x4x16xf32>, tensor<1x4x4x16xf32>) outs(%328 : tensor<1x4x4x16xf32>) {
    ^bb0(%in: f32, %in_36: f32, %out: f32):
      %330 = arith.addf %in, %in_36 : f32
      linalg.yield %330 : f32
    } -> tensor<1x4x4x16xf32>
    return %329, %collapsed_31, %collapsed_29, %249, %collapsed_20, %collapsed_18, %164 : tensor<1x4x4x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x3x16x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<3x3x16x16xf32>
  }
}

