// A block of a model as a front end writes it: an RMSNorm, a product with its
// residual, a LayerNorm. All ops are upstream's.

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>

func.func @main(%x: tensor<256x1024xf32>, %w: tensor<1024x1024xf32>, %g: tensor<1024xf32>, %b: tensor<1024xf32>) -> tensor<256x1024xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 1024.0 : f32
  %eps = arith.constant 1.0e-05 : f32
  %empty = tensor.empty() : tensor<256x1024xf32>
  %rows = tensor.empty() : tensor<256xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<256xf32>) -> tensor<256xf32>

  %squares = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<256x1024xf32>) outs(%zeros : tensor<256xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %q = arith.mulf %a, %a : f32
    %next = arith.addf %sum, %q : f32
    linalg.yield %next : f32
  } -> tensor<256xf32>
  %normalized = linalg.generic {indexing_maps = [#id, #row, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %squares, %g : tensor<256x1024xf32>, tensor<256xf32>, tensor<1024xf32>) outs(%empty : tensor<256x1024xf32>) {
  ^bb0(%a: f32, %sum: f32, %scale: f32, %o: f32):
    %mean = arith.divf %sum, %n : f32
    %shifted = arith.addf %mean, %eps : f32
    %r = math.rsqrt %shifted : f32
    %y = arith.mulf %a, %r : f32
    %z = arith.mulf %y, %scale : f32
    linalg.yield %z : f32
  } -> tensor<256x1024xf32>

  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<256x1024xf32>) -> tensor<256x1024xf32>
  %product = linalg.matmul ins(%normalized, %w : tensor<256x1024xf32>, tensor<1024x1024xf32>)
      outs(%init : tensor<256x1024xf32>) -> tensor<256x1024xf32>
  %residual = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %product : tensor<256x1024xf32>, tensor<256x1024xf32>) outs(%empty : tensor<256x1024xf32>) {
  ^bb0(%a: f32, %p: f32, %o: f32):
    %z = arith.addf %a, %p : f32
    linalg.yield %z : f32
  } -> tensor<256x1024xf32>

  %total = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%residual : tensor<256x1024xf32>) outs(%zeros : tensor<256xf32>) {
  ^bb0(%a: f32, %sum: f32):
    %next = arith.addf %sum, %a : f32
    linalg.yield %next : f32
  } -> tensor<256xf32>
  %centred = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%residual, %total : tensor<256x1024xf32>, tensor<256xf32>) outs(%empty : tensor<256x1024xf32>) {
  ^bb0(%a: f32, %sum: f32, %o: f32):
    %mean = arith.divf %sum, %n : f32
    %c = arith.subf %a, %mean : f32
    linalg.yield %c : f32
  } -> tensor<256x1024xf32>
  %variance = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%centred : tensor<256x1024xf32>) outs(%zeros : tensor<256xf32>) {
  ^bb0(%c: f32, %sum: f32):
    %q = arith.mulf %c, %c : f32
    %next = arith.addf %sum, %q : f32
    linalg.yield %next : f32
  } -> tensor<256xf32>
  %result = linalg.generic {indexing_maps = [#id, #row, #column, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%centred, %variance, %g, %b : tensor<256x1024xf32>, tensor<256xf32>, tensor<1024xf32>, tensor<1024xf32>)
      outs(%empty : tensor<256x1024xf32>) {
  ^bb0(%c: f32, %sum: f32, %scale: f32, %bias: f32, %o: f32):
    %mean = arith.divf %sum, %n : f32
    %shifted = arith.addf %mean, %eps : f32
    %r = math.rsqrt %shifted : f32
    %y = arith.mulf %c, %r : f32
    %z = arith.mulf %y, %scale : f32
    %v = arith.addf %z, %bias : f32
    linalg.yield %v : f32
  } -> tensor<256x1024xf32>
  return %result : tensor<256x1024xf32>
}
