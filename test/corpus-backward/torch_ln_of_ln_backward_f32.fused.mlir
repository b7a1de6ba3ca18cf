// expect: rmsnorm=0 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=2
// outputs: dx dscale dbias; dx dscale dbias
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: a layernorm of the sum of another one and a residual, computed again from what was saved of both; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map3 = affine_map<(d0) -> (d0)>
module {
  func.func @main(%arg0: tensor<2x6x32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<32xf32>, %arg3: tensor<2x6x32xf32>, %arg4: tensor<32xf32>, %arg5: tensor<2x6x1xf32>, %arg6: tensor<2x6x1xf32>, %arg7: tensor<2x6x1xf32>, %arg8: tensor<2x6x1xf32>, %arg9: tensor<2x6x32xf32>) -> (tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 3.200000e+01 : f32
    %0 = tensor.empty() : tensor<2x6x32xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg9, %arg4 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %19 = arith.mulf %in, %in_1 : f32
      linalg.yield %19 : f32
    } -> tensor<2x6x32xf32>
    %2 = tensor.empty() : tensor<2x6x1xf32>
    %3 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%2 : tensor<2x6x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<2x6x1xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<2x6x32xf32>) outs(%3 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %19 = arith.addf %in, %out : f32
      linalg.yield %19 : f32
    } -> tensor<2x6x1xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map2, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %arg5, %arg6 : tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %in_2: f32, %out: f32):
      %19 = arith.subf %in, %in_1 : f32
      %20 = arith.mulf %19, %in_2 : f32
      linalg.yield %20 : f32
    } -> tensor<2x6x32xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map1, #map1, #map, #map2, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5, %arg1, %arg2, %arg3, %arg7, %arg8 : tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %in_2: f32, %in_3: f32, %in_4: f32, %in_5: f32, %out: f32):
      %19 = arith.mulf %in, %in_1 : f32
      %20 = arith.addf %19, %in_2 : f32
      %21 = arith.addf %20, %in_3 : f32
      %22 = arith.subf %21, %in_4 : f32
      %23 = arith.mulf %22, %in_5 : f32
      linalg.yield %23 : f32
    } -> tensor<2x6x32xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1, %6 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%3 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %19 = arith.mulf %in, %in_1 : f32
      %20 = arith.addf %19, %out : f32
      linalg.yield %20 : f32
    } -> tensor<2x6x1xf32>
    %8 = linalg.generic {indexing_maps = [#map2, #map, #map2, #map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg8, %1, %4, %6, %7 : tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %in_2: f32, %in_3: f32, %in_4: f32, %out: f32):
      %19 = arith.mulf %in_3, %in_4 : f32
      %20 = arith.mulf %in_1, %cst_0 : f32
      %21 = arith.subf %20, %in_2 : f32
      %22 = arith.subf %21, %19 : f32
      %23 = arith.divf %in, %cst_0 : f32
      %24 = arith.mulf %23, %22 : f32
      linalg.yield %24 : f32
    } -> tensor<2x6x32xf32>
    %9 = tensor.empty() : tensor<32xf32>
    %10 = linalg.generic {indexing_maps = [#map3], iterator_types = ["parallel"]} outs(%9 : tensor<32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<32xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["reduction", "reduction", "parallel"]} ins(%arg9, %6 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%10 : tensor<32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %19 = arith.mulf %in, %in_1 : f32
      %20 = arith.addf %19, %out : f32
      linalg.yield %20 : f32
    } -> tensor<32xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["reduction", "reduction", "parallel"]} ins(%arg9 : tensor<2x6x32xf32>) outs(%10 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %19 = arith.addf %in, %out : f32
      linalg.yield %19 : f32
    } -> tensor<32xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %19 = arith.mulf %in, %in_1 : f32
      linalg.yield %19 : f32
    } -> tensor<2x6x32xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%13 : tensor<2x6x32xf32>) outs(%3 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %19 = arith.addf %in, %out : f32
      linalg.yield %19 : f32
    } -> tensor<2x6x1xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%13, %5 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%3 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %19 = arith.mulf %in, %in_1 : f32
      %20 = arith.addf %19, %out : f32
      linalg.yield %20 : f32
    } -> tensor<2x6x1xf32>
    %16 = linalg.generic {indexing_maps = [#map2, #map, #map2, #map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg6, %13, %14, %5, %15 : tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %in_2: f32, %in_3: f32, %in_4: f32, %out: f32):
      %19 = arith.mulf %in_3, %in_4 : f32
      %20 = arith.mulf %in_1, %cst_0 : f32
      %21 = arith.subf %20, %in_2 : f32
      %22 = arith.subf %21, %19 : f32
      %23 = arith.divf %in, %cst_0 : f32
      %24 = arith.mulf %23, %22 : f32
      linalg.yield %24 : f32
    } -> tensor<2x6x32xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["reduction", "reduction", "parallel"]} ins(%8, %5 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%10 : tensor<32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %19 = arith.mulf %in, %in_1 : f32
      %20 = arith.addf %19, %out : f32
      linalg.yield %20 : f32
    } -> tensor<32xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["reduction", "reduction", "parallel"]} ins(%8 : tensor<2x6x32xf32>) outs(%10 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %19 = arith.addf %in, %out : f32
      linalg.yield %19 : f32
    } -> tensor<32xf32>
    return %16, %17, %18, %8, %11, %12 : tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>
  }
}

