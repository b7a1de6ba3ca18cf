// RUN: norm-opt %s --norm-raise | FileCheck %s

// Ops that run through the rows of one norm in different orders.

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#swap = affine_map<(d0, d1) -> (d1, d0)>
#outer = affine_map<(d0, d1) -> (d0)>

// The loops of the scale and the bias are interchanged.
// CHECK-LABEL: @interchanged_scale
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x64xf32>) scale(%{{.*}} : tensor<64xf32>) bias(%{{.*}} : tensor<64xf32>)
// CHECK-NOT: linalg.generic
func.func @interchanged_scale(%x: tensor<4x64xf32>, %g: tensor<64xf32>, %b: tensor<64xf32>) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %j = tensor.empty() : tensor<4x64xf32>
  %t = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%j : tensor<4x64xf32>) {
  ^bb0(%a: f32, %c: f32, %o: f32):
    %m = arith.divf %c, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    linalg.yield %r : f32
  } -> tensor<4x64xf32>
  %y = linalg.generic {indexing_maps = [#swap, #outer, #outer, #swap], iterator_types = ["parallel", "parallel"]} ins(%t, %g, %b : tensor<4x64xf32>, tensor<64xf32>, tensor<64xf32>) outs(%j : tensor<4x64xf32>) {
  ^bb0(%a: f32, %c: f32, %d: f32, %o: f32):
    %p = arith.mulf %a, %c : f32
    %q = arith.addf %p, %d : f32
    linalg.yield %q : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// A norm over the channels of a convolution, which was fused into the product
// that takes it: the window of the convolution and the channel are both indices
// with a factor of one.
// CHECK-LABEL: @convolution_norm_product
// CHECK: %[[C:.*]] = linalg.generic
// CHECK: %[[Y:.*]] = norm.rmsnorm ins(%[[C]] : tensor<2x8x16xf32>)
// CHECK: linalg.generic {{.*}} ins(%{{.*}}, %[[Y]] :
func.func @convolution_norm_product(%p: tensor<2x16x12xf32>, %w: tensor<16x5xf32>, %v: tensor<24x16xf32>) -> tensor<2x8x24xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 16.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %0 = tensor.empty() : tensor<2x8x16xf32>
  %1 = linalg.fill ins(%zero : f32) outs(%0 : tensor<2x8x16xf32>) -> tensor<2x8x16xf32>
  %c = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d2, d1 + d3)>, affine_map<(d0, d1, d2, d3) -> (d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%p, %w : tensor<2x16x12xf32>, tensor<16x5xf32>) outs(%1 : tensor<2x8x16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  } -> tensor<2x8x16xf32>
  %2 = tensor.empty() : tensor<2x8xf32>
  %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<2x8xf32>) -> tensor<2x8xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%c : tensor<2x8x16xf32>) outs(%3 : tensor<2x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.mulf %a, %a : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  } -> tensor<2x8xf32>
  %4 = tensor.empty() : tensor<2x8x24xf32>
  %5 = linalg.fill ins(%zero : f32) outs(%4 : tensor<2x8x24xf32>) -> tensor<2x8x24xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d1, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1)>, affine_map<(d0, d1, d2, d3) -> (d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%c, %q, %v : tensor<2x8x16xf32>, tensor<2x8xf32>, tensor<24x16xf32>) outs(%5 : tensor<2x8x24xf32>) {
  ^bb0(%a: f32, %t: f32, %b: f32, %o: f32):
    %mean = arith.divf %t, %n : f32
    %shifted = arith.addf %mean, %eps : f32
    %rstd = math.rsqrt %shifted : f32
    %normalized = arith.mulf %a, %rstd : f32
    %m = arith.mulf %normalized, %b : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  } -> tensor<2x8x24xf32>
  return %y : tensor<2x8x24xf32>
}

// The rows are nothing but sums: what the convolution reads tells where they lie.
// CHECK-LABEL: @convolution_norm
// CHECK: %[[C:.*]] = linalg.generic
// CHECK: norm.rmsnorm ins(%[[C]] : tensor<2x8x16xf32>)
func.func @convolution_norm(%p: tensor<2x16x12xf32>, %w: tensor<16x5xf32>) -> tensor<2x8x16xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 16.0 : f32
  %eps = arith.constant 1.0e-5 : f32
  %0 = tensor.empty() : tensor<2x8x16xf32>
  %1 = linalg.fill ins(%zero : f32) outs(%0 : tensor<2x8x16xf32>) -> tensor<2x8x16xf32>
  %c = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2, d3) -> (d0, d2, d1 + d3)>, affine_map<(d0, d1, d2, d3) -> (d2, d3)>, affine_map<(d0, d1, d2, d3) -> (d0, d1, d2)>],
      iterator_types = ["parallel", "parallel", "parallel", "reduction"]}
      ins(%p, %w : tensor<2x16x12xf32>, tensor<16x5xf32>) outs(%1 : tensor<2x8x16xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.mulf %a, %b : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  } -> tensor<2x8x16xf32>
  %2 = tensor.empty() : tensor<2x8xf32>
  %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<2x8xf32>) -> tensor<2x8xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>],
      iterator_types = ["parallel", "parallel", "reduction"]} ins(%c : tensor<2x8x16xf32>) outs(%3 : tensor<2x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.mulf %a, %a : f32
    %s = arith.addf %o, %m : f32
    linalg.yield %s : f32
  } -> tensor<2x8xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1, d3) -> (d0, d1, d3)>, affine_map<(d0, d1, d3) -> (d0, d1)>,  affine_map<(d0, d1, d2) -> (d0, d1, d2)>],
      iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%c, %q : tensor<2x8x16xf32>, tensor<2x8xf32>) outs(%0 : tensor<2x8x16xf32>) {
  ^bb0(%a: f32, %t: f32, %o: f32):
    %mean = arith.divf %t, %n : f32
    %shifted = arith.addf %mean, %eps : f32
    %rstd = math.rsqrt %shifted : f32
    %normalized = arith.mulf %a, %rstd : f32
    linalg.yield %normalized : f32
  } -> tensor<2x8x16xf32>
  return %y : tensor<2x8x16xf32>
}
