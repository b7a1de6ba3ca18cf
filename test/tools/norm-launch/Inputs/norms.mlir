func.func @wide(%x: memref<?x4096xbf16>, %g: memref<4096xbf16>, %y: memref<?x4096xbf16>) {
  norm.rmsnorm ins(%x : memref<?x4096xbf16>) scale(%g : memref<4096xbf16>) outs(%y : memref<?x4096xbf16>) epsilon = 1.0e-5
  return
}

func.func @short(%x: memref<?x128xf32>, %y: memref<?x128xf32>) {
  norm.layernorm ins(%x : memref<?x128xf32>) outs(%y : memref<?x128xf32>) epsilon = 1.0e-5
  return
}

// With neighbours, on tensors: the sum is one more result.
func.func @block(%a: tensor<6x128xf16>, %b: tensor<6x128xf16>, %g: tensor<128xf32>) -> (tensor<6x128xf16>, tensor<6x128xf32>) {
  %s = arith.addf %a, %b : tensor<6x128xf16>
  %e = tensor.empty() : tensor<6x128xf32>
  %y = norm.rmsnorm ins(%s : tensor<6x128xf16>) scale(%g : tensor<128xf32>) outs(%e : tensor<6x128xf32>) epsilon = 1.0e-5 -> tensor<6x128xf32>
  %z = math.tanh %y : tensor<6x128xf32>
  return %s, %z : tensor<6x128xf16>, tensor<6x128xf32>
}
