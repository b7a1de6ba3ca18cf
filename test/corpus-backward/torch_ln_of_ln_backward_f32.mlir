// expect: rmsnorm=0 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=2
// outputs: dx dscale dbias; dx dscale dbias
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: a layernorm of the sum of another one and a residual, computed again from what was saved of both; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
module {
  func.func @main(%arg0: tensor<2x6x32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<32xf32>, %arg3: tensor<2x6x32xf32>, %arg4: tensor<32xf32>, %arg5: tensor<2x6x1xf32>, %arg6: tensor<2x6x1xf32>, %arg7: tensor<2x6x1xf32>, %arg8: tensor<2x6x1xf32>, %arg9: tensor<2x6x32xf32>) -> (tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 3.200000e+01 : f32
    %0 = tensor.empty() : tensor<2x6x32xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg9, %arg4 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.mulf %in, %cst_0 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %3 = tensor.empty() : tensor<2x6x1xf32>
    %4 = linalg.fill ins(%cst : f32) outs(%3 : tensor<2x6x1xf32>) -> tensor<2x6x1xf32>
    %5 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<2x6x32xf32>) outs(%4 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x1xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %arg5 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.subf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%6, %arg6 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8, %arg2 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.addf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9, %arg3 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.addf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%10, %arg7 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.subf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11, %arg8 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1, %12 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%13 : tensor<2x6x32xf32>) outs(%4 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x1xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%12, %14 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%2, %5 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.subf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%16, %15 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.subf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg8 : tensor<2x6x1xf32>) outs(%3 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.divf %in, %cst_0 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x1xf32>
    %19 = linalg.generic {indexing_maps = [#map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18, %17 : tensor<2x6x1xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg9, %12 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %21 = tensor.empty() : tensor<32xf32>
    %22 = linalg.fill ins(%cst : f32) outs(%21 : tensor<32xf32>) -> tensor<32xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["reduction", "reduction", "parallel"]} ins(%20 : tensor<2x6x32xf32>) outs(%22 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<32xf32>
    %24 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["reduction", "reduction", "parallel"]} ins(%arg9 : tensor<2x6x32xf32>) outs(%22 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<32xf32>
    %25 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%19, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %26 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%25 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.mulf %in, %cst_0 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %27 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%25 : tensor<2x6x32xf32>) outs(%4 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x1xf32>
    %28 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%25, %7 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %29 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%28 : tensor<2x6x32xf32>) outs(%4 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x1xf32>
    %30 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7, %29 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %31 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%26, %27 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.subf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %32 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31, %30 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.subf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %33 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg6 : tensor<2x6x1xf32>) outs(%3 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.divf %in, %cst_0 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x1xf32>
    %34 = linalg.generic {indexing_maps = [#map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%33, %32 : tensor<2x6x1xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %35 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%19, %7 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_1: f32, %out: f32):
      %38 = arith.mulf %in, %in_1 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x32xf32>
    %36 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["reduction", "reduction", "parallel"]} ins(%35 : tensor<2x6x32xf32>) outs(%22 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<32xf32>
    %37 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["reduction", "reduction", "parallel"]} ins(%19 : tensor<2x6x32xf32>) outs(%22 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %38 = arith.addf %in, %out : f32
      linalg.yield %38 : f32
    } -> tensor<32xf32>
    return %34, %36, %37, %19, %23, %24 : tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>
  }
}

