// RUN: norm-opt %s --split-input-file --verify-diagnostics

func.func @missing_ins(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected 'ins'}}
  %0 = norm.rmsnorm outs(%x : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

func.func @missing_outs(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected 'outs'}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

func.func @group_without_type(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected ':'}}
  %0 = norm.rmsnorm ins(%x) outs(%x : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

func.func @two_inputs(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected ':'}}
  %0 = norm.rmsnorm ins(%x, %x : tensor<4x64xf32>, tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

func.func @groups_out_of_order(%x: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{expected 'outs'}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) bias(%g : tensor<64xf32>) scale(%g : tensor<64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

func.func @rmsnorm_without_mean(%x: tensor<4x64xf32>, %m: tensor<4xf32>) {
  // expected-error @+1 {{expected 'epsilon = '}}
  %0:2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) mean(%m : tensor<4xf32>) epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  return
}

// -----

func.func @missing_epsilon(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected 'epsilon = '}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

func.func @epsilon_without_equal(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected '='}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

func.func @epsilon_not_a_number(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected epsilon to be a float, got "small"}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = "small" -> tensor<4x64xf32>
  return
}

// -----

func.func @epsilon_integer(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected epsilon to be a float, got true}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = true -> tensor<4x64xf32>
  return
}

// -----

func.func @epsilon_twice(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{'epsilon' given twice}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.0 epsilon = 2.0 -> tensor<4x64xf32>
  return
}

// -----

func.func @eps_mode_unknown(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected eps_mode to be inside or outside, got beside}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.0 eps_mode = beside -> tensor<4x64xf32>
  return
}

// -----

func.func @dimensions_not_a_list(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected '['}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) dimensions = 1 epsilon = 1.0 -> tensor<4x64xf32>
  return
}

// -----

func.func @dimensions_not_integers(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected integer value}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) dimensions = [last] epsilon = 1.0 -> tensor<4x64xf32>
  return
}

// -----

func.func @missing_k(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected 'k = '}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.0 -> tensor<4x64xf32>
  return
}

// -----

// k is a number that is known when the program is compiled.
func.func @dynamic_k(%x: tensor<4x64xf32>, %k: index) {
  // expected-error @+1 {{expected integer value}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) k = %k epsilon = 1.0 -> tensor<4x64xf32>
  return
}

// -----

func.func @k_of_rmsnorm(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{only prmsnorm takes k}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) k = 4 epsilon = 1.0 -> tensor<4x64xf32>
  return
}

// -----

func.func @scale_offset_not_an_integer(%x: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{expected integer value}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.0 scale_offset = one -> tensor<4x64xf32>
  return
}

// -----

func.func @scale_rounding_not_a_type(%x: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{expected non-function type}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.0 scale_rounding = half -> tensor<4x64xf32>
  return
}

// -----

func.func @fastmath_unknown(%x: tensor<4x64xf32>) {
  // expected-error @+2 {{expected ::mlir::arith::FastMathFlags to be one of}}
  // expected-error @+1 {{failed to parse}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.0 fastmath<furious> -> tensor<4x64xf32>
  return
}

// -----

func.func @clause_unknown(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{custom op 'norm.rmsnorm' expected}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.0 momentum = 0.1 -> tensor<4x64xf32>
  return
}

// -----

func.func @result_missing(%x: tensor<4x64xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{expected result types to be those of the destinations ('tensor<4x64xf32>', 'tensor<4xf32>'), got ('tensor<4x64xf32>')}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) rstd(%r : tensor<4xf32>) epsilon = 1.0 -> tensor<4x64xf32>
  return
}

// -----

func.func @result_of_another_type(%x: tensor<4x64xf32>) {
  // expected-error @+1 {{expected result types to be those of the destinations ('tensor<4x64xf32>'), got ('tensor<4x64xf16>')}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) epsilon = 1.0 -> tensor<4x64xf16>
  return
}

// -----

func.func @result_of_memref(%x: memref<4x64xf32>) {
  // expected-error @+1 {{expected result types to be those of the destinations (), got ('memref<4x64xf32>')}}
  %0 = norm.rmsnorm ins(%x : memref<4x64xf32>) outs(%x : memref<4x64xf32>) epsilon = 1.0 -> memref<4x64xf32>
  return
}
