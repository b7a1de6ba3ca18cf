// expect: rmsnorm=0 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=1 prmsnorm_backward=0 layernorm_backward=0
// outputs: dx dscale
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: rmsnorm(a) w u + b of the halves of one tensor: dy u is a value, and w the scale; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map2 = affine_map<(d0, d1, d2) -> (d2)>
#map3 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
#map4 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
module {
  func.func @main(%arg0: tensor<32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<2x6x32xf32>, %arg3: tensor<2x6x1xf32>, %arg4: tensor<2x6x32xf32>) -> (tensor<2x6x64xf32>, tensor<32xf32>, tensor<32xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %c3_i64 = arith.constant 3 : i64
    %c1_i64 = arith.constant 1 : i64
    %cst_0 = arith.constant -5.000000e-01 : f32
    %cst_1 = arith.constant 3.200000e+01 : f32
    %cst_2 = arith.constant 2.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x6x32xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg2, %arg3 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %14 = arith.mulf %in, %in_5 : f32
      linalg.yield %14 : f32
    } -> tensor<2x6x32xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg4, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %14 = arith.mulf %in, %in_5 : f32
      linalg.yield %14 : f32
    } -> tensor<2x6x32xf32>
    %3 = tensor.empty() : tensor<1x1x32xf32>
    %4 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%3 : tensor<1x1x32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<1x1x32xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map2, #map, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%arg4, %arg0, %1 : tensor<2x6x32xf32>, tensor<32xf32>, tensor<2x6x32xf32>) outs(%4 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_5: f32, %in_6: f32, %out: f32):
      %14 = arith.mulf %in_5, %in_6 : f32
      %15 = arith.mulf %in, %14 : f32
      %16 = arith.addf %15, %out : f32
      linalg.yield %16 : f32
    } -> tensor<1x1x32xf32>
    %collapsed = tensor.collapse_shape %5 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2, %arg0 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %14 = arith.mulf %in, %in_5 : f32
      linalg.yield %14 : f32
    } -> tensor<2x6x32xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%2, %1 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%4 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %14 = arith.mulf %in, %in_5 : f32
      %15 = arith.addf %14, %out : f32
      linalg.yield %15 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_3 = tensor.collapse_shape %7 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %8 = tensor.empty() : tensor<2x6x1xf32>
    %9 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%8 : tensor<2x6x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<2x6x1xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%6, %arg2 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%9 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_5: f32, %out: f32):
      %14 = arith.mulf %in, %in_5 : f32
      %15 = arith.addf %14, %out : f32
      linalg.yield %15 : f32
    } -> tensor<2x6x1xf32>
    %expanded = tensor.expand_shape %arg2 [[0], [1, 2], [3]] output_shape [2, 6, 1, 32] : tensor<2x6x32xf32> into tensor<2x6x1x32xf32>
    %11 = tensor.empty() : tensor<2x6x1x32xf32>
    %12 = linalg.generic {indexing_maps = [#map4, #map4, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%10, %arg3, %expanded : tensor<2x6x1xf32>, tensor<2x6x1xf32>, tensor<2x6x1x32xf32>) outs(%11 : tensor<2x6x1x32xf32>) {
    ^bb0(%in: f32, %in_5: f32, %in_6: f32, %out: f32):
      %14 = math.fpowi %in_5, %c3_i64 : f32, i64
      %15 = arith.mulf %in, %cst_0 : f32
      %16 = arith.mulf %15, %14 : f32
      %17 = arith.divf %16, %cst_1 : f32
      %18 = math.fpowi %in_6, %c1_i64 : f32, i64
      %19 = arith.mulf %18, %cst_2 : f32
      %20 = arith.mulf %17, %19 : f32
      linalg.yield %20 : f32
    } -> tensor<2x6x1x32xf32>
    %collapsed_4 = tensor.collapse_shape %12 [[0], [1, 2], [3]] : tensor<2x6x1x32xf32> into tensor<2x6x32xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map1, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%6, %arg3, %collapsed_4 : tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_5: f32, %in_6: f32, %out: f32):
      %14 = arith.mulf %in, %in_5 : f32
      %15 = arith.addf %14, %in_6 : f32
      linalg.yield %15 : f32
    } -> tensor<2x6x32xf32>
    %concat = tensor.concat dim(2) %13, %arg4 : (tensor<2x6x32xf32>, tensor<2x6x32xf32>) -> tensor<2x6x64xf32>
    return %concat, %collapsed_3, %collapsed : tensor<2x6x64xf32>, tensor<32xf32>, tensor<32xf32>
  }
}

