// expect: rmsnorm=4 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=4 prmsnorm_backward=0 layernorm_backward=0
// outputs: dx dscale; dx dscale; dx dscale; dx dscale
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: the same with the forward in sight; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map2 = affine_map<(d0) -> (d0)>
#map3 = affine_map<(d0, d1, d2) -> (d2)>
#map4 = affine_map<(d0, d1) -> (d0, d1)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d3, d2)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map8 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
#map9 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map10 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d0)>
#map11 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d1)>
#map12 = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#map13 = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
module {
  func.func @main(%arg0: tensor<2x6x32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<32x32xf32>, %arg3: tensor<32xf32>, %arg4: tensor<32xf32>, %arg5: tensor<32x32xf32>, %arg6: tensor<32xf32>, %arg7: tensor<2x6x32xf32>) -> (tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %c3_i64 = arith.constant 3 : i64
    %c1_i64 = arith.constant 1 : i64
    %c2_i64 = arith.constant 2 : i64
    %cst_0 = arith.constant 1.341450e-01 : f64
    %cst_1 = arith.constant 0.79788456080286541 : f64
    %cst_2 = arith.constant 4.471500e-02 : f64
    %cst_3 = arith.constant 9.9999999999999995E-7 : f64
    %cst_4 = arith.constant 3.200000e+01 : f32
    %cst_5 = arith.constant 1.000000e+00 : f32
    %cst_6 = arith.constant 5.000000e-01 : f32
    %cst_7 = arith.constant -5.000000e-01 : f32
    %cst_8 = arith.constant 2.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x6x32xf32>
    %1 = tensor.empty() : tensor<2x6x1xf32>
    %2 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%1 : tensor<2x6x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<2x6x1xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0 : tensor<2x6x32xf32>) outs(%2 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = math.fpowi %in, %c2_i64 : f32, i64
      %64 = arith.addf %63, %out : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x1xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%3 : tensor<2x6x1xf32>) outs(%1 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.divf %in, %cst_4 : f32
      %64 = arith.truncf %cst_3 : f64 to f32
      %65 = arith.addf %63, %64 : f32
      %66 = math.rsqrt %65 : f32
      linalg.yield %66 : f32
    } -> tensor<2x6x1xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %4 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %6 = tensor.empty() : tensor<32xf32>
    %7 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%arg1 : tensor<32xf32>) outs(%6 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %cst_5 : f32
      linalg.yield %63 : f32
    } -> tensor<32xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5, %7 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %9 = tensor.empty() : tensor<12x32xf32>
    %10 = linalg.generic {indexing_maps = [#map4], iterator_types = ["parallel", "parallel"]} outs(%9 : tensor<12x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<12x32xf32>
    %expanded = tensor.expand_shape %10 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %11 = linalg.generic {indexing_maps = [#map5, #map6, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%8, %arg2 : tensor<2x6x32xf32>, tensor<32x32xf32>) outs(%expanded : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %out, %63 : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x32xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = math.tanh %in : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%12 : tensor<2x6x32xf32>) outs(%2 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = math.fpowi %in, %c2_i64 : f32, i64
      %64 = arith.addf %63, %out : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x1xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%13 : tensor<2x6x1xf32>) outs(%1 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.divf %in, %cst_4 : f32
      %64 = arith.truncf %cst_3 : f64 to f32
      %65 = arith.addf %63, %64 : f32
      %66 = math.rsqrt %65 : f32
      linalg.yield %66 : f32
    } -> tensor<2x6x1xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%12, %14 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %16 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%arg3 : tensor<32xf32>) outs(%6 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %cst_5 : f32
      linalg.yield %63 : f32
    } -> tensor<32xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %15, %16 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %in_21: f32, %out: f32):
      %63 = arith.mulf %in_20, %in_21 : f32
      %64 = arith.addf %in, %63 : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x32xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%17 : tensor<2x6x32xf32>) outs(%2 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = math.fpowi %in, %c2_i64 : f32, i64
      %64 = arith.addf %63, %out : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x1xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18 : tensor<2x6x1xf32>) outs(%1 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.divf %in, %cst_4 : f32
      %64 = arith.truncf %cst_3 : f64 to f32
      %65 = arith.addf %63, %64 : f32
      %66 = math.rsqrt %65 : f32
      linalg.yield %66 : f32
    } -> tensor<2x6x1xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%17, %19 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %21 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%arg4 : tensor<32xf32>) outs(%6 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %cst_5 : f32
      linalg.yield %63 : f32
    } -> tensor<32xf32>
    %22 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%20, %21 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %23 = linalg.generic {indexing_maps = [#map5, #map6, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%22, %arg5 : tensor<2x6x32xf32>, tensor<32x32xf32>) outs(%expanded : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %out, %63 : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x32xf32>
    %24 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.mulf %in, %in : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %25 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.mulf %in, %cst_6 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %26 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23, %24 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in_20, %in : f32
      %64 = arith.truncf %cst_2 : f64 to f32
      %65 = arith.mulf %63, %64 : f32
      %66 = arith.addf %in, %65 : f32
      %67 = arith.truncf %cst_1 : f64 to f32
      %68 = arith.mulf %66, %67 : f32
      %69 = math.tanh %68 : f32
      linalg.yield %69 : f32
    } -> tensor<2x6x32xf32>
    %27 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%26 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %cst_5 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %28 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%25, %27 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %29 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%28 : tensor<2x6x32xf32>) outs(%2 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = math.fpowi %in, %c2_i64 : f32, i64
      %64 = arith.addf %63, %out : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x1xf32>
    %30 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%29 : tensor<2x6x1xf32>) outs(%1 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.divf %in, %cst_4 : f32
      %64 = arith.truncf %cst_3 : f64 to f32
      %65 = arith.addf %63, %64 : f32
      %66 = math.rsqrt %65 : f32
      linalg.yield %66 : f32
    } -> tensor<2x6x1xf32>
    %31 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%28, %30 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %32 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%arg6 : tensor<32xf32>) outs(%6 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %63 = arith.addf %in, %cst_5 : f32
      linalg.yield %63 : f32
    } -> tensor<32xf32>
    %33 = linalg.generic {indexing_maps = [#map, #map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%17, %31, %32 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %in_21: f32, %out: f32):
      %63 = arith.mulf %in_20, %in_21 : f32
      %64 = arith.addf %in, %63 : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x32xf32>
    %34 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg7, %32 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %35 = tensor.empty() : tensor<1x1x32xf32>
    %36 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%35 : tensor<1x1x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<1x1x32xf32>
    %37 = linalg.generic {indexing_maps = [#map, #map, #map8], iterator_types = ["reduction", "reduction", "parallel"]} ins(%arg7, %31 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%36 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %63, %out : f32
      linalg.yield %64 : f32
    } -> tensor<1x1x32xf32>
    %collapsed = tensor.collapse_shape %37 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %38 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%34, %28 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%2 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %63, %out : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x1xf32>
    %expanded_9 = tensor.expand_shape %28 [[0], [1, 2], [3]] output_shape [2, 6, 1, 32] : tensor<2x6x32xf32> into tensor<2x6x1x32xf32>
    %39 = tensor.empty() : tensor<2x6x1x32xf32>
    %40 = linalg.generic {indexing_maps = [#map7, #map7, #map9, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%38, %30, %expanded_9 : tensor<2x6x1xf32>, tensor<2x6x1xf32>, tensor<2x6x1x32xf32>) outs(%39 : tensor<2x6x1x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %in_21: f32, %out: f32):
      %63 = math.fpowi %in_20, %c3_i64 : f32, i64
      %64 = arith.mulf %in, %cst_7 : f32
      %65 = arith.mulf %64, %63 : f32
      %66 = arith.divf %65, %cst_4 : f32
      %67 = math.fpowi %in_21, %c1_i64 : f32, i64
      %68 = arith.mulf %67, %cst_8 : f32
      %69 = arith.mulf %66, %68 : f32
      linalg.yield %69 : f32
    } -> tensor<2x6x1x32xf32>
    %collapsed_10 = tensor.collapse_shape %40 [[0], [1, 2], [3]] : tensor<2x6x1x32xf32> into tensor<2x6x32xf32>
    %41 = linalg.generic {indexing_maps = [#map, #map1, #map, #map, #map, #map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%34, %30, %collapsed_10, %27, %25, %26, %24 : tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %in_21: f32, %in_22: f32, %in_23: f32, %in_24: f32, %in_25: f32, %out: f32):
      %63 = arith.truncf %cst_0 : f64 to f32
      %64 = arith.mulf %in_25, %63 : f32
      %65 = arith.addf %64, %cst_5 : f32
      %66 = arith.truncf %cst_1 : f64 to f32
      %67 = arith.mulf %65, %66 : f32
      %68 = arith.mulf %in_24, %in_24 : f32
      %69 = arith.subf %cst_5, %68 : f32
      %70 = arith.mulf %in_23, %69 : f32
      %71 = arith.mulf %70, %67 : f32
      %72 = arith.mulf %in_22, %cst_6 : f32
      %73 = arith.addf %72, %71 : f32
      %74 = arith.mulf %in, %in_20 : f32
      %75 = arith.addf %74, %in_21 : f32
      %76 = arith.mulf %75, %73 : f32
      linalg.yield %76 : f32
    } -> tensor<2x6x32xf32>
    %42 = tensor.empty() : tensor<32x32xf32>
    %43 = linalg.generic {indexing_maps = [#map4], iterator_types = ["parallel", "parallel"]} outs(%42 : tensor<32x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<32x32xf32>
    %44 = linalg.generic {indexing_maps = [#map10, #map11, #map12], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%22, %41 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%43 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %out, %63 : f32
      linalg.yield %64 : f32
    } -> tensor<32x32xf32>
    %45 = linalg.generic {indexing_maps = [#map5, #map13, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%41, %arg5 : tensor<2x6x32xf32>, tensor<32x32xf32>) outs(%expanded : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %out, %63 : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x32xf32>
    %46 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%45, %21 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %47 = linalg.generic {indexing_maps = [#map, #map, #map8], iterator_types = ["reduction", "reduction", "parallel"]} ins(%45, %20 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%36 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %63, %out : f32
      linalg.yield %64 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_11 = tensor.collapse_shape %47 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %48 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%46, %17 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%2 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %63, %out : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x1xf32>
    %expanded_12 = tensor.expand_shape %17 [[0], [1, 2], [3]] output_shape [2, 6, 1, 32] : tensor<2x6x32xf32> into tensor<2x6x1x32xf32>
    %49 = linalg.generic {indexing_maps = [#map7, #map7, #map9, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%48, %19, %expanded_12 : tensor<2x6x1xf32>, tensor<2x6x1xf32>, tensor<2x6x1x32xf32>) outs(%39 : tensor<2x6x1x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %in_21: f32, %out: f32):
      %63 = math.fpowi %in_20, %c3_i64 : f32, i64
      %64 = arith.mulf %in, %cst_7 : f32
      %65 = arith.mulf %64, %63 : f32
      %66 = arith.divf %65, %cst_4 : f32
      %67 = math.fpowi %in_21, %c1_i64 : f32, i64
      %68 = arith.mulf %67, %cst_8 : f32
      %69 = arith.mulf %66, %68 : f32
      linalg.yield %69 : f32
    } -> tensor<2x6x1x32xf32>
    %collapsed_13 = tensor.collapse_shape %49 [[0], [1, 2], [3]] : tensor<2x6x1x32xf32> into tensor<2x6x32xf32>
    %50 = linalg.generic {indexing_maps = [#map, #map, #map1, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg7, %46, %19, %collapsed_13 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %in_21: f32, %in_22: f32, %out: f32):
      %63 = arith.mulf %in_20, %in_21 : f32
      %64 = arith.addf %in, %63 : f32
      %65 = arith.addf %64, %in_22 : f32
      linalg.yield %65 : f32
    } -> tensor<2x6x32xf32>
    %51 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%50, %16 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %52 = linalg.generic {indexing_maps = [#map, #map, #map8], iterator_types = ["reduction", "reduction", "parallel"]} ins(%50, %15 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%36 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %63, %out : f32
      linalg.yield %64 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_14 = tensor.collapse_shape %52 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %53 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%51, %12 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%2 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %63, %out : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x1xf32>
    %expanded_15 = tensor.expand_shape %12 [[0], [1, 2], [3]] output_shape [2, 6, 1, 32] : tensor<2x6x32xf32> into tensor<2x6x1x32xf32>
    %54 = linalg.generic {indexing_maps = [#map7, #map7, #map9, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%53, %14, %expanded_15 : tensor<2x6x1xf32>, tensor<2x6x1xf32>, tensor<2x6x1x32xf32>) outs(%39 : tensor<2x6x1x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %in_21: f32, %out: f32):
      %63 = math.fpowi %in_20, %c3_i64 : f32, i64
      %64 = arith.mulf %in, %cst_7 : f32
      %65 = arith.mulf %64, %63 : f32
      %66 = arith.divf %65, %cst_4 : f32
      %67 = math.fpowi %in_21, %c1_i64 : f32, i64
      %68 = arith.mulf %67, %cst_8 : f32
      %69 = arith.mulf %66, %68 : f32
      linalg.yield %69 : f32
    } -> tensor<2x6x1x32xf32>
    %collapsed_16 = tensor.collapse_shape %54 [[0], [1, 2], [3]] : tensor<2x6x1x32xf32> into tensor<2x6x32xf32>
    %55 = linalg.generic {indexing_maps = [#map, #map1, #map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%51, %14, %collapsed_16, %12 : tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %in_21: f32, %in_22: f32, %out: f32):
      %63 = arith.mulf %in_22, %in_22 : f32
      %64 = arith.subf %cst_5, %63 : f32
      %65 = arith.mulf %in, %in_20 : f32
      %66 = arith.addf %65, %in_21 : f32
      %67 = arith.mulf %66, %64 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %56 = linalg.generic {indexing_maps = [#map10, #map11, #map12], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%8, %55 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%43 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %out, %63 : f32
      linalg.yield %64 : f32
    } -> tensor<32x32xf32>
    %57 = linalg.generic {indexing_maps = [#map5, #map13, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%55, %arg2 : tensor<2x6x32xf32>, tensor<32x32xf32>) outs(%expanded : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %out, %63 : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x32xf32>
    %58 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%57, %7 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      linalg.yield %63 : f32
    } -> tensor<2x6x32xf32>
    %59 = linalg.generic {indexing_maps = [#map, #map, #map8], iterator_types = ["reduction", "reduction", "parallel"]} ins(%57, %5 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%36 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %63, %out : f32
      linalg.yield %64 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_17 = tensor.collapse_shape %59 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %60 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%58, %arg0 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%2 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_20: f32, %out: f32):
      %63 = arith.mulf %in, %in_20 : f32
      %64 = arith.addf %63, %out : f32
      linalg.yield %64 : f32
    } -> tensor<2x6x1xf32>
    %expanded_18 = tensor.expand_shape %arg0 [[0], [1, 2], [3]] output_shape [2, 6, 1, 32] : tensor<2x6x32xf32> into tensor<2x6x1x32xf32>
    %61 = linalg.generic {indexing_maps = [#map7, #map7, #map9, #map9], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%60, %4, %expanded_18 : tensor<2x6x1xf32>, tensor<2x6x1xf32>, tensor<2x6x1x32xf32>) outs(%39 : tensor<2x6x1x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %in_21: f32, %out: f32):
      %63 = math.fpowi %in_20, %c3_i64 : f32, i64
      %64 = arith.mulf %in, %cst_7 : f32
      %65 = arith.mulf %64, %63 : f32
      %66 = arith.divf %65, %cst_4 : f32
      %67 = math.fpowi %in_21, %c1_i64 : f32, i64
      %68 = arith.mulf %67, %cst_8 : f32
      %69 = arith.mulf %66, %68 : f32
      linalg.yield %69 : f32
    } -> tensor<2x6x1x32xf32>
    %collapsed_19 = tensor.collapse_shape %61 [[0], [1, 2], [3]] : tensor<2x6x1x32xf32> into tensor<2x6x32xf32>
    %62 = linalg.generic {indexing_maps = [#map, #map, #map1, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%50, %58, %4, %collapsed_19 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_20: f32, %in_21: f32, %in_22: f32, %out: f32):
      %63 = arith.mulf %in_20, %in_21 : f32
      %64 = arith.addf %in, %63 : f32
      %65 = arith.addf %64, %in_22 : f32
      linalg.yield %65 : f32
    } -> tensor<2x6x32xf32>
    return %33, %62, %collapsed_17, %56, %collapsed_14, %collapsed_11, %44, %collapsed : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>
  }
}

