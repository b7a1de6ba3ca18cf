// A LayerNorm with its affine parameters: 64 rows of 4096 elements.
func.func @main(%x: tensor<64x4096xf32>, %scale: tensor<4096xf32>, %bias: tensor<4096xf32>) -> tensor<64x4096xf32> {
  %empty = tensor.empty() : tensor<64x4096xf32>
  %y = norm.layernorm ins(%x : tensor<64x4096xf32>) scale(%scale : tensor<4096xf32>) bias(%bias : tensor<4096xf32>)
      outs(%empty : tensor<64x4096xf32>) epsilon = 1.0e-05 -> tensor<64x4096xf32>
  return %y : tensor<64x4096xf32>
}
