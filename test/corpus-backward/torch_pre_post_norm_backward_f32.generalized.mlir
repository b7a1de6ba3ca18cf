// expect: rmsnorm=0 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=2 prmsnorm_backward=0 layernorm_backward=0
// outputs: dx dscale; dx dscale
// source: torch 2.15.0, torch.compile with AOTAutograd, Inductor's decompositions, torch-mlir 20261001 fx import
// note: x + norm(norm(x) @ a) @ b: the second norm reads a product's rows of two dimensions in one, rstd has both; recorded in float64
#map = affine_map<(d0, d1) -> ()>
#map1 = affine_map<(d0, d1) -> (d0, d1)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d2)>
#map3 = affine_map<(d0, d1, d2) -> (d2, d1)>
#map4 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map5 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map6 = affine_map<(d0, d1, d2) -> (d2)>
#map7 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map8 = affine_map<(d0, d1, d2) -> ()>
#map9 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
module {
  func.func @main(%arg0: tensor<2x6x32xf32>, %arg1: tensor<32xf32>, %arg2: tensor<32xf32>, %arg3: tensor<2x6x1xf32>, %arg4: tensor<12x32xf32>, %arg5: tensor<2x6x1xf32>, %arg6: tensor<32x12xf32>, %arg7: tensor<32x32xf32>, %arg8: tensor<32x12xf32>, %arg9: tensor<32x32xf32>, %arg10: tensor<2x6x32xf32>) -> (tensor<2x6x32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>, tensor<32x32xf32>) {
    %c3_i64 = arith.constant 3 : i64
    %c1_i64 = arith.constant 1 : i64
    %cst = arith.constant 0.000000e+00 : f32
    %cst_0 = arith.constant -5.000000e-01 : f32
    %cst_1 = arith.constant 3.200000e+01 : f32
    %cst_2 = arith.constant 2.000000e+00 : f32
    %collapsed = tensor.collapse_shape %arg10 [[0, 1], [2]] : tensor<2x6x32xf32> into tensor<12x32xf32>
    %0 = tensor.empty() : tensor<32x32xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst : f32) outs(%0 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x32xf32>
    %2 = linalg.generic {indexing_maps = [#map2, #map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg6, %collapsed : tensor<32x12xf32>, tensor<12x32xf32>) outs(%1 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      %47 = arith.addf %out, %46 : f32
      linalg.yield %47 : f32
    } -> tensor<32x32xf32>
    %3 = tensor.empty() : tensor<12x32xf32>
    %4 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel"]} ins(%cst : f32) outs(%3 : tensor<12x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<12x32xf32>
    %5 = linalg.generic {indexing_maps = [#map2, #map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%collapsed, %arg7 : tensor<12x32xf32>, tensor<32x32xf32>) outs(%4 : tensor<12x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      %47 = arith.addf %out, %46 : f32
      linalg.yield %47 : f32
    } -> tensor<12x32xf32>
    %expanded = tensor.expand_shape %5 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %6 = tensor.empty() : tensor<2x6x32xf32>
    %7 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded, %arg2 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %expanded_3 = tensor.expand_shape %arg4 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %8 = linalg.generic {indexing_maps = [#map5, #map7, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_3, %arg5 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %9 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded, %8 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %10 = tensor.empty() : tensor<1x1x32xf32>
    %11 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst : f32) outs(%10 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<1x1x32xf32>
    %12 = linalg.generic {indexing_maps = [#map5, #map9], iterator_types = ["reduction", "reduction", "parallel"]} ins(%9 : tensor<2x6x32xf32>) outs(%11 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.addf %in, %out : f32
      linalg.yield %46 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_4 = tensor.collapse_shape %12 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %13 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7, %expanded_3 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %14 = linalg.generic {indexing_maps = [#map5, #map7, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%7, %arg5 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %15 = tensor.empty() : tensor<2x6x1xf32>
    %16 = linalg.generic {indexing_maps = [#map8, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%cst : f32) outs(%15 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x1xf32>
    %17 = linalg.generic {indexing_maps = [#map5, #map7], iterator_types = ["parallel", "parallel", "reduction"]} ins(%13 : tensor<2x6x32xf32>) outs(%16 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.addf %in, %out : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x1xf32>
    %18 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg5 : tensor<2x6x1xf32>) outs(%15 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = math.fpowi %in, %c3_i64 : f32, i64
      linalg.yield %46 : f32
    } -> tensor<2x6x1xf32>
    %19 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%17 : tensor<2x6x1xf32>) outs(%15 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.mulf %in, %cst_0 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x1xf32>
    %20 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%19, %18 : tensor<2x6x1xf32>, tensor<2x6x1xf32>) outs(%15 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x1xf32>
    %collapsed_5 = tensor.collapse_shape %20 [[0], [1, 2]] : tensor<2x6x1xf32> into tensor<2x6xf32>
    %21 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_5 : tensor<2x6xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x32xf32>
    %22 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%21 : tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.divf %in, %cst_1 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %23 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_3 : tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = math.fpowi %in, %c1_i64 : f32, i64
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %24 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%23 : tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.mulf %in, %cst_2 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %25 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%22, %24 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %26 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14, %25 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.addf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %collapsed_6 = tensor.collapse_shape %26 [[0, 1], [2]] : tensor<2x6x32xf32> into tensor<12x32xf32>
    %27 = linalg.generic {indexing_maps = [#map2, #map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg8, %collapsed_6 : tensor<32x12xf32>, tensor<12x32xf32>) outs(%1 : tensor<32x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      %47 = arith.addf %out, %46 : f32
      linalg.yield %47 : f32
    } -> tensor<32x32xf32>
    %28 = linalg.generic {indexing_maps = [#map2, #map3, #map4], iterator_types = ["parallel", "parallel", "reduction"]} ins(%collapsed_6, %arg9 : tensor<12x32xf32>, tensor<32x32xf32>) outs(%4 : tensor<12x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      %47 = arith.addf %out, %46 : f32
      linalg.yield %47 : f32
    } -> tensor<12x32xf32>
    %expanded_7 = tensor.expand_shape %28 [[0, 1], [2]] output_shape [2, 6, 32] : tensor<12x32xf32> into tensor<2x6x32xf32>
    %29 = linalg.generic {indexing_maps = [#map5, #map6, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_7, %arg1 : tensor<2x6x32xf32>, tensor<32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %30 = linalg.generic {indexing_maps = [#map5, #map7, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %arg3 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %31 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_7, %30 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %32 = linalg.generic {indexing_maps = [#map5, #map9], iterator_types = ["reduction", "reduction", "parallel"]} ins(%31 : tensor<2x6x32xf32>) outs(%11 : tensor<1x1x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.addf %in, %out : f32
      linalg.yield %46 : f32
    } -> tensor<1x1x32xf32>
    %collapsed_8 = tensor.collapse_shape %32 [[0, 1, 2]] : tensor<1x1x32xf32> into tensor<32xf32>
    %33 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%29, %arg0 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %34 = linalg.generic {indexing_maps = [#map5, #map7, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%29, %arg3 : tensor<2x6x32xf32>, tensor<2x6x1xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %35 = linalg.generic {indexing_maps = [#map5, #map7], iterator_types = ["parallel", "parallel", "reduction"]} ins(%33 : tensor<2x6x32xf32>) outs(%16 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.addf %in, %out : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x1xf32>
    %36 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg10, %34 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.addf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %37 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg3 : tensor<2x6x1xf32>) outs(%15 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = math.fpowi %in, %c3_i64 : f32, i64
      linalg.yield %46 : f32
    } -> tensor<2x6x1xf32>
    %38 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%35 : tensor<2x6x1xf32>) outs(%15 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.mulf %in, %cst_0 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x1xf32>
    %39 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%38, %37 : tensor<2x6x1xf32>, tensor<2x6x1xf32>) outs(%15 : tensor<2x6x1xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x1xf32>
    %collapsed_9 = tensor.collapse_shape %39 [[0], [1, 2]] : tensor<2x6x1xf32> into tensor<2x6xf32>
    %40 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_9 : tensor<2x6xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x6x32xf32>
    %41 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%40 : tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.divf %in, %cst_1 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %42 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = math.fpowi %in, %c1_i64 : f32, i64
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %43 = linalg.generic {indexing_maps = [#map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%42 : tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %46 = arith.mulf %in, %cst_2 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %44 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%41, %43 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.mulf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    %45 = linalg.generic {indexing_maps = [#map5, #map5, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%36, %44 : tensor<2x6x32xf32>, tensor<2x6x32xf32>) outs(%6 : tensor<2x6x32xf32>) {
    ^bb0(%in: f32, %in_10: f32, %out: f32):
      %46 = arith.addf %in, %in_10 : f32
      linalg.yield %46 : f32
    } -> tensor<2x6x32xf32>
    return %45, %collapsed_8, %27, %collapsed_4, %2 : tensor<2x6x32xf32>, tensor<32xf32>, tensor<32x32xf32>, tensor<32xf32>, tensor<32x32xf32>
  }
}

