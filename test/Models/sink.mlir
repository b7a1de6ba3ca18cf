// RUN: norm-opt %s --norm-sink=weights=any | FileCheck %s
// RUN: norm-opt %s --norm-sink | FileCheck %s --check-prefix=CONSTANT
// RUN: norm-opt %s --norm-sink=precision=strict | FileCheck %s --check-prefix=STRICT
// RUN: norm-opt %s --norm-sink=weights=any --remarks-filter=norm-sink -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: norm-opt %s --norm-sink=weights=any -o %t.mlir && norm-opt %t.mlir --norm-sink=weights=any | diff %t.mlir -
// RUN: not norm-opt %s --norm-sink=weights=some 2>&1 | FileCheck %s --check-prefix=OPTION
// OPTION: error: expected weights to be constant or any, got some
// RUN: not norm-opt %s --norm-sink=precision=low 2>&1 | FileCheck %s --check-prefix=PRECISION
// PRECISION: error: expected precision to be relaxed or strict, got low

//===----------------------------------------------------------------------===//
// Norms that go
//===----------------------------------------------------------------------===//

// REMARK: remark: [Passed] sunk | Category:norm-sink | Remark="the norm is a factor of the rows of the products that read it", bytes=1024, products=1
// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-DAG: #[[COLUMN:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK-LABEL: @rmsnorm(
//  CHECK-SAME:   %[[X:.*]]: tensor<4x64xf32>, %[[W:.*]]: tensor<64x32xf32>
//       CHECK:   %{{.*}}, %[[RSTD:.*]] = norm.rmsnorm ins(%[[X]] : tensor<4x64xf32>) {{.*}} epsilon = 1.000000e-05
//       CHECK:   %[[P:.*]] = linalg.matmul ins(%[[X]], %[[W]] :
//       CHECK:   linalg.generic {indexing_maps = [#[[ID]], #[[ROW]], #[[ID]]], {{.*}} ins(%[[P]], %[[RSTD]] :
//       CHECK:     %[[Y:.*]] = arith.mulf %{{.*}}, %{{.*}} : f32
//       CHECK:     linalg.yield %[[Y]]
// Without a scale no weights change.
// CONSTANT-LABEL: @rmsnorm(
//       CONSTANT:   linalg.matmul ins(%arg0, %arg1
// STRICT-LABEL: @rmsnorm(
//       STRICT:   %[[Y:.*]] = norm.rmsnorm
//       STRICT:   linalg.matmul ins(%[[Y]],
func.func @rmsnorm(%x: tensor<4x64xf32>, %w: tensor<64x32xf32>) -> tensor<4x32xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  %o = tensor.empty() : tensor<4x32xf32>
  %z = linalg.fill ins(%zero : f32) outs(%o : tensor<4x32xf32>) -> tensor<4x32xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x64xf32>, tensor<64x32xf32>) outs(%z : tensor<4x32xf32>) -> tensor<4x32xf32>
  return %p : tensor<4x32xf32>
}

// REMARK: sunk {{.*}} products=1
// STRICT-LABEL: @flag(
//       STRICT:   linalg.matmul ins(%arg0,
func.func @flag(%x: tensor<4x64xf32>, %w: tensor<64x32xf32>) -> tensor<4x32xf32> {
  %z = arith.constant dense<0.0> : tensor<4x32xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x64xf32>, tensor<64x32xf32>) outs(%z : tensor<4x32xf32>) -> tensor<4x32xf32>
  return %p : tensor<4x32xf32>
}

// Two readers, one of which has its weights transposed; scale, bias and mean.
// REMARK: sunk {{.*}} products=2
// CHECK-LABEL: @layernorm(
//  CHECK-SAME:   %[[X:[a-z0-9]*]]: tensor<?x64xbf16>, %[[G:[a-z0-9]*]]: tensor<64xbf16>, %[[B:[a-z0-9]*]]: tensor<64xbf16>
//       CHECK:   %{{.*}}, %[[RSTD:.*]], %[[MEAN:.*]] = norm.layernorm ins(%[[X]] : tensor<?x64xbf16>) outs
//       CHECK:   %[[W:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[G]] : tensor<64x32xbf16>, tensor<64xbf16>)
//       CHECK:   linalg.matmul ins(%[[X]], %[[W]] :
//       CHECK:   %[[SUMS:.*]] = linalg.generic {{.*}}["reduction", "parallel"]} ins(%[[W]] : tensor<64x32xbf16>)
//       CHECK:   %[[BW:.*]] = linalg.generic {{.*}}["reduction", "parallel"]} ins(%{{.*}}, %[[B]] :
//       CHECK:   linalg.generic {{.*}} ins(%{{.*}}, %[[RSTD]], %[[MEAN]], %[[SUMS]], %[[BW]] :
//       CHECK:     arith.subf
//       CHECK:     arith.mulf
//       CHECK:     arith.addf
//       CHECK:   linalg.generic {{.*}} ins(%{{.*}}, %[[G]] : tensor<32x64xbf16>, tensor<64xbf16>)
//       CHECK:   linalg.generic {{.*}}["parallel", "parallel", "reduction"]} ins(%[[X]],
// Nothing changes where weights are arguments.
// CONSTANT-LABEL: @layernorm(
//       CONSTANT:   %[[Y:.*]] = norm.layernorm
//       CONSTANT:   linalg.matmul ins(%[[Y]],
func.func @layernorm(%x: tensor<?x64xbf16>, %g: tensor<64xbf16>, %b: tensor<64xbf16>, %w: tensor<64x32xbf16>, %v: tensor<32x64xbf16>, %z: tensor<?x32xf32>, %e: tensor<?x64xbf16>)
    -> (tensor<?x32xf32>, tensor<?x32xf32>) {
  %zero = arith.constant 0.0 : f32
  %y = norm.layernorm ins(%x : tensor<?x64xbf16>) scale(%g : tensor<64xbf16>) bias(%b : tensor<64xbf16>) outs(%e : tensor<?x64xbf16>) epsilon = 1.0e-05 -> tensor<?x64xbf16>
  %zs = linalg.fill ins(%zero : f32) outs(%z : tensor<?x32xf32>) -> tensor<?x32xf32>
  %p = linalg.matmul ins(%y, %w : tensor<?x64xbf16>, tensor<64x32xbf16>) outs(%zs : tensor<?x32xf32>) -> tensor<?x32xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%y, %v : tensor<?x64xbf16>, tensor<32x64xbf16>) outs(%zs : tensor<?x32xf32>) {
  ^bb0(%y_i: bf16, %v_i: bf16, %sum: f32):
    %0 = arith.extf %y_i : bf16 to f32
    %1 = arith.extf %v_i : bf16 to f32
    %2 = arith.mulf %0, %1 : f32
    %3 = arith.addf %sum, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<?x32xf32>
  return %p, %q : tensor<?x32xf32>, tensor<?x32xf32>
}

// Constants are rewritten: W' = diag(1 + g) W, its column sums, and b W.
// REMARK: sunk {{.*}} products=1
// CONSTANT-LABEL: @constants(
//       CONSTANT:   %[[W:.*]] = arith.constant dense<{{\[}}[2.000000e+00, 4.000000e+00], [9.000000e+00, 1.200000e+01]]> : tensor<2x2xf32>
//       CONSTANT:   %[[P:.*]] = linalg.matmul ins(%arg0, %[[W]] :
//       CONSTANT:   %[[SUMS:.*]] = arith.constant dense<[1.100000e+01, 1.600000e+01]> : tensor<2xf32>
//       CONSTANT:   %[[BW:.*]] = arith.constant dense<[3.500000e+01, 5.000000e+01]> : tensor<2xf32>
//       CONSTANT:   linalg.generic {{.*}} ins(%[[P]], %{{.*}}, %{{.*}}, %[[SUMS]], %[[BW]] :
func.func @constants(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %g = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %b = arith.constant dense<[5.0, 10.0]> : tensor<2xf32>
  %w = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) scale(%g : tensor<2xf32>) bias(%b : tensor<2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 scale_offset = 1 -> tensor<4x2xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  return %p : tensor<4x2xf32>
}

// A batch, and a norm whose rows are not along the last dimension.
// REMARK: sunk {{.*}} products=1
// CHECK-LABEL: @batch(
//       CHECK:   linalg.batch_matmul ins(%arg0,
// REMARK: sunk {{.*}} products=1
// CHECK-LABEL: @columns(
//       CHECK:   %[[P:.*]] = linalg.generic {{.*}}"reduction"]} ins(%arg0, %arg1 :
//       CHECK:   linalg.generic {indexing_maps = [#[[ID]], #[[ROW]], #[[ID]]], {{.*}} ins(%[[P]],
func.func @batch(%x: tensor<3x4x64xf32>, %w: tensor<3x64x32xf32>) -> tensor<3x4x32xf32> {
  %z = arith.constant dense<0.0> : tensor<3x4x32xf32>
  %e = tensor.empty() : tensor<3x4x64xf32>
  %y = norm.prmsnorm ins(%x : tensor<3x4x64xf32>) outs(%e : tensor<3x4x64xf32>) k = 4 epsilon = 1.0e-05 -> tensor<3x4x64xf32>
  %p = linalg.batch_matmul ins(%y, %w : tensor<3x4x64xf32>, tensor<3x64x32xf32>) outs(%z : tensor<3x4x32xf32>) -> tensor<3x4x32xf32>
  return %p : tensor<3x4x32xf32>
}
func.func @columns(%x: tensor<64x4xf32>, %w: tensor<64x32xf32>) -> tensor<4x32xf32> {
  %z = arith.constant dense<0.0> : tensor<4x32xf32>
  %e = tensor.empty() : tensor<64x4xf32>
  %y = norm.rmsnorm ins(%x : tensor<64x4xf32>) outs(%e : tensor<64x4xf32>) dimensions = [0] epsilon = 1.0e-05 -> tensor<64x4xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (k, m)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%y, %w : tensor<64x4xf32>, tensor<64x32xf32>) outs(%z : tensor<4x32xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %sum, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<4x32xf32>
  return %p : tensor<4x32xf32>
}

//===----------------------------------------------------------------------===//
// Norms that stay
//===----------------------------------------------------------------------===//

// REMARK: [Missed] not-sunk | Category:norm-sink | Reason="a reader is not a product of matrices: func.return"
// CHECK-LABEL: @residual(
//       CHECK:   linalg.matmul ins(%[[Y:.*]], %arg1
//       CHECK:   return %{{.*}}, %[[Y]]
func.func @residual(%x: tensor<4x64xf32>, %w: tensor<64x32xf32>) -> (tensor<4x32xf32>, tensor<4x64xf32>) {
  %z = arith.constant dense<0.0> : tensor<4x32xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x64xf32>, tensor<64x32xf32>) outs(%z : tensor<4x32xf32>) -> tensor<4x32xf32>
  return %p, %y : tensor<4x32xf32>, tensor<4x64xf32>
}

// REMARK: not-sunk {{.*}} Reason="a product does not add up along the row"
func.func @across(%x: tensor<4x64xf32>, %w: tensor<8x4xf32>) -> tensor<8x64xf32> {
  %z = arith.constant dense<0.0> : tensor<8x64xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  %p = linalg.matmul ins(%w, %y : tensor<8x4xf32>, tensor<4x64xf32>) outs(%z : tensor<8x64xf32>) -> tensor<8x64xf32>
  return %p : tensor<8x64xf32>
}

// REMARK: not-sunk {{.*}} Reason="a product has the normalized tensor on both sides"
func.func @both_sides(%x: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %z = arith.constant dense<0.0> : tensor<64x64xf32>
  %e = tensor.empty() : tensor<64x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) epsilon = 1.0e-05 -> tensor<64x64xf32>
  %p = linalg.matmul ins(%y, %y : tensor<64x64xf32>, tensor<64x64xf32>) outs(%z : tensor<64x64xf32>) -> tensor<64x64xf32>
  return %p : tensor<64x64xf32>
}

// REMARK: not-sunk {{.*}} Reason="a product adds to the normalized tensor"
func.func @destination(%x: tensor<4x64xf32>, %a: tensor<4x8xf32>, %w: tensor<8x64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  %p = linalg.matmul ins(%a, %w : tensor<4x8xf32>, tensor<8x64xf32>) outs(%y : tensor<4x64xf32>) -> tensor<4x64xf32>
  return %p : tensor<4x64xf32>
}

// REMARK: not-sunk {{.*}} Reason="a product adds to a tensor that is not zero"
func.func @sum(%x: tensor<4x64xf32>, %w: tensor<64x32xf32>, %c: tensor<4x32xf32>) -> tensor<4x32xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x64xf32>, tensor<64x32xf32>) outs(%c : tensor<4x32xf32>) -> tensor<4x32xf32>
  return %p : tensor<4x32xf32>
}

// A product whose body rounds, or does more, is another one.
// REMARK: not-sunk {{.*}} Reason="a reader is not a product of matrices: linalg.generic"
func.func @body(%x: tensor<4x64xf32>, %w: tensor<64x32xf32>) -> tensor<4x32xf32> {
  %z = arith.constant dense<0.0> : tensor<4x32xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>, affine_map<(m, n, k) -> (m, n)>],
                       iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%y, %w : tensor<4x64xf32>, tensor<64x32xf32>) outs(%z : tensor<4x32xf32>) {
  ^bb0(%a: f32, %b: f32, %acc: f32):
    %0 = math.exp %a : f32
    %1 = arith.mulf %0, %b : f32
    %2 = arith.addf %acc, %1 : f32
    linalg.yield %2 : f32
  } -> tensor<4x32xf32>
  return %p : tensor<4x32xf32>
}

// REMARK: not-sunk {{.*}} Reason="its statistics are used, as by a gradient"
func.func @gradient(%x: tensor<4x64xf32>, %w: tensor<64x32xf32>) -> (tensor<4x32xf32>, tensor<4xf32>) {
  %z = arith.constant dense<0.0> : tensor<4x32xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %r = tensor.empty() : tensor<4xf32>
  %y, %rstd = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) rstd(%r : tensor<4xf32>) epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  %p = linalg.matmul ins(%y, %w : tensor<4x64xf32>, tensor<64x32xf32>) outs(%z : tensor<4x32xf32>) -> tensor<4x32xf32>
  return %p, %rstd : tensor<4x32xf32>, tensor<4xf32>
}

// REMARK: not-sunk {{.*}} Reason="the product is f16, which may not hold the range of x"
func.func @half(%x: tensor<4x64xf16>, %w: tensor<64x32xf16>) -> tensor<4x32xf16> {
  %z = arith.constant dense<0.0> : tensor<4x32xf16>
  %e = tensor.empty() : tensor<4x64xf16>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf16>) outs(%e : tensor<4x64xf16>) epsilon = 1.0e-05 -> tensor<4x64xf16>
  %p = linalg.matmul ins(%y, %w : tensor<4x64xf16>, tensor<64x32xf16>) outs(%z : tensor<4x32xf16>) -> tensor<4x32xf16>
  return %p : tensor<4x32xf16>
}

// REMARK: not-sunk {{.*}} Reason="the weights are f16, which may not hold the range of scale * weights"
func.func @half_weights(%x: tensor<4x64xf16>, %g: tensor<64xf16>, %w: tensor<64x32xf16>) -> tensor<4x32xf32> {
  %z = arith.constant dense<0.0> : tensor<4x32xf32>
  %e = tensor.empty() : tensor<4x64xf16>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf16>) scale(%g : tensor<64xf16>) outs(%e : tensor<4x64xf16>) epsilon = 1.0e-05 -> tensor<4x64xf16>
  %p = linalg.matmul ins(%y, %w : tensor<4x64xf16>, tensor<64x32xf16>) outs(%z : tensor<4x32xf32>) -> tensor<4x32xf32>
  return %p : tensor<4x32xf32>
}

// REMARK: not-sunk {{.*}} Reason="the product is of 16 bits, in which the mean does not cancel"
func.func @cancels(%x: tensor<4x64xbf16>, %w: tensor<64x32xbf16>) -> tensor<4x32xbf16> {
  %z = arith.constant dense<0.0> : tensor<4x32xbf16>
  %e = tensor.empty() : tensor<4x64xbf16>
  %y = norm.layernorm ins(%x : tensor<4x64xbf16>) outs(%e : tensor<4x64xbf16>) epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %p = linalg.matmul ins(%y, %w : tensor<4x64xbf16>, tensor<64x32xbf16>) outs(%z : tensor<4x32xbf16>) -> tensor<4x32xbf16>
  return %p : tensor<4x32xbf16>
}

// REMARK: not-sunk {{.*}} Reason="x and the normalized tensor differ in type"
func.func @widened(%x: tensor<4x64xbf16>, %w: tensor<64x32xf32>) -> tensor<4x32xf32> {
  %z = arith.constant dense<0.0> : tensor<4x32xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xbf16>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x64xf32>, tensor<64x32xf32>) outs(%z : tensor<4x32xf32>) -> tensor<4x32xf32>
  return %p : tensor<4x32xf32>
}

// REMARK: not-sunk {{.*}} Reason="the row has more than one dimension"
func.func @two_dims(%x: tensor<4x8x8xf32>) -> tensor<4x8x8xf32> {
  %e = tensor.empty() : tensor<4x8x8xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x8x8xf32>) outs(%e : tensor<4x8x8xf32>) dimensions = [1, 2] epsilon = 1.0e-05 -> tensor<4x8x8xf32>
  return %y : tensor<4x8x8xf32>
}

//===----------------------------------------------------------------------===//
// Reshapes on the way
//===----------------------------------------------------------------------===//

// REMARK: sunk {{.*}} products=2
// CHECK-LABEL: @flattened(
//       CHECK:   %{{.*}}, %[[RSTD:.*]] = norm.rmsnorm ins(%arg0 : tensor<2x3x64xf32>)
//       CHECK:   %[[X:.*]] = tensor.collapse_shape %arg0 {{\[}}[0, 1], [2]]
//       CHECK:   %[[P:.*]] = linalg.matmul ins(%[[X]],
//       CHECK:   %[[R:.*]] = tensor.collapse_shape %[[RSTD]] {{\[}}[0, 1]] : tensor<2x3xf32> into tensor<6xf32>
//       CHECK:   linalg.generic {{.*}} ins(%[[P]], %[[R]] :
//       CHECK:   %[[X4:.*]] = tensor.expand_shape %arg0 {{\[}}[0], [1, 2], [3]] output_shape [2, 1, 3, 64]
//       CHECK:   %[[R4:.*]] = tensor.expand_shape %[[RSTD]] {{\[}}[0], [1, 2]] output_shape [2, 1, 3] : tensor<2x3xf32> into tensor<2x1x3xf32>
func.func @flattened(%x: tensor<2x3x64xf32>, %w: tensor<64x32xf32>) -> (tensor<6x32xf32>, tensor<2x1x3xf32>) {
  %z = arith.constant dense<0.0> : tensor<6x32xf32>
  %z1 = arith.constant dense<0.0> : tensor<2x1x3xf32>
  %v = arith.constant dense<1.0> : tensor<64xf32>
  %e = tensor.empty() : tensor<2x3x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<2x3x64xf32>) outs(%e : tensor<2x3x64xf32>) epsilon = 1.0e-05 -> tensor<2x3x64xf32>
  %flat = tensor.collapse_shape %y [[0, 1], [2]] : tensor<2x3x64xf32> into tensor<6x64xf32>
  %p = linalg.matmul ins(%flat, %w : tensor<6x64xf32>, tensor<64x32xf32>) outs(%z : tensor<6x32xf32>) -> tensor<6x32xf32>
  %more = tensor.expand_shape %y [[0], [1, 2], [3]] output_shape [2, 1, 3, 64] : tensor<2x3x64xf32> into tensor<2x1x3x64xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(a, b, c, k) -> (a, b, c, k)>, affine_map<(a, b, c, k) -> (k)>, affine_map<(a, b, c, k) -> (a, b, c)>],
                       iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%more, %v : tensor<2x1x3x64xf32>, tensor<64xf32>) outs(%z1 : tensor<2x1x3xf32>) {
  ^bb0(%a: f32, %b: f32, %sum: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.addf %sum, %0 : f32
    linalg.yield %1 : f32
  } -> tensor<2x1x3xf32>
  return %p, %q : tensor<6x32xf32>, tensor<2x1x3xf32>
}

// A row that is taken apart is no row of the product; one reader is enough to stay.
// REMARK: not-sunk {{.*}} Reason="a reader is not a product of matrices: tensor.expand_shape"
// CHECK-LABEL: @heads(
//       CHECK:   %[[Y:.*]] = norm.rmsnorm
//       CHECK:   linalg.matmul ins(%[[Y]],
func.func @heads(%x: tensor<4x64xf32>, %w: tensor<64x32xf32>) -> (tensor<4x32xf32>, tensor<4x8x8xf32>) {
  %z = arith.constant dense<0.0> : tensor<4x32xf32>
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  %heads = tensor.expand_shape %y [[0], [1, 2]] output_shape [4, 8, 8] : tensor<4x64xf32> into tensor<4x8x8xf32>
  %p = linalg.matmul ins(%y, %w : tensor<4x64xf32>, tensor<64x32xf32>) outs(%z : tensor<4x32xf32>) -> tensor<4x32xf32>
  return %p, %heads : tensor<4x32xf32>, tensor<4x8x8xf32>
}

// Constants that are transposed, or kept beside the program.
// REMARK: sunk {{.*}} products=1
// CONSTANT-LABEL: @transposed(
//       CONSTANT:   arith.constant dense<{{\[}}[1.000000e+00, 2.000000e+00, 3.000000e+00], [8.000000e+00, 1.000000e+01, 1.200000e+01]]> : tensor<2x3xf32>
func.func @transposed(%x: tensor<4x2xf32>) -> tensor<4x3xf32> {
  %g = arith.constant dense_resource<scale> : tensor<2xf32>
  %w = arith.constant dense<[[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]> : tensor<3x2xf32>
  %e3 = tensor.empty() : tensor<2x3xf32>
  %t = linalg.transpose ins(%w : tensor<3x2xf32>) outs(%e3 : tensor<2x3xf32>) permutation = [1, 0]
  %z = arith.constant dense<0.0> : tensor<4x3xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x2xf32>) scale(%g : tensor<2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  %p = linalg.matmul ins(%y, %t : tensor<4x2xf32>, tensor<2x3xf32>) outs(%z : tensor<4x3xf32>) -> tensor<4x3xf32>
  return %p : tensor<4x3xf32>
}

{-#
  dialect_resources: {
    builtin: {
      scale: "0x040000000000803F00000040"
    }
  }
#-}
