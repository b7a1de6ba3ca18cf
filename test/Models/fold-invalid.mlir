// RUN: norm-opt %s -split-input-file --norm-fold=weights=any -verify-diagnostics -o /dev/null

// New weights would have to come from everybody who calls the function.
// expected-error@below {{expected a function with weights among its arguments not to be called in the module}}
func.func private @called(%a: tensor<4x2xf32>, %w: tensor<2x2xf32>) -> tensor<4x2xf32> {
  %z = arith.constant dense<0.0> : tensor<4x2xf32>
  %e = tensor.empty() : tensor<4x2xf32>
  %x = linalg.matmul ins(%a, %w : tensor<4x2xf32>, tensor<2x2xf32>) outs(%z : tensor<4x2xf32>) -> tensor<4x2xf32>
  %y = norm.layernorm ins(%x : tensor<4x2xf32>) outs(%e : tensor<4x2xf32>) epsilon = 1.0e-05 -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}
func.func @main(%a: tensor<4x2xf32>, %w: tensor<2x2xf32>) -> tensor<4x2xf32> {
  %y = call @called(%a, %w) : (tensor<4x2xf32>, tensor<2x2xf32>) -> tensor<4x2xf32>
  return %y : tensor<4x2xf32>
}

// -----

// expected-error@below {{expected no function @fold_weights in the module}}
func.func @main() {
  return
}
func.func @fold_weights() {
  return
}
