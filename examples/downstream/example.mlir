// A norm and a constant that nobody uses.
func.func @block(%x: tensor<4x64xf32>, %init: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %unused = arith.constant 0.0 : f32
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
       epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
