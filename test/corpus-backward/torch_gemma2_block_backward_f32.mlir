// expect: rmsnorm=0 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=4 prmsnorm_backward=0 layernorm_backward=0
// outputs: dx dscale; dx dscale; dx dscale; dx dscale
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: norms in front of and behind both branches, one of them of gelu(a), which is 0.5 (a (1 + tanh)); recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map2 = affine_map<(d0) -> (d0)>
#map3 = affine_map<(d0, d1, d2) -> (d2)>
#map4 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
#map5 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map6 = affine_map<(d0, d1, d2) -> ()>
module {
  func.func @main(%arg0: tensor<2x6x32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<32xf32>, %arg3: tensor<32xf32>, %arg4: tensor<32xf32>, %arg5: tensor<2x6x1xf32>, %arg6: tensor<12x32xf32>, %arg7: tensor<2x6x1xf32>, %arg8: tensor<2x6x1xf32>, %arg9: tensor<12x32xf32>, %arg10: tensor<2x6x1xf32>, %arg11: tensor<32x12xf32>, %arg12: tensor<32x32xf32>, %arg13: tensor<32x12xf32>, %arg14: tensor<32x32xf32>, %arg15: tensor<2x6x32xf32>) -> (tensor<2x6x32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>) {
    %c3_i64 = arith.constant 3 : i64
    %c1_i64 = arith.constant 1 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 1.341450e-01 : f64
    %cst_1 = arith.constant 0.79788456080286541 : f64
    %cst_2 = arith.constant 4.471500e-02 : f64
    %cst_3 = arith.constant 5.000000e-01 : f32
    %cst_4 = arith.constant 1.000000e+00 : f32
    %cst_5 = arith.constant -5.000000e-01 : f32
    %cst_6 = arith.constant 3.200000e+01 : f32
    %cst_7 = arith.constant 2.000000e+00 : f32
    %cst_8 = arith.constant dense<1> : tensor<i64>
    %expanded = tensor.expand_shape %arg9 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %0 = tensor.empty() : tensor<2x6x32xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded, %expanded : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1, %expanded : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.truncf %cst_2 : f64 to f32
      %110 = arith.mulf %in, %109 : f32
      linalg.yield %110 : f32
    } -> tensor<2x6x32xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded, %3 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.addf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.truncf %cst_1 : f64 to f32
      %110 = arith.mulf %in, %109 : f32
      linalg.yield %110 : f32
    } -> tensor<2x6x32xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.mulf %in, %cst_3 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = math.tanh %in : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %cst_4 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%6, %8 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9, %arg10 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg15, %10 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %12 = tensor.empty() : tensor<32xf32>
    %13 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%arg4 : tensor<32xf32>) outs(%12 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %cst_4 : f32
      linalg.yield %109 : f32
    } -> tensor<32xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg15, %13 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %15 = tensor.empty() : tensor<1x1x32xf32>
    %16 = linalg.fill ins(%cst : f32) outs(%15 : tensor<1x1x32xf32>) -> tensor<1x1x32xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map4], iterator_types = ["reduction", "reduction", "parallel"]} ins(%11 : tensor<2x6x32xf32>) outs(%16 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %out : f32
      linalg.yield %109 : f32
    } -> tensor<1x1x32xf32>
    %collapsed = tensor.collapse_shape %17 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14, %9 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14, %arg10 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %20 = tensor.empty() : tensor<2x6x1xf32>
    %21 = linalg.fill ins(%cst : f32) outs(%20 : tensor<2x6x1xf32>) -> tensor<2x6x1xf32>
    %22 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%18 : tensor<2x6x32xf32>) outs(%21 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %out : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg10 : tensor<2x6x1xf32>) outs(%20 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = math.fpowi %in, %c3_i64 : f32, i64
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %24 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%22 : tensor<2x6x1xf32>) outs(%20 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.mulf %in, %cst_5 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %25 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%24, %23 : tensor<2x6x1xf32>, tensor<2x6x1xf32>) outs(%20 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %collapsed_9 = tensor.collapse_shape %25 [[0], [1, 2]] : tensor<2x6x1xf32> into tensor<2x6xf32>
    %26 = linalg.generic {indexing_maps = [#map5, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_9 : tensor<2x6xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x32xf32>
    %27 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%26 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.divf %in, %cst_6 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %28 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = math.fpowi %in, %c1_i64 : f32, i64
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %29 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%28 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.mulf %in, %cst_7 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %30 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%27, %29 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %31 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%19, %30 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.addf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %32 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.mulf %in, %cst_3 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %33 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7, %7 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %34 = linalg.generic {indexing_maps = [#map6, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_8, %33 : tensor<i64>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: i64, %in_21: f32, %out: f32):
      %109 = arith.sitofp %in : i64 to f32
      %110 = arith.subf %109, %in_21 : f32
      linalg.yield %110 : f32
    } -> tensor<2x6x32xf32>
    %35 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.truncf %cst_0 : f64 to f32
      %110 = arith.mulf %in, %109 : f32
      linalg.yield %110 : f32
    } -> tensor<2x6x32xf32>
    %36 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%35 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %cst_4 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %37 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%36 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.truncf %cst_1 : f64 to f32
      %110 = arith.mulf %in, %109 : f32
      linalg.yield %110 : f32
    } -> tensor<2x6x32xf32>
    %38 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%6, %34 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %39 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%38, %37 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %40 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%32, %39 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.addf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %41 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31, %40 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %collapsed_10 = tensor.collapse_shape %41 [[0, 1], [2]] : tensor<2x6x32xf32> into tensor<12x32xf32>
    %42 = tensor.empty() : tensor<32x32xf32>
    %43 = linalg.fill ins(%cst : f32) outs(%42 : tensor<32x32xf32>) -> tensor<32x32xf32>
    %44 = linalg.matmul ins(%arg11, %collapsed_10 : tensor<32x12xf32>, tensor<12x32xf32>) outs(%43 : tensor<32x32xf32>) -> tensor<32x32xf32>
    %45 = tensor.empty() : tensor<12x32xf32>
    %46 = linalg.fill ins(%cst : f32) outs(%45 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %47 = linalg.matmul ins(%collapsed_10, %arg12 : tensor<12x32xf32>, tensor<32x32xf32>) outs(%46 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %expanded_11 = tensor.expand_shape %47 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %expanded_12 = tensor.expand_shape %arg6 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %48 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_12 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = math.tanh %in : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %49 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%48, %arg7 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %50 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%arg2 : tensor<32xf32>) outs(%12 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %cst_4 : f32
      linalg.yield %109 : f32
    } -> tensor<32xf32>
    %51 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%49, %50 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %52 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %51 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.addf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %53 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%52, %arg8 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %54 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_11, %53 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %55 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%arg3 : tensor<32xf32>) outs(%12 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %cst_4 : f32
      linalg.yield %109 : f32
    } -> tensor<32xf32>
    %56 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_11, %55 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %57 = linalg.generic {indexing_maps = [#map, #map4], iterator_types = ["reduction", "reduction", "parallel"]} ins(%54 : tensor<2x6x32xf32>) outs(%16 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %out : f32
      linalg.yield %109 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_13 = tensor.collapse_shape %57 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %58 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%56, %52 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %59 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%56, %arg8 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %60 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%58 : tensor<2x6x32xf32>) outs(%21 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %out : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %61 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg15, %59 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.addf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %62 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg8 : tensor<2x6x1xf32>) outs(%20 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = math.fpowi %in, %c3_i64 : f32, i64
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %63 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%60 : tensor<2x6x1xf32>) outs(%20 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.mulf %in, %cst_5 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %64 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%63, %62 : tensor<2x6x1xf32>, tensor<2x6x1xf32>) outs(%20 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %collapsed_14 = tensor.collapse_shape %64 [[0], [1, 2]] : tensor<2x6x1xf32> into tensor<2x6xf32>
    %65 = linalg.generic {indexing_maps = [#map5, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_14 : tensor<2x6xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x32xf32>
    %66 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%65 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.divf %in, %cst_6 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %67 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%52 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = math.fpowi %in, %c1_i64 : f32, i64
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %68 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%67 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.mulf %in, %cst_7 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %69 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%66, %68 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %70 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%61, %69 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.addf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %71 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%70, %49 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %72 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%70, %50 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %73 = linalg.generic {indexing_maps = [#map, #map4], iterator_types = ["reduction", "reduction", "parallel"]} ins(%71 : tensor<2x6x32xf32>) outs(%16 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %out : f32
      linalg.yield %109 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_15 = tensor.collapse_shape %73 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %74 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%72, %48 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %75 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%72, %arg7 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %76 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%74 : tensor<2x6x32xf32>) outs(%21 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %out : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %77 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg7 : tensor<2x6x1xf32>) outs(%20 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = math.fpowi %in, %c3_i64 : f32, i64
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %78 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%76 : tensor<2x6x1xf32>) outs(%20 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.mulf %in, %cst_5 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %79 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%78, %77 : tensor<2x6x1xf32>, tensor<2x6x1xf32>) outs(%20 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %collapsed_16 = tensor.collapse_shape %79 [[0], [1, 2]] : tensor<2x6x1xf32> into tensor<2x6xf32>
    %80 = linalg.generic {indexing_maps = [#map5, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_16 : tensor<2x6xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x32xf32>
    %81 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%80 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.divf %in, %cst_6 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %82 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%48 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = math.fpowi %in, %c1_i64 : f32, i64
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %83 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%82 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.mulf %in, %cst_7 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %84 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%81, %83 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %85 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%75, %84 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.addf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %86 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%48, %48 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %87 = linalg.generic {indexing_maps = [#map6, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_8, %86 : tensor<i64>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: i64, %in_21: f32, %out: f32):
      %109 = arith.sitofp %in : i64 to f32
      %110 = arith.subf %109, %in_21 : f32
      linalg.yield %110 : f32
    } -> tensor<2x6x32xf32>
    %88 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%85, %87 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %collapsed_17 = tensor.collapse_shape %88 [[0, 1], [2]] : tensor<2x6x32xf32> into tensor<12x32xf32>
    %89 = linalg.matmul ins(%arg13, %collapsed_17 : tensor<32x12xf32>, tensor<12x32xf32>) outs(%43 : tensor<32x32xf32>) -> tensor<32x32xf32>
    %90 = linalg.matmul ins(%collapsed_17, %arg14 : tensor<12x32xf32>, tensor<32x32xf32>) outs(%46 : tensor<12x32xf32>) -> tensor<12x32xf32>
    %expanded_18 = tensor.expand_shape %90 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %91 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %arg5 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %92 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_18, %91 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %93 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel"]} ins(%arg1 : tensor<32xf32>) outs(%12 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %cst_4 : f32
      linalg.yield %109 : f32
    } -> tensor<32xf32>
    %94 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_18, %93 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %95 = linalg.generic {indexing_maps = [#map, #map4], iterator_types = ["reduction", "reduction", "parallel"]} ins(%92 : tensor<2x6x32xf32>) outs(%16 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %out : f32
      linalg.yield %109 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_19 = tensor.collapse_shape %95 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %96 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%94, %arg0 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %97 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%94, %arg5 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %98 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%96 : tensor<2x6x32xf32>) outs(%21 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.addf %in, %out : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %99 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%70, %97 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.addf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %100 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg5 : tensor<2x6x1xf32>) outs(%20 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = math.fpowi %in, %c3_i64 : f32, i64
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %101 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%98 : tensor<2x6x1xf32>) outs(%20 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.mulf %in, %cst_5 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %102 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%101, %100 : tensor<2x6x1xf32>, tensor<2x6x1xf32>) outs(%20 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x1xf32>
    %collapsed_20 = tensor.collapse_shape %102 [[0], [1, 2]] : tensor<2x6x1xf32> into tensor<2x6xf32>
    %103 = linalg.generic {indexing_maps = [#map5, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_20 : tensor<2x6xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x32xf32>
    %104 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%103 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.divf %in, %cst_6 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %105 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = math.fpowi %in, %c1_i64 : f32, i64
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %106 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%105 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %109 = arith.mulf %in, %cst_7 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %107 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%104, %106 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.mulf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    %108 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%99, %107 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_21: f32, %out: f32):
      %109 = arith.addf %in, %in_21 : f32
      linalg.yield %109 : f32
    } -> tensor<2x6x32xf32>
    return %108, %collapsed_19, %89, %collapsed_15, %collapsed_13, %44, %collapsed : tensor<2x6x32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>
  }
}

