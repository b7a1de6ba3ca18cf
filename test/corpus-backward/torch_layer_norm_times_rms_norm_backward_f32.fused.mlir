// expect: rmsnorm=0 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=1 prmsnorm_backward=0 layernorm_backward=1
// outputs: dx dscale dbias; dx dscale
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: layernorm(x) * rmsnorm(x): the dy of each reads x, its mean and the rstd of the other; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map2 = affine_map<(d0, d1, d2) -> (d2)>
#map3 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map6 = affine_map<(d0) -> (d0)>
module {
  func.func @main(%arg0: tensor<2x6x32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<32xf32>, %arg3: tensor<32xf32>, %arg4: tensor<2x6x1xf32>, %arg5: tensor<2x6x1xf32>, %arg6: tensor<2x6x1xf32>, %arg7: tensor<2x6x32xf32>) -> (tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<32xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %c3_i64 = arith.constant 3 : i64
    %c1_i64 = arith.constant 1 : i64
    %cst_0 = arith.constant -5.000000e-01 : f32
    %cst_1 = arith.constant 3.200000e+01 : f32
    %cst_2 = arith.constant 2.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x6x32xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %arg4, %arg5 : tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %out: f32):
      %22 = arith.subf %in, %in_4 : f32
      %23 = arith.mulf %22, %in_5 : f32
      linalg.yield %23 : f32
    } -> tensor<2x6x32xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map, #map2, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg7, %1, %arg1, %arg2 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %in_6: f32, %out: f32):
      %22 = arith.mulf %in_4, %in_5 : f32
      %23 = arith.addf %22, %in_6 : f32
      %24 = arith.mulf %in, %23 : f32
      linalg.yield %24 : f32
    } -> tensor<2x6x32xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %arg6 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      linalg.yield %22 : f32
    } -> tensor<2x6x32xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg7, %arg3, %3 : tensor<2x6x32xf32>, tensor<32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %out: f32):
      %22 = arith.mulf %in_4, %in_5 : f32
      %23 = arith.mulf %in, %22 : f32
      linalg.yield %23 : f32
    } -> tensor<2x6x32xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2, %arg3 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      linalg.yield %22 : f32
    } -> tensor<2x6x32xf32>
    %6 = tensor.empty() : tensor<1x1x32xf32>
    %7 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%6 : tensor<1x1x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<1x1x32xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%2, %3 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%7 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      %23 = arith.addf %22, %out : f32
      linalg.yield %23 : f32
    } -> tensor<1x1x32xf32>
    %collapsed = tensor.collapse_shape %8 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %9 = tensor.empty() : tensor<2x6x1xf32>
    %10 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%9 : tensor<2x6x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<2x6x1xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%5, %arg0 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      %23 = arith.addf %22, %out : f32
      linalg.yield %23 : f32
    } -> tensor<2x6x1xf32>
    %expanded = tensor.expand_shape %arg0 [[0], [1, 2], [3]] output_shape [2, 6, 1, 32] : tensor<2x6x32xf32> into tensor<2x6x1x32xf32>
    %12 = tensor.empty() : tensor<2x6x1x32xf32>
    %13 = linalg.generic {indexing_maps = [#map4, #map4, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11, %arg6, %expanded : tensor<2x6x1xf32>, tensor<2x6x1xf32>, tensor<2x6x1x32xf32>) outs(%12 : tensor<2x6x1x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %out: f32):
      %22 = math.fpowi %in_4, %c3_i64 : f32, i64
      %23 = arith.mulf %in, %cst_0 : f32
      %24 = arith.mulf %23, %22 : f32
      %25 = arith.divf %24, %cst_1 : f32
      %26 = math.fpowi %in_5, %c1_i64 : f32, i64
      %27 = arith.mulf %26, %cst_2 : f32
      %28 = arith.mulf %25, %27 : f32
      linalg.yield %28 : f32
    } -> tensor<2x6x1x32xf32>
    %collapsed_3 = tensor.collapse_shape %13 [[0], [1, 2], [3]] : tensor<2x6x1x32xf32> into tensor<2x6x32xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      linalg.yield %22 : f32
    } -> tensor<2x6x32xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%14 : tensor<2x6x32xf32>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.addf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<2x6x1xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%14, %1 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      %23 = arith.addf %22, %out : f32
      linalg.yield %23 : f32
    } -> tensor<2x6x1xf32>
    %17 = tensor.empty() : tensor<32xf32>
    %18 = linalg.generic {indexing_maps = [#map6], iterator_types = ["parallel"]} outs(%17 : tensor<32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<32xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map, #map2], iterator_types = ["reduction", "reduction", "parallel"]} ins(%4, %1 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%18 : tensor<32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      %23 = arith.addf %22, %out : f32
      linalg.yield %23 : f32
    } -> tensor<32xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["reduction", "reduction", "parallel"]} ins(%4 : tensor<2x6x32xf32>) outs(%18 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.addf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<32xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map1, #map, #map1, #map, #map1, #map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5, %arg6, %collapsed_3, %arg5, %14, %15, %1, %16 : tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %in_6: f32, %in_7: f32, %in_8: f32, %in_9: f32, %in_10: f32, %out: f32):
      %22 = arith.mulf %in_9, %in_10 : f32
      %23 = arith.mulf %in_7, %cst_1 : f32
      %24 = arith.subf %23, %in_8 : f32
      %25 = arith.subf %24, %22 : f32
      %26 = arith.divf %in_6, %cst_1 : f32
      %27 = arith.mulf %26, %25 : f32
      %28 = arith.mulf %in, %in_4 : f32
      %29 = arith.addf %28, %in_5 : f32
      %30 = arith.addf %29, %27 : f32
      linalg.yield %30 : f32
    } -> tensor<2x6x32xf32>
    return %21, %19, %20, %collapsed : tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<32xf32>
  }
}

