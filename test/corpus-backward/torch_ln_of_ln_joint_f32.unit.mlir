// expect: rmsnorm=0 prmsnorm=0 layernorm=2
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=2
// outputs: dx dscale dbias; dx dscale dbias
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: a layernorm of the sum of another one and a residual, with the forward in sight; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map2 = affine_map<(d0, d1) -> (d0, d1)>
#map3 = affine_map<(d0, d1, d2) -> (d2)>
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
      %97 = arith.extf %in : f32 to f64
      linalg.yield %97 : f64
    } -> tensor<2x6x32xf64>
    %2 = tensor.empty() : tensor<2x6xf64>
    %3 = linalg.fill ins(%cst : f64) outs(%2 : tensor<2x6xf64>) -> tensor<2x6xf64>
    %4 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<2x6x32xf64>) outs(%3 : tensor<2x6xf64>) {
    ^bb0(%in: f64, %out: f64):
      %97 = arith.addf %in, %out : f64
      linalg.yield %97 : f64
    } -> tensor<2x6xf64>
    %5 = tensor.empty() : tensor<2x6xf64>
    %6 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%4 : tensor<2x6xf64>) outs(%5 : tensor<2x6xf64>) {
    ^bb0(%in: f64, %out: f64):
      %97 = arith.divf %in, %cst_2 : f64
      linalg.yield %97 : f64
    } -> tensor<2x6xf64>
    %7 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%1, %6 : tensor<2x6x32xf64>, tensor<2x6xf64>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f64, %in_4: f64, %out: f64):
      %97 = arith.subf %in, %in_4 : f64
      linalg.yield %97 : f64
    } -> tensor<2x6x32xf64>
    %8 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7, %7 : tensor<2x6x32xf64>, tensor<2x6x32xf64>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f64, %in_4: f64, %out: f64):
      %97 = arith.mulf %in, %in_4 : f64
      linalg.yield %97 : f64
    } -> tensor<2x6x32xf64>
    %9 = tensor.empty() : tensor<2x6xf64>
    %10 = linalg.fill ins(%cst : f64) outs(%9 : tensor<2x6xf64>) -> tensor<2x6xf64>
    %11 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%8 : tensor<2x6x32xf64>) outs(%10 : tensor<2x6xf64>) {
    ^bb0(%in: f64, %out: f64):
      %97 = arith.addf %in, %out : f64
      linalg.yield %97 : f64
    } -> tensor<2x6xf64>
    %12 = tensor.empty() : tensor<2x6xf64>
    %13 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%11 : tensor<2x6xf64>) outs(%12 : tensor<2x6xf64>) {
    ^bb0(%in: f64, %out: f64):
      %97 = arith.divf %in, %cst_2 : f64
      linalg.yield %97 : f64
    } -> tensor<2x6xf64>
    %14 = tensor.empty() : tensor<2x6xf32>
    %15 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%13 : tensor<2x6xf64>) outs(%14 : tensor<2x6xf32>) {
    ^bb0(%in: f64, %out: f32):
      %97 = arith.truncf %in : f64 to f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %16 = tensor.empty() : tensor<2x6xf32>
    %17 = linalg.fill ins(%cst_0 : f32) outs(%16 : tensor<2x6xf32>) -> tensor<2x6xf32>
    %18 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0 : tensor<2x6x32xf32>) outs(%17 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.addf %in, %out : f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %19 = tensor.empty() : tensor<2x6xf32>
    %20 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%18 : tensor<2x6xf32>) outs(%19 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.divf %in, %cst_3 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %21 = tensor.empty() : tensor<2x6xf32>
    %22 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%15 : tensor<2x6xf32>) outs(%21 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.truncf %cst_1 : f64 to f32
      %98 = arith.addf %in, %97 : f32
      linalg.yield %98 : f32
    } -> tensor<2x6xf32>
    %23 = tensor.empty() : tensor<2x6xf32>
    %24 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%22 : tensor<2x6xf32>) outs(%23 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = math.rsqrt %in : f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %25 = tensor.empty() : tensor<2x6x32xf32>
    %26 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %20 : tensor<2x6x32xf32>, tensor<2x6xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.subf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %27 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%26, %24 : tensor<2x6x32xf32>, tensor<2x6xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %28 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%27, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %29 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%28, %arg2 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.addf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %30 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%29, %arg3 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.addf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %31 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%30 : tensor<2x6x32xf32>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f32, %out: f64):
      %97 = arith.extf %in : f32 to f64
      linalg.yield %97 : f64
    } -> tensor<2x6x32xf64>
    %32 = tensor.empty() : tensor<2x6xf64>
    %33 = linalg.fill ins(%cst : f64) outs(%32 : tensor<2x6xf64>) -> tensor<2x6xf64>
    %34 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%31 : tensor<2x6x32xf64>) outs(%33 : tensor<2x6xf64>) {
    ^bb0(%in: f64, %out: f64):
      %97 = arith.addf %in, %out : f64
      linalg.yield %97 : f64
    } -> tensor<2x6xf64>
    %35 = tensor.empty() : tensor<2x6xf64>
    %36 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%34 : tensor<2x6xf64>) outs(%35 : tensor<2x6xf64>) {
    ^bb0(%in: f64, %out: f64):
      %97 = arith.divf %in, %cst_2 : f64
      linalg.yield %97 : f64
    } -> tensor<2x6xf64>
    %37 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31, %36 : tensor<2x6x32xf64>, tensor<2x6xf64>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f64, %in_4: f64, %out: f64):
      %97 = arith.subf %in, %in_4 : f64
      linalg.yield %97 : f64
    } -> tensor<2x6x32xf64>
    %38 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%37, %37 : tensor<2x6x32xf64>, tensor<2x6x32xf64>) outs(%0 : tensor<2x6x32xf64>) {
    ^bb0(%in: f64, %in_4: f64, %out: f64):
      %97 = arith.mulf %in, %in_4 : f64
      linalg.yield %97 : f64
    } -> tensor<2x6x32xf64>
    %39 = tensor.empty() : tensor<2x6xf64>
    %40 = linalg.fill ins(%cst : f64) outs(%39 : tensor<2x6xf64>) -> tensor<2x6xf64>
    %41 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%38 : tensor<2x6x32xf64>) outs(%40 : tensor<2x6xf64>) {
    ^bb0(%in: f64, %out: f64):
      %97 = arith.addf %in, %out : f64
      linalg.yield %97 : f64
    } -> tensor<2x6xf64>
    %42 = tensor.empty() : tensor<2x6xf64>
    %43 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%41 : tensor<2x6xf64>) outs(%42 : tensor<2x6xf64>) {
    ^bb0(%in: f64, %out: f64):
      %97 = arith.divf %in, %cst_2 : f64
      linalg.yield %97 : f64
    } -> tensor<2x6xf64>
    %44 = tensor.empty() : tensor<2x6xf32>
    %45 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%43 : tensor<2x6xf64>) outs(%44 : tensor<2x6xf32>) {
    ^bb0(%in: f64, %out: f32):
      %97 = arith.truncf %in : f64 to f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %46 = tensor.empty() : tensor<2x6xf32>
    %47 = linalg.fill ins(%cst_0 : f32) outs(%46 : tensor<2x6xf32>) -> tensor<2x6xf32>
    %48 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%30 : tensor<2x6x32xf32>) outs(%47 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.addf %in, %out : f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %49 = tensor.empty() : tensor<2x6xf32>
    %50 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%48 : tensor<2x6xf32>) outs(%49 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.divf %in, %cst_3 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %51 = tensor.empty() : tensor<2x6xf32>
    %52 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%45 : tensor<2x6xf32>) outs(%51 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.truncf %cst_1 : f64 to f32
      %98 = arith.addf %in, %97 : f32
      linalg.yield %98 : f32
    } -> tensor<2x6xf32>
    %53 = tensor.empty() : tensor<2x6xf32>
    %54 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%52 : tensor<2x6xf32>) outs(%53 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = math.rsqrt %in : f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %55 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%30, %50 : tensor<2x6x32xf32>, tensor<2x6xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.subf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %56 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%55, %54 : tensor<2x6x32xf32>, tensor<2x6xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %57 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%56, %arg4 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %58 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%57, %arg5 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.addf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %59 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg6, %arg4 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %60 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%59 : tensor<2x6x32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.mulf %in, %cst_3 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %61 = tensor.empty() : tensor<2x6xf32>
    %62 = linalg.fill ins(%cst_0 : f32) outs(%61 : tensor<2x6xf32>) -> tensor<2x6xf32>
    %63 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%59 : tensor<2x6x32xf32>) outs(%62 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.addf %in, %out : f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %64 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%59, %56 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %65 = tensor.empty() : tensor<2x6xf32>
    %66 = linalg.fill ins(%cst_0 : f32) outs(%65 : tensor<2x6xf32>) -> tensor<2x6xf32>
    %67 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%64 : tensor<2x6x32xf32>) outs(%66 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.addf %in, %out : f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %68 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%56, %67 : tensor<2x6x32xf32>, tensor<2x6xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %69 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%60, %63 : tensor<2x6x32xf32>, tensor<2x6xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.subf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %70 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%69, %68 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.subf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %71 = tensor.empty() : tensor<2x6xf32>
    %72 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%54 : tensor<2x6xf32>) outs(%71 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.divf %in, %cst_3 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %73 = linalg.generic {indexing_maps = [#map1, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%72, %70 : tensor<2x6xf32>, tensor<2x6x32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %74 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg6, %56 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %75 = tensor.empty() : tensor<32xf32>
    %76 = linalg.fill ins(%cst_0 : f32) outs(%75 : tensor<32xf32>) -> tensor<32xf32>
    %77 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%74 : tensor<2x6x32xf32>) outs(%76 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.addf %in, %out : f32
      linalg.yield %97 : f32
    } -> tensor<32xf32>
    %78 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%arg6 : tensor<2x6x32xf32>) outs(%76 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.addf %in, %out : f32
      linalg.yield %97 : f32
    } -> tensor<32xf32>
    %79 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%73, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %80 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%79 : tensor<2x6x32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.mulf %in, %cst_3 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %81 = tensor.empty() : tensor<2x6xf32>
    %82 = linalg.fill ins(%cst_0 : f32) outs(%81 : tensor<2x6xf32>) -> tensor<2x6xf32>
    %83 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%79 : tensor<2x6x32xf32>) outs(%82 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.addf %in, %out : f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %84 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%79, %27 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %85 = tensor.empty() : tensor<2x6xf32>
    %86 = linalg.fill ins(%cst_0 : f32) outs(%85 : tensor<2x6xf32>) -> tensor<2x6xf32>
    %87 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%84 : tensor<2x6x32xf32>) outs(%86 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.addf %in, %out : f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %88 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%27, %87 : tensor<2x6x32xf32>, tensor<2x6xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %89 = linalg.generic {indexing_maps = [#map, #map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%80, %83 : tensor<2x6x32xf32>, tensor<2x6xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.subf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %90 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%89, %88 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.subf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %91 = tensor.empty() : tensor<2x6xf32>
    %92 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%24 : tensor<2x6xf32>) outs(%91 : tensor<2x6xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.divf %in, %cst_3 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6xf32>
    %93 = linalg.generic {indexing_maps = [#map1, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%92, %90 : tensor<2x6xf32>, tensor<2x6x32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %94 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%73, %27 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%25 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_4: f32, %out: f32):
      %97 = arith.mulf %in, %in_4 : f32
      linalg.yield %97 : f32
    } -> tensor<2x6x32xf32>
    %95 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%94 : tensor<2x6x32xf32>) outs(%76 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.addf %in, %out : f32
      linalg.yield %97 : f32
    } -> tensor<32xf32>
    %96 = linalg.generic {indexing_maps = [#map, #map3], iterator_types = ["reduction", "reduction", "parallel"]} ins(%73 : tensor<2x6x32xf32>) outs(%76 : tensor<32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %97 = arith.addf %in, %out : f32
      linalg.yield %97 : f32
    } -> tensor<32xf32>
    return %58, %93, %95, %96, %73, %77, %78 : tensor<2x6x32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>, tensor<2x6x32xf32>, tensor<32xf32>, tensor<32xf32>
  }
}

