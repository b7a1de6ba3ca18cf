// RUN: norm-opt %s --split-input-file --verify-diagnostics

// One test for each constraint of each op; labels are those of
// NormBackwardOps.td.

// rmsnorm_backward_c1: integers
func.func @rmsnorm_backward_c1_dy(%dy: tensor<4x64xi32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dy to have floating-point elements of at most 64 bits, got 'i32'}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xi32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c1: complex
func.func @rmsnorm_backward_c1_input(%dy: tensor<4x64xf32>, %x: tensor<4x64xcomplex<f32>>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected input to have floating-point elements of at most 64 bits, got 'complex<f32>'}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xcomplex<f32>>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c1
func.func @rmsnorm_backward_c1_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<64xi8>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected scale to have floating-point elements of at most 64 bits, got 'i8'}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<64xi8>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c1
func.func @rmsnorm_backward_c1_dres(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<4x64xindex>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dres to have floating-point elements of at most 64 bits, got 'index'}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dres(%d : tensor<4x64xindex>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c1: more than 64 bits
func.func @rmsnorm_backward_c1_dx(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<4x64xf128>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dx to have floating-point elements of at most 64 bits, got 'f128'}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%d : tensor<4x64xf128>) -> tensor<4x64xf128>
  return
}

// -----

// rmsnorm_backward_c1
func.func @rmsnorm_backward_c1_dscale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<64xi32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dscale to have floating-point elements of at most 64 bits, got 'i32'}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dscale(%d : tensor<64xi32>) -> tensor<64xi32>
  return
}

// -----

// rmsnorm_backward_c1
func.func @rmsnorm_backward_c1_dbias(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<64xi32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dbias to have floating-point elements of at most 64 bits, got 'i32'}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dbias(%d : tensor<64xi32>) -> tensor<64xi32>
  return
}

// -----

// rmsnorm_backward_c2
func.func @rmsnorm_backward_c2(%x: tensor<f32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected input of rank 1 or more, got rank 0}}
  %0 = norm.rmsnorm_backward ins(%x, %x : tensor<f32>, tensor<f32>) rstd(%x : tensor<f32>)
       outs(%x : tensor<f32>) -> tensor<f32>
  return
}

// -----

// rmsnorm_backward_c3
func.func @rmsnorm_backward_c3_empty(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected at least one normalized dimension, got none}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) dimensions = [] -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c3
func.func @rmsnorm_backward_c3_range(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dimensions in [0, 2), got 2}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) dimensions = [2] -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c3
func.func @rmsnorm_backward_c3_order(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dimensions to be strictly ascending, got [1, 0]}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) dimensions = [1, 0] -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c4
func.func @rmsnorm_backward_c4_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<32xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected scale to have shape [64], got [32]}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<32xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c4
func.func @rmsnorm_backward_c4_dscale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<1x64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dscale to have shape [64], got [1, 64]}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dscale(%g : tensor<1x64xf32>) -> tensor<1x64xf32>
  return
}

// -----

// rmsnorm_backward_c4
func.func @rmsnorm_backward_c4_dbias(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dbias to have shape [64], got [4]}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dbias(%g : tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

// rmsnorm_backward_c5
func.func @rmsnorm_backward_c5_dy(%dy: tensor<4x32xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dy to have shape [4, 64], got [4, 32]}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x32xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c5
func.func @rmsnorm_backward_c5_dres(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dres to have shape [4, 64], got [64]}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dres(%d : tensor<64xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c5
func.func @rmsnorm_backward_c5_dx(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<5x?xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dx to have shape [4, 64], got [5, ?]}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%d : tensor<5x?xf32>) -> tensor<5x?xf32>
  return
}

// -----

// rmsnorm_backward_c6: another number of rows
func.func @rmsnorm_backward_c6_rows(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<5xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected rstd to have shape [4], got [5]}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<5xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c6: a kept dimension
func.func @rmsnorm_backward_c6_kept(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4x1xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected rstd to have shape [4], got [4, 1]}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4x1xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c6: not C
func.func @rmsnorm_backward_c6_type(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xbf16>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected rstd to have the compute type 'f32', got 'bf16'}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xbf16>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c7
func.func @rmsnorm_backward_c7_none(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected a destination of dx, dscale or dbias, got none}}
  norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       
  return
}

// -----

// rmsnorm_backward_c7
func.func @rmsnorm_backward_c7_dres(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected a destination of dx with dres, got none}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dres(%x : tensor<4x64xf32>) dscale(%f : tensor<64xf32>) -> tensor<64xf32>
  return
}

// -----

// rmsnorm_backward_c8
func.func @rmsnorm_backward_c8_inside(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected epsilon with eps_mode = outside only, as rstd has it, got both}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c8
func.func @rmsnorm_backward_c8_outside(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected epsilon with eps_mode = outside, got none}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) eps_mode = outside -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c8
func.func @rmsnorm_backward_c8_negative(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected epsilon to be finite and at least 0, got -1}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) epsilon = -1.0 eps_mode = outside -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c9
func.func @rmsnorm_backward_c9_value(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected scale_offset to be 0 or 1, got 2}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) scale_offset = 2 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c9
func.func @rmsnorm_backward_c9_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected a scale with scale_offset = 1, got none}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) scale_offset = 1 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c10
func.func @rmsnorm_backward_c10_wide(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected scale_rounding to be a float type no wider than 'f32', got 'f64'}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) scale_rounding = f64 -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c10
func.func @rmsnorm_backward_c10_type(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected scale_rounding to be f64, f32, f16, bf16, f8E4M3FN or f8E5M2, got 'f8E5M2FNUZ'}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) scale_rounding = f8E5M2FNUZ -> tensor<4x64xf32>
  return
}

// -----

// rmsnorm_backward_c11
func.func @rmsnorm_backward_c11(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: memref<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected all operands to be tensors like the input, got 'memref<4xf32>'}}
  %0 = norm.rmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : memref<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c1: integers
func.func @prmsnorm_backward_c1_dy(%dy: tensor<4x64xi32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dy to have floating-point elements of at most 64 bits, got 'i32'}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xi32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c1: complex
func.func @prmsnorm_backward_c1_input(%dy: tensor<4x64xf32>, %x: tensor<4x64xcomplex<f32>>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected input to have floating-point elements of at most 64 bits, got 'complex<f32>'}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xcomplex<f32>>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c1
func.func @prmsnorm_backward_c1_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<64xi8>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected scale to have floating-point elements of at most 64 bits, got 'i8'}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<64xi8>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c1
func.func @prmsnorm_backward_c1_dres(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<4x64xindex>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dres to have floating-point elements of at most 64 bits, got 'index'}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dres(%d : tensor<4x64xindex>) outs(%e : tensor<4x64xf32>) k = 4 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c1: more than 64 bits
func.func @prmsnorm_backward_c1_dx(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<4x64xf128>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dx to have floating-point elements of at most 64 bits, got 'f128'}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%d : tensor<4x64xf128>) k = 4 -> tensor<4x64xf128>
  return
}

// -----

// prmsnorm_backward_c1
func.func @prmsnorm_backward_c1_dscale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<64xi32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dscale to have floating-point elements of at most 64 bits, got 'i32'}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dscale(%d : tensor<64xi32>) k = 4 -> tensor<64xi32>
  return
}

// -----

// prmsnorm_backward_c1
func.func @prmsnorm_backward_c1_dbias(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<64xi32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dbias to have floating-point elements of at most 64 bits, got 'i32'}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dbias(%d : tensor<64xi32>) k = 4 -> tensor<64xi32>
  return
}

// -----

// prmsnorm_backward_c2
func.func @prmsnorm_backward_c2(%x: tensor<f32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected input of rank 1 or more, got rank 0}}
  %0 = norm.prmsnorm_backward ins(%x, %x : tensor<f32>, tensor<f32>) rstd(%x : tensor<f32>)
       outs(%x : tensor<f32>) k = 4 -> tensor<f32>
  return
}

// -----

// prmsnorm_backward_c3
func.func @prmsnorm_backward_c3_empty(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected at least one normalized dimension, got none}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 dimensions = [] -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c3
func.func @prmsnorm_backward_c3_range(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dimensions in [0, 2), got 2}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 dimensions = [2] -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c3
func.func @prmsnorm_backward_c3_order(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dimensions to be strictly ascending, got [1, 0]}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 dimensions = [1, 0] -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c4
func.func @prmsnorm_backward_c4_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<32xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected scale to have shape [64], got [32]}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<32xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c4
func.func @prmsnorm_backward_c4_dscale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<1x64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dscale to have shape [64], got [1, 64]}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dscale(%g : tensor<1x64xf32>) k = 4 -> tensor<1x64xf32>
  return
}

// -----

// prmsnorm_backward_c4
func.func @prmsnorm_backward_c4_dbias(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dbias to have shape [64], got [4]}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dbias(%g : tensor<4xf32>) k = 4 -> tensor<4xf32>
  return
}

// -----

// prmsnorm_backward_c5
func.func @prmsnorm_backward_c5_dy(%dy: tensor<4x32xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dy to have shape [4, 64], got [4, 32]}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x32xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c5
func.func @prmsnorm_backward_c5_dres(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dres to have shape [4, 64], got [64]}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dres(%d : tensor<64xf32>) outs(%e : tensor<4x64xf32>) k = 4 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c5
func.func @prmsnorm_backward_c5_dx(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<5x?xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dx to have shape [4, 64], got [5, ?]}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%d : tensor<5x?xf32>) k = 4 -> tensor<5x?xf32>
  return
}

// -----

// prmsnorm_backward_c6: another number of rows
func.func @prmsnorm_backward_c6_rows(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<5xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected rstd to have shape [4], got [5]}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<5xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c6: a kept dimension
func.func @prmsnorm_backward_c6_kept(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4x1xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected rstd to have shape [4], got [4, 1]}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4x1xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c6: not C
func.func @prmsnorm_backward_c6_type(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xbf16>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected rstd to have the compute type 'f32', got 'bf16'}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xbf16>)
       outs(%e : tensor<4x64xf32>) k = 4 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c7
func.func @prmsnorm_backward_c7_none(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected a destination of dx, dscale or dbias, got none}}
  norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
        k = 4
  return
}

// -----

// prmsnorm_backward_c7
func.func @prmsnorm_backward_c7_dres(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected a destination of dx with dres, got none}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       dres(%x : tensor<4x64xf32>) dscale(%f : tensor<64xf32>) k = 4 -> tensor<64xf32>
  return
}

// -----

// prmsnorm_backward_c8
func.func @prmsnorm_backward_c8_inside(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected epsilon with eps_mode = outside only, as rstd has it, got both}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c8
func.func @prmsnorm_backward_c8_outside(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected epsilon with eps_mode = outside, got none}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 eps_mode = outside -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c8
func.func @prmsnorm_backward_c8_negative(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected epsilon to be finite and at least 0, got -1}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 epsilon = -1.0 eps_mode = outside -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c9
func.func @prmsnorm_backward_c9_value(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected scale_offset to be 0 or 1, got 2}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 scale_offset = 2 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c9
func.func @prmsnorm_backward_c9_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected a scale with scale_offset = 1, got none}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 scale_offset = 1 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c10
func.func @prmsnorm_backward_c10_wide(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected scale_rounding to be a float type no wider than 'f32', got 'f64'}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 scale_rounding = f64 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c10
func.func @prmsnorm_backward_c10_type(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected scale_rounding to be f64, f32, f16, bf16, f8E4M3FN or f8E5M2, got 'f8E5M2FNUZ'}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 scale_rounding = f8E5M2FNUZ -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c11
func.func @prmsnorm_backward_c11(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: memref<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected all operands to be tensors like the input, got 'memref<4xf32>'}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : memref<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 4 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c12
func.func @prmsnorm_backward_c12_zero(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected k to be at least 1, got 0}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 0 -> tensor<4x64xf32>
  return
}

// -----

// prmsnorm_backward_c12
func.func @prmsnorm_backward_c12_large(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected k to be at most the row length 64, got 65}}
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) k = 65 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c1: integers
func.func @layernorm_backward_c1_dy(%dy: tensor<4x64xi32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dy to have floating-point elements of at most 64 bits, got 'i32'}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xi32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c1: complex
func.func @layernorm_backward_c1_input(%dy: tensor<4x64xf32>, %x: tensor<4x64xcomplex<f32>>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected input to have floating-point elements of at most 64 bits, got 'complex<f32>'}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xcomplex<f32>>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c1
func.func @layernorm_backward_c1_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<64xi8>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected scale to have floating-point elements of at most 64 bits, got 'i8'}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<64xi8>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c1
func.func @layernorm_backward_c1_dres(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<4x64xindex>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dres to have floating-point elements of at most 64 bits, got 'index'}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       dres(%d : tensor<4x64xindex>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c1: more than 64 bits
func.func @layernorm_backward_c1_dx(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<4x64xf128>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dx to have floating-point elements of at most 64 bits, got 'f128'}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%d : tensor<4x64xf128>) -> tensor<4x64xf128>
  return
}

// -----

// layernorm_backward_c1
func.func @layernorm_backward_c1_dscale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<64xi32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dscale to have floating-point elements of at most 64 bits, got 'i32'}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       dscale(%d : tensor<64xi32>) -> tensor<64xi32>
  return
}

// -----

// layernorm_backward_c1
func.func @layernorm_backward_c1_dbias(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<64xi32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dbias to have floating-point elements of at most 64 bits, got 'i32'}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       dbias(%d : tensor<64xi32>) -> tensor<64xi32>
  return
}

// -----

// layernorm_backward_c2
func.func @layernorm_backward_c2(%x: tensor<f32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected input of rank 1 or more, got rank 0}}
  %0 = norm.layernorm_backward ins(%x, %x : tensor<f32>, tensor<f32>) rstd(%x : tensor<f32>) mean(%x : tensor<f32>)
       outs(%x : tensor<f32>) -> tensor<f32>
  return
}

// -----

// layernorm_backward_c3
func.func @layernorm_backward_c3_empty(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected at least one normalized dimension, got none}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) dimensions = [] -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c3
func.func @layernorm_backward_c3_range(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dimensions in [0, 2), got 2}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) dimensions = [2] -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c3
func.func @layernorm_backward_c3_order(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dimensions to be strictly ascending, got [1, 0]}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) dimensions = [1, 0] -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c4
func.func @layernorm_backward_c4_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<32xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected scale to have shape [64], got [32]}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<32xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c4
func.func @layernorm_backward_c4_dscale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<1x64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dscale to have shape [64], got [1, 64]}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       dscale(%g : tensor<1x64xf32>) -> tensor<1x64xf32>
  return
}

// -----

// layernorm_backward_c4
func.func @layernorm_backward_c4_dbias(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<4xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dbias to have shape [64], got [4]}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       dbias(%g : tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

// layernorm_backward_c5
func.func @layernorm_backward_c5_dy(%dy: tensor<4x32xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dy to have shape [4, 64], got [4, 32]}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x32xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c5
func.func @layernorm_backward_c5_dres(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dres to have shape [4, 64], got [64]}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       dres(%d : tensor<64xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c5
func.func @layernorm_backward_c5_dx(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %d: tensor<5x?xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dx to have shape [4, 64], got [5, ?]}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%d : tensor<5x?xf32>) -> tensor<5x?xf32>
  return
}

// -----

// layernorm_backward_c6: another number of rows
func.func @layernorm_backward_c6_rows(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<5xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected rstd to have shape [4], got [5]}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<5xf32>) mean(%mu : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c6: a kept dimension
func.func @layernorm_backward_c6_kept(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4x1xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected rstd to have shape [4], got [4, 1]}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4x1xf32>) mean(%mu : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c6: not C
func.func @layernorm_backward_c6_type(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xbf16>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected rstd to have the compute type 'f32', got 'bf16'}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xbf16>) mean(%mu : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c6
func.func @layernorm_backward_c6_mean(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf64>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected mean to have the compute type 'f32', got 'f64'}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%mu : tensor<4xf64>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c6
func.func @layernorm_backward_c6_mean_rows(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<3xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected mean to have shape [4], got [3]}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%mu : tensor<3xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c7
func.func @layernorm_backward_c7_none(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected a destination of dx, dscale or dbias, got none}}
  norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       
  return
}

// -----

// layernorm_backward_c7
func.func @layernorm_backward_c7_dres(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected a destination of dx with dres, got none}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       dres(%x : tensor<4x64xf32>) dscale(%f : tensor<64xf32>) -> tensor<64xf32>
  return
}

// -----

// layernorm_backward_c8
func.func @layernorm_backward_c8_inside(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected epsilon with eps_mode = outside only, as rstd has it, got both}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c8
func.func @layernorm_backward_c8_outside(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected epsilon with eps_mode = outside, got none}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) eps_mode = outside -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c8
func.func @layernorm_backward_c8_negative(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected epsilon to be finite and at least 0, got -1}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) epsilon = -1.0 eps_mode = outside -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c9
func.func @layernorm_backward_c9_value(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %g: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected scale_offset to be 0 or 1, got 2}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) scale(%g : tensor<64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) scale_offset = 2 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c9
func.func @layernorm_backward_c9_scale(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected a scale with scale_offset = 1, got none}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) scale_offset = 1 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c10
func.func @layernorm_backward_c10_wide(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected scale_rounding to be a float type no wider than 'f32', got 'f64'}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) scale_rounding = f64 -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c10
func.func @layernorm_backward_c10_type(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: tensor<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected scale_rounding to be f64, f32, f16, bf16, f8E4M3FN or f8E5M2, got 'f8E5M2FNUZ'}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) mean(%r : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) scale_rounding = f8E5M2FNUZ -> tensor<4x64xf32>
  return
}

// -----

// layernorm_backward_c11
func.func @layernorm_backward_c11(%dy: tensor<4x64xf32>, %x: tensor<4x64xf32>, %r: memref<4xf32>, %e: tensor<4x64xf32>, %f: tensor<64xf32>, %mu: tensor<4xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected all operands to be tensors like the input, got 'memref<4xf32>'}}
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : memref<4xf32>) mean(%mu : tensor<4xf32>)
       outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

func.func @one_input(%x: tensor<4x64xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{expected ','}}
  %0 = norm.rmsnorm_backward ins(%x : tensor<4x64xf32>) rstd(%r : tensor<4xf32>) outs(%x : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

func.func @one_type(%x: tensor<4x64xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{expected ','}}
  %0 = norm.rmsnorm_backward ins(%x, %x : tensor<4x64xf32>) rstd(%r : tensor<4xf32>) outs(%x : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

func.func @without_rstd(%x: tensor<4x64xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{expected 'rstd'}}
  %0 = norm.rmsnorm_backward ins(%x, %x : tensor<4x64xf32>, tensor<4x64xf32>) outs(%x : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

func.func @without_mean(%x: tensor<4x64xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{expected 'mean'}}
  %0 = norm.layernorm_backward ins(%x, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) outs(%x : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

func.func @without_k(%x: tensor<4x64xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{expected 'k = '}}
  %0 = norm.prmsnorm_backward ins(%x, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) outs(%x : tensor<4x64xf32>) -> tensor<4x64xf32>
  return
}

// -----

func.func @with_k(%x: tensor<4x64xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{only prmsnorm takes k}}
  %0 = norm.rmsnorm_backward ins(%x, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) outs(%x : tensor<4x64xf32>) k = 3 -> tensor<4x64xf32>
  return
}

// -----

func.func @result_types(%x: tensor<4x64xf32>, %r: tensor<4xf32>) {
  // expected-error @+1 {{expected result types to be those of the destinations ('tensor<4x64xf32>'), got ('tensor<4xf32>')}}
  %0 = norm.rmsnorm_backward ins(%x, %x : tensor<4x64xf32>, tensor<4x64xf32>) rstd(%r : tensor<4xf32>) outs(%x : tensor<4x64xf32>) -> tensor<4xf32>
  return
}

// -----

// rmsnorm_backward_c11
func.func @rmsnorm_backward_c11_scale(%dy: memref<4x64xf32>, %x: memref<4x64xf32>, %g: memref<64xf32>, %r: memref<4xf32>, %f: memref<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dscale to have memory of its own, got that of scale}}
  norm.rmsnorm_backward ins(%dy, %x : memref<4x64xf32>, memref<4x64xf32>)
       scale(%g : memref<64xf32>) rstd(%r : memref<4xf32>) outs(%x : memref<4x64xf32>) dscale(%g : memref<64xf32>)
  return
}

// -----

// rmsnorm_backward_c11
func.func @rmsnorm_backward_c11_sums(%dy: memref<4x64xf32>, %x: memref<4x64xf32>, %g: memref<64xf32>, %r: memref<4xf32>, %f: memref<64xf32>) {
  // expected-error @+1 {{'norm.rmsnorm_backward' op expected dscale to have memory of its own, got that of dbias}}
  norm.rmsnorm_backward ins(%dy, %x : memref<4x64xf32>, memref<4x64xf32>)
       rstd(%r : memref<4xf32>) dscale(%f : memref<64xf32>) dbias(%f : memref<64xf32>)
  return
}

// -----

// dx may take the memory of dy, of x and of dres.
func.func @rmsnorm_backward_c11_in_place(%dy: memref<4x64xf32>, %x: memref<4x64xf32>, %g: memref<64xf32>, %r: memref<4xf32>, %f: memref<64xf32>) {
  norm.rmsnorm_backward ins(%dy, %x : memref<4x64xf32>, memref<4x64xf32>) scale(%g : memref<64xf32>)
       rstd(%r : memref<4xf32>) dres(%dy : memref<4x64xf32>) outs(%dy : memref<4x64xf32>) dscale(%f : memref<64xf32>)
  return
}

// -----

// prmsnorm_backward_c11
func.func @prmsnorm_backward_c11_scale(%dy: memref<4x64xf32>, %x: memref<4x64xf32>, %g: memref<64xf32>, %r: memref<4xf32>, %f: memref<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dscale to have memory of its own, got that of scale}}
  norm.prmsnorm_backward ins(%dy, %x : memref<4x64xf32>, memref<4x64xf32>)
       scale(%g : memref<64xf32>) rstd(%r : memref<4xf32>) outs(%x : memref<4x64xf32>) dscale(%g : memref<64xf32>) k = 3
  return
}

// -----

// prmsnorm_backward_c11
func.func @prmsnorm_backward_c11_sums(%dy: memref<4x64xf32>, %x: memref<4x64xf32>, %g: memref<64xf32>, %r: memref<4xf32>, %f: memref<64xf32>) {
  // expected-error @+1 {{'norm.prmsnorm_backward' op expected dscale to have memory of its own, got that of dbias}}
  norm.prmsnorm_backward ins(%dy, %x : memref<4x64xf32>, memref<4x64xf32>)
       rstd(%r : memref<4xf32>) dscale(%f : memref<64xf32>) dbias(%f : memref<64xf32>) k = 3
  return
}

// -----

// dx may take the memory of dy, of x and of dres.
func.func @prmsnorm_backward_c11_in_place(%dy: memref<4x64xf32>, %x: memref<4x64xf32>, %g: memref<64xf32>, %r: memref<4xf32>, %f: memref<64xf32>) {
  norm.prmsnorm_backward ins(%dy, %x : memref<4x64xf32>, memref<4x64xf32>) scale(%g : memref<64xf32>)
       rstd(%r : memref<4xf32>) dres(%dy : memref<4x64xf32>) outs(%dy : memref<4x64xf32>) dscale(%f : memref<64xf32>) k = 3
  return
}

// -----

// layernorm_backward_c11
func.func @layernorm_backward_c11_scale(%dy: memref<4x64xf32>, %x: memref<4x64xf32>, %g: memref<64xf32>, %r: memref<4xf32>, %f: memref<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dscale to have memory of its own, got that of scale}}
  norm.layernorm_backward ins(%dy, %x : memref<4x64xf32>, memref<4x64xf32>)
       scale(%g : memref<64xf32>) rstd(%r : memref<4xf32>) mean(%r : memref<4xf32>) outs(%x : memref<4x64xf32>) dscale(%g : memref<64xf32>)
  return
}

// -----

// layernorm_backward_c11
func.func @layernorm_backward_c11_sums(%dy: memref<4x64xf32>, %x: memref<4x64xf32>, %g: memref<64xf32>, %r: memref<4xf32>, %f: memref<64xf32>) {
  // expected-error @+1 {{'norm.layernorm_backward' op expected dscale to have memory of its own, got that of dbias}}
  norm.layernorm_backward ins(%dy, %x : memref<4x64xf32>, memref<4x64xf32>)
       rstd(%r : memref<4xf32>) mean(%r : memref<4xf32>) dscale(%f : memref<64xf32>) dbias(%f : memref<64xf32>)
  return
}

// -----

// dx may take the memory of dy, of x and of dres.
func.func @layernorm_backward_c11_in_place(%dy: memref<4x64xf32>, %x: memref<4x64xf32>, %g: memref<64xf32>, %r: memref<4xf32>, %f: memref<64xf32>) {
  norm.layernorm_backward ins(%dy, %x : memref<4x64xf32>, memref<4x64xf32>) scale(%g : memref<64xf32>)
       rstd(%r : memref<4xf32>) mean(%r : memref<4xf32>) dres(%dy : memref<4x64xf32>) outs(%dy : memref<4x64xf32>) dscale(%f : memref<64xf32>)
  return
}
