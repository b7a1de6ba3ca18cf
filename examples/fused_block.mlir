// A residual sum, its RMSNorm, a SiLU gate and the quantisation of each row to
// int8: what norm-fuse-rows makes one loop of.
#element = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>

func.func @main(%x: tensor<2048x4096xf32>, %residual: tensor<2048x4096xf32>,
                %scale: tensor<4096xf32>, %gate: tensor<2048x4096xf32>)
    -> (tensor<2048x4096xf32>, tensor<2048x4096xi8>, tensor<2048xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %most = arith.constant 127.0 : f32
  %elements = tensor.empty() : tensor<2048x4096xf32>
  %bytes = tensor.empty() : tensor<2048x4096xi8>
  %rows = tensor.empty() : tensor<2048xf32>
  %sum = linalg.add ins(%x, %residual : tensor<2048x4096xf32>, tensor<2048x4096xf32>)
      outs(%elements : tensor<2048x4096xf32>) -> tensor<2048x4096xf32>
  %y = norm.rmsnorm ins(%sum : tensor<2048x4096xf32>) scale(%scale : tensor<4096xf32>)
      outs(%elements : tensor<2048x4096xf32>) epsilon = 1.0e-05 -> tensor<2048x4096xf32>
  %gated = linalg.map ins(%y, %gate : tensor<2048x4096xf32>, tensor<2048x4096xf32>)
      outs(%elements : tensor<2048x4096xf32>)
    (%y_i: f32, %gate_i: f32, %init: f32) {
      %negated = arith.negf %gate_i : f32
      %power = math.exp %negated : f32
      %shifted = arith.addf %power, %one : f32
      %silu = arith.divf %gate_i, %shifted : f32
      %product = arith.mulf %y_i, %silu : f32
      linalg.yield %product : f32
    }
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2048xf32>) -> tensor<2048xf32>
  %amax = linalg.reduce ins(%gated : tensor<2048x4096xf32>) outs(%zeros : tensor<2048xf32>) dimensions = [1]
    (%value: f32, %max: f32) {
      %absolute = math.absf %value : f32
      %next = arith.maximumf %max, %absolute : f32
      linalg.yield %next : f32
    }
  %quantized = linalg.generic {indexing_maps = [#element, #row, #element],
                               iterator_types = ["parallel", "parallel"]}
      ins(%gated, %amax : tensor<2048x4096xf32>, tensor<2048xf32>) outs(%bytes : tensor<2048x4096xi8>) {
  ^bb0(%value: f32, %max: f32, %init: i8):
    %empty = arith.cmpf oeq, %max, %zero : f32
    %divisor = arith.select %empty, %one, %max : f32
    %factor = arith.divf %most, %divisor : f32
    %scaled = arith.mulf %value, %factor : f32
    %rounded = math.roundeven %scaled : f32
    %integer = arith.fptosi %rounded : f32 to i8
    linalg.yield %integer : i8
  } -> tensor<2048x4096xi8>
  return %sum, %quantized, %amax : tensor<2048x4096xf32>, tensor<2048x4096xi8>, tensor<2048xf32>
}
