// 5 rows of 7 over a grid of 1 x 3, uneven, with statistics that each process has.
shard.grid @grid(shape = 3)
func.func @main(%x: tensor<5x7xf32>, %g: tensor<7xf32>) -> (tensor<5x7xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>) {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<5x7xf32>
  %e = tensor.empty() : tensor<5x7xf32>
  %r = tensor.empty() : tensor<5xf32>
  %y:3 = norm.layernorm ins(%xs : tensor<5x7xf32>) scale(%g : tensor<7xf32>) outs(%e : tensor<5x7xf32>) rstd(%r : tensor<5xf32>) mean(%r : tensor<5xf32>) epsilon = 1.0e-5 -> (tensor<5x7xf32>, tensor<5xf32>, tensor<5xf32>)
  %z:2 = norm.rmsnorm ins(%xs : tensor<5x7xf32>) outs(%e : tensor<5x7xf32>) rstd(%r : tensor<5xf32>) epsilon = 1.0e-5 -> (tensor<5x7xf32>, tensor<5xf32>)
  return %y#0, %y#1, %y#2, %z#1 : tensor<5x7xf32>, tensor<5xf32>, tensor<5xf32>, tensor<5xf32>
}
