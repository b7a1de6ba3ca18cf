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

// The caller says where the result is, and how many rows it has.
func.func @open_rows(%x: tensor<?x96xf32>, %g: tensor<96xf32>) -> tensor<?x96xf32> {
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x96xf32>
  %e = tensor.empty(%rows) : tensor<?x96xf32>
  %y = norm.rmsnorm ins(%x : tensor<?x96xf32>) scale(%g : tensor<96xf32>) outs(%e : tensor<?x96xf32>) epsilon = 1.0e-5 -> tensor<?x96xf32>
  return %y : tensor<?x96xf32>
}

func.func private @helper()
