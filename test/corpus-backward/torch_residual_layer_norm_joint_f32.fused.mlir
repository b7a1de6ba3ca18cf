// expect: rmsnorm=0 prmsnorm=0 layernorm=1
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=1
// outputs: dx dscale dbias
// source: torch 2.15, make_fx with Inductor's decompositions -> torch-mlir
// note: layer_norm(x + r): the row is a sum of two tensors; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map2 = affine_map<(d0, d1, d2) -> (d2)>
#map3 = affine_map<(d0) -> (d0)>
module {
  func.func @main(%arg0: tensor<2x4x16xf32>, %arg1: tensor<2x4x16xf32>, %arg2: tensor<16xf32>, %arg3: tensor<16xf32>, %arg4: tensor<2x4x16xf32>) -> (tensor<2x4x16xf32>, tensor<2x4x16xf32>, tensor<2x4x16xf32>, tensor<16xf32>, tensor<16xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0.000000e+00 : f64
    %cst_1 = arith.constant 9.9999999999999998E-13 : f64
    %cst_2 = arith.constant 1.600000e+01 : f64
    %cst_3 = arith.constant 1.600000e+01 : f32
    %0 = tensor.empty() : tensor<2x4x16xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %arg1 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%0 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.addf %in, %in_4 : f32
      linalg.yield %22 : f32
    } -> tensor<2x4x16xf32>
    %2 = tensor.empty() : tensor<2x4x16xf64>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1 : tensor<2x4x16xf32>) outs(%2 : tensor<2x4x16xf64>) {
    ^bb0(%in: f32, %out: f64):
      %22 = arith.extf %in : f32 to f64
      linalg.yield %22 : f64
    } -> tensor<2x4x16xf64>
    %4 = tensor.empty() : tensor<2x4x1xf64>
    %5 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%4 : tensor<2x4x1xf64>) {
    ^bb0(%out: f64):
      linalg.yield %cst_0 : f64
    } -> tensor<2x4x1xf64>
    %6 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%3 : tensor<2x4x16xf64>) outs(%5 : tensor<2x4x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %22 = arith.addf %in, %out : f64
      linalg.yield %22 : f64
    } -> tensor<2x4x1xf64>
    %7 = linalg.generic {indexing_maps = [#map, #map1, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%3, %6 : tensor<2x4x16xf64>, tensor<2x4x1xf64>) outs(%5 : tensor<2x4x1xf64>) {
    ^bb0(%in: f64, %in_4: f64, %out: f64):
      %22 = arith.divf %in_4, %cst_2 : f64
      %23 = arith.subf %in, %22 : f64
      %24 = arith.mulf %23, %23 : f64
      %25 = arith.addf %24, %out : f64
      linalg.yield %25 : f64
    } -> tensor<2x4x1xf64>
    %8 = tensor.empty() : tensor<2x4x1xf32>
    %9 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%8 : tensor<2x4x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<2x4x1xf32>
    %10 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<2x4x16xf32>) outs(%9 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.addf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<2x4x1xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7 : tensor<2x4x1xf64>) outs(%8 : tensor<2x4x1xf32>) {
    ^bb0(%in: f64, %out: f32):
      %22 = arith.divf %in, %cst_2 : f64
      %23 = arith.truncf %22 : f64 to f32
      %24 = arith.truncf %cst_1 : f64 to f32
      %25 = arith.addf %23, %24 : f32
      %26 = math.rsqrt %25 : f32
      linalg.yield %26 : f32
    } -> tensor<2x4x1xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map1, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1, %10, %11 : tensor<2x4x16xf32>, tensor<2x4x1xf32>, tensor<2x4x1xf32>) outs(%0 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %out: f32):
      %22 = arith.divf %in_4, %cst_3 : f32
      %23 = arith.subf %in, %22 : f32
      %24 = arith.mulf %23, %in_5 : f32
      linalg.yield %24 : f32
    } -> tensor<2x4x16xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map2, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%12, %arg2, %arg3 : tensor<2x4x16xf32>, tensor<16xf32>, tensor<16xf32>) outs(%0 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      %23 = arith.addf %22, %in_5 : f32
      linalg.yield %23 : f32
    } -> tensor<2x4x16xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg4, %arg2 : tensor<2x4x16xf32>, tensor<16xf32>) outs(%0 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      linalg.yield %22 : f32
    } -> tensor<2x4x16xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%14 : tensor<2x4x16xf32>) outs(%9 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.addf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<2x4x1xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%14, %12 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%9 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      %23 = arith.addf %22, %out : f32
      linalg.yield %23 : f32
    } -> tensor<2x4x1xf32>
    %17 = linalg.generic {indexing_maps = [#map1, #map, #map1, #map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11, %14, %15, %12, %16 : tensor<2x4x1xf32>, tensor<2x4x16xf32>, tensor<2x4x1xf32>, tensor<2x4x16xf32>, tensor<2x4x1xf32>) outs(%0 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %in_6: f32, %in_7: f32, %out: f32):
      %22 = arith.mulf %in_6, %in_7 : f32
      %23 = arith.mulf %in_4, %cst_3 : f32
      %24 = arith.subf %23, %in_5 : f32
      %25 = arith.subf %24, %22 : f32
      %26 = arith.divf %in, %cst_3 : f32
      %27 = arith.mulf %26, %25 : f32
      linalg.yield %27 : f32
    } -> tensor<2x4x16xf32>
    %18 = tensor.empty() : tensor<16xf32>
    %19 = linalg.generic {indexing_maps = [#map3], iterator_types = ["parallel"]} outs(%18 : tensor<16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<16xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map, #map2], iterator_types = ["reduction", "reduction", "parallel"]} ins(%arg4, %12 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%19 : tensor<16xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %22 = arith.mulf %in, %in_4 : f32
      %23 = arith.addf %22, %out : f32
      linalg.yield %23 : f32
    } -> tensor<16xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["reduction", "reduction", "parallel"]} ins(%arg4 : tensor<2x4x16xf32>) outs(%19 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %22 = arith.addf %in, %out : f32
      linalg.yield %22 : f32
    } -> tensor<16xf32>
    return %13, %17, %17, %20, %21 : tensor<2x4x16xf32>, tensor<2x4x16xf32>, tensor<2x4x16xf32>, tensor<16xf32>, tensor<16xf32>
  }
}

