// Sums over rows, one of them of 16 bits: five kernels.
func.func @gradient(%dy: tensor<?x40xf32>, %x: tensor<?x40xf32>, %g: tensor<40xf32>, %r: tensor<?xf32>, %m: tensor<?xf32>)
    -> (tensor<?x40xf32>, tensor<40xf32>, tensor<40xbf16>) {
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x40xf32>
  %e = tensor.empty(%rows) : tensor<?x40xf32>
  %s = tensor.empty() : tensor<40xf32>
  %b = tensor.empty() : tensor<40xbf16>
  %dx, %ds, %db = norm.layernorm_backward ins(%dy, %x : tensor<?x40xf32>, tensor<?x40xf32>) scale(%g : tensor<40xf32>)
      rstd(%r : tensor<?xf32>) mean(%m : tensor<?xf32>) outs(%e : tensor<?x40xf32>) dscale(%s : tensor<40xf32>)
      dbias(%b : tensor<40xbf16>) -> (tensor<?x40xf32>, tensor<40xf32>, tensor<40xbf16>)
  return %dx, %ds, %db : tensor<?x40xf32>, tensor<40xf32>, tensor<40xbf16>
}

// dx of a prmsnorm, which knows where an element is in its row.
func.func @partial(%dy: tensor<?x40xf32>, %x: tensor<?x40xf32>, %r: tensor<?xf32>) -> tensor<?x40xf32> {
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x40xf32>
  %e = tensor.empty(%rows) : tensor<?x40xf32>
  %dx = norm.prmsnorm_backward ins(%dy, %x : tensor<?x40xf32>, tensor<?x40xf32>) rstd(%r : tensor<?xf32>)
      outs(%e : tensor<?x40xf32>) k = 5 -> tensor<?x40xf32>
  return %dx : tensor<?x40xf32>
}

// dscale alone.
func.func @scale(%dy: tensor<?x40xf32>, %x: tensor<?x40xf32>, %r: tensor<?xf32>) -> tensor<40xf32> {
  %s = tensor.empty() : tensor<40xf32>
  %ds = norm.rmsnorm_backward ins(%dy, %x : tensor<?x40xf32>, tensor<?x40xf32>) rstd(%r : tensor<?xf32>)
      dscale(%s : tensor<40xf32>) -> tensor<40xf32>
  return %ds : tensor<40xf32>
}
