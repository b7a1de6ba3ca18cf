// expect: rmsnorm=1 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=1 prmsnorm_backward=0 layernorm_backward=0
// outputs: dx dscale
// source: jax.grad; jax 0.10.2 -> StableHLO -> IREE's import
// note: three layers share a scale, whose gradient is summed up in the loop; recorded in float64
#map = affine_map<(d0, d1) -> (d0, d1)>
#map1 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map2 = affine_map<(d0, d1, d2) -> (d0, d1)>
#map3 = affine_map<(d0, d1) -> (d0, 0)>
#map4 = affine_map<(d0, d1) -> (d1)>
#map5 = affine_map<(d0, d1, d2) -> (d0, d2)>
#map6 = affine_map<(d0, d1, d2) -> (d2, d1)>
#map7 = affine_map<(d0, d1, d2) -> (d1, d2)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d0)>
#map9 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d1)>
#map10 = affine_map<(d0, d1, d2, d3) -> (d0, d1)>
#map11 = affine_map<(d0, d1) -> (d1, d0)>
#map12 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>
#map13 = affine_map<(d0, d1, d2, d3) -> (d2, d3)>
#map14 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map15 = affine_map<(d0, d1, d2, d3) -> (d2, d3, d0, d1)>
#map16 = affine_map<(d0, d1, d2) -> (d2)>
#map17 = affine_map<(d0) -> (d0)>
#map18 = affine_map<(d0, d1) -> (d0)>
#map19 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<4x16xf32>, %arg1: tensor<16xf32>, %arg2: tensor<16x16xf32>) -> (tensor<4x16xf32>, tensor<16xf32>, tensor<16x16xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %c2_i32 = arith.constant 2 : i32
    %c2 = arith.constant 2 : index
    %c0 = arith.constant 0 : index
    %cst_0 = arith.constant 1.000000e+00 : f32
    %cst_1 = arith.constant -5.000000e-01 : f32
    %cst_2 = arith.constant 9.99999997E-7 : f32
    %cst_3 = arith.constant 1.600000e+01 : f32
    %c1_i32 = arith.constant 1 : i32
    %c3_i32 = arith.constant 3 : i32
    %c0_i32 = arith.constant 0 : i32
    %cst_4 = arith.constant dense<0.000000e+00> : tensor<16x16xf32>
    %cst_5 = arith.constant dense<0.000000e+00> : tensor<16xf32>
    %cst_6 = arith.constant dense<0.000000e+00> : tensor<3x4x1xf32>
    %cst_7 = arith.constant dense<0.000000e+00> : tensor<3x4x16xf32>
    %0:8 = scf.for %arg3 = %c0_i32 to %c3_i32 step %c1_i32 iter_args(%arg4 = %arg0, %arg5 = %cst_7, %arg6 = %cst_6, %arg7 = %cst_6, %arg8 = %cst_7, %arg9 = %cst_7, %arg10 = %cst_7, %arg11 = %cst_7) -> (tensor<4x16xf32>, tensor<3x4x16xf32>, tensor<3x4x1xf32>, tensor<3x4x1xf32>, tensor<3x4x16xf32>, tensor<3x4x16xf32>, tensor<3x4x16xf32>, tensor<3x4x16xf32>)  : i32 {
      %4 = tensor.empty() : tensor<4x1xf32>
      %5 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%4 : tensor<4x1xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<4x1xf32>
      %expanded = tensor.expand_shape %arg4 [[0, 1], [2]] output_shape [4, 1, 16] : tensor<4x16xf32> into tensor<4x1x16xf32>
      %6 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%expanded : tensor<4x1x16xf32>) outs(%5 : tensor<4x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        %27 = arith.mulf %in, %in : f32
        %28 = arith.addf %out, %27 : f32
        linalg.yield %28 : f32
      } -> tensor<4x1xf32>
      %7 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%6 : tensor<4x1xf32>) outs(%4 : tensor<4x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        %27 = arith.divf %in, %cst_3 : f32
        %28 = arith.addf %27, %cst_2 : f32
        linalg.yield %28 : f32
      } -> tensor<4x1xf32>
      %8 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%7 : tensor<4x1xf32>) outs(%4 : tensor<4x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        %27 = math.rsqrt %in : f32
        linalg.yield %27 : f32
      } -> tensor<4x1xf32>
      %9 = tensor.empty() : tensor<4x16xf32>
      %10 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel"]} ins(%arg4, %8 : tensor<4x16xf32>, tensor<4x1xf32>) outs(%9 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_14: f32, %out: f32):
        %27 = arith.mulf %in, %in_14 : f32
        linalg.yield %27 : f32
      } -> tensor<4x16xf32>
      %11 = linalg.generic {indexing_maps = [#map, #map4, #map], iterator_types = ["parallel", "parallel"]} ins(%10, %arg1 : tensor<4x16xf32>, tensor<16xf32>) outs(%9 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_14: f32, %out: f32):
        %27 = arith.mulf %in, %in_14 : f32
        linalg.yield %27 : f32
      } -> tensor<4x16xf32>
      %12 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%9 : tensor<4x16xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<4x16xf32>
      %13 = linalg.generic {indexing_maps = [#map5, #map6, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%11, %arg2 : tensor<4x16xf32>, tensor<16x16xf32>) outs(%12 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_14: f32, %out: f32):
        %27 = arith.mulf %in, %in_14 : f32
        %28 = arith.addf %out, %27 : f32
        linalg.yield %28 : f32
      } -> tensor<4x16xf32>
      %14 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]} ins(%13 : tensor<4x16xf32>) outs(%9 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        %27 = math.tanh %in : f32
        linalg.yield %27 : f32
      } -> tensor<4x16xf32>
      %15 = tensor.empty() : tensor<1x4x16xf32>
      %16 = linalg.generic {indexing_maps = [#map7, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg4 : tensor<4x16xf32>) outs(%15 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x16xf32>
      %17 = arith.index_cast %arg3 : i32 to index
      %18 = arith.maxsi %17, %c0 : index
      %19 = arith.minsi %18, %c2 : index
      %inserted_slice = tensor.insert_slice %16 into %arg5[%19, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<1x4x16xf32> into tensor<3x4x16xf32>
      %20 = tensor.empty() : tensor<1x4x1xf32>
      %21 = linalg.generic {indexing_maps = [#map7, #map7, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8, %7 : tensor<4x1xf32>, tensor<4x1xf32>) outs(%20 : tensor<1x4x1xf32>) {
      ^bb0(%in: f32, %in_14: f32, %out: f32):
        %27 = arith.divf %in, %in_14 : f32
        %28 = arith.mulf %27, %cst_1 : f32
        linalg.yield %28 : f32
      } -> tensor<1x4x1xf32>
      %inserted_slice_8 = tensor.insert_slice %21 into %arg6[%19, 0, 0] [1, 4, 1] [1, 1, 1] : tensor<1x4x1xf32> into tensor<3x4x1xf32>
      %22 = linalg.generic {indexing_maps = [#map7, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%8 : tensor<4x1xf32>) outs(%20 : tensor<1x4x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x1xf32>
      %inserted_slice_9 = tensor.insert_slice %22 into %arg7[%19, 0, 0] [1, 4, 1] [1, 1, 1] : tensor<1x4x1xf32> into tensor<3x4x1xf32>
      %23 = linalg.generic {indexing_maps = [#map7, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%10 : tensor<4x16xf32>) outs(%15 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x16xf32>
      %inserted_slice_10 = tensor.insert_slice %23 into %arg8[%19, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<1x4x16xf32> into tensor<3x4x16xf32>
      %24 = linalg.generic {indexing_maps = [#map7, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%11 : tensor<4x16xf32>) outs(%15 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x16xf32>
      %inserted_slice_11 = tensor.insert_slice %24 into %arg9[%19, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<1x4x16xf32> into tensor<3x4x16xf32>
      %25 = linalg.generic {indexing_maps = [#map7, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14 : tensor<4x16xf32>) outs(%15 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x16xf32>
      %inserted_slice_12 = tensor.insert_slice %25 into %arg10[%19, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<1x4x16xf32> into tensor<3x4x16xf32>
      %26 = linalg.generic {indexing_maps = [#map7, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%14 : tensor<4x16xf32>) outs(%15 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        %27 = arith.subf %cst_0, %in : f32
        linalg.yield %27 : f32
      } -> tensor<1x4x16xf32>
      %inserted_slice_13 = tensor.insert_slice %26 into %arg11[%19, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<1x4x16xf32> into tensor<3x4x16xf32>
      scf.yield %14, %inserted_slice, %inserted_slice_8, %inserted_slice_9, %inserted_slice_10, %inserted_slice_11, %inserted_slice_12, %inserted_slice_13 : tensor<4x16xf32>, tensor<3x4x16xf32>, tensor<3x4x1xf32>, tensor<3x4x1xf32>, tensor<3x4x16xf32>, tensor<3x4x16xf32>, tensor<3x4x16xf32>, tensor<3x4x16xf32>
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
      %extracted_slice_8 = tensor.extract_slice %0#2[%7, 0, 0] [1, 4, 1] [1, 1, 1] : tensor<3x4x1xf32> to tensor<1x4x1xf32>
      %extracted_slice_9 = tensor.extract_slice %0#3[%7, 0, 0] [1, 4, 1] [1, 1, 1] : tensor<3x4x1xf32> to tensor<1x4x1xf32>
      %collapsed_10 = tensor.collapse_shape %extracted_slice_9 [[0, 1], [2]] : tensor<1x4x1xf32> into tensor<4x1xf32>
      %extracted_slice_11 = tensor.extract_slice %0#4[%7, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<3x4x16xf32> to tensor<1x4x16xf32>
      %extracted_slice_12 = tensor.extract_slice %0#5[%7, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<3x4x16xf32> to tensor<1x4x16xf32>
      %extracted_slice_13 = tensor.extract_slice %0#6[%7, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<3x4x16xf32> to tensor<1x4x16xf32>
      %extracted_slice_14 = tensor.extract_slice %0#7[%7, 0, 0] [1, 4, 16] [1, 1, 1] : tensor<3x4x16xf32> to tensor<1x4x16xf32>
      %expanded = tensor.expand_shape %arg6 [[0, 1], [2]] output_shape [1, 4, 16] : tensor<4x16xf32> into tensor<1x4x16xf32>
      %8 = tensor.empty() : tensor<1x4x16xf32>
      %9 = linalg.generic {indexing_maps = [#map1, #map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%expanded, %extracted_slice_14, %extracted_slice_13 : tensor<1x4x16xf32>, tensor<1x4x16xf32>, tensor<1x4x16xf32>) outs(%8 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %in_22: f32, %out: f32):
        %32 = arith.mulf %in, %in_21 : f32
        %33 = arith.mulf %32, %in_22 : f32
        %34 = arith.addf %32, %33 : f32
        linalg.yield %34 : f32
      } -> tensor<1x4x16xf32>
      %10 = tensor.empty() : tensor<16x16xf32>
      %11 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%10 : tensor<16x16xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<16x16xf32>
      %12 = linalg.generic {indexing_maps = [#map8, #map9, #map10], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%9, %extracted_slice_12 : tensor<1x4x16xf32>, tensor<1x4x16xf32>) outs(%11 : tensor<16x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %32 = arith.mulf %in, %in_21 : f32
        %33 = arith.addf %out, %32 : f32
        linalg.yield %33 : f32
      } -> tensor<16x16xf32>
      %13 = linalg.generic {indexing_maps = [#map, #map11, #map], iterator_types = ["parallel", "parallel"]} ins(%arg5, %12 : tensor<16x16xf32>, tensor<16x16xf32>) outs(%10 : tensor<16x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %32 = arith.addf %in, %in_21 : f32
        linalg.yield %32 : f32
      } -> tensor<16x16xf32>
      %14 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel"]} outs(%8 : tensor<1x4x16xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<1x4x16xf32>
      %15 = linalg.generic {indexing_maps = [#map12, #map13, #map14], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%9, %arg2 : tensor<1x4x16xf32>, tensor<16x16xf32>) outs(%14 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %32 = arith.mulf %in, %in_21 : f32
        %33 = arith.addf %out, %32 : f32
        linalg.yield %33 : f32
      } -> tensor<1x4x16xf32>
      %16 = tensor.empty() : tensor<1x16xf32>
      %17 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%16 : tensor<1x16xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<1x16xf32>
      %expanded_15 = tensor.expand_shape %extracted_slice_11 [[0], [1], [2, 3]] output_shape [1, 4, 1, 16] : tensor<1x4x16xf32> into tensor<1x4x1x16xf32>
      %expanded_16 = tensor.expand_shape %15 [[0], [1], [2, 3]] output_shape [1, 4, 1, 16] : tensor<1x4x16xf32> into tensor<1x4x1x16xf32>
      %18 = linalg.generic {indexing_maps = [#map15, #map15, #map10], iterator_types = ["parallel", "parallel", "reduction", "reduction"]} ins(%expanded_15, %expanded_16 : tensor<1x4x1x16xf32>, tensor<1x4x1x16xf32>) outs(%17 : tensor<1x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %32 = arith.mulf %in, %in_21 : f32
        %33 = arith.addf %out, %32 : f32
        linalg.yield %33 : f32
      } -> tensor<1x16xf32>
      %19 = linalg.generic {indexing_maps = [#map1, #map16, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%15, %arg1 : tensor<1x4x16xf32>, tensor<16xf32>) outs(%8 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %32 = arith.mulf %in, %in_21 : f32
        linalg.yield %32 : f32
      } -> tensor<1x4x16xf32>
      %collapsed_17 = tensor.collapse_shape %19 [[0, 1], [2]] : tensor<1x4x16xf32> into tensor<4x16xf32>
      %20 = tensor.empty() : tensor<16xf32>
      %21 = linalg.generic {indexing_maps = [#map17], iterator_types = ["parallel"]} outs(%20 : tensor<16xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<16xf32>
      %22 = linalg.generic {indexing_maps = [#map11, #map18], iterator_types = ["parallel", "reduction"]} ins(%18 : tensor<1x16xf32>) outs(%21 : tensor<16xf32>) {
      ^bb0(%in: f32, %out: f32):
        %32 = arith.addf %out, %in : f32
        linalg.yield %32 : f32
      } -> tensor<16xf32>
      %23 = linalg.generic {indexing_maps = [#map17, #map17, #map17], iterator_types = ["parallel"]} ins(%arg4, %22 : tensor<16xf32>, tensor<16xf32>) outs(%20 : tensor<16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %32 = arith.addf %in, %in_21 : f32
        linalg.yield %32 : f32
      } -> tensor<16xf32>
      %24 = tensor.empty() : tensor<1x4x1xf32>
      %25 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel"]} outs(%24 : tensor<1x4x1xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<1x4x1xf32>
      %expanded_18 = tensor.expand_shape %extracted_slice [[0], [1, 2], [3]] output_shape [1, 4, 1, 16] : tensor<1x4x16xf32> into tensor<1x4x1x16xf32>
      %expanded_19 = tensor.expand_shape %19 [[0], [1, 2], [3]] output_shape [1, 4, 1, 16] : tensor<1x4x16xf32> into tensor<1x4x1x16xf32>
      %26 = linalg.generic {indexing_maps = [#map19, #map19, #map14], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded_18, %expanded_19 : tensor<1x4x1x16xf32>, tensor<1x4x1x16xf32>) outs(%25 : tensor<1x4x1xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %32 = arith.mulf %in, %in_21 : f32
        %33 = arith.addf %out, %32 : f32
        linalg.yield %33 : f32
      } -> tensor<1x4x1xf32>
      %27 = tensor.empty() : tensor<1x4xf32>
      %28 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel"]} outs(%27 : tensor<1x4xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<1x4xf32>
      %29 = linalg.generic {indexing_maps = [#map1, #map1, #map2], iterator_types = ["parallel", "parallel", "reduction"]} ins(%26, %extracted_slice_8 : tensor<1x4x1xf32>, tensor<1x4x1xf32>) outs(%28 : tensor<1x4xf32>) {
      ^bb0(%in: f32, %in_21: f32, %out: f32):
        %32 = arith.mulf %in, %in_21 : f32
        %33 = arith.divf %32, %cst_3 : f32
        %34 = arith.addf %out, %33 : f32
        linalg.yield %34 : f32
      } -> tensor<1x4xf32>
      %30 = linalg.generic {indexing_maps = [#map2, #map1], iterator_types = ["parallel", "parallel", "parallel"]} ins(%29 : tensor<1x4xf32>) outs(%8 : tensor<1x4x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x16xf32>
      %collapsed_20 = tensor.collapse_shape %30 [[0, 1], [2]] : tensor<1x4x16xf32> into tensor<4x16xf32>
      %31 = linalg.generic {indexing_maps = [#map, #map3, #map, #map, #map], iterator_types = ["parallel", "parallel"]} ins(%collapsed_17, %collapsed_10, %collapsed, %collapsed_20 : tensor<4x16xf32>, tensor<4x1xf32>, tensor<4x16xf32>, tensor<4x16xf32>) outs(%1 : tensor<4x16xf32>) {
      ^bb0(%in: f32, %in_21: f32, %in_22: f32, %in_23: f32, %out: f32):
        %32 = arith.mulf %in_23, %in_22 : f32
        %33 = arith.mulf %in, %in_21 : f32
        %34 = arith.addf %33, %32 : f32
        %35 = arith.addf %34, %32 : f32
        linalg.yield %35 : f32
      } -> tensor<4x16xf32>
      scf.yield %23, %13, %31 : tensor<16xf32>, tensor<16x16xf32>, tensor<4x16xf32>
    }
    return %3#2, %3#0, %3#1 : tensor<4x16xf32>, tensor<16xf32>, tensor<16x16xf32>
  }
}

