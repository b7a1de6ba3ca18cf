// RUN: norm-opt %s -split-input-file --norm-fold=weights=any | FileCheck %s
// RUN: norm-opt %s -split-input-file --norm-fold=weights=any --remarks-filter=norm-fold -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: norm-opt %s -split-input-file --norm-fold='weights=any results=centred' | FileCheck %s --check-prefix=CENTRED
// RUN: not norm-opt %s -split-input-file --norm-fold=weights=3 2>/dev/null | FileCheck %s --check-prefix=FIRST
// RUN: not norm-opt %s -split-input-file --norm-fold=weights=all 2>&1 | FileCheck %s --check-prefix=WEIGHTS
// WEIGHTS: error: expected weights to be constant, any or a number of arguments, got all
// RUN: not norm-opt %s -split-input-file --norm-fold=weights=9 2>&1 | FileCheck %s --check-prefix=NUMBER
// NUMBER: error: expected weights to be at most the number of arguments, 7, got 9
// RUN: not norm-opt %s -split-input-file --norm-fold=results=some 2>&1 | FileCheck %s --check-prefix=RESULTS
// RESULTS: error: expected results to be exact or centred, got some
// RUN: not norm-opt %s -split-input-file --norm-fold=parameters=some 2>&1 | FileCheck %s --check-prefix=PARAMETERS
// PARAMETERS: error: expected parameters to be fold or keep, got some

// A transposed product, a bias that is spread over the rows, and a product that
// reads the norm. What is centred along dimension 1 is dimension 0 of %arg1.
// REMARK: [Passed] folded {{.*}} norms=1, terms=2
// REMARK: [Passed] parameters {{.*}} products=1
// REMARK: [Passed] argument | Category:norm-fold | Remark="@fold_weights makes argument 1: centred along 0"
// REMARK: argument {{.*}} Remark="@fold_weights makes argument 2: centred along 0"
// REMARK: argument {{.*}} Remark="@fold_weights makes argument 5: scaled along 1"
// REMARK: argument {{.*}} Remark="@fold_weights makes argument 6: shifted by a bias times argument 5"
// CHECK-LABEL: @main(
//       CHECK:   linalg.transpose ins(%arg1 :
//       CHECK:   %[[Y:.*]] = norm.rmsnorm ins(%{{.*}} : tensor<4x2xf32>) outs
//       CHECK:   linalg.matmul ins(%[[Y]],
//       CHECK: func.func @fold_weights(%[[W:.*]]: tensor<2x3xf32>, %[[B:.*]]: tensor<2xf32>, %[[G:.*]]: tensor<2xf32>, %[[H:.*]]: tensor<2xf32>, %[[V:.*]]: tensor<5x2xf32>, %[[C:.*]]: tensor<5xf32>) -> (tensor<2x3xf32>, tensor<2xf32>, tensor<5x2xf32>, tensor<5xf32>)
//  CHECK-SAME:   norm.changes = ["centred along 0", "centred along 0", "scaled along 1", "shifted by a bias times argument 5"]
//  CHECK-SAME:   norm.gives = array<i64: 1, 2, 5, 6>
//  CHECK-SAME:   norm.takes = array<i64: 1, 2, 3, 4, 5, 6>
// The norm's own arguments are no weights there, so they stay.
// FIRST-LABEL: @main(
//       FIRST:   norm.rmsnorm ins(%{{.*}}) scale(%arg3 : tensor<2xf32>) bias(%arg4 :
//       FIRST: @fold_weights(
//  FIRST-SAME:   norm.gives = array<i64: 1, 2>
#id = affine_map<(m, n) -> (m, n)>
#row = affine_map<(m, n) -> (n)>
func.func @main(%a: tensor<4x3xf32>, %w: tensor<2x3xf32>, %b: tensor<2xf32>, %g: tensor<2xf32>, %h: tensor<2xf32>,
                %v: tensor<5x2xf32>, %c: tensor<5xf32>) -> tensor<2x2x5xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x2xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
  %e0 = tensor.empty() : tensor<3x2xf32>
  %t = linalg.transpose ins(%w : tensor<2x3xf32>) outs(%e0 : tensor<3x2xf32>) permutation = [1, 0]
  %p = linalg.matmul ins(%a, %t : tensor<4x3xf32>, tensor<3x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %s = linalg.generic {indexing_maps = [#row, #id], iterator_types = ["parallel", "parallel"]} ins(%b : tensor<2xf32>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%b_i: f32, %o: f32):
    linalg.yield %b_i : f32
  } -> tensor<4x2xf32>
  %x = linalg.add ins(%p, %s : tensor<4x2xf32>, tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) scale(%g : tensor<2xf32>) bias(%h : tensor<2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %e1 = tensor.empty() : tensor<2x5xf32>
  %u = linalg.transpose ins(%v : tensor<5x2xf32>) outs(%e1 : tensor<2x5xf32>) permutation = [1, 0]
  %e2 = tensor.empty() : tensor<4x5xf32>
  %z2 = linalg.fill ins(%zero : f32) outs(%e2 : tensor<4x5xf32>) -> tensor<4x5xf32>
  %q = linalg.matmul ins(%y, %u : tensor<4x2xf32>, tensor<2x5xf32>) outs(%z2 : tensor<4x5xf32>) -> tensor<4x5xf32>
  %q3 = tensor.expand_shape %q [[0, 1], [2]] output_shape [2, 2, 5] : tensor<4x5xf32> into tensor<2x2x5xf32>
  %e3 = tensor.empty() : tensor<2x2x5xf32>
  %r = linalg.generic {indexing_maps = [affine_map<(k, m, n) -> (k, m, n)>, affine_map<(k, m, n) -> (n)>, affine_map<(k, m, n) -> (k, m, n)>],
                       iterator_types = ["parallel", "parallel", "parallel"]} ins(%q3, %c : tensor<2x2x5xf32>, tensor<5xf32>) outs(%e3 : tensor<2x2x5xf32>) {
  ^bb0(%q_i: f32, %c_i: f32, %o: f32):
    %0 = arith.addf %q_i, %c_i : f32
    linalg.yield %0 : f32
  } -> tensor<2x2x5xf32>
  return %r : tensor<2x2x5xf32>
}

// -----

// A table that the head reads, too.
// REMARK: [Missed] not-folded | Category:norm-fold | Reason="argument 1 has another use, which would change (tied weights): linalg.matmul"
// CHECK-LABEL: @tied(
//       CHECK:   norm.layernorm
//   CHECK-NOT: @tied_fold_weights
func.func @tied(%tokens: tensor<4xi64>, %table: tensor<3x2xf32>) -> tensor<4x3xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x2xf32>
  %x = linalg.generic {indexing_maps = [affine_map<(m, n) -> (m)>, affine_map<(m, n) -> (m, n)>], iterator_types = ["parallel", "parallel"]}
      ins(%tokens : tensor<4xi64>) outs(%e : tensor<4x2xf32>) {
  ^bb0(%token: i64, %o: f32):
    %at = arith.index_cast %token : i64 to index
    %i = linalg.index 1 : index
    %v = tensor.extract %table[%at, %i] : tensor<3x2xf32>
    linalg.yield %v : f32
  } -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %e0 = tensor.empty() : tensor<2x3xf32>
  %t = linalg.transpose ins(%table : tensor<3x2xf32>) outs(%e0 : tensor<2x3xf32>) permutation = [1, 0]
  %e1 = tensor.empty() : tensor<4x3xf32>
  %z = linalg.fill ins(%zero : f32) outs(%e1 : tensor<4x3xf32>) -> tensor<4x3xf32>
  %q = linalg.matmul ins(%y, %t : tensor<4x2xf32>, tensor<2x3xf32>) outs(%z : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %q : tensor<4x3xf32>
}

// -----

// Weights that two streams share, and rows along both dimensions of one argument.
// REMARK: not-folded {{.*}} Reason="argument 2 has another use, which would change (tied weights): linalg.matmul"
// REMARK: not-folded {{.*}} Reason="argument 2 has another use, which would change (tied weights): linalg.matmul"
func.func @shared(%a: tensor<4x2xf32>, %b: tensor<4x2xf32>, %w: tensor<2x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %p = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %q = linalg.matmul ins(%b, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y0 = norm.layernorm ins(%p : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %y1 = norm.layernorm ins(%q : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y0, %y1 : tensor<4x2xf32>, tensor<4x2xf32>
}
// REMARK: not-folded {{.*}} Reason="an argument has rows along two of its dimensions"
func.func @both_ways(%a: tensor<4x2xf32>, %w: tensor<2x2xf32>) -> tensor<4x2xf32> {
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %e0 = tensor.empty() : tensor<2x2xf32>
  %t = linalg.transpose ins(%w : tensor<2x2xf32>) outs(%e0 : tensor<2x2xf32>) permutation = [1, 0]
  %p = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %q = linalg.matmul ins(%a, %t : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %x = linalg.add ins(%p, %q : tensor<4x2xf32>, tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// -----

// The sum leaves the function: unless it is allowed to, it stays.
// REMARK: not-folded {{.*}} Reason="a reader of the residual stream is no layernorm: func.return"
// CENTRED-LABEL: @leaves(
//       CENTRED:   norm.rmsnorm
//       CENTRED: @leaves_fold_weights(
func.func @leaves(%a: tensor<4x2xf32>, %w: tensor<2x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %x = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %x, %y : tensor<4x2xf32>, tensor<4x2xf32>
}

// -----

// Scale and bias of a norm whose products cannot take them in.
// REMARK: parameters-stay {{.*}} Reason="no argument is added behind a product, which the bias of the norm could join"
func.func @no_bias(%x: tensor<4x2xf32>, %b: tensor<2xf32>, %w: tensor<2x2xf32>) -> tensor<4x2xf32> {
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x2xf32>) bias(%b : tensor<2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %p : tensor<4x2xf32>
}
// REMARK: parameters-stay {{.*}} Reason="argument 2 is read by two products (tied weights)"
func.func @twice(%x: tensor<4x2xf32>, %g: tensor<2xf32>, %w: tensor<2x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x2xf32>) scale(%g : tensor<2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %q = linalg.matmul ins(%y, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %p, %q : tensor<4x2xf32>, tensor<4x2xf32>
}
// REMARK: parameters-stay {{.*}} Reason="argument 2 has another use, which would change (tied weights): func.return"
func.func @returned(%x: tensor<4x2xf32>, %g: tensor<2xf32>, %w: tensor<2x2xf32>) -> (tensor<4x2xf32>, tensor<2x2xf32>) {
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x2xf32>) scale(%g : tensor<2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %p, %w : tensor<4x2xf32>, tensor<2x2xf32>
}
// REMARK: parameters-stay {{.*}} Reason="scale, bias and the weights of a product are neither all constant nor all arguments that are weights"
func.func @mixed(%x: tensor<4x2xf32>, %g: tensor<2xf32>) -> tensor<4x2xf32> {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x2xf32>) scale(%g : tensor<2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %p : tensor<4x2xf32>
}
