// Certificates of slices and shapes whose numbers are computed.
//
// REQUIRES: z3
// RUN: rm -rf %t && norm-opt %s --norm-raise=certify=%t -o /dev/null
// RUN: norm-check %t | FileCheck %s
//
// CHECK-COUNT-3: : proved
// CHECK: 3 proved, 0 open, 0 refuted

// The offset is min(64, 64 * 0) = 0, and the size min(6, 106) = 6.
func.func @slice(%x: tensor<4x33xf32>) -> tensor<4x33xf32> {
  %zero = arith.constant 0 : index
  %most = arith.constant 64 : index
  %none = arith.muli %most, %zero : index
  %offset = arith.minsi %most, %none : index
  %six = arith.constant 6 : index
  %more = arith.constant 106 : index
  %size = arith.minsi %six, %more : index
  %part = tensor.extract_slice %x[0, %offset] [4, %size] [1, 1]
      : tensor<4x33xf32> to tensor<4x?xf32>
  %first = tensor.cast %part : tensor<4x?xf32> to tensor<4x6xf32>
  %zeros = arith.constant dense<0.0> : tensor<4x1xf32>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0, 0)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%first : tensor<4x6xf32>) outs(%zeros : tensor<4x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %out, %square : f32
    linalg.yield %next : f32
  } -> tensor<4x1xf32>
  %n = arith.constant 6.0 : f32
  %epsilon = arith.constant 1.0e-5 : f32
  %y = linalg.generic {
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0, 0)>,
                       affine_map<(d0, d1) -> (d0, d1)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<4x33xf32>, tensor<4x1xf32>)
      outs(%x : tensor<4x33xf32>) {
  ^bb0(%in: f32, %total: f32, %out: f32):
    %mean = arith.divf %total, %n : f32
    %v = arith.addf %mean, %epsilon : f32
    %r = math.rsqrt %v : f32
    %res = arith.mulf %in, %r : f32
    linalg.yield %res : f32
  } -> tensor<4x33xf32>
  return %y : tensor<4x33xf32>
}

// A unit dimension beside one of n elements, where n is 2 n / 2 and max(n, 0).
func.func @unit_dimension(%x: tensor<?xf32>) -> tensor<1x?xf32> {
  %zero = arith.constant 0 : index
  %two = arith.constant 2 : index
  %n = tensor.dim %x, %zero : tensor<?xf32>
  %twice = arith.muli %n, %two : index
  %half = arith.divsi %twice, %two : index
  %size = arith.maxsi %half, %zero : index
  %row = tensor.expand_shape %x [[0, 1]] output_shape [1, %size]
      : tensor<?xf32> into tensor<1x?xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x1xf32>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0, 0)>],
      iterator_types = ["parallel", "reduction"]}
      ins(%row : tensor<1x?xf32>) outs(%zeros : tensor<1x1xf32>) {
  ^bb0(%in: f32, %out: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %out, %square : f32
    linalg.yield %next : f32
  } -> tensor<1x1xf32>
  %wide = arith.index_cast %n : index to i64
  %length = arith.sitofp %wide : i64 to f32
  %epsilon = arith.constant 1.0e-5 : f32
  %y = linalg.generic {
      indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>,
                       affine_map<(d0, d1) -> (d0, 0)>,
                       affine_map<(d0, d1) -> (d0, d1)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%row, %sum : tensor<1x?xf32>, tensor<1x1xf32>)
      outs(%row : tensor<1x?xf32>) {
  ^bb0(%in: f32, %total: f32, %out: f32):
    %mean = arith.divf %total, %length : f32
    %v = arith.addf %mean, %epsilon : f32
    %r = math.rsqrt %v : f32
    %res = arith.mulf %in, %r : f32
    linalg.yield %res : f32
  } -> tensor<1x?xf32>
  return %y : tensor<1x?xf32>
}

// The sum has no dimension.
func.func @scalar_sum(%x: tensor<48xf32>) -> tensor<48xf32> {
  %zeros = arith.constant dense<0.0> : tensor<f32>
  %sum = linalg.generic {
      indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>],
      iterator_types = ["reduction"]}
      ins(%x : tensor<48xf32>) outs(%zeros : tensor<f32>) {
  ^bb0(%in: f32, %out: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %out, %square : f32
    linalg.yield %next : f32
  } -> tensor<f32>
  %one = tensor.expand_shape %sum [] output_shape [1]
      : tensor<f32> into tensor<1xf32>
  %n = arith.constant dense<48.0> : tensor<1xf32>
  %mean = arith.divf %one, %n : tensor<1xf32>
  %epsilon = arith.constant dense<1.0e-5> : tensor<1xf32>
  %v = arith.addf %mean, %epsilon : tensor<1xf32>
  %r = math.rsqrt %v : tensor<1xf32>
  %scalar = tensor.collapse_shape %r [] : tensor<1xf32> into tensor<f32>
  %y = linalg.generic {
      indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> ()>,
                       affine_map<(d0) -> (d0)>],
      iterator_types = ["parallel"]}
      ins(%x, %scalar : tensor<48xf32>, tensor<f32>)
      outs(%x : tensor<48xf32>) {
  ^bb0(%in: f32, %rstd: f32, %out: f32):
    %res = arith.mulf %in, %rstd : f32
    linalg.yield %res : f32
  } -> tensor<48xf32>
  return %y : tensor<48xf32>
}
