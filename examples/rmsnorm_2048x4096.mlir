// One RMSNorm of 2048 rows of 4096 elements, spelled out as frameworks do:
//
//   norm-run rmsnorm_2048x4096.mlir --random=1 --time=20
//   norm-run rmsnorm_2048x4096.mlir --random=1 --time=20 --no-raise

#matrix = affine_map<(row, i) -> (row, i)>
#rows = affine_map<(row, i) -> (row)>
#weights = affine_map<(row, i) -> (i)>

func.func @main(%x: tensor<2048x4096xf32>, %scale: tensor<4096xf32>) -> tensor<2048x4096xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 4096.0 : f32
  %epsilon = arith.constant 1.0e-05 : f32
  %rows = tensor.empty() : tensor<2048xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<2048xf32>) -> tensor<2048xf32>
  %sums = linalg.generic {indexing_maps = [#matrix, #rows], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<2048x4096xf32>) outs(%zeros : tensor<2048xf32>) {
  ^bb0(%element: f32, %sum: f32):
    %square = arith.mulf %element, %element : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<2048xf32>
  %rstds = linalg.generic {indexing_maps = [affine_map<(row) -> (row)>, affine_map<(row) -> (row)>], iterator_types = ["parallel"]}
      ins(%sums : tensor<2048xf32>) outs(%rows : tensor<2048xf32>) {
  ^bb0(%sum: f32, %out: f32):
    %mean = arith.divf %sum, %n : f32
    %shifted = arith.addf %mean, %epsilon : f32
    %rstd = math.rsqrt %shifted : f32
    linalg.yield %rstd : f32
  } -> tensor<2048xf32>
  %matrix = tensor.empty() : tensor<2048x4096xf32>
  %y = linalg.generic {indexing_maps = [#matrix, #rows, #weights, #matrix], iterator_types = ["parallel", "parallel"]}
      ins(%x, %rstds, %scale : tensor<2048x4096xf32>, tensor<2048xf32>, tensor<4096xf32>) outs(%matrix : tensor<2048x4096xf32>) {
  ^bb0(%element: f32, %rstd: f32, %weight: f32, %out: f32):
    %normalized = arith.mulf %element, %rstd : f32
    %scaled = arith.mulf %normalized, %weight : f32
    linalg.yield %scaled : f32
  } -> tensor<2048x4096xf32>
  return %y : tensor<2048x4096xf32>
}
