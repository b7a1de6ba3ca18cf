// expect: rmsnorm=0 prmsnorm=0 layernorm=2
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=2
// outputs: dx dscale dbias; dx dscale dbias
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: a layernorm of the sum of another one and a residual, with the forward in sight; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> ()>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map3 = affine_map<(d0, d1, d2) -> (d2)>
#map4 = affine_map<(d0) -> ()>
#map5 = affine_map<(d0) -> (d0)>
module {
  func.func @main(%arg0: tensor<2x6x32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<32xf32>, %arg3: tensor<2x6x32xf32>, %arg4: tensor<32xf32>, %arg5: tensor<32xf32>, %arg6: tensor<2x6x32xf32>) -> (tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>) {
    %cst = arith.constant 0.000000e+00 : f64
    %cst_0 = arith.constant 0.000000e+00 : f32
    %cst_1 = arith.constant 1.000000e-05 : f64
    %cst_2 = arith.constant 3.200000e+01 : f64
    %cst_3 = arith.constant 3.200000e+01 : f32
    %0 = tensor.empty() : tensor<2x6x32xf64>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f32, %out: f64):
      %67 = arith.extf %in : f32 to f64
      linalg.yield %67 : f64
    } -> tensor<2x6x32xf64>
    %2 = tensor.empty() : tensor<2x6x1xf64>
    %3 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst : f64) outs(%2 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      linalg.yield %in : f64
    } -> tensor<2x6x1xf64>
    %4 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<2x6x32xf64>) outs(%3 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %67 = arith.addf %in, %out : f64
      linalg.yield %67 : f64
    } -> tensor<2x6x1xf64>
    %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%4 : tensor<2x6x1xf64>) outs(%2 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %67 = arith.divf %in, %cst_2 : f64
      linalg.yield %67 : f64
    } -> tensor<2x6x1xf64>
    %6 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1, %5 : tensor<2x6x32xf64>, tensor<2x6x1xf64>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f64, %in_4: f64, %out: f64):
      %67 = arith.subf %in, %in_4 : f64
      linalg.yield %67 : f64
    } -> tensor<2x6x32xf64>
    %7 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%6, %6 : tensor<2x6x32xf64>, tensor<2x6x32xf64>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f64, %in_4: f64, %out: f64):
      %67 = arith.mulf %in, %in_4 : f64
      linalg.yield %67 : f64
    } -> tensor<2x6x32xf64>
    %8 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%7 : tensor<2x6x32xf64>) outs(%3 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %67 = arith.addf %in, %out : f64
      linalg.yield %67 : f64
    } -> tensor<2x6x1xf64>
    %9 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<2x6x1xf64>) outs(%2 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %67 = arith.divf %in, %cst_2 : f64
      linalg.yield %67 : f64
    } -> tensor<2x6x1xf64>
    %10 = tensor.empty() : tensor<2x6x1xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9 : tensor<2x6x1xf64>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f64, %out: f32):
      %67 = arith.truncf %in : f64 to f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %12 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst_0 : f32) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x1xf32>
    %13 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0 : tensor<2x6x32xf32>) outs(%12 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.addf %in, %out : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %14 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%13 : tensor<2x6x1xf32>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.divf %in, %cst_3 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %15 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11 : tensor<2x6x1xf32>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.truncf %cst_1 : f64 to f32
      %68 = arith.addf %in, %67 : f32
      linalg.yield %68 : f32
    } -> tensor<2x6x1xf32>
    %16 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%15 : tensor<2x6x1xf32>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = math.rsqrt %in : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %17 = tensor.empty() : tensor<2x6x32xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %14 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.subf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %19 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18, %16 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %20 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%19, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %21 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%20, %arg2 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.addf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %22 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%21, %arg3 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.addf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %23 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%22 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f32, %out: f64):
      %67 = arith.extf %in : f32 to f64
      linalg.yield %67 : f64
    } -> tensor<2x6x32xf64>
    %24 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%23 : tensor<2x6x32xf64>) outs(%3 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %67 = arith.addf %in, %out : f64
      linalg.yield %67 : f64
    } -> tensor<2x6x1xf64>
    %25 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%24 : tensor<2x6x1xf64>) outs(%2 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %67 = arith.divf %in, %cst_2 : f64
      linalg.yield %67 : f64
    } -> tensor<2x6x1xf64>
    %26 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23, %25 : tensor<2x6x32xf64>, tensor<2x6x1xf64>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f64, %in_4: f64, %out: f64):
      %67 = arith.subf %in, %in_4 : f64
      linalg.yield %67 : f64
    } -> tensor<2x6x32xf64>
    %27 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%26, %26 : tensor<2x6x32xf64>, tensor<2x6x32xf64>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f64, %in_4: f64, %out: f64):
      %67 = arith.mulf %in, %in_4 : f64
      linalg.yield %67 : f64
    } -> tensor<2x6x32xf64>
    %28 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%27 : tensor<2x6x32xf64>) outs(%3 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %67 = arith.addf %in, %out : f64
      linalg.yield %67 : f64
    } -> tensor<2x6x1xf64>
    %29 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%28 : tensor<2x6x1xf64>) outs(%2 : tensor<2x6x1xf64>) {
    ^bb0(%in: f64, %out: f64):
      %67 = arith.divf %in, %cst_2 : f64
      linalg.yield %67 : f64
    } -> tensor<2x6x1xf64>
    %30 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%29 : tensor<2x6x1xf64>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f64, %out: f32):
      %67 = arith.truncf %in : f64 to f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %31 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%22 : tensor<2x6x32xf32>) outs(%12 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.addf %in, %out : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %32 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31 : tensor<2x6x1xf32>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.divf %in, %cst_3 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %33 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%30 : tensor<2x6x1xf32>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.truncf %cst_1 : f64 to f32
      %68 = arith.addf %in, %67 : f32
      linalg.yield %68 : f32
    } -> tensor<2x6x1xf32>
    %34 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%33 : tensor<2x6x1xf32>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = math.rsqrt %in : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %35 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%22, %32 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.subf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %36 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%35, %34 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %37 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%36, %arg4 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %38 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%37, %arg5 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.addf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %39 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg6, %arg4 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %40 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%39 : tensor<2x6x32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.mulf %in, %cst_3 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %41 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%39 : tensor<2x6x32xf32>) outs(%12 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.addf %in, %out : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %42 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%39, %36 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %43 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%42 : tensor<2x6x32xf32>) outs(%12 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.addf %in, %out : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %44 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%36, %43 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %45 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%40, %41 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.subf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %46 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%45, %44 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.subf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %47 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%34 : tensor<2x6x1xf32>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.divf %in, %cst_3 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %48 = linalg.generic {indexing_maps = [#map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%47, %46 : tensor<2x6x1xf32>, tensor<2x6x32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %49 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg6, %36 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %50 = tensor.empty() : tensor<32xf32>
    %51 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel"]} ins(%cst_0 : f32) outs(%50 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32xf32>
    %52 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%49 : tensor<2x6x32xf32>) outs(%51 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.addf %in, %out : f32
      linalg.yield %67 : f32
    } -> tensor<32xf32>
    %53 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%arg6 : tensor<2x6x32xf32>) outs(%51 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.addf %in, %out : f32
      linalg.yield %67 : f32
    } -> tensor<32xf32>
    %54 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%48, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %55 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%54 : tensor<2x6x32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.mulf %in, %cst_3 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %56 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%54 : tensor<2x6x32xf32>) outs(%12 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.addf %in, %out : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %57 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%54, %19 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %58 = linalg.generic {indexing_maps = [#map, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%57 : tensor<2x6x32xf32>) outs(%12 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.addf %in, %out : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %59 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%19, %58 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %60 = linalg.generic {indexing_maps = [#map, #map2, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%55, %56 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.subf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %61 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%60, %59 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.subf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %62 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%16 : tensor<2x6x1xf32>) outs(%10 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.divf %in, %cst_3 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x1xf32>
    %63 = linalg.generic {indexing_maps = [#map2, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%62, %61 : tensor<2x6x1xf32>, tensor<2x6x32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %64 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%48, %19 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%17 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %67 = arith.mulf %in, %in_4 : f32
      linalg.yield %67 : f32
    } -> tensor<2x6x32xf32>
    %65 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%64 : tensor<2x6x32xf32>) outs(%51 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.addf %in, %out : f32
      linalg.yield %67 : f32
    } -> tensor<32xf32>
    %66 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%48 : tensor<2x6x32xf32>) outs(%51 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %67 = arith.addf %in, %out : f32
      linalg.yield %67 : f32
    } -> tensor<32xf32>
    return %38, %63, %65, %66, %48, %52, %53 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>
  }
}

