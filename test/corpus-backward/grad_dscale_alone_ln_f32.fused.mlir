// expect: rmsnorm=0 prmsnorm=0 layernorm=0..1
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=1
// outputs: dscale
// source: jax.grad; jax 0.10.2 -> StableHLO -> IREE's import
// note: of mean((norm(x) g + b - t)^2) with respect to g and b: dy reads the norm, and x has no gradient; recorded in float64
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map3 = affine_map<(d0, d1) -> (d0, 0)>
#map4 = affine_map<(d0, d1) -> (d1)>
#map5 = affine_map<(d0, d1, d2) -> (d2, d0, d1)>
#map6 = affine_map<(d0) -> (d0)>
#map7 = affine_map<(d0, d1) -> (d1, d0)>
#map8 = affine_map<(d0, d1) -> (d0)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<8x16xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16xf32>, %arg3: tensor<8x16xf32>) -> (tensor<16xf32>, tensor<16xf32>) {
    %cst = arith.constant 7.812500e-03 : f32
    %cst_0 = arith.constant 2.000000e+00 : f32
    %cst_1 = arith.constant 9.99999974E-6 : f32
    %cst_2 = arith.constant 1.600000e+01 : f32
    %cst_3 = arith.constant 0.000000e+00 : f32
    %0 = tensor.empty() : tensor<8x1xf32>
    %1 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%0 : tensor<8x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<8x1xf32>
    %expanded = tensor.expand_shape %arg0 [[0, 1], [2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %2 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded : tensor<8x1x16xf32>) outs(%1 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.addf %out, %in : f32
      linalg.yield %16 : f32
    } -> tensor<8x1xf32>
    %3 = tensor.empty() : tensor<8x16xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel"]} ins(%arg0, %2 : tensor<8x16xf32>, tensor<8x1xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %16 = arith.divf %in_7, %cst_2 : f32
      %17 = arith.subf %in, %16 : f32
      linalg.yield %17 : f32
    } -> tensor<8x16xf32>
    %expanded_4 = tensor.expand_shape %4 [[0, 1], [2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %5 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_4 : tensor<8x1x16xf32>) outs(%1 : tensor<8x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.mulf %in, %in : f32
      %17 = arith.addf %out, %16 : f32
      linalg.yield %17 : f32
    } -> tensor<8x1xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel"]} ins(%4, %5 : tensor<8x16xf32>, tensor<8x1xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %16 = arith.divf %in_7, %cst_2 : f32
      %17 = arith.addf %16, %cst_1 : f32
      %18 = math.rsqrt %17 : f32
      %19 = arith.mulf %in, %18 : f32
      linalg.yield %19 : f32
    } -> tensor<8x16xf32>
    %7 = linalg.generic {indexing_maps = [#map, #map4, #map4, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%6, %arg1, %arg2, %arg3 : tensor<8x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<8x16xf32>) outs(%3 : tensor<8x16xf32>) {
    ^bb0(%in: f32, %in_7: f32, %in_8: f32, %in_9: f32, %out: f32):
      %16 = arith.mulf %in, %in_7 : f32
      %17 = arith.addf %16, %in_8 : f32
      %18 = arith.subf %17, %in_9 : f32
      %19 = arith.mulf %18, %cst_0 : f32
      %20 = arith.mulf %19, %cst : f32
      linalg.yield %20 : f32
    } -> tensor<8x16xf32>
    %8 = tensor.empty() : tensor<1x16xf32>
    %9 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%8 : tensor<1x16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<1x16xf32>
    %expanded_5 = tensor.expand_shape %7 [[0], [1, 2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %10 = linalg.generic {indexing_maps = [#map5, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_5 : tensor<8x1x16xf32>) outs(%9 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.addf %out, %in : f32
      linalg.yield %16 : f32
    } -> tensor<1x16xf32>
    %11 = tensor.empty() : tensor<16xf32>
    %12 = linalg.generic {indexing_maps = [#map6], iterator_types = ["parallel"]} outs(%11 : tensor<16xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst_3 : f32
    } -> tensor<16xf32>
    %13 = linalg.generic {indexing_maps = [#map7, #map8], iterator_types = ["parallel", "reduction"]} ins(%10 : tensor<1x16xf32>) outs(%12 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.addf %out, %in : f32
      linalg.yield %16 : f32
    } -> tensor<16xf32>
    %expanded_6 = tensor.expand_shape %6 [[0], [1, 2]] output_shape [8, 1, 16] : tensor<8x16xf32> into tensor<8x1x16xf32>
    %14 = linalg.generic {indexing_maps = [#map5, #map5, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_6, %expanded_5 : tensor<8x1x16xf32>, tensor<8x1x16xf32>) outs(%9 : tensor<1x16xf32>) {
    ^bb0(%in: f32, %in_7: f32, %out: f32):
      %16 = arith.mulf %in, %in_7 : f32
      %17 = arith.addf %out, %16 : f32
      linalg.yield %17 : f32
    } -> tensor<1x16xf32>
    %15 = linalg.generic {indexing_maps = [#map7, #map8], iterator_types = ["parallel", "reduction"]} ins(%14 : tensor<1x16xf32>) outs(%12 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %16 = arith.addf %out, %in : f32
      linalg.yield %16 : f32
    } -> tensor<16xf32>
    return %15, %13 : tensor<16xf32>, tensor<16xf32>
  }
}

