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
