// RUN: norm-opt %s --split-input-file --verify-diagnostics

// One test for each constraint of each op; labels are those of NormOps.td.

// rmsnorm_c1: integers
func.func @rmsnorm_c1_input_i32(%x: tensor<4x64xi32>, %y: tensor<4x64xi32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected input to have floating-point elements of at most 64 bits, got 'i32'}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xi32>)
       outs(%y : tensor<4x64xi32>) epsilon = 1.0e-05 -> tensor<4x64xi32>
  return
}

// -----

// rmsnorm_c1: complex
func.func @rmsnorm_c1_input_complex(%x: tensor<4x64xcomplex<f32>>, %y: tensor<4x64xcomplex<f32>>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected input to have floating-point elements of at most 64 bits, got 'complex<f32>'}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xcomplex<f32>>)
       outs(%y : tensor<4x64xcomplex<f32>>) epsilon = 1.0e-05 -> tensor<4x64xcomplex<f32>>
  return
}

// -----

// rmsnorm_c1: index
func.func @rmsnorm_c1_input_index(%x: tensor<4x64xindex>, %y: tensor<4x64xindex>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected input to have floating-point elements of at most 64 bits, got 'index'}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xindex>)
       outs(%y : tensor<4x64xindex>) epsilon = 1.0e-05 -> tensor<4x64xindex>
  return
}

// -----

// rmsnorm_c1: more than 64 bits
func.func @rmsnorm_c1_input_f128(%x: tensor<4x64xf128>, %y: tensor<4x64xf128>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected input to have floating-point elements of at most 64 bits, got 'f128'}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf128>)
       outs(%y : tensor<4x64xf128>) epsilon = 1.0e-05 -> tensor<4x64xf128>
  return
}

// -----

// rmsnorm_c1
func.func @rmsnorm_c1_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xi8>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected scale to have floating-point elements of at most 64 bits, got 'i8'}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xi8>)
       outs(%y : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c1
func.func @rmsnorm_c1_bias(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xindex>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected bias to have floating-point elements of at most 64 bits, got 'index'}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) bias(%g : tensor<64xindex>)
       outs(%y : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c1
func.func @rmsnorm_c1_destination(%x: tensor<4x64xf32>, %y: tensor<4x64xi8>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected destination to have floating-point elements of at most 64 bits, got 'i8'}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xi8>) epsilon = 1.0e-05 -> tensor<4x64xi8>
  return
}

// -----

// rmsnorm_c2
func.func @rmsnorm_c2(%x: tensor<f32>, %y: tensor<f32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected input of rank 1 or more, got rank 0}}
  %0 = norm.rmsnorm ins(%x : tensor<f32>)
       outs(%y : tensor<f32>) epsilon = 1.0e-05 -> tensor<f32>
  return
}

// -----

// rmsnorm_c3
func.func @rmsnorm_c3_empty(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected at least one normalized dimension, got none}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [] epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c3
func.func @rmsnorm_c3_repeated(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected dimensions to be strictly ascending, got [1, 1]}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [1, 1] epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c3
func.func @rmsnorm_c3_descending(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected dimensions to be strictly ascending, got [1, 0]}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [1, 0] epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c3
func.func @rmsnorm_c3_too_large(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected dimensions in [0, 2), got 2}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [2] epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c3
func.func @rmsnorm_c3_negative(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected dimensions in [0, 2), got -1}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [-1] epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c4: Input last dimension must match
func.func @rmsnorm_c4(%x: tensor<2x4096xf32>, %y: tensor<2x4096xf32>, %g: tensor<1024xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected scale to have shape [4096], got [1024]}}
  %0 = norm.rmsnorm ins(%x : tensor<2x4096xf32>) scale(%g : tensor<1024xf32>)
       outs(%y : tensor<2x4096xf32>) epsilon = 1.0e-05 -> tensor<2x4096xf32>
  return
}

// -----

// rmsnorm_c4
func.func @rmsnorm_c4_rank(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<1x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected scale to have shape [64], got [1, 64]}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<1x64xf32>)
       outs(%y : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c4
func.func @rmsnorm_c4_two_dimensions(%x: tensor<2x?x64xf32>, %y: tensor<2x?x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected scale to have shape [?, 64], got [64]}}
  %0 = norm.rmsnorm ins(%x : tensor<2x?x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<2x?x64xf32>)
       dimensions = [1, 2] epsilon = 1.0e-05 -> tensor<2x?x64xf32>
  return
}

// -----

// rmsnorm_c5
func.func @rmsnorm_c5(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %b: tensor<32xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected bias to have shape [64], got [32]}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) bias(%b : tensor<32xf32>)
       outs(%y : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c6
func.func @rmsnorm_c6(%x: tensor<4x64xf32>, %y: tensor<4x32xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected destination to have shape [4, 64], got [4, 32]}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x32xf32>) epsilon = 1.0e-05 -> tensor<4x32xf32>
  return
}

// -----

// rmsnorm_c7
func.func @rmsnorm_c7_statistic_shape(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %s: tensor<4x1xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected statistic to have shape [4], got [4, 1]}}
  %0:2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
       statistic(%s : tensor<4x1xf32>) epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4x1xf32>)
  return
}

// -----

// rmsnorm_c7
func.func @rmsnorm_c7_statistic_type(%x: tensor<4x64xf16>, %y: tensor<4x64xf16>, %s: tensor<4xf16>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected statistic to have the compute type 'f32', got 'f16'}}
  %0:2 = norm.rmsnorm ins(%x : tensor<4x64xf16>) outs(%y : tensor<4x64xf16>)
       statistic(%s : tensor<4xf16>) epsilon = 1.0e-05 -> (tensor<4x64xf16>, tensor<4xf16>)
  return
}

// -----

// rmsnorm_c7
func.func @rmsnorm_c7_rstd_shape(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %s: tensor<4x1xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected rstd to have shape [4], got [4, 1]}}
  %0:2 = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
       rstd(%s : tensor<4x1xf32>) epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4x1xf32>)
  return
}

// -----

// rmsnorm_c7
func.func @rmsnorm_c7_rstd_type(%x: tensor<4x64xf16>, %y: tensor<4x64xf16>, %s: tensor<4xf16>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected rstd to have the compute type 'f32', got 'f16'}}
  %0:2 = norm.rmsnorm ins(%x : tensor<4x64xf16>) outs(%y : tensor<4x64xf16>)
       rstd(%s : tensor<4xf16>) epsilon = 1.0e-05 -> (tensor<4x64xf16>, tensor<4xf16>)
  return
}

// -----

// rmsnorm_c7
func.func @rmsnorm_c7_f64(%x: tensor<4x64xf64>, %y: tensor<4x64xf32>, %s: tensor<4xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected rstd to have the compute type 'f64', got 'f32'}}
  %0:2 = norm.rmsnorm ins(%x : tensor<4x64xf64>) outs(%y : tensor<4x64xf32>)
       rstd(%s : tensor<4xf32>) epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  return
}

// -----

// rmsnorm_c8
func.func @rmsnorm_c8_negative(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected epsilon to be finite and at least 0, got -1.0E-5}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) epsilon = -1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c8
func.func @rmsnorm_c8_nan(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected epsilon to be finite and at least 0, got NaN}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) epsilon = 0x7FF8000000000000 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c8
func.func @rmsnorm_c8_infinite(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected epsilon to be finite and at least 0, got +Inf}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) epsilon = 0x7FF0000000000000 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c9
func.func @rmsnorm_c9(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected scale_offset to be 0 or 1, got 2}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_offset = 2 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c9
func.func @rmsnorm_c9_negative(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected scale_offset to be 0 or 1, got -1}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_offset = -1 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c9
func.func @rmsnorm_c9_without_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected a scale with scale_offset = 1, got none}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) scale_offset = 1 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c10
func.func @rmsnorm_c10(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected scale_rounding to be a float type no wider than 'f32', got 'f64'}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_rounding = f64 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c10
func.func @rmsnorm_c10_integer(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected scale_rounding to be a float type no wider than 'f32', got 'i8'}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_rounding = i8 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c10: a type that has no conversions.
func.func @rmsnorm_c10_fnuz(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected scale_rounding to be f64, f32, f16, bf16, f8E4M3FN or f8E5M2, got 'f8E4M3FNUZ'}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_rounding = f8E4M3FNUZ epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c10
func.func @rmsnorm_c10_without_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected a scale with scale_rounding, got none}}
  %0 = norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) scale_rounding = bf16 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_c11
func.func @rmsnorm_c11(%x: tensor<4x64xf32>, %y: memref<4x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected all operands to be tensors like the input, got 'memref<4x64xf32>'}}
  norm.rmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : memref<4x64xf32>) epsilon = 1.0e-05
  return
}

// -----

// rmsnorm_c11
func.func @rmsnorm_c11_scale(%x: memref<4x64xf32>, %y: memref<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op expected all operands to be memrefs like the input, got 'tensor<64xf32>'}}
  norm.rmsnorm ins(%x : memref<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : memref<4x64xf32>) epsilon = 1.0e-05
  return
}

// -----

// rmsnorm: unranked tensors
func.func @rmsnorm_unranked(%x: tensor<*xf32>, %y: tensor<*xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op operand #0 must be ranked tensor or memref, but got 'tensor<*xf32>'}}
  %0 = norm.rmsnorm ins(%x : tensor<*xf32>)
       outs(%y : tensor<*xf32>) epsilon = 1.0e-05 -> tensor<*xf32>
  return
}

// -----

// rmsnorm: neither tensor nor memref
func.func @rmsnorm_vector(%x: vector<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm' op operand #0 must be ranked tensor or memref, but got 'vector<4x64xf32>'}}
  %0 = norm.rmsnorm ins(%x : vector<4x64xf32>)
       outs(%y : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c1: integers
func.func @prmsnorm_c1_input_i32(%x: tensor<4x64xi32>, %y: tensor<4x64xi32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected input to have floating-point elements of at most 64 bits, got 'i32'}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xi32>)
       outs(%y : tensor<4x64xi32>) k = 4 epsilon = 1.0e-05 -> tensor<4x64xi32>
  return
}

// -----

// prmsnorm_c1: complex
func.func @prmsnorm_c1_input_complex(%x: tensor<4x64xcomplex<f32>>, %y: tensor<4x64xcomplex<f32>>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected input to have floating-point elements of at most 64 bits, got 'complex<f32>'}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xcomplex<f32>>)
       outs(%y : tensor<4x64xcomplex<f32>>) k = 4 epsilon = 1.0e-05 -> tensor<4x64xcomplex<f32>>
  return
}

// -----

// prmsnorm_c1: index
func.func @prmsnorm_c1_input_index(%x: tensor<4x64xindex>, %y: tensor<4x64xindex>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected input to have floating-point elements of at most 64 bits, got 'index'}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xindex>)
       outs(%y : tensor<4x64xindex>) k = 4 epsilon = 1.0e-05 -> tensor<4x64xindex>
  return
}

// -----

// prmsnorm_c1: more than 64 bits
func.func @prmsnorm_c1_input_f128(%x: tensor<4x64xf128>, %y: tensor<4x64xf128>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected input to have floating-point elements of at most 64 bits, got 'f128'}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf128>)
       outs(%y : tensor<4x64xf128>) k = 4 epsilon = 1.0e-05 -> tensor<4x64xf128>
  return
}

// -----

// prmsnorm_c1
func.func @prmsnorm_c1_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xi8>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected scale to have floating-point elements of at most 64 bits, got 'i8'}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xi8>)
       outs(%y : tensor<4x64xf32>) k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c1
func.func @prmsnorm_c1_bias(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xindex>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected bias to have floating-point elements of at most 64 bits, got 'index'}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) bias(%g : tensor<64xindex>)
       outs(%y : tensor<4x64xf32>) k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c1
func.func @prmsnorm_c1_destination(%x: tensor<4x64xf32>, %y: tensor<4x64xi8>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected destination to have floating-point elements of at most 64 bits, got 'i8'}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xi8>) k = 4 epsilon = 1.0e-05 -> tensor<4x64xi8>
  return
}

// -----

// prmsnorm_c2
func.func @prmsnorm_c2(%x: tensor<f32>, %y: tensor<f32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected input of rank 1 or more, got rank 0}}
  %0 = norm.prmsnorm ins(%x : tensor<f32>)
       outs(%y : tensor<f32>) k = 4 epsilon = 1.0e-05 -> tensor<f32>
  return
}

// -----

// prmsnorm_c3
func.func @prmsnorm_c3_empty(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected at least one normalized dimension, got none}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [] k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c3
func.func @prmsnorm_c3_repeated(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected dimensions to be strictly ascending, got [1, 1]}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [1, 1] k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c3
func.func @prmsnorm_c3_descending(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected dimensions to be strictly ascending, got [1, 0]}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [1, 0] k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c3
func.func @prmsnorm_c3_too_large(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected dimensions in [0, 2), got 2}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [2] k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c3
func.func @prmsnorm_c3_negative(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected dimensions in [0, 2), got -1}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [-1] k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c4: Input last dimension must match
func.func @prmsnorm_c4(%x: tensor<2x4096xf32>, %y: tensor<2x4096xf32>, %g: tensor<1024xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected scale to have shape [4096], got [1024]}}
  %0 = norm.prmsnorm ins(%x : tensor<2x4096xf32>) scale(%g : tensor<1024xf32>)
       outs(%y : tensor<2x4096xf32>) k = 4 epsilon = 1.0e-05 -> tensor<2x4096xf32>
  return
}

// -----

// prmsnorm_c4
func.func @prmsnorm_c4_rank(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<1x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected scale to have shape [64], got [1, 64]}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<1x64xf32>)
       outs(%y : tensor<4x64xf32>) k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c4
func.func @prmsnorm_c4_two_dimensions(%x: tensor<2x?x64xf32>, %y: tensor<2x?x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected scale to have shape [?, 64], got [64]}}
  %0 = norm.prmsnorm ins(%x : tensor<2x?x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<2x?x64xf32>)
       dimensions = [1, 2] k = 4 epsilon = 1.0e-05 -> tensor<2x?x64xf32>
  return
}

// -----

// prmsnorm_c5
func.func @prmsnorm_c5(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %b: tensor<32xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected bias to have shape [64], got [32]}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) bias(%b : tensor<32xf32>)
       outs(%y : tensor<4x64xf32>) k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c6
func.func @prmsnorm_c6(%x: tensor<4x64xf32>, %y: tensor<4x32xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected destination to have shape [4, 64], got [4, 32]}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x32xf32>) k = 4 epsilon = 1.0e-05 -> tensor<4x32xf32>
  return
}

// -----

// prmsnorm_c7
func.func @prmsnorm_c7_statistic_shape(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %s: tensor<4x1xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected statistic to have shape [4], got [4, 1]}}
  %0:2 = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
       statistic(%s : tensor<4x1xf32>) k = 4 epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4x1xf32>)
  return
}

// -----

// prmsnorm_c7
func.func @prmsnorm_c7_statistic_type(%x: tensor<4x64xf16>, %y: tensor<4x64xf16>, %s: tensor<4xf16>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected statistic to have the compute type 'f32', got 'f16'}}
  %0:2 = norm.prmsnorm ins(%x : tensor<4x64xf16>) outs(%y : tensor<4x64xf16>)
       statistic(%s : tensor<4xf16>) k = 4 epsilon = 1.0e-05 -> (tensor<4x64xf16>, tensor<4xf16>)
  return
}

// -----

// prmsnorm_c7
func.func @prmsnorm_c7_rstd_shape(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %s: tensor<4x1xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected rstd to have shape [4], got [4, 1]}}
  %0:2 = norm.prmsnorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
       rstd(%s : tensor<4x1xf32>) k = 4 epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4x1xf32>)
  return
}

// -----

// prmsnorm_c7
func.func @prmsnorm_c7_rstd_type(%x: tensor<4x64xf16>, %y: tensor<4x64xf16>, %s: tensor<4xf16>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected rstd to have the compute type 'f32', got 'f16'}}
  %0:2 = norm.prmsnorm ins(%x : tensor<4x64xf16>) outs(%y : tensor<4x64xf16>)
       rstd(%s : tensor<4xf16>) k = 4 epsilon = 1.0e-05 -> (tensor<4x64xf16>, tensor<4xf16>)
  return
}

// -----

// prmsnorm_c7
func.func @prmsnorm_c7_f64(%x: tensor<4x64xf64>, %y: tensor<4x64xf32>, %s: tensor<4xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected rstd to have the compute type 'f64', got 'f32'}}
  %0:2 = norm.prmsnorm ins(%x : tensor<4x64xf64>) outs(%y : tensor<4x64xf32>)
       rstd(%s : tensor<4xf32>) k = 4 epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  return
}

// -----

// prmsnorm_c8
func.func @prmsnorm_c8_negative(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected epsilon to be finite and at least 0, got -1.0E-5}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) k = 4 epsilon = -1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c8
func.func @prmsnorm_c8_nan(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected epsilon to be finite and at least 0, got NaN}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) k = 4 epsilon = 0x7FF8000000000000 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c8
func.func @prmsnorm_c8_infinite(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected epsilon to be finite and at least 0, got +Inf}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) k = 4 epsilon = 0x7FF0000000000000 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c9
func.func @prmsnorm_c9(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected scale_offset to be 0 or 1, got 2}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_offset = 2 k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c9
func.func @prmsnorm_c9_negative(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected scale_offset to be 0 or 1, got -1}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_offset = -1 k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c9
func.func @prmsnorm_c9_without_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected a scale with scale_offset = 1, got none}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) scale_offset = 1 k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c10
func.func @prmsnorm_c10(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected scale_rounding to be a float type no wider than 'f32', got 'f64'}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_rounding = f64 k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c10
func.func @prmsnorm_c10_integer(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected scale_rounding to be a float type no wider than 'f32', got 'i8'}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_rounding = i8 k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c10
func.func @prmsnorm_c10_without_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected a scale with scale_rounding, got none}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) scale_rounding = bf16 k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c11
func.func @prmsnorm_c11(%x: tensor<4x64xf32>, %y: memref<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected all operands to be tensors like the input, got 'memref<4x64xf32>'}}
  norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : memref<4x64xf32>) k = 4 epsilon = 1.0e-05
  return
}

// -----

// prmsnorm_c11
func.func @prmsnorm_c11_scale(%x: memref<4x64xf32>, %y: memref<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected all operands to be memrefs like the input, got 'tensor<64xf32>'}}
  norm.prmsnorm ins(%x : memref<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : memref<4x64xf32>) k = 4 epsilon = 1.0e-05
  return
}

// -----

// prmsnorm_c12
func.func @prmsnorm_c12_zero(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected k to be at least 1, got 0}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) k = 0 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c12
func.func @prmsnorm_c12_negative(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected k to be at least 1, got -1}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) k = -1 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c12
func.func @prmsnorm_c12_too_large(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected k to be at most the row length 64, got 65}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) k = 65 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_c12
func.func @prmsnorm_c12_two_dimensions(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op expected k to be at most the row length 256, got 257}}
  %0 = norm.prmsnorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [0, 1] k = 257 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm: unranked tensors
func.func @prmsnorm_unranked(%x: tensor<*xf32>, %y: tensor<*xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op operand #0 must be ranked tensor or memref, but got 'tensor<*xf32>'}}
  %0 = norm.prmsnorm ins(%x : tensor<*xf32>)
       outs(%y : tensor<*xf32>) k = 4 epsilon = 1.0e-05 -> tensor<*xf32>
  return
}

// -----

// prmsnorm: neither tensor nor memref
func.func @prmsnorm_vector(%x: vector<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm' op operand #0 must be ranked tensor or memref, but got 'vector<4x64xf32>'}}
  %0 = norm.prmsnorm ins(%x : vector<4x64xf32>)
       outs(%y : tensor<4x64xf32>) k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c1: integers
func.func @layernorm_c1_input_i32(%x: tensor<4x64xi32>, %y: tensor<4x64xi32>) {
  // expected-error @+1 {{'norm.layernorm' op expected input to have floating-point elements of at most 64 bits, got 'i32'}}
  %0 = norm.layernorm ins(%x : tensor<4x64xi32>)
       outs(%y : tensor<4x64xi32>) epsilon = 1.0e-05 -> tensor<4x64xi32>
  return
}

// -----

// layernorm_c1: complex
func.func @layernorm_c1_input_complex(%x: tensor<4x64xcomplex<f32>>, %y: tensor<4x64xcomplex<f32>>) {
  // expected-error @+1 {{'norm.layernorm' op expected input to have floating-point elements of at most 64 bits, got 'complex<f32>'}}
  %0 = norm.layernorm ins(%x : tensor<4x64xcomplex<f32>>)
       outs(%y : tensor<4x64xcomplex<f32>>) epsilon = 1.0e-05 -> tensor<4x64xcomplex<f32>>
  return
}

// -----

// layernorm_c1: index
func.func @layernorm_c1_input_index(%x: tensor<4x64xindex>, %y: tensor<4x64xindex>) {
  // expected-error @+1 {{'norm.layernorm' op expected input to have floating-point elements of at most 64 bits, got 'index'}}
  %0 = norm.layernorm ins(%x : tensor<4x64xindex>)
       outs(%y : tensor<4x64xindex>) epsilon = 1.0e-05 -> tensor<4x64xindex>
  return
}

// -----

// layernorm_c1: more than 64 bits
func.func @layernorm_c1_input_f128(%x: tensor<4x64xf128>, %y: tensor<4x64xf128>) {
  // expected-error @+1 {{'norm.layernorm' op expected input to have floating-point elements of at most 64 bits, got 'f128'}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf128>)
       outs(%y : tensor<4x64xf128>) epsilon = 1.0e-05 -> tensor<4x64xf128>
  return
}

// -----

// layernorm_c1
func.func @layernorm_c1_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xi8>) {
  // expected-error @+1 {{'norm.layernorm' op expected scale to have floating-point elements of at most 64 bits, got 'i8'}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xi8>)
       outs(%y : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c1
func.func @layernorm_c1_bias(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xindex>) {
  // expected-error @+1 {{'norm.layernorm' op expected bias to have floating-point elements of at most 64 bits, got 'index'}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) bias(%g : tensor<64xindex>)
       outs(%y : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c1
func.func @layernorm_c1_destination(%x: tensor<4x64xf32>, %y: tensor<4x64xi8>) {
  // expected-error @+1 {{'norm.layernorm' op expected destination to have floating-point elements of at most 64 bits, got 'i8'}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xi8>) epsilon = 1.0e-05 -> tensor<4x64xi8>
  return
}

// -----

// layernorm_c2
func.func @layernorm_c2(%x: tensor<f32>, %y: tensor<f32>) {
  // expected-error @+1 {{'norm.layernorm' op expected input of rank 1 or more, got rank 0}}
  %0 = norm.layernorm ins(%x : tensor<f32>)
       outs(%y : tensor<f32>) epsilon = 1.0e-05 -> tensor<f32>
  return
}

// -----

// layernorm_c3
func.func @layernorm_c3_empty(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected at least one normalized dimension, got none}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [] epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c3
func.func @layernorm_c3_repeated(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected dimensions to be strictly ascending, got [1, 1]}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [1, 1] epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c3
func.func @layernorm_c3_descending(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected dimensions to be strictly ascending, got [1, 0]}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [1, 0] epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c3
func.func @layernorm_c3_too_large(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected dimensions in [0, 2), got 2}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [2] epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c3
func.func @layernorm_c3_negative(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected dimensions in [0, 2), got -1}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>)
       dimensions = [-1] epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c4: Input last dimension must match
func.func @layernorm_c4(%x: tensor<2x4096xf32>, %y: tensor<2x4096xf32>, %g: tensor<1024xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected scale to have shape [4096], got [1024]}}
  %0 = norm.layernorm ins(%x : tensor<2x4096xf32>) scale(%g : tensor<1024xf32>)
       outs(%y : tensor<2x4096xf32>) epsilon = 1.0e-05 -> tensor<2x4096xf32>
  return
}

// -----

// layernorm_c4
func.func @layernorm_c4_rank(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<1x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected scale to have shape [64], got [1, 64]}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<1x64xf32>)
       outs(%y : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c4
func.func @layernorm_c4_two_dimensions(%x: tensor<2x?x64xf32>, %y: tensor<2x?x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected scale to have shape [?, 64], got [64]}}
  %0 = norm.layernorm ins(%x : tensor<2x?x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<2x?x64xf32>)
       dimensions = [1, 2] epsilon = 1.0e-05 -> tensor<2x?x64xf32>
  return
}

// -----

// layernorm_c5
func.func @layernorm_c5(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %b: tensor<32xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected bias to have shape [64], got [32]}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) bias(%b : tensor<32xf32>)
       outs(%y : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c6
func.func @layernorm_c6(%x: tensor<4x64xf32>, %y: tensor<4x32xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected destination to have shape [4, 64], got [4, 32]}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x32xf32>) epsilon = 1.0e-05 -> tensor<4x32xf32>
  return
}

// -----

// layernorm_c7
func.func @layernorm_c7_statistic_shape(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %s: tensor<4x1xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected statistic to have shape [4], got [4, 1]}}
  %0:2 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
       statistic(%s : tensor<4x1xf32>) epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4x1xf32>)
  return
}

// -----

// layernorm_c7
func.func @layernorm_c7_statistic_type(%x: tensor<4x64xf16>, %y: tensor<4x64xf16>, %s: tensor<4xf16>) {
  // expected-error @+1 {{'norm.layernorm' op expected statistic to have the compute type 'f32', got 'f16'}}
  %0:2 = norm.layernorm ins(%x : tensor<4x64xf16>) outs(%y : tensor<4x64xf16>)
       statistic(%s : tensor<4xf16>) epsilon = 1.0e-05 -> (tensor<4x64xf16>, tensor<4xf16>)
  return
}

// -----

// layernorm_c7
func.func @layernorm_c7_rstd_shape(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %s: tensor<4x1xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected rstd to have shape [4], got [4, 1]}}
  %0:2 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
       rstd(%s : tensor<4x1xf32>) epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4x1xf32>)
  return
}

// -----

// layernorm_c7
func.func @layernorm_c7_rstd_type(%x: tensor<4x64xf16>, %y: tensor<4x64xf16>, %s: tensor<4xf16>) {
  // expected-error @+1 {{'norm.layernorm' op expected rstd to have the compute type 'f32', got 'f16'}}
  %0:2 = norm.layernorm ins(%x : tensor<4x64xf16>) outs(%y : tensor<4x64xf16>)
       rstd(%s : tensor<4xf16>) epsilon = 1.0e-05 -> (tensor<4x64xf16>, tensor<4xf16>)
  return
}

// -----

// layernorm_c7
func.func @layernorm_c7_mean_shape(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %s: tensor<4x1xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected mean to have shape [4], got [4, 1]}}
  %0:2 = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>)
       mean(%s : tensor<4x1xf32>) epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4x1xf32>)
  return
}

// -----

// layernorm_c7
func.func @layernorm_c7_mean_type(%x: tensor<4x64xf16>, %y: tensor<4x64xf16>, %s: tensor<4xf16>) {
  // expected-error @+1 {{'norm.layernorm' op expected mean to have the compute type 'f32', got 'f16'}}
  %0:2 = norm.layernorm ins(%x : tensor<4x64xf16>) outs(%y : tensor<4x64xf16>)
       mean(%s : tensor<4xf16>) epsilon = 1.0e-05 -> (tensor<4x64xf16>, tensor<4xf16>)
  return
}

// -----

// layernorm_c7
func.func @layernorm_c7_f64(%x: tensor<4x64xf64>, %y: tensor<4x64xf32>, %s: tensor<4xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected rstd to have the compute type 'f64', got 'f32'}}
  %0:2 = norm.layernorm ins(%x : tensor<4x64xf64>) outs(%y : tensor<4x64xf32>)
       rstd(%s : tensor<4xf32>) epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  return
}

// -----

// layernorm_c8
func.func @layernorm_c8_negative(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected epsilon to be finite and at least 0, got -1.0E-5}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) epsilon = -1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c8
func.func @layernorm_c8_nan(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected epsilon to be finite and at least 0, got NaN}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) epsilon = 0x7FF8000000000000 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c8
func.func @layernorm_c8_infinite(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected epsilon to be finite and at least 0, got +Inf}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) epsilon = 0x7FF0000000000000 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c9
func.func @layernorm_c9(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected scale_offset to be 0 or 1, got 2}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_offset = 2 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c9
func.func @layernorm_c9_negative(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected scale_offset to be 0 or 1, got -1}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_offset = -1 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c9
func.func @layernorm_c9_without_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected a scale with scale_offset = 1, got none}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) scale_offset = 1 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c10
func.func @layernorm_c10(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected scale_rounding to be a float type no wider than 'f32', got 'f64'}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_rounding = f64 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c10
func.func @layernorm_c10_integer(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected scale_rounding to be a float type no wider than 'f32', got 'i8'}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : tensor<4x64xf32>) scale_rounding = i8 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c10
func.func @layernorm_c10_without_scale(%x: tensor<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected a scale with scale_rounding, got none}}
  %0 = norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : tensor<4x64xf32>) scale_rounding = bf16 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_c11
func.func @layernorm_c11(%x: tensor<4x64xf32>, %y: memref<4x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected all operands to be tensors like the input, got 'memref<4x64xf32>'}}
  norm.layernorm ins(%x : tensor<4x64xf32>)
       outs(%y : memref<4x64xf32>) epsilon = 1.0e-05
  return
}

// -----

// layernorm_c11
func.func @layernorm_c11_scale(%x: memref<4x64xf32>, %y: memref<4x64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op expected all operands to be memrefs like the input, got 'tensor<64xf32>'}}
  norm.layernorm ins(%x : memref<4x64xf32>) scale(%g : tensor<64xf32>)
       outs(%y : memref<4x64xf32>) epsilon = 1.0e-05
  return
}

// -----

// layernorm: unranked tensors
func.func @layernorm_unranked(%x: tensor<*xf32>, %y: tensor<*xf32>) {
  // expected-error @+1 {{'norm.layernorm' op operand #0 must be ranked tensor or memref, but got 'tensor<*xf32>'}}
  %0 = norm.layernorm ins(%x : tensor<*xf32>)
       outs(%y : tensor<*xf32>) epsilon = 1.0e-05 -> tensor<*xf32>
  return
}

// -----

// layernorm: neither tensor nor memref
func.func @layernorm_vector(%x: vector<4x64xf32>, %y: tensor<4x64xf32>) {
  // expected-error @+1 {{'norm.layernorm' op operand #0 must be ranked tensor or memref, but got 'vector<4x64xf32>'}}
  %0 = norm.layernorm ins(%x : vector<4x64xf32>)
       outs(%y : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}
