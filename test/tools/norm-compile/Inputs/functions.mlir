func.func @main(%x: tensor<5x96xf32>, %g: tensor<96xf32>) -> tensor<5x96xf32> {
  %e = tensor.empty() : tensor<5x96xf32>
  %y = norm.rmsnorm ins(%x : tensor<5x96xf32>) scale(%g : tensor<96xf32>) outs(%e : tensor<5x96xf32>) epsilon = 1.0e-5 -> tensor<5x96xf32>
  return %y : tensor<5x96xf32>
}

func.func @strided(%x: memref<?x96xf32, strided<[?, 1]>>, %g: memref<96xf32>, %y: memref<?x96xf32>) {
  norm.rmsnorm ins(%x : memref<?x96xf32, strided<[?, 1]>>) scale(%g : memref<96xf32>) outs(%y : memref<?x96xf32>) epsilon = 1.0e-5
  return
}

func.func @bfloat.s(%x: memref<?x96xbf16>, %y: memref<?x96xbf16>) {
  norm.rmsnorm ins(%x : memref<?x96xbf16>) outs(%y : memref<?x96xbf16>) epsilon = 1.0e-5
  return
}

func.func @scalar(%s: f32, %y: memref<f32>) {
  memref.store %s, %y[] : memref<f32>
  return
}

func.func private @helper()
