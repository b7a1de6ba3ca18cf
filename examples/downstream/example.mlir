// An rmsnorm as a front end spells it out, and a layernorm of short rows.
#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @block(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %epsilon = arith.constant 1.0e-05 : f32
  %empty = tensor.empty() : tensor<4x64xf32>
  %rows = tensor.empty() : tensor<4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %acc: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %acc, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<4x64xf32>, tensor<4xf32>) outs(%empty : tensor<4x64xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %mean = arith.divf %s, %n : f32
    %shifted = arith.addf %mean, %epsilon : f32
    %rstd = math.rsqrt %shifted : f32
    %scaled = arith.mulf %in, %rstd : f32
    linalg.yield %scaled : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

func.func @short(%x: tensor<2x2x8xf32>) -> tensor<2x2x8xf32> {
  %empty = tensor.empty() : tensor<2x2x8xf32>
  %y = norm.layernorm ins(%x : tensor<2x2x8xf32>) outs(%empty : tensor<2x2x8xf32>)
       epsilon = 1.000000e-05 -> tensor<2x2x8xf32>
  return %y : tensor<2x2x8xf32>
}
