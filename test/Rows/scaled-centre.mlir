// A centred value times the scale of its row: (v - shift) * r - distance * r, of
// which the right product is one for the row.

// RUN: norm-opt %s --norm-fuse-rows --norm-rows-to-memrefs --norm-rows-to-vectors="target=avx2 threads=1" --split-input-file | FileCheck %s

// CHECK-LABEL: @layernorm
// CHECK: %[[SCALE:.*]] = math.rsqrt %{{.*}} : f32
// CHECK: %[[NEG:.*]] = arith.negf %[[DISTANCE:.*]] : vector<8xf32>
// CHECK: %[[PART:.*]] = arith.mulf %[[NEG]], %[[FACTOR:.*]] : vector<8xf32>
// CHECK: scf.for
// CHECK: %[[X:.*]] = vector.load %arg0
// CHECK: %[[T:.*]] = arith.subf %[[X]], %{{.*}} : vector<8xf32>
// CHECK-NEXT: math.fma %[[T]], %[[FACTOR]], %[[PART]] : vector<8xf32>
func.func @layernorm(%x: tensor<8x4096xf32>) -> tensor<8x4096xf32> {
  %e = tensor.empty() : tensor<8x4096xf32>
  %y = norm.layernorm ins(%x : tensor<8x4096xf32>) outs(%e : tensor<8x4096xf32>) epsilon = 1.0e-5 -> tensor<8x4096xf32>
  return %y : tensor<8x4096xf32>
}

// -----

// Another factor may be of any size: its product with the distance may leave the
// range where that with the centred value does not.
#row = affine_map<(i, j) -> (i, j)>
#column = affine_map<(i, j) -> (i)>
// CHECK-LABEL: @other
// CHECK: %[[F:.*]] = memref.load %arg1
// CHECK: %[[B:.*]] = vector.broadcast %[[F]] : f32 to vector<8xf32>
// CHECK-NOT: math.fma %{{.*}}, %[[B]],
// CHECK: %{{.*}} = arith.mulf %{{.*}}, %[[B]] : vector<8xf32>
// CHECK-NOT: math.fma %{{.*}}, %[[B]],
// CHECK: return
func.func @other(%x: tensor<8x4096xf32>, %s: tensor<8xf32>) -> tensor<8x4096xf32> {
  %e = tensor.empty() : tensor<8x4096xf32>
  %y = norm.row_loop ins(%x, %s : tensor<8x4096xf32>, tensor<8xf32>) outs(%e : tensor<8x4096xf32>)
      maps = [#row, #column, #row] dimensions = [1] {
  ^bb0(%v: f32, %factor: f32):
    %m, %variance, %c = norm.row_moments %v : f32
    %p = arith.mulf %c, %factor : f32
    norm.row_yield %p : f32
  } -> tensor<8x4096xf32>
  return %y : tensor<8x4096xf32>
}

// -----

// Without epsilon the scale may be infinite: inf - inf for an infinite y.
// CHECK-LABEL: @no_epsilon
// CHECK: %[[SCALE:.*]] = math.rsqrt %{{.*}} : f32
// CHECK: %[[B:.*]] = vector.broadcast %[[SCALE]] : f32 to vector<8xf32>
// CHECK-NOT: math.fma %{{.*}}, %[[B]],
// CHECK: %{{.*}} = arith.mulf %{{.*}}, %[[B]] : vector<8xf32>
// CHECK-NOT: math.fma %{{.*}}, %[[B]],
// CHECK: return
func.func @no_epsilon(%x: tensor<8x4096xf32>) -> tensor<8x4096xf32> {
  %e = tensor.empty() : tensor<8x4096xf32>
  %y = norm.layernorm ins(%x : tensor<8x4096xf32>) outs(%e : tensor<8x4096xf32>) epsilon = 0.0 -> tensor<8x4096xf32>
  return %y : tensor<8x4096xf32>
}
