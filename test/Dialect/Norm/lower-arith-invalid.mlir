// RUN: norm-opt %s --norm-lower-arith --split-input-file --verify-diagnostics

func.func @eight_bits(%a: f32) -> f8E4M3FN {
  // expected-error @+1 {{expected a rounding mode with a type that has code for it, f32, f16 or bf16, got toward_zero to 'f8E4M3FN'}}
  %0 = arith.truncf %a toward_zero : f32 to f8E4M3FN
  return %0 : f8E4M3FN
}
