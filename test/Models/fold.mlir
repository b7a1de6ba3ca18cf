// RUN: norm-opt %s --norm-fold | FileCheck %s
// RUN: norm-opt %s --norm-fold --remarks-filter=norm-fold -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: norm-opt %s --norm-fold=parameters=keep | FileCheck %s --check-prefix=KEEP
// RUN: norm-opt %s --norm-fold -o %t.mlir && norm-opt %t.mlir --norm-fold | diff %t.mlir -

#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (n)>
#rows = affine_map<(m, n) -> (m)>

//===----------------------------------------------------------------------===//
// Layernorms that go
//===----------------------------------------------------------------------===//

// A product and a bias: columns of the weights are read along n, so each row of
// W loses its mean.
// REMARK: [Passed] folded | Category:norm-fold | Remark="the layernorm is an rmsnorm of a sum of centred terms", norms=1, terms=2
// CHECK-LABEL: @linear(
//   CHECK-DAG:   %[[W:.*]] = arith.constant dense<{{\[}}[-1.000000e+00, 1.000000e+00], [-3.000000e+00, 3.000000e+00]]> : tensor<2x2xf32>
//   CHECK-DAG:   %[[B:.*]] = arith.constant dense<[-5.000000e-01, 5.000000e-01]> : tensor<2xf32>
//       CHECK:   %[[P:.*]] = linalg.matmul ins(%arg0, %[[W]] :
//       CHECK:   %[[X:.*]] = linalg.generic {{.*}} ins(%[[P]], %[[B]] :
//       CHECK:   norm.rmsnorm ins(%[[X]] : tensor<4x2xf32>) scale(%arg1 : tensor<2xf32>) bias(%arg2 : tensor<2xf32>) {{.*}} epsilon = 1.000000e-05
func.func @linear(%a: tensor<4x2xf32>, %g: tensor<2xf32>, %h: tensor<2xf32>) -> tensor<4x2xf32> {
  %w = arith.constant dense<[[1.0, 3.0], [2.0, 8.0]]> : tensor<2x2xf32>
  %b = arith.constant dense<[4.0, 5.0]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %p = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %x = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p, %b : tensor<4x2xf32>, tensor<2xf32>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%p_i: f32, %b_i: f32, %o: f32):
    %0 = arith.addf %p_i, %b_i : f32
    linalg.yield %0 : f32
  } -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) scale(%g : tensor<2xf32>) bias(%h : tensor<2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// Rows of a table, and two norms of one stream, one of them behind a reshape. The
// table itself stays for its other reader.
// REMARK: folded {{.*}} norms=2, terms=2
// REMARK: folded {{.*}} norms=2, terms=2
// CHECK-LABEL: @embedding(
//   CHECK-DAG:   %[[TABLE:.*]] = arith.constant dense<{{\[}}[1.000000e+00, 3.000000e+00], [2.000000e+00, 8.000000e+00]]> : tensor<2x2xf32>
//   CHECK-DAG:   %[[CENTRED:.*]] = arith.constant dense<{{\[}}[-1.000000e+00, 1.000000e+00], [-3.000000e+00, 3.000000e+00]]> : tensor<2x2xf32>
//       CHECK:   tensor.extract %[[CENTRED]]
//       CHECK:   %[[R:.*]] = norm.rmsnorm
//       CHECK:   linalg.matmul ins(%[[R]], %[[CENTRED]] :
//       CHECK:   norm.rmsnorm ins(%{{.*}} : tensor<2x2x2xf32>)
//       CHECK:   linalg.matmul ins(%{{.*}}, %[[TABLE]] :
func.func @embedding(%tokens: tensor<4xi64>) -> (tensor<4x2xf32>, tensor<2x2x2xf32>) {
  %table = arith.constant dense<[[1.0, 3.0], [2.0, 8.0]]> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %e3 = tensor.empty() : tensor<2x2x2xf32>
  %x0 = linalg.generic {indexing_maps = [#rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%tokens : tensor<4xi64>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%token: i64, %o: f32):
    %at = arith.index_cast %token : i64 to index
    %i = linalg.index 1 : index
    %v = tensor.extract %table[%at, %i] : tensor<2x2xf32>
    linalg.yield %v : f32
  } -> tensor<4x2xf32>
  %n0 = norm.layernorm ins(%x0 : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %p = linalg.matmul ins(%n0, %table : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %x1 = linalg.sub ins(%x0, %p : tensor<4x2xf32>, tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
  %x3 = tensor.expand_shape %x1 [[0, 1], [2]] output_shape [2, 2, 2] : tensor<4x2xf32> into tensor<2x2x2xf32>
  %n1 = norm.layernorm ins(%x3 : tensor<2x2x2xf32>) outs(%e3 : tensor<2x2x2xf32>) epsilon = 1.0e-05 -> tensor<2x2x2xf32>
  %flat = tensor.collapse_shape %n1 [[0, 1], [2]] : tensor<2x2x2xf32> into tensor<4x2xf32>
  %q = linalg.matmul ins(%flat, %table : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %q, %n1 : tensor<4x2xf32>, tensor<2x2x2xf32>
}

//===----------------------------------------------------------------------===//
// Layernorms that stay
//===----------------------------------------------------------------------===//

// REMARK: [Missed] not-folded | Category:norm-fold | Reason="the residual stream enters as an argument"
// CHECK-LABEL: @argument(
//       CHECK:   norm.layernorm
func.func @argument(%x: tensor<4x2xf32>, %e: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// REMARK: not-folded {{.*}} Reason="a term of the residual stream is no product with constant weights: linalg.matmul"
func.func @weights(%a: tensor<4x2xf32>, %w: tensor<2x2xf32>, %e: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %x = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// What a product is added to is a term of its own.
// REMARK: not-folded {{.*}} Reason="the residual stream enters as an argument"
func.func @destination(%a: tensor<4x2xf32>, %c: tensor<4x2xf32>, %e: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %x = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%c : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// The constant is on the side whose columns are not those of the stream.
// REMARK: not-folded {{.*}} Reason="a term of the residual stream is no product with constant weights: linalg.matmul"
func.func @left_side(%a: tensor<2x2xf32>, %e: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = arith.constant dense<1.0> : tensor<4x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %x = linalg.matmul ins(%w, %a : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// REMARK: not-folded {{.*}} Reason="a reader of the residual stream is no layernorm: func.return"
// CHECK-LABEL: @leaves(
//       CHECK:   dense<{{\[}}[1.000000e+00, 3.000000e+00], [2.000000e+00, 8.000000e+00]]>
//       CHECK:   norm.layernorm
func.func @leaves(%a: tensor<4x2xf32>, %e: tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %w = arith.constant dense<[[1.0, 3.0], [2.0, 8.0]]> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %x = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %x, %y : tensor<4x2xf32>, tensor<4x2xf32>
}

// REMARK: not-folded {{.*}} Reason="another norm than a layernorm reads the residual stream"
func.func @other_norm(%a: tensor<4x2xf32>, %e: tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %x = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %r = norm.rmsnorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y, %r : tensor<4x2xf32>, tensor<4x2xf32>
}

// REMARK: not-folded {{.*}} Reason="another norm than a layernorm reads the residual stream"
func.func @other_dimension(%a: tensor<4x2xf32>, %e: tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %x = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %r = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) dimensions = [0] epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y, %r : tensor<4x2xf32>, tensor<4x2xf32>
}
// Along the other dimension the terms are no products with constant weights.
// REMARK: not-folded {{.*}} Reason="a term of the residual stream is no product with constant weights: linalg.matmul"

// REMARK: not-folded {{.*}} Reason="the mean of a layernorm is used"
func.func @mean(%a: tensor<4x2xf32>, %e: tensor<4x2xf32>, %m: tensor<4xf32>) -> (tensor<4x2xf32>, tensor<4xf32>) {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %x = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y, %mean = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) mean(%m : tensor<4xf32>) epsilon = 1.0e-05 -> (tensor<4x2xf32>, tensor<4xf32>)
  return %y, %mean : tensor<4x2xf32>, tensor<4xf32>
}

// REMARK: not-folded {{.*}} Reason="a term of the residual stream is no product with constant weights: linalg.generic"
func.func @nonlinear(%a: tensor<4x2xf32>, %e: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %p = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %x = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%p_i: f32, %o: f32):
    %0 = math.tanh %p_i : f32
    linalg.yield %0 : f32
  } -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// REMARK: not-folded {{.*}} Reason="a term of the residual stream is no product with constant weights: linalg.generic"
func.func @shifted(%a: tensor<4x2xf32>, %e: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %one = arith.constant 1.0 : f32
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %p = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %x = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%p_i: f32, %o: f32):
    %0 = arith.addf %p_i, %one : f32
    linalg.yield %0 : f32
  } -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// REMARK: not-folded {{.*}} Reason="a term of the residual stream is the same along the row"
func.func @row_term(%a: tensor<4x2xf32>, %r: tensor<4xf32>, %e: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %p = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %x = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p, %r : tensor<4x2xf32>, tensor<4xf32>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%p_i: f32, %r_i: f32, %o: f32):
    %0 = arith.addf %p_i, %r_i : f32
    linalg.yield %0 : f32
  } -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// REMARK: not-folded {{.*}} Reason="the residual stream is narrower than f32, in which rows keep no mean of 0"
func.func @narrow(%a: tensor<4x2xbf16>, %e: tensor<4x2xbf16>) -> tensor<4x2xbf16> {
  %w = arith.constant dense<1.0> : tensor<2x2xbf16>
  %z = arith.constant dense<0.0> : tensor<4x2xbf16>
  %x = linalg.matmul ins(%a, %w : tensor<4x2xbf16>, tensor<2x2xbf16>) outs(%z : tensor<4x2xbf16>) -> tensor<4x2xbf16>
  %y = norm.layernorm ins(%x : tensor<4x2xbf16>) outs(%e : tensor<4x2xbf16>) epsilon = 1.0e-05 -> tensor<4x2xbf16>
  return %y : tensor<4x2xbf16>
}

// A convolution with a bias for its destination, rows in a list with others, and a
// slice of rows.
// REMARK: folded {{.*}} norms=1, terms=3
// CHECK-LABEL: @patches(
//       CHECK:   linalg.conv_1d_ncw_fcw
//       CHECK:   norm.rmsnorm
func.func @patches(%image: tensor<1x1x4xf32>, %e: tensor<1x3x2xf32>) -> tensor<1x3x2xf32> {
  %w = arith.constant dense<[[[1.0, 3.0]], [[2.0, 8.0]]]> : tensor<2x1x2xf32>
  %b = arith.constant dense<[4.0, 5.0]> : tensor<2xf32>
  %first = arith.constant dense<[[[4.0, 9.0]]]> : tensor<1x1x2xf32>
  %e1 = tensor.empty() : tensor<1x2x3xf32>
  %e2 = tensor.empty() : tensor<1x3x2xf32>
  %spread = linalg.broadcast ins(%b : tensor<2xf32>) outs(%e1 : tensor<1x2x3xf32>) dimensions = [0, 2]
  %p = linalg.conv_1d_ncw_fcw ins(%image, %w : tensor<1x1x4xf32>, tensor<2x1x2xf32>) outs(%spread : tensor<1x2x3xf32>) -> tensor<1x2x3xf32>
  %t = linalg.transpose ins(%p : tensor<1x2x3xf32>) outs(%e2 : tensor<1x3x2xf32>) permutation = [0, 2, 1]
  %all = tensor.concat dim(1) %first, %t : (tensor<1x1x2xf32>, tensor<1x3x2xf32>) -> tensor<1x4x2xf32>
  %x = tensor.extract_slice %all[0, 1, 0] [1, 3, 2] [1, 1, 1] : tensor<1x4x2xf32> to tensor<1x3x2xf32>
  %y = norm.layernorm ins(%x : tensor<1x3x2xf32>) outs(%e : tensor<1x3x2xf32>) epsilon = 1.0e-05 -> tensor<1x3x2xf32>
  return %y : tensor<1x3x2xf32>
}

// Parts of rows in a list are no rows.
// REMARK: not-folded {{.*}} Reason="a term of the residual stream is no product with constant weights: tensor.concat"
func.func @halves(%a: tensor<4x2xf32>, %e: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %p = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %x = tensor.concat dim(1) %p, %p : (tensor<4x2xf32>, tensor<4x2xf32>) -> tensor<4x4xf32>
  %y = norm.layernorm ins(%x : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) epsilon = 1.0e-05 -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

// REMARK: not-folded {{.*}} Reason="a reader of the residual stream is no layernorm: tensor.extract_slice"
func.func @part(%a: tensor<4x2xf32>, %e: tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<4x1xf32>) {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %x = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %c = tensor.extract_slice %x[0, 0] [4, 1] [1, 1] : tensor<4x2xf32> to tensor<4x1xf32>
  return %y, %c : tensor<4x2xf32>, tensor<4x1xf32>
}

// REMARK: not-folded {{.*}} Reason="the length of the rows is not known"
func.func @unknown_length(%x: tensor<4x?xf32>, %e: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %y = norm.layernorm ins(%x : tensor<4x?xf32>) outs(%e : tensor<4x?xf32>) epsilon = 1.0e-05 -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

// REMARK: not-folded {{.*}} Reason="the elements of weights are not in the program"
func.func @elided(%a: tensor<4x2xf32>, %e: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = arith.constant dense_resource<__elided__> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %x = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

//===----------------------------------------------------------------------===//
// Scale and bias
//===----------------------------------------------------------------------===//

// b W joins the constant that is added behind the product, or is added itself.
// REMARK: [Passed] parameters | Category:norm-fold | Remark="scale and bias are in the products that read the norm", products=2
// CHECK-LABEL: @scale_and_bias(
//   CHECK-DAG:   %[[W:.*]] = arith.constant dense<{{\[}}[2.000000e+00, 6.000000e+00], [6.000000e+00, 2.400000e+01]]> : tensor<2x2xf32>
//   CHECK-DAG:   %[[BOTH:.*]] = arith.constant dense<[6.000000e+00, 1.600000e+01]> : tensor<2xf32>
//   CHECK-DAG:   %[[OWN:.*]] = arith.constant dense<[1.500000e+00, 6.500000e+00]> : tensor<2xf32>
//   CHECK-DAG:   %[[Y:.*]] = norm.rmsnorm ins(%arg0 : tensor<4x2xf32>) outs
//   CHECK-DAG:   %[[P:.*]] = linalg.matmul ins(%[[Y]], %[[W]] :
//   CHECK-DAG:   linalg.generic {{.*}} ins(%[[P]], %[[BOTH]] :
//   CHECK-DAG:   %[[Q:.*]] = linalg.matmul ins(%[[Y]], %
//   CHECK-DAG:   %[[S:.*]] = linalg.generic {{.*}} ins(%[[Q]], %[[OWN]] :
//       CHECK:   return %{{.*}}, %[[S]]
// KEEP-LABEL: @scale_and_bias(
//       KEEP:   norm.rmsnorm ins(%arg0 : tensor<4x2xf32>) scale({{.*}}) bias(
func.func @scale_and_bias(%x: tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %w = arith.constant dense<[[1.0, 3.0], [2.0, 8.0]]> : tensor<2x2xf32>
  %g = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %b = arith.constant dense<[-0.5, 1.0]> : tensor<2xf32>
  %c = arith.constant dense<[4.5, 9.5]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x2xf32>) scale(%g : tensor<2xf32>) bias(%b : tensor<2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %s = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%p, %c : tensor<4x2xf32>, tensor<2xf32>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%p_i: f32, %c_i: f32, %o: f32):
    %0 = arith.addf %p_i, %c_i : f32
    linalg.yield %0 : f32
  } -> tensor<4x2xf32>
  %q = linalg.matmul ins(%y, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %s, %q : tensor<4x2xf32>, tensor<4x2xf32>
}

// All readers or none.
// REMARK: [Missed] parameters-stay | Category:norm-fold | Reason="a reader is not a product of matrices: func.return"
func.func @other_reader(%x: tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %w = arith.constant dense<[[1.0, 3.0], [2.0, 8.0]]> : tensor<2x2xf32>
  %g = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x2xf32>) scale(%g : tensor<2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %p, %y : tensor<4x2xf32>, tensor<4x2xf32>
}

// REMARK: parameters-stay {{.*}} Reason="a product is narrower than f32, in which weights would round"
func.func @narrow_product(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = arith.constant dense<[[1.0, 3.0], [2.0, 8.0]]> : tensor<2x2xbf16>
  %g = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x2xf32>) scale(%g : tensor<2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x2xf32>, tensor<2x2xbf16>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %p : tensor<4x2xf32>
}
