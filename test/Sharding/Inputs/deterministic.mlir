shard.grid @grid(shape = 2)
func.func @rmsnorm(%x: tensor<8x512xf32>) -> tensor<8x512xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<8x512xf32>
  %e = tensor.empty() : tensor<8x512xf32>
  %y = norm.rmsnorm ins(%xs : tensor<8x512xf32>) outs(%e : tensor<8x512xf32>) epsilon = 1.0e-5 -> tensor<8x512xf32>
  return %y : tensor<8x512xf32>
}

func.func @layernorm(%x: tensor<8x512xf32>) -> tensor<8x512xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<8x512xf32>
  %e = tensor.empty() : tensor<8x512xf32>
  %y = norm.layernorm ins(%xs : tensor<8x512xf32>) outs(%e : tensor<8x512xf32>) epsilon = 1.0e-5 -> tensor<8x512xf32>
  return %y : tensor<8x512xf32>
}

func.func @rows(%x: tensor<128x64xf32>, %dy: tensor<128x64xf32>, %r: tensor<128xf32>) -> tensor<64xf32> {
  %s = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<128x64xf32>
  %f = tensor.empty() : tensor<64xf32>
  %d = norm.rmsnorm_backward ins(%dy, %xs : tensor<128x64xf32>, tensor<128x64xf32>) rstd(%r : tensor<128xf32>) dscale(%f : tensor<64xf32>) -> tensor<64xf32>
  return %d : tensor<64xf32>
}

// -----

shard.grid @grid(shape = 2)
func.func @no_whole_pieces(%x: tensor<8x100xf32>) -> tensor<8x100xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<8x100xf32>
  %e = tensor.empty() : tensor<8x100xf32>
  // expected-error@below {{expected parts of a row of one dimension to be multiples of 64 elements, as norm.deterministic says, got 50}}
  %y = norm.rmsnorm ins(%xs : tensor<8x100xf32>) outs(%e : tensor<8x100xf32>) epsilon = 1.0e-5 -> tensor<8x100xf32>
  return %y : tensor<8x100xf32>
}

// -----

shard.grid @grid(shape = 2)
func.func @no_whole_blocks(%x: tensor<96x64xf32>, %r: tensor<96xf32>) -> tensor<64xf32> {
  %s = shard.sharding @grid split_axes = [[0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<96x64xf32>
  %f = tensor.empty() : tensor<64xf32>
  // expected-error@below {{to be over parts of 64 * 2^k rows that follow each other, of fewer than 16384 elements where these are split, got 48 rows}}
  %d = norm.rmsnorm_backward ins(%xs, %xs : tensor<96x64xf32>, tensor<96x64xf32>) rstd(%r : tensor<96xf32>) dscale(%f : tensor<64xf32>) -> tensor<64xf32>
  return %d : tensor<64xf32>
}
