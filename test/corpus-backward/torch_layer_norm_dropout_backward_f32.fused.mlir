// expect: rmsnorm=0 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=1
// outputs: dx dscale dbias
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: dropout behind a layernorm: dy is 1.25 dy mask, a product with a literal; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map2 = affine_map<(d0, d1, d2) -> (d2)>
#map3 = affine_map<(d0) -> (d0)>
module {
  func.func @main(%arg0: tensor<2x6x32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<2x6x32xf32>, %arg3: tensor<2x6x1xf32>, %arg4: tensor<2x6x1xf32>, %arg5: tensor<2x6x32xf32>) -> (tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 1.250000e+00 : f32
    %cst_1 = arith.constant 3.200000e+01 : f32
    %0 = tensor.empty() : tensor<2x6x32xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg5, %arg2 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %13 = arith.mulf %in, %cst_0 : f32
      %14 = arith.mulf %13, %in_2 : f32
      linalg.yield %14 : f32
    } -> tensor<2x6x32xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map1, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %arg3, %arg4 : tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_2: f32, %in_3: f32, %out: f32):
      %13 = arith.subf %in, %in_2 : f32
      %14 = arith.mulf %13, %in_3 : f32
      linalg.yield %14 : f32
    } -> tensor<2x6x32xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %13 = arith.mulf %in, %in_2 : f32
      linalg.yield %13 : f32
    } -> tensor<2x6x32xf32>
    %4 = tensor.empty() : tensor<2x6x1xf32>
    %5 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%4 : tensor<2x6x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<2x6x1xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%3 : tensor<2x6x32xf32>) outs(%5 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %13 = arith.addf %in, %out : f32
      linalg.yield %13 : f32
    } -> tensor<2x6x1xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%3, %2 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%5 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %13 = arith.mulf %in, %in_2 : f32
      %14 = arith.addf %13, %out : f32
      linalg.yield %14 : f32
    } -> tensor<2x6x1xf32>
    %8 = linalg.generic {indexing_maps = [#map1, #map, #map1, #map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg4, %3, %6, %2, %7 : tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_2: f32, %in_3: f32, %in_4: f32, %in_5: f32, %out: f32):
      %13 = arith.mulf %in_4, %in_5 : f32
      %14 = arith.mulf %in_2, %cst_1 : f32
      %15 = arith.subf %14, %in_3 : f32
      %16 = arith.subf %15, %13 : f32
      %17 = arith.divf %in, %cst_1 : f32
      %18 = arith.mulf %17, %16 : f32
      linalg.yield %18 : f32
    } -> tensor<2x6x32xf32>
    %9 = tensor.empty() : tensor<32xf32>
    %10 = linalg.generic {indexing_maps = [#map3], iterator_types = ["parallel"]} outs(%9 : tensor<32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<32xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map, #map2], iterator_types = ["reduction", "reduction", "parallel"]} ins(%1, %2 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%10 : tensor<32xf32>) {
    ^bb0(%in: f32, %in_2: f32, %out: f32):
      %13 = arith.mulf %in, %in_2 : f32
      %14 = arith.addf %13, %out : f32
      linalg.yield %14 : f32
    } -> tensor<32xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["reduction", "reduction", "parallel"]} ins(%1 : tensor<2x6x32xf32>) outs(%10 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %13 = arith.addf %in, %out : f32
      linalg.yield %13 : f32
    } -> tensor<32xf32>
    return %8, %11, %12 : tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>
  }
}

