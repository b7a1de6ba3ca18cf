// Each constraint of row loops, by its label.

// RUN: norm-opt %s --verify-diagnostics --split-input-file

#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @row_loop_c1_number(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected 2 maps, one for each operand, got 1}}
  %y = norm.row_loop ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) maps = [#id] dimensions = [1] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  } -> tensor<4x64xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @row_loop_c1_rank(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected map 0 to have 2 results, one for each dimension of its operand, got affine_map<(d0, d1) -> (d0)>}}
  %y = norm.row_loop ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) maps = [#row, #id] dimensions = [1] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  } -> tensor<4x64xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#sum = affine_map<(d0, d1) -> (d0, d0 + d1)>
func.func @row_loop_c2(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected map 0 to be a projected permutation, got affine_map<(d0, d1) -> (d0, d0 + d1)>}}
  %y = norm.row_loop ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) maps = [#sum, #id] dimensions = [1] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  } -> tensor<4x64xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @row_loop_c3(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected dimensions to be strictly ascending in [0, 2), got [1, 1]}}
  %y = norm.row_loop ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) maps = [#id, #id] dimensions = [1, 1] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  } -> tensor<4x64xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#element = affine_map<(d0, d1) -> (d1)>
func.func @row_loop_c4(%x: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{expected the map of destination 0 to name 2 dimensions, got affine_map<(d0, d1) -> (d1)>}}
  %y = norm.row_loop ins(%x : tensor<4x64xf32>) outs(%g : tensor<64xf32>) maps = [#id, #element] dimensions = [1] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  } -> tensor<64xf32>
  return
}

// -----

#row = affine_map<(d0, d1) -> (d0)>
func.func @row_loop_c4_unnamed(%m: tensor<4xf32>) {
  // expected-error @+1 {{expected a map that names dimension 1}}
  %y = norm.row_loop ins(%m : tensor<4xf32>) outs(%m : tensor<4xf32>) maps = [#row, #row] dimensions = [1] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  } -> tensor<4xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#element = affine_map<(d0, d1) -> (d1)>
func.func @row_loop_c5(%x: tensor<4x64xf32>, %g: tensor<32xf32>) {
  // expected-error @+1 {{expected dimension 0 of operand 1 to have extent 64, got 32}}
  %y = norm.row_loop ins(%x, %g : tensor<4x64xf32>, tensor<32xf32>) outs(%x : tensor<4x64xf32>) maps = [#id, #element, #id] dimensions = [1] {
  ^bb0(%a: f32, %b: f32):
    norm.row_yield %a : f32
  } -> tensor<4x64xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @row_loop_c6_argument(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected argument 0 of the body to be 'f32', got 'f16'}}
  %y = norm.row_loop ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%a: f16):
    %b = arith.extf %a : f16 to f32
    norm.row_yield %b : f32
  } -> tensor<4x64xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @row_loop_c6_yield(%x: tensor<4x64xf32>) {
  %y = norm.row_loop ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%a: f32):
    %b = arith.truncf %a : f32 to f16
    // expected-error @+1 {{expected value 0 to be 'f32', got 'f16'}}
    norm.row_yield %b : f16
  } -> tensor<4x64xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @row_loop_c7(%x: tensor<4x64xf32>, %m: tensor<4xf32>) {
  %y:2 = norm.row_loop ins(%x : tensor<4x64xf32>) outs(%x, %m : tensor<4x64xf32>, tensor<4xf32>) maps = [#id, #id, #row] dimensions = [1] {
  ^bb0(%a: f32):
    // expected-error @+1 {{expected value 1 to be one for the row, as its destination is}}
    norm.row_yield %a, %a : f32, f32
  } -> tensor<4x64xf32>, tensor<4xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @row_loop_c8(%x: tensor<4x64xf32>, %m: memref<4x64xf32>) {
  // expected-error @+1 {{expected all operands to be ranked tensors like the first destination, got 'memref<4x64xf32>'}}
  %y = norm.row_loop ins(%m : memref<4x64xf32>) outs(%x : tensor<4x64xf32>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  } -> tensor<4x64xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @row_reduce_c1(%x: tensor<4x64xf32>) {
  %y = norm.row_loop ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%a: f32):
    // expected-error @+1 {{expected length in [1, 64], got 65}}
    %b = norm.row_reduce add %a length = 65 : f32
    norm.row_yield %b : f32
  } -> tensor<4x64xf32>
  return
}

// -----

func.func @row_op_outside(%x: f32) {
  // expected-error @+1 {{expects parent op 'norm.row_loop'}}
  %b = norm.row_reduce add %x : f32
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @row_reduce_c2(%x: tensor<4x64xbf16>) {
  %y = norm.row_loop ins(%x : tensor<4x64xbf16>) outs(%x : tensor<4x64xbf16>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%a: bf16):
    // expected-error @+1 {{'norm.row_reduce' op operand #0 must be 32-bit float or 64-bit float, but got 'bf16'}}
    %b = norm.row_reduce maximumf %a : bf16
    norm.row_yield %b : bf16
  } -> tensor<4x64xbf16>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @row_moments_c1(%x: tensor<4x70000xf16>) {
  %y = norm.row_loop ins(%x : tensor<4x70000xf16>) outs(%x : tensor<4x70000xf16>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%a: f16):
    // expected-error @+1 {{'norm.row_moments' op operand #0 must be 32-bit float or 64-bit float, but got 'f16'}}
    %mean, %variance, %centred = norm.row_moments %a : f16
    norm.row_yield %centred : f16
  } -> tensor<4x70000xf16>
  return
}

// -----

// More arguments than operands: said before the body is looked at.
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @arguments(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected the body to have 1 arguments, got 4}}
  %y = norm.row_loop ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) maps = [#id, #id] dimensions = [1] {
  ^bb0(%a: f32, %b: f32, %c: f32, %d: f32):
    norm.row_yield %d : f32
  } -> tensor<4x64xf32>
  return
}

// -----

// The extent of a row is that of any operand.
#id = affine_map<(d0, d1) -> (d0, d1)>
#col = affine_map<(d0, d1) -> (d1)>
func.func @row_reduce_c1_mixed(%x: tensor<?x?xf32>, %g: tensor<60xf32>) {
  %y = norm.row_loop ins(%x, %g : tensor<?x?xf32>, tensor<60xf32>) outs(%x : tensor<?x?xf32>)
      maps = [#id, #col, #id] dimensions = [1] {
  ^bb0(%a: f32, %b: f32):
    // expected-error @+1 {{expected length in [1, 60], got 61}}
    %c = norm.row_reduce add %a length = 61 : f32
    norm.row_yield %c : f32
  } -> tensor<?x?xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#sum = affine_map<(d0, d1) -> (d1)>
func.func @row_loop_c9_row_dimension(%x: tensor<4x64xf32>, %s: tensor<64xf32>) {
  // expected-error @+1 {{expected accumulate to be strictly ascending dimensions of rows, which are [0], got [1]}}
  %y = norm.row_loop ins(%x : tensor<4x64xf32>) outs(%s : tensor<64xf32>) maps = [#id, #sum] accumulate = [1] dimensions = [1] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  } -> tensor<64xf32>
  return
}

// -----

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#sum = affine_map<(d0, d1, d2) -> (d2)>
func.func @row_loop_c9_ascending(%x: tensor<2x4x64xf32>, %s: tensor<64xf32>) {
  // expected-error @+1 {{expected accumulate to be strictly ascending dimensions of rows, which are [0, 1], got [1, 0]}}
  %y = norm.row_loop ins(%x : tensor<2x4x64xf32>) outs(%s : tensor<64xf32>) maps = [#id, #sum] accumulate = [1, 0] dimensions = [2] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  } -> tensor<64xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @row_loop_c9_no_sum(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected a destination that varies along the row and whose map leaves out the dimensions [0], over which rows are added up, got none}}
  %y = norm.row_loop ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) maps = [#id, #id] accumulate = [0] dimensions = [1] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  } -> tensor<4x64xf32>
  return
}

// -----

#id = affine_map<(d0, d1) -> (d0, d1)>
#sum = affine_map<(d0, d1) -> (d1)>
func.func @row_loop_c10(%x: tensor<4x64xbf16>, %s: tensor<64xbf16>) {
  // expected-error @+1 {{expected destination 0, which takes a sum over rows, to have elements f32 or f64, got 'bf16'}}
  %y = norm.row_loop ins(%x : tensor<4x64xbf16>) outs(%s : tensor<64xbf16>) maps = [#id, #sum] accumulate = [0] dimensions = [1] {
  ^bb0(%a: bf16):
    norm.row_yield %a : bf16
  } -> tensor<64xbf16>
  return
}

// -----

// A sum leaves out all of the accumulated dimensions and no other.

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#sum = affine_map<(d0, d1, d2) -> (d1, d2)>
#other = affine_map<(d0, d1, d2) -> (d0, d2)>
func.func @row_loop_c4_other_sum(%x: tensor<2x4x64xf32>, %s: tensor<4x64xf32>, %o: tensor<2x64xf32>) {
  // expected-error @+1 {{expected the map of destination 1 to name 3 dimensions, got affine_map<(d0, d1, d2) -> (d0, d2)>}}
  %y:2 = norm.row_loop ins(%x : tensor<2x4x64xf32>) outs(%s, %o : tensor<4x64xf32>, tensor<2x64xf32>) maps = [#id, #sum, #other] accumulate = [0] dimensions = [2] {
  ^bb0(%a: f32):
    norm.row_yield %a, %a : f32, f32
  } -> tensor<4x64xf32>, tensor<2x64xf32>
  return
}

// -----

#id = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
#sum = affine_map<(d0, d1, d2) -> (d2)>
func.func @row_loop_c4_more_than_the_sum(%x: tensor<2x4x64xf32>, %s: tensor<64xf32>) {
  // expected-error @+1 {{expected the map of destination 0 to name 2 dimensions, got affine_map<(d0, d1, d2) -> (d2)>}}
  %y = norm.row_loop ins(%x : tensor<2x4x64xf32>) outs(%s : tensor<64xf32>) maps = [#id, #sum] accumulate = [0] dimensions = [2] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  } -> tensor<64xf32>
  return
}
