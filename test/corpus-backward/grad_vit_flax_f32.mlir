// expect: rmsnorm=0 prmsnorm=0 layernorm=2
// expect-backward: rmsnorm_backward=0 prmsnorm_backward=0 layernorm_backward=2
// outputs: dx dscale dbias; dx dscale dbias
// source: jax.grad of flax.linen; jax 0.10.2 -> StableHLO -> IREE's import
// note: attention and MLP, each behind a layernorm; the second norm's x is a sum of two tensors; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map2 = affine_map<(d0, d1) -> (d0, d1)>
#map3 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map4 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
#map5 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d1, d3)>
#map6 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map7 = affine_map<(d0, d1, d2, d3) -> (d0, d3, d1, d2)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map9 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3, d2)>
#map10 = affine_map<(d0, d1, d2, d3) -> (d0, d2, d3, d1)>
#map11 = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
#map12 = affine_map<(d0, d1) -> (d1, d0)>
#map13 = affine_map<(d0, d1, d2) -> (d0)>
#map14 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, 0)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<2x4x16xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16xf32>, %arg3: tensor<16xf32>, %arg4: tensor<16xf32>, %arg5: tensor<16x48xf32>, %arg6: tensor<16x16xf32>, %arg7: tensor<16x32xf32>, %arg8: tensor<32x16xf32>) -> (tensor<2x4x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16x48xf32>, tensor<16x16xf32>, tensor<16x32xf32>, tensor<32x16xf32>) {
    %cst = arith.constant 5.000000e-01 : f32
    %cst_0 = arith.constant 0.797884583 : f32
    %cst_1 = arith.constant 4.471500e-02 : f32
    %cst_2 = arith.constant 3.000000e+00 : f32
    %cst_3 = arith.constant 0xFF800000 : f32
    %cst_4 = arith.constant 2.82842708 : f32
    %cst_5 = arith.constant -5.000000e-01 : f32
    %cst_6 = arith.constant 9.99999997E-7 : f32
    %cst_7 = arith.constant 1.000000e+00 : f32
    %cst_8 = arith.constant 1.600000e+01 : f32
    %cst_9 = arith.constant 0.000000e+00 : f32
    %cst_10 = arith.constant 2.000000e+00 : f32
    %0 = tensor.empty() : tensor<2x4x16xf32>
    %1 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x4x16xf32>) outs(%0 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %2 = tensor.empty() : tensor<2x4x16xf32>
    %3 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0 : tensor<2x4x16xf32>) outs(%2 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst_10 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %4 = tensor.empty() : tensor<2x4xf32>
    %5 = linalg.fill ins(%cst_9 : f32) outs(%4 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %6 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0 : tensor<2x4x16xf32>) outs(%5 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %7 = tensor.empty() : tensor<2x4xf32>
    %8 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%6 : tensor<2x4xf32>) outs(%7 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.divf %in, %cst_8 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %9 = tensor.empty() : tensor<2x4xf32>
    %10 = linalg.fill ins(%cst_9 : f32) outs(%9 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %11 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%1 : tensor<2x4x16xf32>) outs(%10 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %12 = tensor.empty() : tensor<2x4xf32>
    %13 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%11 : tensor<2x4xf32>) outs(%12 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.divf %in, %cst_8 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %14 = tensor.empty() : tensor<2x4xf32>
    %15 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<2x4xf32>) outs(%14 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %16 = tensor.empty() : tensor<2x4xf32>
    %17 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%8 : tensor<2x4xf32>) outs(%16 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst_10 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %18 = tensor.empty() : tensor<2x4xf32>
    %19 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%13, %15 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%18 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.subf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %20 = tensor.empty() : tensor<2x4xf32>
    %21 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%19 : tensor<2x4xf32>) outs(%20 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.maximumf %in, %cst_9 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %22 = tensor.empty() : tensor<2x4xi1>
    %23 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%19, %21 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%22 : tensor<2x4xi1>) {
    ^bb0(%in: f32, %in_62: f32, %out: i1):
      %419 = arith.cmpf oeq, %in, %in_62 : f32
      linalg.yield %419 : i1
    } -> tensor<2x4xi1>
    %24 = tensor.empty() : tensor<2x4xf32>
    %25 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%23 : tensor<2x4xi1>) outs(%24 : tensor<2x4xf32>) {
    ^bb0(%in: i1, %out: f32):
      %419 = arith.select %in, %cst_7, %cst_9 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %26 = tensor.empty() : tensor<2x4xi1>
    %27 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%21 : tensor<2x4xf32>) outs(%26 : tensor<2x4xi1>) {
    ^bb0(%in: f32, %out: i1):
      %419 = arith.cmpf oeq, %cst_9, %in : f32
      linalg.yield %419 : i1
    } -> tensor<2x4xi1>
    %28 = tensor.empty() : tensor<2x4xf32>
    %29 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%27 : tensor<2x4xi1>) outs(%28 : tensor<2x4xf32>) {
    ^bb0(%in: i1, %out: f32):
      %419 = arith.select %in, %cst_10, %cst_7 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %30 = tensor.empty() : tensor<2x4xf32>
    %31 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%25, %29 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%30 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.divf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %expanded = tensor.expand_shape %21 [[0], [1, 2]] output_shape [2, 4, 1] : tensor<2x4xf32> into tensor<2x4x1xf32>
    %32 = tensor.empty() : tensor<2x4x16xf32>
    %33 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<2x4xf32>) outs(%32 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %34 = tensor.empty() : tensor<2x4x16xf32>
    %35 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %33 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%34 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.subf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %36 = tensor.empty() : tensor<2x4x1xf32>
    %37 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded : tensor<2x4x1xf32>) outs(%36 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %in, %cst_6 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x1xf32>
    %38 = tensor.empty() : tensor<2x4x1xf32>
    %39 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%37 : tensor<2x4x1xf32>) outs(%38 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = math.rsqrt %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x1xf32>
    %40 = tensor.empty() : tensor<2x4x1xf32>
    %41 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%39, %37 : tensor<2x4x1xf32>, tensor<2x4x1xf32>) outs(%40 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.divf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x1xf32>
    %42 = tensor.empty() : tensor<2x4x1xf32>
    %43 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%41 : tensor<2x4x1xf32>) outs(%42 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst_5 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x1xf32>
    %expanded_11 = tensor.expand_shape %arg1 [[0, 1, 2]] output_shape [1, 1, 16] : tensor<16xf32> into tensor<1x1x16xf32>
    %44 = tensor.empty() : tensor<2x4x16xf32>
    %45 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%39 : tensor<2x4x1xf32>) outs(%44 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %46 = tensor.empty() : tensor<2x4x16xf32>
    %47 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_11 : tensor<1x1x16xf32>) outs(%46 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %48 = tensor.empty() : tensor<2x4x16xf32>
    %49 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%45, %47 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%48 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %50 = tensor.empty() : tensor<2x4x16xf32>
    %51 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%35, %49 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%50 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %expanded_12 = tensor.expand_shape %arg2 [[0, 1, 2]] output_shape [1, 1, 16] : tensor<16xf32> into tensor<1x1x16xf32>
    %52 = tensor.empty() : tensor<2x4x16xf32>
    %53 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_12 : tensor<1x1x16xf32>) outs(%52 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %54 = tensor.empty() : tensor<2x4x16xf32>
    %55 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%51, %53 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%54 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %collapsed = tensor.collapse_shape %55 [[0, 1], [2]] : tensor<2x4x16xf32> into tensor<8x16xf32>
    %56 = tensor.empty() : tensor<8x48xf32>
    %57 = linalg.fill ins(%cst_9 : f32) outs(%56 : tensor<8x48xf32>) -> tensor<8x48xf32>
    %58 = linalg.matmul ins(%collapsed, %arg5 : tensor<8x16xf32>, tensor<16x48xf32>) outs(%57 : tensor<8x48xf32>) -> tensor<8x48xf32>
    %expanded_13 = tensor.expand_shape %58 [[0, 1], [2, 3]] output_shape [2, 4, 6, 8] : tensor<8x48xf32> into tensor<2x4x6x8xf32>
    %extracted_slice = tensor.extract_slice %expanded_13[0, 0, 0, 0] [2, 4, 2, 8] [1, 1, 1, 1] : tensor<2x4x6x8xf32> to tensor<2x4x2x8xf32>
    %extracted_slice_14 = tensor.extract_slice %expanded_13[0, 0, 2, 0] [2, 4, 2, 8] [1, 1, 1, 1] : tensor<2x4x6x8xf32> to tensor<2x4x2x8xf32>
    %extracted_slice_15 = tensor.extract_slice %expanded_13[0, 0, 4, 0] [2, 4, 2, 8] [1, 1, 1, 1] : tensor<2x4x6x8xf32> to tensor<2x4x2x8xf32>
    %59 = tensor.empty() : tensor<2x2x4x8xf32>
    %60 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%extracted_slice : tensor<2x4x2x8xf32>) outs(%59 : tensor<2x2x4x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x4x8xf32>
    %61 = tensor.empty() : tensor<2x2x8x4xf32>
    %62 = linalg.generic {indexing_maps = [#map7, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%extracted_slice_14 : tensor<2x4x2x8xf32>) outs(%61 : tensor<2x2x8x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x8x4xf32>
    %collapsed_16 = tensor.collapse_shape %60 [[0, 1], [2], [3]] : tensor<2x2x4x8xf32> into tensor<4x4x8xf32>
    %collapsed_17 = tensor.collapse_shape %62 [[0, 1], [2], [3]] : tensor<2x2x8x4xf32> into tensor<4x8x4xf32>
    %63 = tensor.empty() : tensor<4x4x4xf32>
    %64 = linalg.fill ins(%cst_9 : f32) outs(%63 : tensor<4x4x4xf32>) -> tensor<4x4x4xf32>
    %65 = linalg.batch_matmul ins(%collapsed_16, %collapsed_17 : tensor<4x4x8xf32>, tensor<4x8x4xf32>) outs(%64 : tensor<4x4x4xf32>) -> tensor<4x4x4xf32>
    %expanded_18 = tensor.expand_shape %65 [[0, 1], [2], [3]] output_shape [2, 2, 4, 4] : tensor<4x4x4xf32> into tensor<2x2x4x4xf32>
    %66 = tensor.empty() : tensor<2x2x4x4xf32>
    %67 = linalg.generic {indexing_maps = [#map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_18 : tensor<2x2x4x4xf32>) outs(%66 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.divf %in, %cst_4 : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4x4xf32>
    %68 = tensor.empty() : tensor<2x2x4xf32>
    %69 = linalg.fill ins(%cst_3 : f32) outs(%68 : tensor<2x2x4xf32>) -> tensor<2x2x4xf32>
    %70 = linalg.generic {indexing_maps = [#map6, #map8], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%67 : tensor<2x2x4x4xf32>) outs(%69 : tensor<2x2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.maximumf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4xf32>
    %71 = tensor.empty() : tensor<2x2x4x4xf32>
    %72 = linalg.generic {indexing_maps = [#map8, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%70 : tensor<2x2x4xf32>) outs(%71 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x4x4xf32>
    %73 = tensor.empty() : tensor<2x2x4x4xf32>
    %74 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%67, %72 : tensor<2x2x4x4xf32>, tensor<2x2x4x4xf32>) outs(%73 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.subf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4x4xf32>
    %75 = tensor.empty() : tensor<2x2x4x4xf32>
    %76 = linalg.generic {indexing_maps = [#map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%74 : tensor<2x2x4x4xf32>) outs(%75 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = math.exp %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4x4xf32>
    %77 = tensor.empty() : tensor<2x2x4xf32>
    %78 = linalg.fill ins(%cst_9 : f32) outs(%77 : tensor<2x2x4xf32>) -> tensor<2x2x4xf32>
    %79 = linalg.generic {indexing_maps = [#map6, #map8], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%76 : tensor<2x2x4x4xf32>) outs(%78 : tensor<2x2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4xf32>
    %expanded_19 = tensor.expand_shape %79 [[0], [1], [2, 3]] output_shape [2, 2, 4, 1] : tensor<2x2x4xf32> into tensor<2x2x4x1xf32>
    %80 = tensor.empty() : tensor<2x2x4x4xf32>
    %81 = linalg.generic {indexing_maps = [#map8, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%79 : tensor<2x2x4xf32>) outs(%80 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x4x4xf32>
    %82 = tensor.empty() : tensor<2x2x4x4xf32>
    %83 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%76, %81 : tensor<2x2x4x4xf32>, tensor<2x2x4x4xf32>) outs(%82 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.divf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4x4xf32>
    %84 = tensor.empty() : tensor<2x2x4x1xf32>
    %85 = linalg.generic {indexing_maps = [#map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_19 : tensor<2x2x4x1xf32>) outs(%84 : tensor<2x2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4x1xf32>
    %86 = tensor.empty() : tensor<2x2x4x1xf32>
    %87 = linalg.generic {indexing_maps = [#map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%85 : tensor<2x2x4x1xf32>) outs(%86 : tensor<2x2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.divf %cst_7, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4x1xf32>
    %88 = tensor.empty() : tensor<2x2x8x4xf32>
    %89 = linalg.generic {indexing_maps = [#map7, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%extracted_slice_15 : tensor<2x4x2x8xf32>) outs(%88 : tensor<2x2x8x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x8x4xf32>
    %90 = tensor.empty() : tensor<2x2x4x4xf32>
    %91 = linalg.generic {indexing_maps = [#map9, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%83 : tensor<2x2x4x4xf32>) outs(%90 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x4x4xf32>
    %collapsed_20 = tensor.collapse_shape %89 [[0, 1], [2], [3]] : tensor<2x2x8x4xf32> into tensor<4x8x4xf32>
    %collapsed_21 = tensor.collapse_shape %91 [[0, 1], [2], [3]] : tensor<2x2x4x4xf32> into tensor<4x4x4xf32>
    %92 = tensor.empty() : tensor<4x8x4xf32>
    %93 = linalg.fill ins(%cst_9 : f32) outs(%92 : tensor<4x8x4xf32>) -> tensor<4x8x4xf32>
    %94 = linalg.batch_matmul ins(%collapsed_20, %collapsed_21 : tensor<4x8x4xf32>, tensor<4x4x4xf32>) outs(%93 : tensor<4x8x4xf32>) -> tensor<4x8x4xf32>
    %expanded_22 = tensor.expand_shape %94 [[0, 1], [2], [3]] output_shape [2, 2, 8, 4] : tensor<4x8x4xf32> into tensor<2x2x8x4xf32>
    %95 = tensor.empty() : tensor<2x4x2x8xf32>
    %96 = linalg.generic {indexing_maps = [#map10, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_22 : tensor<2x2x8x4xf32>) outs(%95 : tensor<2x4x2x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x2x8xf32>
    %collapsed_23 = tensor.collapse_shape %96 [[0, 1], [2, 3]] : tensor<2x4x2x8xf32> into tensor<8x16xf32>
    %97 = tensor.empty() : tensor<8x16xf32>
    %98 = linalg.fill ins(%cst_9 : f32) outs(%97 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %99 = linalg.matmul ins(%collapsed_23, %arg6 : tensor<8x16xf32>, tensor<16x16xf32>) outs(%98 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %expanded_24 = tensor.expand_shape %99 [[0, 1], [2]] output_shape [2, 4, 16] : tensor<8x16xf32> into tensor<2x4x16xf32>
    %100 = tensor.empty() : tensor<2x4x16xf32>
    %101 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg0, %expanded_24 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%100 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %102 = tensor.empty() : tensor<2x4x16xf32>
    %103 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%101 : tensor<2x4x16xf32>) outs(%102 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %104 = tensor.empty() : tensor<2x4x16xf32>
    %105 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%101 : tensor<2x4x16xf32>) outs(%104 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst_10 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %106 = tensor.empty() : tensor<2x4xf32>
    %107 = linalg.fill ins(%cst_9 : f32) outs(%106 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %108 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%101 : tensor<2x4x16xf32>) outs(%107 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %109 = tensor.empty() : tensor<2x4xf32>
    %110 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%108 : tensor<2x4xf32>) outs(%109 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.divf %in, %cst_8 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %111 = tensor.empty() : tensor<2x4xf32>
    %112 = linalg.fill ins(%cst_9 : f32) outs(%111 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %113 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%103 : tensor<2x4x16xf32>) outs(%112 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %114 = tensor.empty() : tensor<2x4xf32>
    %115 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%113 : tensor<2x4xf32>) outs(%114 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.divf %in, %cst_8 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %116 = tensor.empty() : tensor<2x4xf32>
    %117 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%110 : tensor<2x4xf32>) outs(%116 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %118 = tensor.empty() : tensor<2x4xf32>
    %119 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%110 : tensor<2x4xf32>) outs(%118 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst_10 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %120 = tensor.empty() : tensor<2x4xf32>
    %121 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%115, %117 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%120 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.subf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %122 = tensor.empty() : tensor<2x4xf32>
    %123 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%121 : tensor<2x4xf32>) outs(%122 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.maximumf %in, %cst_9 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %124 = tensor.empty() : tensor<2x4xi1>
    %125 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%121, %123 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%124 : tensor<2x4xi1>) {
    ^bb0(%in: f32, %in_62: f32, %out: i1):
      %419 = arith.cmpf oeq, %in, %in_62 : f32
      linalg.yield %419 : i1
    } -> tensor<2x4xi1>
    %126 = tensor.empty() : tensor<2x4xf32>
    %127 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%125 : tensor<2x4xi1>) outs(%126 : tensor<2x4xf32>) {
    ^bb0(%in: i1, %out: f32):
      %419 = arith.select %in, %cst_7, %cst_9 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %128 = tensor.empty() : tensor<2x4xi1>
    %129 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%123 : tensor<2x4xf32>) outs(%128 : tensor<2x4xi1>) {
    ^bb0(%in: f32, %out: i1):
      %419 = arith.cmpf oeq, %cst_9, %in : f32
      linalg.yield %419 : i1
    } -> tensor<2x4xi1>
    %130 = tensor.empty() : tensor<2x4xf32>
    %131 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%129 : tensor<2x4xi1>) outs(%130 : tensor<2x4xf32>) {
    ^bb0(%in: i1, %out: f32):
      %419 = arith.select %in, %cst_10, %cst_7 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %132 = tensor.empty() : tensor<2x4xf32>
    %133 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%127, %131 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%132 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.divf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %expanded_25 = tensor.expand_shape %123 [[0], [1, 2]] output_shape [2, 4, 1] : tensor<2x4xf32> into tensor<2x4x1xf32>
    %134 = tensor.empty() : tensor<2x4x16xf32>
    %135 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%110 : tensor<2x4xf32>) outs(%134 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %136 = tensor.empty() : tensor<2x4x16xf32>
    %137 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%101, %135 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%136 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.subf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %138 = tensor.empty() : tensor<2x4x1xf32>
    %139 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_25 : tensor<2x4x1xf32>) outs(%138 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %in, %cst_6 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x1xf32>
    %140 = tensor.empty() : tensor<2x4x1xf32>
    %141 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%139 : tensor<2x4x1xf32>) outs(%140 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = math.rsqrt %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x1xf32>
    %142 = tensor.empty() : tensor<2x4x1xf32>
    %143 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%141, %139 : tensor<2x4x1xf32>, tensor<2x4x1xf32>) outs(%142 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.divf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x1xf32>
    %144 = tensor.empty() : tensor<2x4x1xf32>
    %145 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%143 : tensor<2x4x1xf32>) outs(%144 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst_5 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x1xf32>
    %expanded_26 = tensor.expand_shape %arg3 [[0, 1, 2]] output_shape [1, 1, 16] : tensor<16xf32> into tensor<1x1x16xf32>
    %146 = tensor.empty() : tensor<2x4x16xf32>
    %147 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%141 : tensor<2x4x1xf32>) outs(%146 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %148 = tensor.empty() : tensor<2x4x16xf32>
    %149 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_26 : tensor<1x1x16xf32>) outs(%148 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %150 = tensor.empty() : tensor<2x4x16xf32>
    %151 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%147, %149 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%150 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %152 = tensor.empty() : tensor<2x4x16xf32>
    %153 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%137, %151 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%152 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %expanded_27 = tensor.expand_shape %arg4 [[0, 1, 2]] output_shape [1, 1, 16] : tensor<16xf32> into tensor<1x1x16xf32>
    %154 = tensor.empty() : tensor<2x4x16xf32>
    %155 = linalg.generic {indexing_maps = [#map4, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_27 : tensor<1x1x16xf32>) outs(%154 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %156 = tensor.empty() : tensor<2x4x16xf32>
    %157 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%153, %155 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%156 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %collapsed_28 = tensor.collapse_shape %157 [[0, 1], [2]] : tensor<2x4x16xf32> into tensor<8x16xf32>
    %158 = tensor.empty() : tensor<8x32xf32>
    %159 = linalg.fill ins(%cst_9 : f32) outs(%158 : tensor<8x32xf32>) -> tensor<8x32xf32>
    %160 = linalg.matmul ins(%collapsed_28, %arg7 : tensor<8x16xf32>, tensor<16x32xf32>) outs(%159 : tensor<8x32xf32>) -> tensor<8x32xf32>
    %expanded_29 = tensor.expand_shape %160 [[0, 1], [2]] output_shape [2, 4, 32] : tensor<8x32xf32> into tensor<2x4x32xf32>
    %161 = tensor.empty() : tensor<2x4x32xf32>
    %162 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_29 : tensor<2x4x32xf32>) outs(%161 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %163 = tensor.empty() : tensor<2x4x32xf32>
    %164 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%162, %expanded_29 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%163 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %165 = tensor.empty() : tensor<2x4x32xf32>
    %166 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%162 : tensor<2x4x32xf32>) outs(%165 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst_2 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %167 = tensor.empty() : tensor<2x4x32xf32>
    %168 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%164 : tensor<2x4x32xf32>) outs(%167 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst_1 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %169 = tensor.empty() : tensor<2x4x32xf32>
    %170 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_29, %168 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%169 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %171 = tensor.empty() : tensor<2x4x32xf32>
    %172 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%170 : tensor<2x4x32xf32>) outs(%171 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst_0 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %173 = tensor.empty() : tensor<2x4x32xf32>
    %174 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%172 : tensor<2x4x32xf32>) outs(%173 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = math.tanh %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %175 = tensor.empty() : tensor<2x4x32xf32>
    %176 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%174 : tensor<2x4x32xf32>) outs(%175 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.subf %cst_7, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %177 = tensor.empty() : tensor<2x4x32xf32>
    %178 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%174 : tensor<2x4x32xf32>) outs(%177 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %in, %cst_7 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %179 = tensor.empty() : tensor<2x4x32xf32>
    %180 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%178 : tensor<2x4x32xf32>) outs(%179 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %181 = tensor.empty() : tensor<2x4x32xf32>
    %182 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_29, %180 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%181 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %collapsed_30 = tensor.collapse_shape %182 [[0, 1], [2]] : tensor<2x4x32xf32> into tensor<8x32xf32>
    %183 = tensor.empty() : tensor<8x16xf32>
    %184 = linalg.fill ins(%cst_9 : f32) outs(%183 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %185 = linalg.matmul ins(%collapsed_30, %arg8 : tensor<8x32xf32>, tensor<32x16xf32>) outs(%184 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %expanded_31 = tensor.expand_shape %185 [[0, 1], [2]] output_shape [2, 4, 16] : tensor<8x16xf32> into tensor<2x4x16xf32>
    %186 = tensor.empty() : tensor<2x4x16xf32>
    %187 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%101, %expanded_31 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%186 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %188 = tensor.empty() : tensor<2x4x16xf32>
    %189 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%187 : tensor<2x4x16xf32>) outs(%188 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = math.cos %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %190 = tensor.empty() : tensor<16x2x4xf32>
    %191 = linalg.generic {indexing_maps = [#map11, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%189 : tensor<2x4x16xf32>) outs(%190 : tensor<16x2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x2x4xf32>
    %collapsed_32 = tensor.collapse_shape %191 [[0], [1, 2]] : tensor<16x2x4xf32> into tensor<16x8xf32>
    %192 = tensor.empty() : tensor<16x32xf32>
    %193 = linalg.fill ins(%cst_9 : f32) outs(%192 : tensor<16x32xf32>) -> tensor<16x32xf32>
    %194 = linalg.matmul ins(%collapsed_32, %collapsed_30 : tensor<16x8xf32>, tensor<8x32xf32>) outs(%193 : tensor<16x32xf32>) -> tensor<16x32xf32>
    %195 = tensor.empty() : tensor<32x16xf32>
    %196 = linalg.generic {indexing_maps = [#map12, #map2], iterator_types = ["parallel", "parallel"]} ins(%194 : tensor<16x32xf32>) outs(%195 : tensor<32x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x16xf32>
    %collapsed_33 = tensor.collapse_shape %189 [[0, 1], [2]] : tensor<2x4x16xf32> into tensor<8x16xf32>
    %197 = tensor.empty() : tensor<16x32xf32>
    %198 = linalg.generic {indexing_maps = [#map12, #map2], iterator_types = ["parallel", "parallel"]} ins(%arg8 : tensor<32x16xf32>) outs(%197 : tensor<16x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x32xf32>
    %199 = tensor.empty() : tensor<8x32xf32>
    %200 = linalg.fill ins(%cst_9 : f32) outs(%199 : tensor<8x32xf32>) -> tensor<8x32xf32>
    %201 = linalg.matmul ins(%collapsed_33, %198 : tensor<8x16xf32>, tensor<16x32xf32>) outs(%200 : tensor<8x32xf32>) -> tensor<8x32xf32>
    %expanded_34 = tensor.expand_shape %201 [[0, 1], [2]] output_shape [2, 4, 32] : tensor<8x32xf32> into tensor<2x4x32xf32>
    %202 = tensor.empty() : tensor<2x4x32xf32>
    %203 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_29, %expanded_34 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%202 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %204 = tensor.empty() : tensor<2x4x32xf32>
    %205 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_34, %180 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%204 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %206 = tensor.empty() : tensor<2x4x32xf32>
    %207 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%203 : tensor<2x4x32xf32>) outs(%206 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %208 = tensor.empty() : tensor<2x4x32xf32>
    %209 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%207, %176 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%208 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %210 = tensor.empty() : tensor<2x4x32xf32>
    %211 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%209, %174 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%210 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %212 = tensor.empty() : tensor<2x4x32xf32>
    %213 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%209, %211 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%212 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %214 = tensor.empty() : tensor<2x4x32xf32>
    %215 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%213 : tensor<2x4x32xf32>) outs(%214 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst_0 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %216 = tensor.empty() : tensor<2x4x32xf32>
    %217 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%205, %215 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%216 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %218 = tensor.empty() : tensor<2x4x32xf32>
    %219 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%215 : tensor<2x4x32xf32>) outs(%218 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.mulf %in, %cst_1 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %220 = tensor.empty() : tensor<2x4x32xf32>
    %221 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%219, %166 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%220 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %222 = tensor.empty() : tensor<2x4x32xf32>
    %223 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%217, %221 : tensor<2x4x32xf32>, tensor<2x4x32xf32>) outs(%222 : tensor<2x4x32xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x32xf32>
    %224 = tensor.empty() : tensor<32x2x4xf32>
    %225 = linalg.generic {indexing_maps = [#map11, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%223 : tensor<2x4x32xf32>) outs(%224 : tensor<32x2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x2x4xf32>
    %collapsed_35 = tensor.collapse_shape %225 [[0], [1, 2]] : tensor<32x2x4xf32> into tensor<32x8xf32>
    %226 = tensor.empty() : tensor<32x16xf32>
    %227 = linalg.fill ins(%cst_9 : f32) outs(%226 : tensor<32x16xf32>) -> tensor<32x16xf32>
    %228 = linalg.matmul ins(%collapsed_35, %collapsed_28 : tensor<32x8xf32>, tensor<8x16xf32>) outs(%227 : tensor<32x16xf32>) -> tensor<32x16xf32>
    %229 = tensor.empty() : tensor<16x32xf32>
    %230 = linalg.generic {indexing_maps = [#map12, #map2], iterator_types = ["parallel", "parallel"]} ins(%228 : tensor<32x16xf32>) outs(%229 : tensor<16x32xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x32xf32>
    %collapsed_36 = tensor.collapse_shape %223 [[0, 1], [2]] : tensor<2x4x32xf32> into tensor<8x32xf32>
    %231 = tensor.empty() : tensor<32x16xf32>
    %232 = linalg.generic {indexing_maps = [#map12, #map2], iterator_types = ["parallel", "parallel"]} ins(%arg7 : tensor<16x32xf32>) outs(%231 : tensor<32x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<32x16xf32>
    %233 = tensor.empty() : tensor<8x16xf32>
    %234 = linalg.fill ins(%cst_9 : f32) outs(%233 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %235 = linalg.matmul ins(%collapsed_36, %232 : tensor<8x32xf32>, tensor<32x16xf32>) outs(%234 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %expanded_37 = tensor.expand_shape %235 [[0, 1], [2]] output_shape [2, 4, 16] : tensor<8x16xf32> into tensor<2x4x16xf32>
    %236 = tensor.empty() : tensor<16xf32>
    %237 = linalg.fill ins(%cst_9 : f32) outs(%236 : tensor<16xf32>) -> tensor<16xf32>
    %238 = linalg.generic {indexing_maps = [#map11, #map13], iterator_types = ["parallel", "reduction", "reduction"]} ins(%expanded_37 : tensor<2x4x16xf32>) outs(%237 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<16xf32>
    %239 = tensor.empty() : tensor<2x4x16xf32>
    %240 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%137, %expanded_37 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%239 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %241 = tensor.empty() : tensor<2x4x16xf32>
    %242 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_37, %151 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%241 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %243 = tensor.empty() : tensor<2x4x16xf32>
    %244 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%147, %240 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%243 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %245 = tensor.empty() : tensor<16xf32>
    %246 = linalg.fill ins(%cst_9 : f32) outs(%245 : tensor<16xf32>) -> tensor<16xf32>
    %247 = linalg.generic {indexing_maps = [#map11, #map13], iterator_types = ["parallel", "reduction", "reduction"]} ins(%244 : tensor<2x4x16xf32>) outs(%246 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<16xf32>
    %248 = tensor.empty() : tensor<2x4x16xf32>
    %249 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%240, %149 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%248 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %250 = tensor.empty() : tensor<2x4xf32>
    %251 = linalg.fill ins(%cst_9 : f32) outs(%250 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %252 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%249 : tensor<2x4x16xf32>) outs(%251 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %expanded_38 = tensor.expand_shape %252 [[0], [1, 2]] output_shape [2, 4, 1] : tensor<2x4xf32> into tensor<2x4x1xf32>
    %253 = tensor.empty() : tensor<2x4x1xf32>
    %254 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_38, %145 : tensor<2x4x1xf32>, tensor<2x4x1xf32>) outs(%253 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x1xf32>
    %255 = tensor.empty() : tensor<2x4x16xf32>
    %256 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%242 : tensor<2x4x16xf32>) outs(%255 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.negf %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %257 = tensor.empty() : tensor<2x4xf32>
    %258 = linalg.fill ins(%cst_9 : f32) outs(%257 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %259 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%256 : tensor<2x4x16xf32>) outs(%258 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %expanded_39 = tensor.expand_shape %259 [[0], [1, 2]] output_shape [2, 4, 1] : tensor<2x4xf32> into tensor<2x4x1xf32>
    %260 = tensor.empty() : tensor<2x4x16xf32>
    %261 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%189, %242 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%260 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %262 = tensor.empty() : tensor<2x4xf32>
    %263 = linalg.fill ins(%cst_9 : f32) outs(%262 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %264 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%254 : tensor<2x4x1xf32>) outs(%263 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %265 = tensor.empty() : tensor<2x4xf32>
    %266 = linalg.fill ins(%cst_9 : f32) outs(%265 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %267 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_39 : tensor<2x4x1xf32>) outs(%266 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %268 = tensor.empty() : tensor<2x4xf32>
    %269 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%264, %133 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%268 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %270 = tensor.empty() : tensor<2x4xf32>
    %271 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%269 : tensor<2x4xf32>) outs(%270 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.negf %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %272 = tensor.empty() : tensor<2x4xf32>
    %273 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%271, %119 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%272 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %274 = tensor.empty() : tensor<2x4xf32>
    %275 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%267, %273 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%274 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %276 = tensor.empty() : tensor<2x4xf32>
    %277 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%269 : tensor<2x4xf32>) outs(%276 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.divf %in, %cst_8 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %278 = tensor.empty() : tensor<2x4x16xf32>
    %279 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%277 : tensor<2x4xf32>) outs(%278 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %280 = tensor.empty() : tensor<2x4xf32>
    %281 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%275 : tensor<2x4xf32>) outs(%280 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.divf %in, %cst_8 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %282 = tensor.empty() : tensor<2x4x16xf32>
    %283 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%281 : tensor<2x4xf32>) outs(%282 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %284 = tensor.empty() : tensor<2x4x16xf32>
    %285 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%261, %283 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%284 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %286 = tensor.empty() : tensor<2x4x16xf32>
    %287 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%279, %105 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%286 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %288 = tensor.empty() : tensor<2x4x16xf32>
    %289 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%285, %287 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%288 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %290 = tensor.empty() : tensor<16x2x4xf32>
    %291 = linalg.generic {indexing_maps = [#map11, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%289 : tensor<2x4x16xf32>) outs(%290 : tensor<16x2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x2x4xf32>
    %collapsed_40 = tensor.collapse_shape %291 [[0], [1, 2]] : tensor<16x2x4xf32> into tensor<16x8xf32>
    %292 = tensor.empty() : tensor<16x16xf32>
    %293 = linalg.fill ins(%cst_9 : f32) outs(%292 : tensor<16x16xf32>) -> tensor<16x16xf32>
    %294 = linalg.matmul ins(%collapsed_40, %collapsed_23 : tensor<16x8xf32>, tensor<8x16xf32>) outs(%293 : tensor<16x16xf32>) -> tensor<16x16xf32>
    %295 = tensor.empty() : tensor<16x16xf32>
    %296 = linalg.generic {indexing_maps = [#map12, #map2], iterator_types = ["parallel", "parallel"]} ins(%294 : tensor<16x16xf32>) outs(%295 : tensor<16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x16xf32>
    %collapsed_41 = tensor.collapse_shape %289 [[0, 1], [2]] : tensor<2x4x16xf32> into tensor<8x16xf32>
    %297 = tensor.empty() : tensor<16x16xf32>
    %298 = linalg.generic {indexing_maps = [#map12, #map2], iterator_types = ["parallel", "parallel"]} ins(%arg6 : tensor<16x16xf32>) outs(%297 : tensor<16x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x16xf32>
    %299 = tensor.empty() : tensor<8x16xf32>
    %300 = linalg.fill ins(%cst_9 : f32) outs(%299 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %301 = linalg.matmul ins(%collapsed_41, %298 : tensor<8x16xf32>, tensor<16x16xf32>) outs(%300 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %expanded_42 = tensor.expand_shape %301 [[0, 1], [2, 3]] output_shape [2, 4, 2, 8] : tensor<8x16xf32> into tensor<2x4x2x8xf32>
    %302 = tensor.empty() : tensor<2x2x8x4xf32>
    %303 = linalg.generic {indexing_maps = [#map7, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_42 : tensor<2x4x2x8xf32>) outs(%302 : tensor<2x2x8x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x8x4xf32>
    %304 = tensor.empty() : tensor<2x2x4x8xf32>
    %305 = linalg.generic {indexing_maps = [#map9, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%303 : tensor<2x2x8x4xf32>) outs(%304 : tensor<2x2x4x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x4x8xf32>
    %collapsed_43 = tensor.collapse_shape %305 [[0, 1], [2], [3]] : tensor<2x2x4x8xf32> into tensor<4x4x8xf32>
    %306 = tensor.empty() : tensor<4x4x4xf32>
    %307 = linalg.fill ins(%cst_9 : f32) outs(%306 : tensor<4x4x4xf32>) -> tensor<4x4x4xf32>
    %308 = linalg.batch_matmul ins(%collapsed_43, %collapsed_20 : tensor<4x4x8xf32>, tensor<4x8x4xf32>) outs(%307 : tensor<4x4x4xf32>) -> tensor<4x4x4xf32>
    %expanded_44 = tensor.expand_shape %308 [[0, 1], [2], [3]] output_shape [2, 2, 4, 4] : tensor<4x4x4xf32> into tensor<2x2x4x4xf32>
    %collapsed_45 = tensor.collapse_shape %303 [[0, 1], [2], [3]] : tensor<2x2x8x4xf32> into tensor<4x8x4xf32>
    %collapsed_46 = tensor.collapse_shape %83 [[0, 1], [2], [3]] : tensor<2x2x4x4xf32> into tensor<4x4x4xf32>
    %309 = tensor.empty() : tensor<4x8x4xf32>
    %310 = linalg.fill ins(%cst_9 : f32) outs(%309 : tensor<4x8x4xf32>) -> tensor<4x8x4xf32>
    %311 = linalg.batch_matmul ins(%collapsed_45, %collapsed_46 : tensor<4x8x4xf32>, tensor<4x4x4xf32>) outs(%310 : tensor<4x8x4xf32>) -> tensor<4x8x4xf32>
    %expanded_47 = tensor.expand_shape %311 [[0, 1], [2], [3]] output_shape [2, 2, 8, 4] : tensor<4x8x4xf32> into tensor<2x2x8x4xf32>
    %312 = tensor.empty() : tensor<2x4x2x8xf32>
    %313 = linalg.generic {indexing_maps = [#map10, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_47 : tensor<2x2x8x4xf32>) outs(%312 : tensor<2x4x2x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x2x8xf32>
    %314 = tensor.empty() : tensor<2x2x4x4xf32>
    %315 = linalg.generic {indexing_maps = [#map14, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%87 : tensor<2x2x4x1xf32>) outs(%314 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x4x4xf32>
    %316 = tensor.empty() : tensor<2x2x4x4xf32>
    %317 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_44, %315 : tensor<2x2x4x4xf32>, tensor<2x2x4x4xf32>) outs(%316 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4x4xf32>
    %318 = tensor.empty() : tensor<2x2x4x4xf32>
    %319 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%317, %76 : tensor<2x2x4x4xf32>, tensor<2x2x4x4xf32>) outs(%318 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4x4xf32>
    %320 = tensor.empty() : tensor<2x2x4xf32>
    %321 = linalg.fill ins(%cst_9 : f32) outs(%320 : tensor<2x2x4xf32>) -> tensor<2x2x4xf32>
    %322 = linalg.generic {indexing_maps = [#map6, #map8], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%319 : tensor<2x2x4x4xf32>) outs(%321 : tensor<2x2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4xf32>
    %323 = tensor.empty() : tensor<2x2x4xf32>
    %324 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%322 : tensor<2x2x4xf32>) outs(%323 : tensor<2x2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.negf %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4xf32>
    %expanded_48 = tensor.expand_shape %324 [[0], [1], [2, 3]] output_shape [2, 2, 4, 1] : tensor<2x2x4xf32> into tensor<2x2x4x1xf32>
    %325 = tensor.empty() : tensor<2x2x4x4xf32>
    %326 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_44, %81 : tensor<2x2x4x4xf32>, tensor<2x2x4x4xf32>) outs(%325 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.divf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4x4xf32>
    %327 = tensor.empty() : tensor<2x2x4xf32>
    %328 = linalg.fill ins(%cst_9 : f32) outs(%327 : tensor<2x2x4xf32>) -> tensor<2x2x4xf32>
    %329 = linalg.generic {indexing_maps = [#map6, #map8], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded_48 : tensor<2x2x4x1xf32>) outs(%328 : tensor<2x2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4xf32>
    %330 = tensor.empty() : tensor<2x2x4x4xf32>
    %331 = linalg.generic {indexing_maps = [#map8, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%329 : tensor<2x2x4xf32>) outs(%330 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x4x4xf32>
    %332 = tensor.empty() : tensor<2x2x4x4xf32>
    %333 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%326, %331 : tensor<2x2x4x4xf32>, tensor<2x2x4x4xf32>) outs(%332 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4x4xf32>
    %334 = tensor.empty() : tensor<2x2x4x4xf32>
    %335 = linalg.generic {indexing_maps = [#map6, #map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%333, %76 : tensor<2x2x4x4xf32>, tensor<2x2x4x4xf32>) outs(%334 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4x4xf32>
    %336 = tensor.empty() : tensor<2x2x4x4xf32>
    %337 = linalg.generic {indexing_maps = [#map6, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%335 : tensor<2x2x4x4xf32>) outs(%336 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.divf %in, %cst_4 : f32
      linalg.yield %419 : f32
    } -> tensor<2x2x4x4xf32>
    %338 = tensor.empty() : tensor<2x2x4x4xf32>
    %339 = linalg.generic {indexing_maps = [#map9, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%337 : tensor<2x2x4x4xf32>) outs(%338 : tensor<2x2x4x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x4x4xf32>
    %collapsed_49 = tensor.collapse_shape %339 [[0, 1], [2], [3]] : tensor<2x2x4x4xf32> into tensor<4x4x4xf32>
    %340 = tensor.empty() : tensor<4x4x8xf32>
    %341 = linalg.fill ins(%cst_9 : f32) outs(%340 : tensor<4x4x8xf32>) -> tensor<4x4x8xf32>
    %342 = linalg.batch_matmul ins(%collapsed_49, %collapsed_16 : tensor<4x4x4xf32>, tensor<4x4x8xf32>) outs(%341 : tensor<4x4x8xf32>) -> tensor<4x4x8xf32>
    %expanded_50 = tensor.expand_shape %342 [[0, 1], [2], [3]] output_shape [2, 2, 4, 8] : tensor<4x4x8xf32> into tensor<2x2x4x8xf32>
    %343 = tensor.empty() : tensor<2x4x2x8xf32>
    %344 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_50 : tensor<2x2x4x8xf32>) outs(%343 : tensor<2x4x2x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x2x8xf32>
    %345 = tensor.empty() : tensor<2x2x4x8xf32>
    %346 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%extracted_slice_14 : tensor<2x4x2x8xf32>) outs(%345 : tensor<2x2x4x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x2x4x8xf32>
    %collapsed_51 = tensor.collapse_shape %337 [[0, 1], [2], [3]] : tensor<2x2x4x4xf32> into tensor<4x4x4xf32>
    %collapsed_52 = tensor.collapse_shape %346 [[0, 1], [2], [3]] : tensor<2x2x4x8xf32> into tensor<4x4x8xf32>
    %347 = tensor.empty() : tensor<4x4x8xf32>
    %348 = linalg.fill ins(%cst_9 : f32) outs(%347 : tensor<4x4x8xf32>) -> tensor<4x4x8xf32>
    %349 = linalg.batch_matmul ins(%collapsed_51, %collapsed_52 : tensor<4x4x4xf32>, tensor<4x4x8xf32>) outs(%348 : tensor<4x4x8xf32>) -> tensor<4x4x8xf32>
    %expanded_53 = tensor.expand_shape %349 [[0, 1], [2], [3]] output_shape [2, 2, 4, 8] : tensor<4x4x8xf32> into tensor<2x2x4x8xf32>
    %350 = tensor.empty() : tensor<2x4x2x8xf32>
    %351 = linalg.generic {indexing_maps = [#map5, #map6], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded_53 : tensor<2x2x4x8xf32>) outs(%350 : tensor<2x4x2x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x2x8xf32>
    %352 = tensor.empty() : tensor<2x4x6x8xf32>
    %inserted_slice = tensor.insert_slice %351 into %352[0, 0, 0, 0] [2, 4, 2, 8] [1, 1, 1, 1] : tensor<2x4x2x8xf32> into tensor<2x4x6x8xf32>
    %inserted_slice_54 = tensor.insert_slice %344 into %inserted_slice[0, 0, 2, 0] [2, 4, 2, 8] [1, 1, 1, 1] : tensor<2x4x2x8xf32> into tensor<2x4x6x8xf32>
    %inserted_slice_55 = tensor.insert_slice %313 into %inserted_slice_54[0, 0, 4, 0] [2, 4, 2, 8] [1, 1, 1, 1] : tensor<2x4x2x8xf32> into tensor<2x4x6x8xf32>
    %collapsed_56 = tensor.collapse_shape %inserted_slice_55 [[0], [1], [2, 3]] : tensor<2x4x6x8xf32> into tensor<2x4x48xf32>
    %353 = tensor.empty() : tensor<48x2x4xf32>
    %354 = linalg.generic {indexing_maps = [#map11, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_56 : tensor<2x4x48xf32>) outs(%353 : tensor<48x2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<48x2x4xf32>
    %collapsed_57 = tensor.collapse_shape %354 [[0], [1, 2]] : tensor<48x2x4xf32> into tensor<48x8xf32>
    %355 = tensor.empty() : tensor<48x16xf32>
    %356 = linalg.fill ins(%cst_9 : f32) outs(%355 : tensor<48x16xf32>) -> tensor<48x16xf32>
    %357 = linalg.matmul ins(%collapsed_57, %collapsed : tensor<48x8xf32>, tensor<8x16xf32>) outs(%356 : tensor<48x16xf32>) -> tensor<48x16xf32>
    %358 = tensor.empty() : tensor<16x48xf32>
    %359 = linalg.generic {indexing_maps = [#map12, #map2], iterator_types = ["parallel", "parallel"]} ins(%357 : tensor<48x16xf32>) outs(%358 : tensor<16x48xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<16x48xf32>
    %collapsed_58 = tensor.collapse_shape %inserted_slice_55 [[0, 1], [2, 3]] : tensor<2x4x6x8xf32> into tensor<8x48xf32>
    %360 = tensor.empty() : tensor<48x16xf32>
    %361 = linalg.generic {indexing_maps = [#map12, #map2], iterator_types = ["parallel", "parallel"]} ins(%arg5 : tensor<16x48xf32>) outs(%360 : tensor<48x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<48x16xf32>
    %362 = tensor.empty() : tensor<8x16xf32>
    %363 = linalg.fill ins(%cst_9 : f32) outs(%362 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %364 = linalg.matmul ins(%collapsed_58, %361 : tensor<8x48xf32>, tensor<48x16xf32>) outs(%363 : tensor<8x16xf32>) -> tensor<8x16xf32>
    %expanded_59 = tensor.expand_shape %364 [[0, 1], [2]] output_shape [2, 4, 16] : tensor<8x16xf32> into tensor<2x4x16xf32>
    %365 = tensor.empty() : tensor<16xf32>
    %366 = linalg.fill ins(%cst_9 : f32) outs(%365 : tensor<16xf32>) -> tensor<16xf32>
    %367 = linalg.generic {indexing_maps = [#map11, #map13], iterator_types = ["parallel", "reduction", "reduction"]} ins(%expanded_59 : tensor<2x4x16xf32>) outs(%366 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<16xf32>
    %368 = tensor.empty() : tensor<2x4x16xf32>
    %369 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%35, %expanded_59 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%368 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %370 = tensor.empty() : tensor<2x4x16xf32>
    %371 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_59, %49 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%370 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %372 = tensor.empty() : tensor<2x4x16xf32>
    %373 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%45, %369 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%372 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %374 = tensor.empty() : tensor<16xf32>
    %375 = linalg.fill ins(%cst_9 : f32) outs(%374 : tensor<16xf32>) -> tensor<16xf32>
    %376 = linalg.generic {indexing_maps = [#map11, #map13], iterator_types = ["parallel", "reduction", "reduction"]} ins(%373 : tensor<2x4x16xf32>) outs(%375 : tensor<16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<16xf32>
    %377 = tensor.empty() : tensor<2x4x16xf32>
    %378 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%369, %47 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%377 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %379 = tensor.empty() : tensor<2x4xf32>
    %380 = linalg.fill ins(%cst_9 : f32) outs(%379 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %381 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%378 : tensor<2x4x16xf32>) outs(%380 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %expanded_60 = tensor.expand_shape %381 [[0], [1, 2]] output_shape [2, 4, 1] : tensor<2x4xf32> into tensor<2x4x1xf32>
    %382 = tensor.empty() : tensor<2x4x1xf32>
    %383 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded_60, %43 : tensor<2x4x1xf32>, tensor<2x4x1xf32>) outs(%382 : tensor<2x4x1xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x1xf32>
    %384 = tensor.empty() : tensor<2x4x16xf32>
    %385 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%371 : tensor<2x4x16xf32>) outs(%384 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.negf %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %386 = tensor.empty() : tensor<2x4xf32>
    %387 = linalg.fill ins(%cst_9 : f32) outs(%386 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %388 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%385 : tensor<2x4x16xf32>) outs(%387 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %expanded_61 = tensor.expand_shape %388 [[0], [1, 2]] output_shape [2, 4, 1] : tensor<2x4xf32> into tensor<2x4x1xf32>
    %389 = tensor.empty() : tensor<2x4x16xf32>
    %390 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%289, %371 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%389 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %391 = tensor.empty() : tensor<2x4xf32>
    %392 = linalg.fill ins(%cst_9 : f32) outs(%391 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %393 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%383 : tensor<2x4x1xf32>) outs(%392 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %394 = tensor.empty() : tensor<2x4xf32>
    %395 = linalg.fill ins(%cst_9 : f32) outs(%394 : tensor<2x4xf32>) -> tensor<2x4xf32>
    %396 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded_61 : tensor<2x4x1xf32>) outs(%395 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.addf %out, %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %397 = tensor.empty() : tensor<2x4xf32>
    %398 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%393, %31 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%397 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %399 = tensor.empty() : tensor<2x4xf32>
    %400 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%398 : tensor<2x4xf32>) outs(%399 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.negf %in : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %401 = tensor.empty() : tensor<2x4xf32>
    %402 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%400, %17 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%401 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %403 = tensor.empty() : tensor<2x4xf32>
    %404 = linalg.generic {indexing_maps = [#map2, #map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%396, %402 : tensor<2x4xf32>, tensor<2x4xf32>) outs(%403 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %405 = tensor.empty() : tensor<2x4xf32>
    %406 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%398 : tensor<2x4xf32>) outs(%405 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.divf %in, %cst_8 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %407 = tensor.empty() : tensor<2x4x16xf32>
    %408 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%406 : tensor<2x4xf32>) outs(%407 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %409 = tensor.empty() : tensor<2x4xf32>
    %410 = linalg.generic {indexing_maps = [#map2, #map2], iterator_types = ["parallel", "parallel"]} ins(%404 : tensor<2x4xf32>) outs(%409 : tensor<2x4xf32>) {
    ^bb0(%in: f32, %out: f32):
      %419 = arith.divf %in, %cst_8 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4xf32>
    %411 = tensor.empty() : tensor<2x4x16xf32>
    %412 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%410 : tensor<2x4xf32>) outs(%411 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    } -> tensor<2x4x16xf32>
    %413 = tensor.empty() : tensor<2x4x16xf32>
    %414 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%390, %412 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%413 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %415 = tensor.empty() : tensor<2x4x16xf32>
    %416 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%408, %3 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%415 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.mulf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    %417 = tensor.empty() : tensor<2x4x16xf32>
    %418 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%414, %416 : tensor<2x4x16xf32>, tensor<2x4x16xf32>) outs(%417 : tensor<2x4x16xf32>) {
    ^bb0(%in: f32, %in_62: f32, %out: f32):
      %419 = arith.addf %in, %in_62 : f32
      linalg.yield %419 : f32
    } -> tensor<2x4x16xf32>
    return %418, %376, %367, %247, %238, %359, %296, %230, %196 : tensor<2x4x16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16xf32>, tensor<16x48xf32>, tensor<16x16xf32>, tensor<16x32xf32>, tensor<32x16xf32>
  }
}

