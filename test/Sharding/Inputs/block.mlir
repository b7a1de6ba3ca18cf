// A block of a decoder, from annotations of its input and of one weight: the norms are
// written in linalg, of a hidden dimension that is split; the products are over it.
#id = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
#column = affine_map<(i, j) -> (j)>

shard.grid @grid(shape = 2)

func.func @main(%x: tensor<6x64xf32>, %delta: tensor<6x64xf32>, %g: tensor<64xf32>, %w: tensor<64x32xf32>, %v: tensor<32x64xf32>) -> tensor<6x64xf32> {
  %split = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %split : tensor<6x64xf32>
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %epsilon = arith.constant 1.0e-5 : f32
  %e = tensor.empty() : tensor<6x64xf32>
  %er = tensor.empty() : tensor<6xf32>

  // The residual.
  %h = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%xs, %delta : tensor<6x64xf32>, tensor<6x64xf32>) outs(%e : tensor<6x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %c = arith.addf %a, %b : f32
    linalg.yield %c : f32
  } -> tensor<6x64xf32>

  // RMSNorm.
  %zr = linalg.fill ins(%zero : f32) outs(%er : tensor<6xf32>) -> tensor<6xf32>
  %q = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%h : tensor<6x64xf32>) outs(%zr : tensor<6xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %a : f32
    %c = arith.addf %o, %s : f32
    linalg.yield %c : f32
  } -> tensor<6xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #column, #id], iterator_types = ["parallel", "parallel"]} ins(%h, %q, %g : tensor<6x64xf32>, tensor<6xf32>, tensor<64xf32>) outs(%e : tensor<6x64xf32>) {
  ^bb0(%a: f32, %s: f32, %c: f32, %o: f32):
    %m = arith.divf %s, %n : f32
    %p = arith.addf %m, %epsilon : f32
    %r = math.rsqrt %p : f32
    %t = arith.mulf %a, %r : f32
    %u = arith.mulf %t, %c : f32
    linalg.yield %u : f32
  } -> tensor<6x64xf32>

  // A product over the split dimension, and one back to it.
  %ep = tensor.empty() : tensor<6x32xf32>
  %zp = linalg.fill ins(%zero : f32) outs(%ep : tensor<6x32xf32>) -> tensor<6x32xf32>
  %p = linalg.matmul ins(%y, %w : tensor<6x64xf32>, tensor<64x32xf32>) outs(%zp : tensor<6x32xf32>) -> tensor<6x32xf32>
  %zb = linalg.fill ins(%zero : f32) outs(%e : tensor<6x64xf32>) -> tensor<6x64xf32>
  %back = linalg.matmul ins(%p, %v : tensor<6x32xf32>, tensor<32x64xf32>) outs(%zb : tensor<6x64xf32>) -> tensor<6x64xf32>
  %out = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%h, %back : tensor<6x64xf32>, tensor<6x64xf32>) outs(%e : tensor<6x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %c = arith.addf %a, %b : f32
    linalg.yield %c : f32
  } -> tensor<6x64xf32>
  return %out : tensor<6x64xf32>
}
