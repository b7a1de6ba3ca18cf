// RUN: norm-opt %s --canonicalize | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#rows = affine_map<(d0, d1) -> (d0)>
#vec = affine_map<(d0) -> (d0)>

//===----------------------------------------------------------------------===//
// DropInputScaling
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @scaled_input
//       CHECK:   norm.rmsnorm ins(%arg0 : tensor<4x64xf32>) {{.*}} epsilon = 2.500000e-06 fastmath<reassoc>
//   CHECK-NOT:   mulf
func.func @scaled_input(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %c = arith.constant dense<2.0> : tensor<4x64xf32>
  %0 = arith.mulf %x, %c : tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scaled_layernorm
//       CHECK:   norm.layernorm ins(%arg0 : tensor<4x64xf32>) {{.*}} epsilon = 2.500000e-06
//   CHECK-NOT:   mulf
func.func @scaled_layernorm(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %b: tensor<64xf32>) -> tensor<4x64xf32> {
  %c = arith.constant dense<2.0> : tensor<4x64xf32>
  %0 = arith.mulf %c, %x : tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) scale(%g : tensor<64xf32>) bias(%b : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scaled_in_a_body
//       CHECK:   norm.prmsnorm ins(%arg0 : tensor<4x64xf32>) {{.*}} epsilon = 4.000000e-05
//   CHECK-NOT:   linalg
func.func @scaled_in_a_body(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %c = arith.constant 5.000000e-01 : f32
    %p = arith.mulf %a0, %c : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.prmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      k = 4 epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// epsilon stands beside |c| sqrt(s), not beside c^2 s.
// CHECK-LABEL: @scaled_outside
//       CHECK:   norm.rmsnorm ins(%arg0 : tensor<4x64xf32>) {{.*}} epsilon = 5.000000e-06 eps_mode = outside
func.func @scaled_outside(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %c = arith.constant dense<2.0> : tensor<4x64xf32>
  %0 = arith.mulf %x, %c : tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 eps_mode = outside fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @divided_input
//       CHECK:   norm.rmsnorm ins(%arg0 : tensor<4x64xf32>) {{.*}} epsilon = 4.000000e-05
func.func @divided_input(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %c = arith.constant dense<2.0> : tensor<4x64xf32>
  %0 = arith.divf %x, %c : tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @negated_input
//       CHECK:   %[[Y:.*]] = norm.rmsnorm ins(%arg0 : tensor<4x64xf32>) {{.*}} epsilon = 1.000000e-05
//       CHECK:   %[[N:.*]] = linalg.generic {{.*}} ins(%[[Y]] : tensor<4x64xf32>)
//       CHECK:     arith.negf
//       CHECK:   return %[[N]]
func.func @negated_input(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = arith.negf %x : tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scaled_without_epsilon
//       CHECK:   norm.rmsnorm ins(%arg0 : tensor<4x64xf32>) {{.*}} epsilon = 0.000000e+00
func.func @scaled_without_epsilon(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %c = arith.constant dense<2.0> : tensor<4x64xf32>
  %0 = arith.mulf %x, %c : tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 0.0 fastmath<fast> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// Near misses.

// CHECK-LABEL: @scaled_without_reassoc
//       CHECK:   arith.mulf
//       CHECK:   norm.rmsnorm {{.*}} epsilon = 1.000000e-05
func.func @scaled_without_reassoc(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %c = arith.constant dense<2.0> : tensor<4x64xf32>
  %0 = arith.mulf %x, %c : tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<contract> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scaled_with_rstd
//       CHECK:   arith.mulf
//       CHECK:   norm.rmsnorm {{.*}} epsilon = 1.000000e-05
func.func @scaled_with_rstd(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %r: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %c = arith.constant dense<2.0> : tensor<4x64xf32>
  %0 = arith.mulf %x, %c : tensor<4x64xf32>
  %1:2 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> (tensor<4x64xf32>, tensor<4xf32>)
  return %1#0, %1#1 : tensor<4x64xf32>, tensor<4xf32>
}

// CHECK-LABEL: @scaled_by_zero
//       CHECK:   arith.mulf
//       CHECK:   norm.rmsnorm {{.*}} epsilon = 1.000000e-05
func.func @scaled_by_zero(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %c = arith.constant dense<0.0> : tensor<4x64xf32>
  %0 = arith.mulf %x, %c : tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scaled_by_infinity
//       CHECK:   arith.mulf
//       CHECK:   norm.rmsnorm {{.*}} epsilon = 1.000000e-05
func.func @scaled_by_infinity(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %c = arith.constant dense<0x7F800000> : tensor<4x64xf32>
  %0 = arith.mulf %x, %c : tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// 1e-5 / 1e38 is denormal in f32.
// CHECK-LABEL: @scaled_out_of_range
//       CHECK:   arith.mulf
//       CHECK:   norm.rmsnorm {{.*}} epsilon = 1.000000e-05
func.func @scaled_out_of_range(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %c = arith.constant dense<1.0e+19> : tensor<4x64xf32>
  %0 = arith.mulf %x, %c : tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scaled_by_a_vector
//       CHECK:   arith.mulf
//       CHECK:   norm.rmsnorm {{.*}} epsilon = 1.000000e-05
func.func @scaled_by_a_vector(%x2: tensor<4x2xf32>, %y2: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %c = arith.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %0 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x2, %c : tensor<4x2xf32>, tensor<2xf32>) outs(%y2 : tensor<4x2xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x2xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x2xf32>) outs(%y2 : tensor<4x2xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}

// CHECK-LABEL: @negated_with_bias
//       CHECK:   arith.negf
//       CHECK:   norm.rmsnorm
func.func @negated_with_bias(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %b: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = arith.negf %x : tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) bias(%b : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @scaled_to_f64
//       CHECK:   arith.mulf
//       CHECK:   norm.rmsnorm ins(%{{.*}} : tensor<4x64xf64>)
func.func @scaled_to_f64(%x: tensor<4x64xf32>, %y: tensor<4x64xf64>) -> tensor<4x64xf64> {
  %0 = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf64>) {
  ^bb0(%a0: f32, %o: f64):
    %c = arith.constant 2.0 : f64
    %b0 = arith.extf %a0 : f32 to f64
    %p = arith.mulf %b0, %c : f64
    linalg.yield %p : f64
  } -> tensor<4x64xf64>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf64>) outs(%y : tensor<4x64xf64>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf64>
  return %1 : tensor<4x64xf64>
}

//===----------------------------------------------------------------------===//
// DropInputShift
//===----------------------------------------------------------------------===//

// NaN and inf of the shift make the row NaN: reassoc alone does not let it vanish
// (it used to here; a leaf may vanish where the flags rule NaN and inf out).

// CHECK-LABEL: @shift_that_may_be_nan
//       CHECK:   %[[D:.*]] = linalg.generic
//       CHECK:   norm.layernorm ins(%[[D]] : tensor<4x64xf32>)
func.func @shift_that_may_be_nan(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %m: tensor<4xf32>) -> tensor<4x64xf32> {
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.addf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc,nnan> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @shifted_input
//       CHECK:   norm.layernorm ins(%arg0 : tensor<4x64xf32>)
//   CHECK-NOT:   linalg
func.func @shifted_input(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %m: tensor<4xf32>) -> tensor<4x64xf32> {
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc,nnan,ninf> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// The variance does not move.
// CHECK-LABEL: @shifted_by_a_constant
//       CHECK:   norm.layernorm ins(%arg0 : tensor<4x64xf32>) {{.*}} rstd(
//   CHECK-NOT:   addf
func.func @shifted_by_a_constant(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %r: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %c = arith.constant dense<3.0> : tensor<4x64xf32>
  %0 = arith.addf %c, %x : tensor<4x64xf32>
  %1:2 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> (tensor<4x64xf32>, tensor<4xf32>)
  return %1#0, %1#1 : tensor<4x64xf32>, tensor<4xf32>
}

// Near misses.

// CHECK-LABEL: @shifted_without_reassoc
//       CHECK:   linalg.generic
//       CHECK:   norm.layernorm
func.func @shifted_without_reassoc(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %m: tensor<4xf32>) -> tensor<4x64xf32> {
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @shifted_with_mean
//       CHECK:   linalg.generic
//       CHECK:   norm.layernorm {{.*}} mean(
func.func @shifted_with_mean(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %m: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1:2 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) mean(%m : tensor<4xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> (tensor<4x64xf32>, tensor<4xf32>)
  return %1#0, %1#1 : tensor<4x64xf32>, tensor<4xf32>
}

// CHECK-LABEL: @shifted_rmsnorm
//       CHECK:   linalg.generic
//       CHECK:   norm.rmsnorm
func.func @shifted_rmsnorm(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %m: tensor<4xf32>) -> tensor<4x64xf32> {
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @shifted_along_the_row
//       CHECK:   linalg.generic
//       CHECK:   norm.layernorm
func.func @shifted_along_the_row(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %b: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %b : tensor<4x64xf32>, tensor<64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.addf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// c - x turns the sign.
// CHECK-LABEL: @subtracted_from_a_shift
//       CHECK:   linalg.generic
//       CHECK:   norm.layernorm
func.func @subtracted_from_a_shift(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %m: tensor<4xf32>) -> tensor<4x64xf32> {
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a1, %a0 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

//===----------------------------------------------------------------------===//
// CentredInput
//===----------------------------------------------------------------------===//

// CHECK-LABEL: @layernorm_of_layernorm
//       CHECK:   %[[Y:.*]] = norm.layernorm
//       CHECK:   norm.rmsnorm ins(%[[Y]] : tensor<4x64xf32>) scale(%arg2 : tensor<64xf32>) bias(%arg3 : tensor<64xf32>)
func.func @layernorm_of_layernorm(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>, %b: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) scale(%g : tensor<64xf32>) bias(%b : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @difference_with_other_uses
//       CHECK:   %[[V:.*]] = linalg.generic {{.*}} ins(%arg0, %{{.*}} :
//       CHECK:   norm.rmsnorm ins(%[[V]] : tensor<4x64xf32>)
func.func @difference_with_other_uses(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %c0 = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce ins(%x : tensor<4x64xf32>) outs(%z : tensor<4xf32>) dimensions = [1]
    (%i: f32, %a: f32) {
      %p = arith.addf %i, %a : f32
      linalg.yield %p : f32
    }
  %n = arith.constant dense<64.0> : tensor<4xf32>
  %m = arith.divf %s, %n : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @difference_by_reciprocal
//       CHECK:   norm.rmsnorm
func.func @difference_by_reciprocal(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %c0 = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce ins(%x : tensor<4x64xf32>) outs(%z : tensor<4xf32>) dimensions = [1]
    (%i: f32, %a: f32) {
      %p = arith.addf %i, %a : f32
      linalg.yield %p : f32
    }
  %n = arith.constant dense<0.015625> : tensor<4xf32>
  %m = arith.mulf %s, %n : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @difference_from_mean_result
//       CHECK:   norm.layernorm
//       CHECK:   norm.rmsnorm
func.func @difference_from_mean_result(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %q: tensor<4xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>, tensor<4x64xf32>) {
  %l:2 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) mean(%q : tensor<4xf32>)
      epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %l#1 : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %l#0, %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>, tensor<4x64xf32>
}

// DropInputShift goes further.
// CHECK-LABEL: @difference_alone
//  CHECK-NEXT:   %[[Y:.*]] = norm.layernorm ins(%arg0 : tensor<4x64xf32>)
//  CHECK-NEXT:   return %[[Y]]
func.func @difference_alone(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %c0 = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce ins(%x : tensor<4x64xf32>) outs(%z : tensor<4xf32>) dimensions = [1]
    (%i: f32, %a: f32) {
      %p = arith.addf %i, %a : f32
      linalg.yield %p : f32
    }
  %n = arith.constant dense<64.0> : tensor<4xf32>
  %m = arith.divf %s, %n : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// Near misses: shifts by something else than the mean.

// CHECK-LABEL: @difference_with_another_count
//       CHECK:   norm.layernorm ins(%arg0 : tensor<4x64xf32>)
//   CHECK-NOT:   norm.rmsnorm
func.func @difference_with_another_count(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %c0 = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce ins(%x : tensor<4x64xf32>) outs(%z : tensor<4xf32>) dimensions = [1]
    (%i: f32, %a: f32) {
      %p = arith.addf %i, %a : f32
      linalg.yield %p : f32
    }
  %n = arith.constant dense<63.0> : tensor<4xf32>
  %m = arith.divf %s, %n : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc,nnan,ninf> -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @difference_with_another_start
//       CHECK:   norm.layernorm ins(%arg0 : tensor<4x64xf32>)
//   CHECK-NOT:   norm.rmsnorm
func.func @difference_with_another_start(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %c0 = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce ins(%x : tensor<4x64xf32>) outs(%z : tensor<4xf32>) dimensions = [1]
    (%i: f32, %a: f32) {
      %p = arith.addf %i, %a : f32
      linalg.yield %p : f32
    }
  %n = arith.constant dense<64.0> : tensor<4xf32>
  %m = arith.divf %s, %n : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc,nnan,ninf> -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @sum_with_mean
//       CHECK:   norm.layernorm ins(%arg0 : tensor<4x64xf32>)
//   CHECK-NOT:   norm.rmsnorm
func.func @sum_with_mean(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %c0 = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce ins(%x : tensor<4x64xf32>) outs(%z : tensor<4xf32>) dimensions = [1]
    (%i: f32, %a: f32) {
      %p = arith.addf %i, %a : f32
      linalg.yield %p : f32
    }
  %n = arith.constant dense<64.0> : tensor<4xf32>
  %m = arith.divf %s, %n : tensor<4xf32>
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<4x64xf32>, tensor<4xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.addf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %0, %1 : tensor<4x64xf32>, tensor<4x64xf32>
}

// CHECK-LABEL: @layernorm_of_scaled_layernorm
//       CHECK:   norm.layernorm
//       CHECK:   norm.layernorm
func.func @layernorm_of_scaled_layernorm(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @layernorm_of_rounded_layernorm
//       CHECK:   norm.layernorm
//       CHECK:   norm.layernorm
func.func @layernorm_of_rounded_layernorm(%x: tensor<4x64xbf16>, %y: tensor<4x64xbf16>) -> tensor<4x64xbf16> {
  %0 = norm.layernorm ins(%x : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 -> tensor<4x64xbf16>
  %1 = norm.layernorm ins(%0 : tensor<4x64xbf16>) outs(%y : tensor<4x64xbf16>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xbf16>
  return %1 : tensor<4x64xbf16>
}

// CHECK-LABEL: @layernorm_of_rmsnorm
//       CHECK:   norm.rmsnorm
//       CHECK:   norm.layernorm
func.func @layernorm_of_rmsnorm(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: @layernorm_of_layernorm_without_reassoc
//       CHECK:   norm.layernorm
//       CHECK:   norm.layernorm
func.func @layernorm_of_layernorm_without_reassoc(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
      epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}
