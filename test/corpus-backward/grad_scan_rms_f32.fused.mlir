// expect: rmsnorm=1 prmsnorm=0 layernorm=0
// expect-backward: rmsnorm_backward=1 prmsnorm_backward=0 layernorm_backward=0
// outputs: dx dscale
// source: jax.grad; jax 0.10.2 -> StableHLO -> IREE's import
// note: lax.scan over three layers h + tanh(norm(h) g @ w): the backward loop reads x, rstd and -1/2 rstd / v from what the first one has saved; recorded in float64
#map = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#map1 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#map2 = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>
#map3 = affine_map<(d0, d1, d2) -> (d0, d1, 0)>
#map4 = affine_map<(d0, d1, d2) -> (d2)>
#map5 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d3, d4)>
#map6 = affine_map<(d0, d1, d2, d3, d4) -> (d3, d4, d2)>
#map7 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2)>
#map8 = affine_map<(d0, d1, d2, d3) -> (d1, d2, d3)>
#map9 = affine_map<(d0, d1, d2, d3) -> (d3)>
#map10 = affine_map<(d0, d1) -> (d0, d1)>
#map11 = affine_map<(d0, d1, d2, d3, d4) -> (d2, d3, d4, d0)>
#map12 = affine_map<(d0, d1, d2, d3, d4) -> (d2, d3, d4, d1)>
#map13 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1)>
#map14 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3, d4)>
#map15 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d5)>
#map16 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d3, d4, d5)>
#map17 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3, d4)>
#map18 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d3, d4, d5, d0, d1, d2)>
#map19 = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2)>
#map20 = affine_map<(d0, d1, d2) -> (0, 0, d2)>
#map21 = affine_map<(d0) -> (d0)>
#map22 = affine_map<(d0, d1, d2) -> (d1, d2, d0)>
#map23 = affine_map<(d0, d1, d2) -> (d0)>
#map24 = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1, d2, d3)>
#map25 = affine_map<(d0, d1) -> (d1)>
#map26 = affine_map<(d0, d1, d2) -> (d2, d1)>
module @jit__lambda {
  func.func public @main(%arg0: tensor<4x6x16xf32>, %arg1: tensor<3x16xf32>, %arg2: tensor<3x16x16xf32>) -> (tensor<4x6x16xf32>, tensor<3x16xf32>, tensor<3x16x16xf32>) {
    %cst = arith.constant 0.000000e+00 : f32
    %c2_i32 = arith.constant 2 : i32
    %cst_0 = arith.constant 1.000000e+00 : f32
    %cst_1 = arith.constant -5.000000e-01 : f32
    %cst_2 = arith.constant 9.99999997E-7 : f32
    %cst_3 = arith.constant 1.600000e+01 : f32
    %c2 = arith.constant 2 : index
    %c0 = arith.constant 0 : index
    %cst_4 = arith.constant dense<0.000000e+00> : tensor<3x16x16xf32>
    %cst_5 = arith.constant dense<0.000000e+00> : tensor<3x16xf32>
    %cst_6 = arith.constant dense<0.000000e+00> : tensor<3x4x6x16xf32>
    %cst_7 = arith.constant dense<0.000000e+00> : tensor<3x4x6x1xf32>
    %cst_8 = arith.constant dense<0.000000e+00> : tensor<3x1x1x16xf32>
    %c0_i32 = arith.constant 0 : i32
    %c3_i32 = arith.constant 3 : i32
    %c1_i32 = arith.constant 1 : i32
    %0:9 = scf.for %arg3 = %c0_i32 to %c3_i32 step %c1_i32 iter_args(%arg4 = %arg0, %arg5 = %cst_6, %arg6 = %cst_7, %arg7 = %cst_7, %arg8 = %cst_8, %arg9 = %cst_6, %arg10 = %cst_6, %arg11 = %cst_6, %arg12 = %cst_6) -> (tensor<4x6x16xf32>, tensor<3x4x6x16xf32>, tensor<3x4x6x1xf32>, tensor<3x4x6x1xf32>, tensor<3x1x1x16xf32>, tensor<3x4x6x16xf32>, tensor<3x4x6x16xf32>, tensor<3x4x6x16xf32>, tensor<3x4x6x16xf32>)  : i32 {
      %4 = arith.index_cast %arg3 : i32 to index
      %5 = arith.maxsi %4, %c0 : index
      %6 = arith.minsi %5, %c2 : index
      %extracted_slice = tensor.extract_slice %arg1[%6, 0] [1, 16] [1, 1] : tensor<3x16xf32> to tensor<1x16xf32>
      %collapsed = tensor.collapse_shape %extracted_slice [[0, 1]] : tensor<1x16xf32> into tensor<16xf32>
      %extracted_slice_9 = tensor.extract_slice %arg2[%6, 0, 0] [1, 16, 16] [1, 1, 1] : tensor<3x16x16xf32> to tensor<1x16x16xf32>
      %7 = tensor.empty() : tensor<4x6x1xf32>
      %8 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%7 : tensor<4x6x1xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<4x6x1xf32>
      %expanded = tensor.expand_shape %arg4 [[0], [1, 2], [3]] output_shape [4, 6, 1, 16] : tensor<4x6x16xf32> into tensor<4x6x1x16xf32>
      %9 = linalg.generic {indexing_maps = [#map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%expanded : tensor<4x6x1x16xf32>) outs(%8 : tensor<4x6x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        %30 = arith.mulf %in, %in : f32
        %31 = arith.addf %out, %30 : f32
        linalg.yield %31 : f32
      } -> tensor<4x6x1xf32>
      %10 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%9 : tensor<4x6x1xf32>) outs(%7 : tensor<4x6x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        %30 = arith.divf %in, %cst_3 : f32
        %31 = arith.addf %30, %cst_2 : f32
        linalg.yield %31 : f32
      } -> tensor<4x6x1xf32>
      %11 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%10 : tensor<4x6x1xf32>) outs(%7 : tensor<4x6x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        %30 = math.rsqrt %in : f32
        linalg.yield %30 : f32
      } -> tensor<4x6x1xf32>
      %12 = tensor.empty() : tensor<4x6x16xf32>
      %13 = linalg.generic {indexing_maps = [#map, #map3, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg4, %11 : tensor<4x6x16xf32>, tensor<4x6x1xf32>) outs(%12 : tensor<4x6x16xf32>) {
      ^bb0(%in: f32, %in_18: f32, %out: f32):
        %30 = arith.mulf %in, %in_18 : f32
        linalg.yield %30 : f32
      } -> tensor<4x6x16xf32>
      %14 = linalg.generic {indexing_maps = [#map, #map4, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%13, %collapsed : tensor<4x6x16xf32>, tensor<16xf32>) outs(%12 : tensor<4x6x16xf32>) {
      ^bb0(%in: f32, %in_18: f32, %out: f32):
        %30 = arith.mulf %in, %in_18 : f32
        linalg.yield %30 : f32
      } -> tensor<4x6x16xf32>
      %15 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%12 : tensor<4x6x16xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<4x6x16xf32>
      %expanded_10 = tensor.expand_shape %14 [[0], [1], [2, 3]] output_shape [4, 6, 1, 16] : tensor<4x6x16xf32> into tensor<4x6x1x16xf32>
      %16 = linalg.generic {indexing_maps = [#map5, #map6, #map7], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%expanded_10, %extracted_slice_9 : tensor<4x6x1x16xf32>, tensor<1x16x16xf32>) outs(%15 : tensor<4x6x16xf32>) {
      ^bb0(%in: f32, %in_18: f32, %out: f32):
        %30 = arith.mulf %in, %in_18 : f32
        %31 = arith.addf %out, %30 : f32
        linalg.yield %31 : f32
      } -> tensor<4x6x16xf32>
      %17 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%16 : tensor<4x6x16xf32>) outs(%12 : tensor<4x6x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        %30 = math.tanh %in : f32
        linalg.yield %30 : f32
      } -> tensor<4x6x16xf32>
      %18 = linalg.generic {indexing_maps = [#map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg4, %17 : tensor<4x6x16xf32>, tensor<4x6x16xf32>) outs(%12 : tensor<4x6x16xf32>) {
      ^bb0(%in: f32, %in_18: f32, %out: f32):
        %30 = arith.addf %in, %in_18 : f32
        linalg.yield %30 : f32
      } -> tensor<4x6x16xf32>
      %19 = tensor.empty() : tensor<1x4x6x16xf32>
      %20 = linalg.generic {indexing_maps = [#map8, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%arg4 : tensor<4x6x16xf32>) outs(%19 : tensor<1x4x6x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x6x16xf32>
      %inserted_slice = tensor.insert_slice %20 into %arg5[%6, 0, 0, 0] [1, 4, 6, 16] [1, 1, 1, 1] : tensor<1x4x6x16xf32> into tensor<3x4x6x16xf32>
      %21 = tensor.empty() : tensor<1x4x6x1xf32>
      %22 = linalg.generic {indexing_maps = [#map8, #map8, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11, %10 : tensor<4x6x1xf32>, tensor<4x6x1xf32>) outs(%21 : tensor<1x4x6x1xf32>) {
      ^bb0(%in: f32, %in_18: f32, %out: f32):
        %30 = arith.divf %in, %in_18 : f32
        %31 = arith.mulf %30, %cst_1 : f32
        linalg.yield %31 : f32
      } -> tensor<1x4x6x1xf32>
      %inserted_slice_11 = tensor.insert_slice %22 into %arg6[%6, 0, 0, 0] [1, 4, 6, 1] [1, 1, 1, 1] : tensor<1x4x6x1xf32> into tensor<3x4x6x1xf32>
      %23 = linalg.generic {indexing_maps = [#map8, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%11 : tensor<4x6x1xf32>) outs(%21 : tensor<1x4x6x1xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x6x1xf32>
      %inserted_slice_12 = tensor.insert_slice %23 into %arg7[%6, 0, 0, 0] [1, 4, 6, 1] [1, 1, 1, 1] : tensor<1x4x6x1xf32> into tensor<3x4x6x1xf32>
      %24 = tensor.empty() : tensor<1x1x1x16xf32>
      %25 = linalg.generic {indexing_maps = [#map9, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%collapsed : tensor<16xf32>) outs(%24 : tensor<1x1x1x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x1x1x16xf32>
      %inserted_slice_13 = tensor.insert_slice %25 into %arg8[%6, 0, 0, 0] [1, 1, 1, 16] [1, 1, 1, 1] : tensor<1x1x1x16xf32> into tensor<3x1x1x16xf32>
      %26 = linalg.generic {indexing_maps = [#map8, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%13 : tensor<4x6x16xf32>) outs(%19 : tensor<1x4x6x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x6x16xf32>
      %inserted_slice_14 = tensor.insert_slice %26 into %arg9[%6, 0, 0, 0] [1, 4, 6, 16] [1, 1, 1, 1] : tensor<1x4x6x16xf32> into tensor<3x4x6x16xf32>
      %27 = linalg.generic {indexing_maps = [#map8, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%14 : tensor<4x6x16xf32>) outs(%19 : tensor<1x4x6x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x6x16xf32>
      %inserted_slice_15 = tensor.insert_slice %27 into %arg10[%6, 0, 0, 0] [1, 4, 6, 16] [1, 1, 1, 1] : tensor<1x4x6x16xf32> into tensor<3x4x6x16xf32>
      %28 = linalg.generic {indexing_maps = [#map8, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17 : tensor<4x6x16xf32>) outs(%19 : tensor<1x4x6x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x6x16xf32>
      %inserted_slice_16 = tensor.insert_slice %28 into %arg11[%6, 0, 0, 0] [1, 4, 6, 16] [1, 1, 1, 1] : tensor<1x4x6x16xf32> into tensor<3x4x6x16xf32>
      %29 = linalg.generic {indexing_maps = [#map8, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%17 : tensor<4x6x16xf32>) outs(%19 : tensor<1x4x6x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        %30 = arith.subf %cst_0, %in : f32
        linalg.yield %30 : f32
      } -> tensor<1x4x6x16xf32>
      %inserted_slice_17 = tensor.insert_slice %29 into %arg12[%6, 0, 0, 0] [1, 4, 6, 16] [1, 1, 1, 1] : tensor<1x4x6x16xf32> into tensor<3x4x6x16xf32>
      scf.yield %18, %inserted_slice, %inserted_slice_11, %inserted_slice_12, %inserted_slice_13, %inserted_slice_14, %inserted_slice_15, %inserted_slice_16, %inserted_slice_17 : tensor<4x6x16xf32>, tensor<3x4x6x16xf32>, tensor<3x4x6x1xf32>, tensor<3x4x6x1xf32>, tensor<3x1x1x16xf32>, tensor<3x4x6x16xf32>, tensor<3x4x6x16xf32>, tensor<3x4x6x16xf32>, tensor<3x4x6x16xf32>
    }
    %1 = tensor.empty() : tensor<4x6x16xf32>
    %2 = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%0#0 : tensor<4x6x16xf32>) outs(%1 : tensor<4x6x16xf32>) {
    ^bb0(%in: f32, %out: f32):
      %4 = math.cos %in : f32
      linalg.yield %4 : f32
    } -> tensor<4x6x16xf32>
    %3:3 = scf.for %arg3 = %c0_i32 to %c3_i32 step %c1_i32 iter_args(%arg4 = %2, %arg5 = %cst_5, %arg6 = %cst_4) -> (tensor<4x6x16xf32>, tensor<3x16xf32>, tensor<3x16x16xf32>)  : i32 {
      %4 = arith.subi %c2_i32, %arg3 : i32
      %5 = arith.index_cast %4 : i32 to index
      %6 = arith.maxsi %5, %c0 : index
      %7 = arith.minsi %6, %c2 : index
      %extracted_slice = tensor.extract_slice %0#1[%7, 0, 0, 0] [1, 4, 6, 16] [1, 1, 1, 1] : tensor<3x4x6x16xf32> to tensor<1x4x6x16xf32>
      %collapsed = tensor.collapse_shape %extracted_slice [[0, 1], [2], [3]] : tensor<1x4x6x16xf32> into tensor<4x6x16xf32>
      %extracted_slice_9 = tensor.extract_slice %0#2[%7, 0, 0, 0] [1, 4, 6, 1] [1, 1, 1, 1] : tensor<3x4x6x1xf32> to tensor<1x4x6x1xf32>
      %extracted_slice_10 = tensor.extract_slice %0#3[%7, 0, 0, 0] [1, 4, 6, 1] [1, 1, 1, 1] : tensor<3x4x6x1xf32> to tensor<1x4x6x1xf32>
      %collapsed_11 = tensor.collapse_shape %extracted_slice_10 [[0, 1], [2], [3]] : tensor<1x4x6x1xf32> into tensor<4x6x1xf32>
      %extracted_slice_12 = tensor.extract_slice %0#4[%7, 0, 0, 0] [1, 1, 1, 16] [1, 1, 1, 1] : tensor<3x1x1x16xf32> to tensor<1x1x1x16xf32>
      %collapsed_13 = tensor.collapse_shape %extracted_slice_12 [[0], [1], [2, 3]] : tensor<1x1x1x16xf32> into tensor<1x1x16xf32>
      %extracted_slice_14 = tensor.extract_slice %0#5[%7, 0, 0, 0] [1, 4, 6, 16] [1, 1, 1, 1] : tensor<3x4x6x16xf32> to tensor<1x4x6x16xf32>
      %extracted_slice_15 = tensor.extract_slice %arg2[%7, 0, 0] [1, 16, 16] [1, 1, 1] : tensor<3x16x16xf32> to tensor<1x16x16xf32>
      %extracted_slice_16 = tensor.extract_slice %0#6[%7, 0, 0, 0] [1, 4, 6, 16] [1, 1, 1, 1] : tensor<3x4x6x16xf32> to tensor<1x4x6x16xf32>
      %extracted_slice_17 = tensor.extract_slice %0#7[%7, 0, 0, 0] [1, 4, 6, 16] [1, 1, 1, 1] : tensor<3x4x6x16xf32> to tensor<1x4x6x16xf32>
      %extracted_slice_18 = tensor.extract_slice %0#8[%7, 0, 0, 0] [1, 4, 6, 16] [1, 1, 1, 1] : tensor<3x4x6x16xf32> to tensor<1x4x6x16xf32>
      %expanded = tensor.expand_shape %arg4 [[0, 1], [2], [3]] output_shape [1, 4, 6, 16] : tensor<4x6x16xf32> into tensor<1x4x6x16xf32>
      %8 = tensor.empty() : tensor<1x4x6x16xf32>
      %9 = linalg.generic {indexing_maps = [#map1, #map1, #map1, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%expanded, %extracted_slice_18, %extracted_slice_17 : tensor<1x4x6x16xf32>, tensor<1x4x6x16xf32>, tensor<1x4x6x16xf32>) outs(%8 : tensor<1x4x6x16xf32>) {
      ^bb0(%in: f32, %in_26: f32, %in_27: f32, %out: f32):
        %35 = arith.mulf %in, %in_26 : f32
        %36 = arith.mulf %35, %in_27 : f32
        %37 = arith.addf %35, %36 : f32
        linalg.yield %37 : f32
      } -> tensor<1x4x6x16xf32>
      %10 = tensor.empty() : tensor<16x16xf32>
      %11 = linalg.generic {indexing_maps = [#map10], iterator_types = ["parallel", "parallel"]} outs(%10 : tensor<16x16xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<16x16xf32>
      %12 = linalg.generic {indexing_maps = [#map11, #map12, #map13], iterator_types = ["parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%9, %extracted_slice_16 : tensor<1x4x6x16xf32>, tensor<1x4x6x16xf32>) outs(%11 : tensor<16x16xf32>) {
      ^bb0(%in: f32, %in_26: f32, %out: f32):
        %35 = arith.mulf %in, %in_26 : f32
        %36 = arith.addf %out, %35 : f32
        linalg.yield %36 : f32
      } -> tensor<16x16xf32>
      %13 = tensor.empty() : tensor<1x4x6x1x16xf32>
      %14 = linalg.generic {indexing_maps = [#map14], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel"]} outs(%13 : tensor<1x4x6x1x16xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<1x4x6x1x16xf32>
      %15 = linalg.generic {indexing_maps = [#map15, #map16, #map17], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%9, %extracted_slice_15 : tensor<1x4x6x16xf32>, tensor<1x16x16xf32>) outs(%14 : tensor<1x4x6x1x16xf32>) {
      ^bb0(%in: f32, %in_26: f32, %out: f32):
        %35 = arith.mulf %in, %in_26 : f32
        %36 = arith.addf %out, %35 : f32
        linalg.yield %36 : f32
      } -> tensor<1x4x6x1x16xf32>
      %collapsed_19 = tensor.collapse_shape %15 [[0, 1], [2], [3, 4]] : tensor<1x4x6x1x16xf32> into tensor<4x6x16xf32>
      %16 = tensor.empty() : tensor<1x1x16xf32>
      %17 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%16 : tensor<1x1x16xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<1x1x16xf32>
      %expanded_20 = tensor.expand_shape %extracted_slice_14 [[0], [1], [2], [3, 4, 5]] output_shape [1, 4, 6, 1, 1, 16] : tensor<1x4x6x16xf32> into tensor<1x4x6x1x1x16xf32>
      %expanded_21 = tensor.expand_shape %15 [[0], [1], [2], [3], [4, 5]] output_shape [1, 4, 6, 1, 1, 16] : tensor<1x4x6x1x16xf32> into tensor<1x4x6x1x1x16xf32>
      %18 = linalg.generic {indexing_maps = [#map18, #map18, #map19], iterator_types = ["parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]} ins(%expanded_20, %expanded_21 : tensor<1x4x6x1x1x16xf32>, tensor<1x4x6x1x1x16xf32>) outs(%17 : tensor<1x1x16xf32>) {
      ^bb0(%in: f32, %in_26: f32, %out: f32):
        %35 = arith.mulf %in, %in_26 : f32
        %36 = arith.addf %out, %35 : f32
        linalg.yield %36 : f32
      } -> tensor<1x1x16xf32>
      %19 = linalg.generic {indexing_maps = [#map, #map20, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%collapsed_19, %collapsed_13 : tensor<4x6x16xf32>, tensor<1x1x16xf32>) outs(%1 : tensor<4x6x16xf32>) {
      ^bb0(%in: f32, %in_26: f32, %out: f32):
        %35 = arith.mulf %in, %in_26 : f32
        linalg.yield %35 : f32
      } -> tensor<4x6x16xf32>
      %20 = tensor.empty() : tensor<16xf32>
      %21 = linalg.generic {indexing_maps = [#map21], iterator_types = ["parallel"]} outs(%20 : tensor<16xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<16xf32>
      %22 = linalg.generic {indexing_maps = [#map22, #map23], iterator_types = ["parallel", "reduction", "reduction"]} ins(%18 : tensor<1x1x16xf32>) outs(%21 : tensor<16xf32>) {
      ^bb0(%in: f32, %out: f32):
        %35 = arith.addf %out, %in : f32
        linalg.yield %35 : f32
      } -> tensor<16xf32>
      %23 = tensor.empty() : tensor<1x4x6x1xf32>
      %24 = linalg.generic {indexing_maps = [#map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} outs(%23 : tensor<1x4x6x1xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<1x4x6x1xf32>
      %expanded_22 = tensor.expand_shape %extracted_slice [[0], [1], [2, 3], [4]] output_shape [1, 4, 6, 1, 16] : tensor<1x4x6x16xf32> into tensor<1x4x6x1x16xf32>
      %expanded_23 = tensor.expand_shape %19 [[0, 1], [2, 3], [4]] output_shape [1, 4, 6, 1, 16] : tensor<4x6x16xf32> into tensor<1x4x6x1x16xf32>
      %25 = linalg.generic {indexing_maps = [#map14, #map14, #map24], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]} ins(%expanded_22, %expanded_23 : tensor<1x4x6x1x16xf32>, tensor<1x4x6x1x16xf32>) outs(%24 : tensor<1x4x6x1xf32>) {
      ^bb0(%in: f32, %in_26: f32, %out: f32):
        %35 = arith.mulf %in, %in_26 : f32
        %36 = arith.addf %out, %35 : f32
        linalg.yield %36 : f32
      } -> tensor<1x4x6x1xf32>
      %26 = tensor.empty() : tensor<1x4x6xf32>
      %27 = linalg.generic {indexing_maps = [#map], iterator_types = ["parallel", "parallel", "parallel"]} outs(%26 : tensor<1x4x6xf32>) {
      ^bb0(%out: f32):
        linalg.yield %cst : f32
      } -> tensor<1x4x6xf32>
      %28 = linalg.generic {indexing_maps = [#map1, #map1, #map2], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%25, %extracted_slice_9 : tensor<1x4x6x1xf32>, tensor<1x4x6x1xf32>) outs(%27 : tensor<1x4x6xf32>) {
      ^bb0(%in: f32, %in_26: f32, %out: f32):
        %35 = arith.mulf %in, %in_26 : f32
        %36 = arith.divf %35, %cst_3 : f32
        %37 = arith.addf %out, %36 : f32
        linalg.yield %37 : f32
      } -> tensor<1x4x6xf32>
      %29 = linalg.generic {indexing_maps = [#map2, #map1], iterator_types = ["parallel", "parallel", "parallel", "parallel"]} ins(%28 : tensor<1x4x6xf32>) outs(%8 : tensor<1x4x6x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x4x6x16xf32>
      %collapsed_24 = tensor.collapse_shape %29 [[0, 1], [2], [3]] : tensor<1x4x6x16xf32> into tensor<4x6x16xf32>
      %30 = linalg.generic {indexing_maps = [#map, #map, #map3, #map, #map, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%arg4, %19, %collapsed_11, %collapsed, %collapsed_24 : tensor<4x6x16xf32>, tensor<4x6x16xf32>, tensor<4x6x1xf32>, tensor<4x6x16xf32>, tensor<4x6x16xf32>) outs(%1 : tensor<4x6x16xf32>) {
      ^bb0(%in: f32, %in_26: f32, %in_27: f32, %in_28: f32, %in_29: f32, %out: f32):
        %35 = arith.mulf %in_29, %in_28 : f32
        %36 = arith.mulf %in_26, %in_27 : f32
        %37 = arith.addf %in, %36 : f32
        %38 = arith.addf %37, %35 : f32
        %39 = arith.addf %38, %35 : f32
        linalg.yield %39 : f32
      } -> tensor<4x6x16xf32>
      %31 = tensor.empty() : tensor<1x16xf32>
      %32 = linalg.generic {indexing_maps = [#map25, #map10], iterator_types = ["parallel", "parallel"]} ins(%22 : tensor<16xf32>) outs(%31 : tensor<1x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x16xf32>
      %inserted_slice = tensor.insert_slice %32 into %arg5[%7, 0] [1, 16] [1, 1] : tensor<1x16xf32> into tensor<3x16xf32>
      %33 = tensor.empty() : tensor<1x16x16xf32>
      %34 = linalg.generic {indexing_maps = [#map26, #map], iterator_types = ["parallel", "parallel", "parallel"]} ins(%12 : tensor<16x16xf32>) outs(%33 : tensor<1x16x16xf32>) {
      ^bb0(%in: f32, %out: f32):
        linalg.yield %in : f32
      } -> tensor<1x16x16xf32>
      %inserted_slice_25 = tensor.insert_slice %34 into %arg6[%7, 0, 0] [1, 16, 16] [1, 1, 1] : tensor<1x16x16xf32> into tensor<3x16x16xf32>
      scf.yield %30, %inserted_slice, %inserted_slice_25 : tensor<4x6x16xf32>, tensor<3x16xf32>, tensor<3x16x16xf32>
    }
    return %3#0, %3#1, %3#2 : tensor<4x6x16xf32>, tensor<3x16xf32>, tensor<3x16x16xf32>
  }
}

