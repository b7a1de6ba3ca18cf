func.func @main(%x: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4x64xf32>
  %r = tensor.empty() : tensor<4xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  %z, %rstd = norm.rmsnorm ins(%y : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) rstd(%r : tensor<4xf32>) epsilon = 1.0e-05 -> (tensor<4x64xf32>, tensor<4xf32>)
  return %z, %rstd : tensor<4x64xf32>, tensor<4xf32>
}

func.func @other(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
