// expect: rmsnorm=0 prmsnorm=0 layernorm=2
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=2
// outputs: dx dscale dbias; dx dscale dbias
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: a layernorm of the sum of another one and a residual, with the forward in sight; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map2 = affine_map<(d0, d1, d2) -> (d2)>
#map3 = affine_map<(d0) -> (d0)>
module {
  func.func @main(%arg0: tensor<2x6x32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<32xf32>, %arg3: tensor<2x6x32xf32>, %arg4: tensor<32xf32>, %arg5: tensor<32xf32>, %arg6: tensor<2x6x32xf32>) -> (tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant 0.000000e+00 : f64
    %cst_1 = arith.constant 1.000000e-05 : f64
    %cst_2 = arith.constant 3.200000e+01 : f64
    %cst_3 = arith.constant 3.200000e+01 : f32
    %0 = tensor.empty() : tensor<2x6x32xf64>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f32, %out: f64):
      %34 = arith.extf %in : f32 to f64
      linalg.yield %34 : f64
    } -> tensor<2x6x32xf64>
    %2 = tensor.empty() : tensor<2x6x1xf64>
    %3 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%2 : tensor<2x6x1xf64>) {
    ^bb0(%out: f64):
      linalg.yield %cst_0 : f64
    } -> tensor<2x6x1xf64>
    %4 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<2x6x32xf64>) outs(%3 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %34 = arith.addf %in, %out : f64
      linalg.yield %34 : f64
    } -> tensor<2x6x1xf64>
    %5 = linalg.generic {indexing_maps = [#map, #map1, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1, %4 : tensor<2x6x32xf64>, tensor<2x6x1xf64>) outs(%3 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %in_4: f64, %out: f64):
      %34 = arith.divf %in_4, %cst_2 : f64
      %35 = arith.subf %in, %34 : f64
      %36 = arith.mulf %35, %35 : f64
      %37 = arith.addf %36, %out : f64
      linalg.yield %37 : f64
    } -> tensor<2x6x1xf64>
    %6 = tensor.empty() : tensor<2x6x1xf32>
    %7 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%6 : tensor<2x6x1xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<2x6x1xf32>
    %8 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0 : tensor<2x6x32xf32>) outs(%7 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %34 = arith.addf %in, %out : f32
      linalg.yield %34 : f32
    } -> tensor<2x6x1xf32>
    %9 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%5 : tensor<2x6x1xf64>) outs(%6 : tensor<2x6x1xf32>) {
    ^bb0(%in: f64, %out: f32):
      %34 = arith.divf %in, %cst_2 : f64
      %35 = arith.truncf %34 : f64 to f32
      %36 = arith.truncf %cst_1 : f64 to f32
      %37 = arith.addf %35, %36 : f32
      %38 = math.rsqrt %37 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x1xf32>
    %10 = tensor.empty() : tensor<2x6x32xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map1, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %8, %9 : tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x1xf32>) outs(%10 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %out: f32):
      %34 = arith.divf %in_4, %cst_3 : f32
      %35 = arith.subf %in, %34 : f32
      %36 = arith.mulf %35, %in_5 : f32
      linalg.yield %36 : f32
    } -> tensor<2x6x32xf32>
    %12 = linalg.generic {indexing_maps = [#map, #map2, #map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11, %arg1, %arg2, %arg3 : tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<2x6x32xf32>) outs(%10 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %in_6: f32, %out: f32):
      %34 = arith.mulf %in, %in_4 : f32
      %35 = arith.addf %34, %in_5 : f32
      %36 = arith.addf %35, %in_6 : f32
      linalg.yield %36 : f32
    } -> tensor<2x6x32xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%12 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f32, %out: f64):
      %34 = arith.extf %in : f32 to f64
      linalg.yield %34 : f64
    } -> tensor<2x6x32xf64>
    %14 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%13 : tensor<2x6x32xf64>) outs(%3 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %34 = arith.addf %in, %out : f64
      linalg.yield %34 : f64
    } -> tensor<2x6x1xf64>
    %15 = linalg.generic {indexing_maps = [#map, #map1, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%13, %14 : tensor<2x6x32xf64>, tensor<2x6x1xf64>) outs(%3 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %in_4: f64, %out: f64):
      %34 = arith.divf %in_4, %cst_2 : f64
      %35 = arith.subf %in, %34 : f64
      %36 = arith.mulf %35, %35 : f64
      %37 = arith.addf %36, %out : f64
      linalg.yield %37 : f64
    } -> tensor<2x6x1xf64>
    %16 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%12 : tensor<2x6x32xf32>) outs(%7 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %34 = arith.addf %in, %out : f32
      linalg.yield %34 : f32
    } -> tensor<2x6x1xf32>
    %17 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%15 : tensor<2x6x1xf64>) outs(%6 : tensor<2x6x1xf32>) {
    ^bb0(%in: f64, %out: f32):
      %34 = arith.divf %in, %cst_2 : f64
      %35 = arith.truncf %34 : f64 to f32
      %36 = arith.truncf %cst_1 : f64 to f32
      %37 = arith.addf %35, %36 : f32
      %38 = math.rsqrt %37 : f32
      linalg.yield %38 : f32
    } -> tensor<2x6x1xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map1, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%12, %16, %17 : tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x1xf32>) outs(%10 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %out: f32):
      %34 = arith.divf %in_4, %cst_3 : f32
      %35 = arith.subf %in, %34 : f32
      %36 = arith.mulf %35, %in_5 : f32
      linalg.yield %36 : f32
    } -> tensor<2x6x32xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map2, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18, %arg4, %arg5 : tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>) outs(%10 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %out: f32):
      %34 = arith.mulf %in, %in_4 : f32
      %35 = arith.addf %34, %in_5 : f32
      linalg.yield %35 : f32
    } -> tensor<2x6x32xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg6, %arg4 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%10 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %34 = arith.mulf %in, %in_4 : f32
      linalg.yield %34 : f32
    } -> tensor<2x6x32xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%20 : tensor<2x6x32xf32>) outs(%7 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %34 = arith.addf %in, %out : f32
      linalg.yield %34 : f32
    } -> tensor<2x6x1xf32>
    %22 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%20, %18 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%7 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %34 = arith.mulf %in, %in_4 : f32
      %35 = arith.addf %34, %out : f32
      linalg.yield %35 : f32
    } -> tensor<2x6x1xf32>
    %23 = linalg.generic {indexing_maps = [#map1, #map, #map1, #map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%17, %20, %21, %18, %22 : tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%10 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %in_6: f32, %in_7: f32, %out: f32):
      %34 = arith.mulf %in_6, %in_7 : f32
      %35 = arith.mulf %in_4, %cst_3 : f32
      %36 = arith.subf %35, %in_5 : f32
      %37 = arith.subf %36, %34 : f32
      %38 = arith.divf %in, %cst_3 : f32
      %39 = arith.mulf %38, %37 : f32
      linalg.yield %39 : f32
    } -> tensor<2x6x32xf32>
    %24 = tensor.empty() : tensor<32xf32>
    %25 = linalg.generic {indexing_maps = [#map3], iterator_types = ["parallel"]} outs(%24 : tensor<32xf32>) {
    ^bb0(%out: f32):
      linalg.yield %cst : f32
    } -> tensor<32xf32>
    %26 = linalg.generic {indexing_maps = [#map, #map, #map2], iterator_types = ["reduction", "reduction", "parallel"]} ins(%arg6, %18 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%25 : tensor<32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %34 = arith.mulf %in, %in_4 : f32
      %35 = arith.addf %34, %out : f32
      linalg.yield %35 : f32
    } -> tensor<32xf32>
    %27 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["reduction", "reduction", "parallel"]} ins(%arg6 : tensor<2x6x32xf32>) outs(%25 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %34 = arith.addf %in, %out : f32
      linalg.yield %34 : f32
    } -> tensor<32xf32>
    %28 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%10 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %34 = arith.mulf %in, %in_4 : f32
      linalg.yield %34 : f32
    } -> tensor<2x6x32xf32>
    %29 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%28 : tensor<2x6x32xf32>) outs(%7 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %34 = arith.addf %in, %out : f32
      linalg.yield %34 : f32
    } -> tensor<2x6x1xf32>
    %30 = linalg.generic {indexing_maps = [#map, #map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%28, %11 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%7 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %34 = arith.mulf %in, %in_4 : f32
      %35 = arith.addf %34, %out : f32
      linalg.yield %35 : f32
    } -> tensor<2x6x1xf32>
    %31 = linalg.generic {indexing_maps = [#map1, #map, #map1, #map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9, %28, %29, %11, %30 : tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>, tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%10 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %in_5: f32, %in_6: f32, %in_7: f32, %out: f32):
      %34 = arith.mulf %in_6, %in_7 : f32
      %35 = arith.mulf %in_4, %cst_3 : f32
      %36 = arith.subf %35, %in_5 : f32
      %37 = arith.subf %36, %34 : f32
      %38 = arith.divf %in, %cst_3 : f32
      %39 = arith.mulf %38, %37 : f32
      linalg.yield %39 : f32
    } -> tensor<2x6x32xf32>
    %32 = linalg.generic {indexing_maps = [#map, #map, #map2], iterator_types = ["reduction", "reduction", "parallel"]} ins(%23, %11 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%25 : tensor<32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %34 = arith.mulf %in, %in_4 : f32
      %35 = arith.addf %34, %out : f32
      linalg.yield %35 : f32
    } -> tensor<32xf32>
    %33 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["reduction", "reduction", "parallel"]} ins(%23 : tensor<2x6x32xf32>) outs(%25 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %34 = arith.addf %in, %out : f32
      linalg.yield %34 : f32
    } -> tensor<32xf32>
    return %19, %31, %32, %33, %23, %26, %27 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>
  }
}

