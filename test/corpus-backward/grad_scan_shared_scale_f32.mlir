// expect: rmsnorm=1 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=1 prmsnorm_backward=0 layernorm_backward=0
// outputs: dx dscale
// source: jax.grad; jax 0.10.2 -> StableHLO -> IREE's import
// note: three layers share a scale, whose gradient is summed up in the loop; recorded in float64
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1) -> (d0)>
#map2 = affine_map<(d0, d1) -> (d0, 0)>
#map3 = affine_map<(d0, d1) -> (d1)>
#map4 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map5 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map6 = affine_map<(d0, d1) -> (d1, d0)>
#map7 = affine_map<(d0) -> (d0)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<4x16xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16x16xf32>) -> (tensor<4x16xf32>, tensor<16xf32>, tensor<16x16xf32>) {
    %c2_i32 = arith.constant 2 : i32
    %c2 = arith.constant 2 : index
    %c0 = arith.constant 0 : index
    %cst = arith.constant 1.000000e+00 : f32
    %cst_0 = arith.constant -5.000000e-01 : f32
    %cst_1 = arith.constant 9.99999997E-7 : f32
    %cst_2 = arith.constant 1.600000e+01 : f32
    %cst_3 = arith.constant 0.000000e+00 : f32
    %c1_i32 = arith.constant 1 : i32
    %c3_i32 = arith.constant 3 : i32
    %c0_i32 = arith.constant 0 : i32
    %cst_4 = arith.constant dense<0.000000e+00> : tensor<16x16xf32>
    %cst_5 = arith.constant dense<0.000000e+00> : tensor<16xf32>
    %cst_6 = arith.constant dense<0.000000e+00> : tensor<3x4x1xf32>
    %cst_7 = arith.constant dense<0.000000e+00> : tensor<3x4x16xf32>
    %0:8 = scf.for %arg3 = %c0_i32 to %c3_i32 step %c1_i32 iter_args(%arg4 = %arg0, %arg5 = %cst_7, %arg6 = %cst_6, %arg7 = %cst_6, %arg8 = %cst_7, %arg9 = %cst_7, %arg10 = %cst_7, %arg11 = %cst_7) -> (tensor<4x16xf32>, tensor<3x4x16xf32>, tensor<3x4x1xf32>, tensor<3x4x1xf32>, tensor<3x4x16xf32>, tensor<3x4x16xf32>, tensor<3x4x16xf32>, tensor<3x4x16xf32>)  : i32 {
      %4 = tensor.empty() : tensor<4x16xf32>
      %5 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg4 : tensor<4x16xf32>) outs(%4 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        %69 = arith.mulf %in, %in : f32
        linalg.yield %69 : f32
      } -> tensor<4x16xf32>
      %6 = tensor.empty() : tensor<4xf32>
      %7 = linalg.fill ins(%cst_3 : f32) outs(%6 : tensor<4xf32>) -> tensor<4xf32>
      %8 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%5 : tensor<4x16xf32>) outs(%7 : tensor<4xf32>) {
      ^bb0(%in: f32, %out: f32):
        %69 = arith.addf %out, %in : f32
        linalg.yield %69 : f32
      } -> tensor<4xf32>
      %expanded = tensor.expand_shape %8 [[0, 1]] output_shape [4, 1] : tensor<4xf32> into tensor<4x1xf32>
      %9 = tensor.empty() : tensor<4x1xf32>
      %10 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded : tensor<4x1xf32>) outs(%9 : tensor<4x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        %69 = arith.divf %in, %cst_2 : f32
        linalg.yield %69 : f32
      } -> tensor<4x1xf32>
      %11 = tensor.empty() : tensor<4x1xf32>
      %12 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%10 : tensor<4x1xf32>) outs(%11 : tensor<4x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        %69 = arith.addf %in, %cst_1 : f32
        linalg.yield %69 : f32
      } -> tensor<4x1xf32>
      %13 = tensor.empty() : tensor<4x1xf32>
      %14 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%12 : tensor<4x1xf32>) outs(%13 : tensor<4x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        %69 = math.rsqrt %in : f32
        linalg.yield %69 : f32
      } -> tensor<4x1xf32>
      %15 = tensor.empty() : tensor<4x1xf32>
      %16 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%14, %12 : tensor<4x1xf32>, tensor<4x1xf32>) outs(%15 : tensor<4x1xf32>) {
      ^bb0(%in: f32, %in_14: f32, %out: f32):
        %69 = arith.divf %in, %in_14 : f32
        linalg.yield %69 : f32
      } -> tensor<4x1xf32>
      %17 = tensor.empty() : tensor<4x1xf32>
      %18 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%16 : tensor<4x1xf32>) outs(%17 : tensor<4x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        %69 = arith.mulf %in, %cst_0 : f32
        linalg.yield %69 : f32
      } -> tensor<4x1xf32>
      %19 = tensor.empty() : tensor<4x16xf32>
      %20 = linalg.generic {indexing_maps = [#map2, #map], iterator_types = ["parallel", "parallel"]} ins(%14 : tensor<4x1xf32>) outs(%19 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<4x16xf32>
      %21 = tensor.empty() : tensor<4x16xf32>
      %22 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg4, %20 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%21 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_14: f32, %out: f32):
        %69 = arith.mulf %in, %in_14 : f32
        linalg.yield %69 : f32
      } -> tensor<4x16xf32>
      %23 = tensor.empty() : tensor<4x16xf32>
      %24 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1 : tensor<16xf32>) outs(%23 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<4x16xf32>
      %25 = tensor.empty() : tensor<4x16xf32>
      %26 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%22, %24 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%25 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_14: f32, %out: f32):
        %69 = arith.mulf %in, %in_14 : f32
        linalg.yield %69 : f32
      } -> tensor<4x16xf32>
      %27 = tensor.empty() : tensor<4x16xf32>
      %28 = linalg.fill ins(%cst_3 : f32) outs(%27 : tensor<4x16xf32>) -> tensor<4x16xf32>
      %29 = linalg.matmul ins(%26, %arg2 : tensor<4x16xf32>, tensor<16x16xf32>) outs(%28 : tensor<4x16xf32>) -> tensor<4x16xf32>
      %30 = tensor.empty() : tensor<4x16xf32>
      %31 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%29 : tensor<4x16xf32>) outs(%30 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        %69 = math.tanh %in : f32
        linalg.yield %69 : f32
      } -> tensor<4x16xf32>
      %32 = tensor.empty() : tensor<4x16xf32>
      %33 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%31 : tensor<4x16xf32>) outs(%32 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        %69 = arith.subf %cst, %in : f32
        linalg.yield %69 : f32
      } -> tensor<4x16xf32>
      %34 = tensor.empty() : tensor<1x4x16xf32>
      %35 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg4 : tensor<4x16xf32>) outs(%34 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x16xf32>
      %36 = arith.index_cast %arg3 : i32 to index
      %37 = arith.maxsi %36, %c0 : index
      %38 = arith.minsi %37, %c2 : index
      %inserted_slice = tensor.insert_slice %35 into %arg5[%38, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<1x4x16xf32> into tensor<3x4x16xf32>
      %39 = tensor.empty() : tensor<1x4x1xf32>
      %40 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%18 : tensor<4x1xf32>) outs(%39 : tensor<1x4x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x1xf32>
      %41 = arith.index_cast %arg3 : i32 to index
      %42 = arith.maxsi %41, %c0 : index
      %43 = arith.minsi %42, %c2 : index
      %inserted_slice_8 = tensor.insert_slice %40 into %arg6[%43, 0, 0] [1, 4, 1] [1, 1, 1] : tensor<1x4x1xf32> into tensor<3x4x1xf32>
      %44 = tensor.empty() : tensor<1x4x1xf32>
      %45 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14 : tensor<4x1xf32>) outs(%44 : tensor<1x4x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x1xf32>
      %46 = arith.index_cast %arg3 : i32 to index
      %47 = arith.maxsi %46, %c0 : index
      %48 = arith.minsi %47, %c2 : index
      %inserted_slice_9 = tensor.insert_slice %45 into %arg7[%48, 0, 0] [1, 4, 1] [1, 1, 1] : tensor<1x4x1xf32> into tensor<3x4x1xf32>
      %49 = tensor.empty() : tensor<1x4x16xf32>
      %50 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%22 : tensor<4x16xf32>) outs(%49 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x16xf32>
      %51 = arith.index_cast %arg3 : i32 to index
      %52 = arith.maxsi %51, %c0 : index
      %53 = arith.minsi %52, %c2 : index
      %inserted_slice_10 = tensor.insert_slice %50 into %arg8[%53, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<1x4x16xf32> into tensor<3x4x16xf32>
      %54 = tensor.empty() : tensor<1x4x16xf32>
      %55 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%26 : tensor<4x16xf32>) outs(%54 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x16xf32>
      %56 = arith.index_cast %arg3 : i32 to index
      %57 = arith.maxsi %56, %c0 : index
      %58 = arith.minsi %57, %c2 : index
      %inserted_slice_11 = tensor.insert_slice %55 into %arg9[%58, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<1x4x16xf32> into tensor<3x4x16xf32>
      %59 = tensor.empty() : tensor<1x4x16xf32>
      %60 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%31 : tensor<4x16xf32>) outs(%59 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x16xf32>
      %61 = arith.index_cast %arg3 : i32 to index
      %62 = arith.maxsi %61, %c0 : index
      %63 = arith.minsi %62, %c2 : index
      %inserted_slice_12 = tensor.insert_slice %60 into %arg10[%63, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<1x4x16xf32> into tensor<3x4x16xf32>
      %64 = tensor.empty() : tensor<1x4x16xf32>
      %65 = linalg.generic {indexing_maps = [#map4, #map5], iterator_types = ["parallel", "parallel", "parallel"]} ins(%33 : tensor<4x16xf32>) outs(%64 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x16xf32>
      %66 = arith.index_cast %arg3 : i32 to index
      %67 = arith.maxsi %66, %c0 : index
      %68 = arith.minsi %67, %c2 : index
      %inserted_slice_13 = tensor.insert_slice %65 into %arg11[%68, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<1x4x16xf32> into tensor<3x4x16xf32>
      scf.yield %31, %inserted_slice, %inserted_slice_8, %inserted_slice_9, %inserted_slice_10, %inserted_slice_11, %inserted_slice_12, %inserted_slice_13 : tensor<4x16xf32>, tensor<3x4x16xf32>, tensor<3x4x1xf32>, tensor<3x4x1xf32>, tensor<3x4x16xf32>, tensor<3x4x16xf32>, tensor<3x4x16xf32>, tensor<3x4x16xf32>
    }
    %1 = tensor.empty() : tensor<4x16xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%0#0 : tensor<4x16xf32>) outs(%1 : tensor<4x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %4 = math.cos %in : f32
      linalg.yield %4 : f32
    } -> tensor<4x16xf32>
    %3:3 = scf.for %arg3 = %c0_i32 to %c3_i32 step %c1_i32 iter_args(%arg4 = %cst_5, %arg5 = %cst_4, %arg6 = %2) -> (tensor<16xf32>, tensor<16x16xf32>, tensor<4x16xf32>)  : i32 {
      %4 = arith.subi %c2_i32, %arg3 : i32
      %5 = arith.index_cast %4 : i32 to index
      %6 = arith.maxsi %5, %c0 : index
      %7 = arith.minsi %6, %c2 : index
      %extracted_slice = tensor.extract_slice %0#1[%7, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<3x4x16xf32> to tensor<1x4x16xf32>
      %collapsed = tensor.collapse_shape %extracted_slice [[0, 1], [2]] : tensor<1x4x16xf32> into tensor<4x16xf32>
      %8 = arith.index_cast %4 : i32 to index
      %9 = arith.maxsi %8, %c0 : index
      %10 = arith.minsi %9, %c2 : index
      %extracted_slice_8 = tensor.extract_slice %0#2[%10, 0, 0] [1, 4, 1] [1, 1, 1] : tensor<3x4x1xf32> to tensor<1x4x1xf32>
      %collapsed_9 = tensor.collapse_shape %extracted_slice_8 [[0, 1], [2]] : tensor<1x4x1xf32> into tensor<4x1xf32>
      %11 = arith.index_cast %4 : i32 to index
      %12 = arith.maxsi %11, %c0 : index
      %13 = arith.minsi %12, %c2 : index
      %extracted_slice_10 = tensor.extract_slice %0#3[%13, 0, 0] [1, 4, 1] [1, 1, 1] : tensor<3x4x1xf32> to tensor<1x4x1xf32>
      %collapsed_11 = tensor.collapse_shape %extracted_slice_10 [[0, 1], [2]] : tensor<1x4x1xf32> into tensor<4x1xf32>
      %14 = arith.index_cast %4 : i32 to index
      %15 = arith.maxsi %14, %c0 : index
      %16 = arith.minsi %15, %c2 : index
      %extracted_slice_12 = tensor.extract_slice %0#4[%16, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<3x4x16xf32> to tensor<1x4x16xf32>
      %collapsed_13 = tensor.collapse_shape %extracted_slice_12 [[0, 1], [2]] : tensor<1x4x16xf32> into tensor<4x16xf32>
      %17 = arith.index_cast %4 : i32 to index
      %18 = arith.maxsi %17, %c0 : index
      %19 = arith.minsi %18, %c2 : index
      %extracted_slice_14 = tensor.extract_slice %0#5[%19, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<3x4x16xf32> to tensor<1x4x16xf32>
      %collapsed_15 = tensor.collapse_shape %extracted_slice_14 [[0, 1], [2]] : tensor<1x4x16xf32> into tensor<4x16xf32>
      %20 = arith.index_cast %4 : i32 to index
      %21 = arith.maxsi %20, %c0 : index
      %22 = arith.minsi %21, %c2 : index
      %extracted_slice_16 = tensor.extract_slice %0#6[%22, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<3x4x16xf32> to tensor<1x4x16xf32>
      %collapsed_17 = tensor.collapse_shape %extracted_slice_16 [[0, 1], [2]] : tensor<1x4x16xf32> into tensor<4x16xf32>
      %23 = arith.index_cast %4 : i32 to index
      %24 = arith.maxsi %23, %c0 : index
      %25 = arith.minsi %24, %c2 : index
      %extracted_slice_18 = tensor.extract_slice %0#7[%25, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<3x4x16xf32> to tensor<1x4x16xf32>
      %collapsed_19 = tensor.collapse_shape %extracted_slice_18 [[0, 1], [2]] : tensor<1x4x16xf32> into tensor<4x16xf32>
      %26 = tensor.empty() : tensor<4x16xf32>
      %27 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg6, %collapsed_19 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%26 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.mulf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<4x16xf32>
      %28 = tensor.empty() : tensor<4x16xf32>
      %29 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%27, %collapsed_17 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%28 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.mulf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<4x16xf32>
      %30 = tensor.empty() : tensor<4x16xf32>
      %31 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%27, %29 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%30 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.addf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<4x16xf32>
      %32 = tensor.empty() : tensor<16x4xf32>
      %33 = linalg.generic {indexing_maps = [#map6, #map], iterator_types = ["parallel", "parallel"]} ins(%31 : tensor<4x16xf32>) outs(%32 : tensor<16x4xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<16x4xf32>
      %34 = tensor.empty() : tensor<16x16xf32>
      %35 = linalg.fill ins(%cst_3 : f32) outs(%34 : tensor<16x16xf32>) -> tensor<16x16xf32>
      %36 = linalg.matmul ins(%33, %collapsed_15 : tensor<16x4xf32>, tensor<4x16xf32>) outs(%35 : tensor<16x16xf32>) -> tensor<16x16xf32>
      %37 = tensor.empty() : tensor<16x16xf32>
      %38 = linalg.generic {indexing_maps = [#map6, #map], iterator_types = ["parallel", "parallel"]} ins(%36 : tensor<16x16xf32>) outs(%37 : tensor<16x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<16x16xf32>
      %39 = tensor.empty() : tensor<16x16xf32>
      %40 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%arg5, %38 : tensor<16x16xf32>, tensor<16x16xf32>) outs(%39 : tensor<16x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.addf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<16x16xf32>
      %41 = tensor.empty() : tensor<16x16xf32>
      %42 = linalg.generic {indexing_maps = [#map6, #map], iterator_types = ["parallel", "parallel"]} ins(%arg2 : tensor<16x16xf32>) outs(%41 : tensor<16x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<16x16xf32>
      %43 = tensor.empty() : tensor<4x16xf32>
      %44 = linalg.fill ins(%cst_3 : f32) outs(%43 : tensor<4x16xf32>) -> tensor<4x16xf32>
      %45 = linalg.matmul ins(%31, %42 : tensor<4x16xf32>, tensor<16x16xf32>) outs(%44 : tensor<4x16xf32>) -> tensor<4x16xf32>
      %46 = tensor.empty() : tensor<4x16xf32>
      %47 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%collapsed_13, %45 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%46 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.mulf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<4x16xf32>
      %48 = tensor.empty() : tensor<16xf32>
      %49 = linalg.fill ins(%cst_3 : f32) outs(%48 : tensor<16xf32>) -> tensor<16xf32>
      %50 = linalg.generic {indexing_maps = [#map6, #map1], iterator_types = ["parallel", "reduction"]} ins(%47 : tensor<4x16xf32>) outs(%49 : tensor<16xf32>) {
      ^bb0(%in: f32, %out: f32):
        %86 = arith.addf %out, %in : f32
        linalg.yield %86 : f32
      } -> tensor<16xf32>
      %expanded = tensor.expand_shape %50 [[0, 1]] output_shape [1, 16] : tensor<16xf32> into tensor<1x16xf32>
      %51 = tensor.empty() : tensor<4x16xf32>
      %52 = linalg.generic {indexing_maps = [#map3, #map], iterator_types = ["parallel", "parallel"]} ins(%arg1 : tensor<16xf32>) outs(%51 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<4x16xf32>
      %53 = tensor.empty() : tensor<4x16xf32>
      %54 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%45, %52 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%53 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.mulf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<4x16xf32>
      %55 = tensor.empty() : tensor<16xf32>
      %56 = linalg.fill ins(%cst_3 : f32) outs(%55 : tensor<16xf32>) -> tensor<16xf32>
      %57 = linalg.generic {indexing_maps = [#map6, #map1], iterator_types = ["parallel", "reduction"]} ins(%expanded : tensor<1x16xf32>) outs(%56 : tensor<16xf32>) {
      ^bb0(%in: f32, %out: f32):
        %86 = arith.addf %out, %in : f32
        linalg.yield %86 : f32
      } -> tensor<16xf32>
      %58 = tensor.empty() : tensor<16xf32>
      %59 = linalg.generic {indexing_maps = [#map7, #map7, #map7], iterator_types = ["parallel"]} ins(%arg4, %57 : tensor<16xf32>, tensor<16xf32>) outs(%58 : tensor<16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.addf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<16xf32>
      %60 = tensor.empty() : tensor<4x16xf32>
      %61 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%collapsed, %54 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%60 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.mulf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<4x16xf32>
      %62 = tensor.empty() : tensor<4xf32>
      %63 = linalg.fill ins(%cst_3 : f32) outs(%62 : tensor<4xf32>) -> tensor<4xf32>
      %64 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%61 : tensor<4x16xf32>) outs(%63 : tensor<4xf32>) {
      ^bb0(%in: f32, %out: f32):
        %86 = arith.addf %out, %in : f32
        linalg.yield %86 : f32
      } -> tensor<4xf32>
      %expanded_20 = tensor.expand_shape %64 [[0, 1]] output_shape [4, 1] : tensor<4xf32> into tensor<4x1xf32>
      %65 = tensor.empty() : tensor<4x16xf32>
      %66 = linalg.generic {indexing_maps = [#map2, #map], iterator_types = ["parallel", "parallel"]} ins(%collapsed_11 : tensor<4x1xf32>) outs(%65 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<4x16xf32>
      %67 = tensor.empty() : tensor<4x16xf32>
      %68 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%54, %66 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%67 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.mulf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<4x16xf32>
      %69 = tensor.empty() : tensor<4x1xf32>
      %70 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%expanded_20, %collapsed_9 : tensor<4x1xf32>, tensor<4x1xf32>) outs(%69 : tensor<4x1xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.mulf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<4x1xf32>
      %71 = tensor.empty() : tensor<4x1xf32>
      %72 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%70 : tensor<4x1xf32>) outs(%71 : tensor<4x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        %86 = arith.divf %in, %cst_2 : f32
        linalg.yield %86 : f32
      } -> tensor<4x1xf32>
      %73 = tensor.empty() : tensor<4xf32>
      %74 = linalg.fill ins(%cst_3 : f32) outs(%73 : tensor<4xf32>) -> tensor<4xf32>
      %75 = linalg.generic {indexing_maps = [#map, #map1], iterator_types = ["parallel", "reduction"]} ins(%72 : tensor<4x1xf32>) outs(%74 : tensor<4xf32>) {
      ^bb0(%in: f32, %out: f32):
        %86 = arith.addf %out, %in : f32
        linalg.yield %86 : f32
      } -> tensor<4xf32>
      %76 = tensor.empty() : tensor<4x16xf32>
      %77 = linalg.generic {indexing_maps = [#map1, #map], iterator_types = ["parallel", "parallel"]} ins(%75 : tensor<4xf32>) outs(%76 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<4x16xf32>
      %78 = tensor.empty() : tensor<4x16xf32>
      %79 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%collapsed, %77 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%78 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.mulf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<4x16xf32>
      %80 = tensor.empty() : tensor<4x16xf32>
      %81 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%68, %79 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%80 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.addf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<4x16xf32>
      %82 = tensor.empty() : tensor<4x16xf32>
      %83 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%77, %collapsed : tensor<4x16xf32>, tensor<4x16xf32>) outs(%82 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.mulf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<4x16xf32>
      %84 = tensor.empty() : tensor<4x16xf32>
      %85 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%81, %83 : tensor<4x16xf32>, tensor<4x16xf32>) outs(%84 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %86 = arith.addf %in, %in_21 : f32
        linalg.yield %86 : f32
      } -> tensor<4x16xf32>
      scf.yield %59, %40, %85 : tensor<16xf32>, tensor<16x16xf32>, tensor<4x16xf32>
    }
    return %3#2, %3#0, %3#1 : tensor<4x16xf32>, tensor<16xf32>, tensor<16x16xf32>
  }
}

