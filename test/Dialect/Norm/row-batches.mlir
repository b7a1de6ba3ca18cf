// Short rows, as many at a time as a vector has lanes: the lanes of their partial
// sums are combined at once, the root is taken of all rows in one vector.

// RUN: norm-opt %s --norm-vectorize-rows="vector-bits=512 stores=plain threads=1" --canonicalize --cse --split-input-file | FileCheck %s
// RUN: norm-opt %s --norm-vectorize-rows="vector-bits=512 stores=streaming threads=1" --canonicalize --cse --split-input-file | FileCheck %s --check-prefix=STREAMING

// CHECK-LABEL: @layernorm
// CHECK-SAME: %[[X:.*]]: memref<1000x128xbf16>, %[[Y:.*]]: memref<1000x128xbf16>
// CHECK: memref.alloca() {{.*}}: memref<16xvector<16xf32>>
// CHECK: scf.for %[[FIRST:.*]] = %{{.*}} to %[[END:.*]] step %c16
// CHECK: %[[LEFT:.*]] = arith.subi %[[END]], %[[FIRST]]
// CHECK: %[[COUNT:.*]] = arith.minui %[[LEFT]], %c16
// The shifts.
// CHECK: scf.for %{{.*}} = %c0 to %[[COUNT]] step %c1
// CHECK: memref.store %{{.*}} : memref<16xvector<16xf32>>
// CHECK: vector.shuffle
// CHECK-SAME: [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]
// CHECK: vector.shuffle
// CHECK-SAME: [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]
// CHECK-NEXT: arith.addf
// The sums, repeated for rows whose shift was far from the mean.
// CHECK: scf.for %{{.*}} = %c0 to %[[COUNT]] step %c1
// CHECK: vector.reduction <or>
// CHECK: scf.if
// CHECK: scf.for %{{.*}} = %c0 to %[[COUNT]] step %c1
// CHECK: math.rsqrt %{{.*}} : vector<16xf32>
// CHECK: scf.for %{{.*}} = %c0 to %[[COUNT]] step %c1
// CHECK: vector.store %{{.*}}, %[[Y]]
func.func @layernorm(%x: memref<1000x128xbf16>, %y: memref<1000x128xbf16>) {
  norm.layernorm ins(%x : memref<1000x128xbf16>) outs(%y : memref<1000x128xbf16>) epsilon = 1.0e-5
  return
}

// -----

// Memory bounds these: each row by itself, in registers.
// CHECK-LABEL: @rmsnorm
// CHECK-NOT: vector<16xf32>>
// CHECK: return
func.func @rmsnorm(%x: memref<1000x128xf32>, %y: memref<1000x128xf32>) {
  norm.rmsnorm ins(%x : memref<1000x128xf32>) outs(%y : memref<1000x128xf32>) epsilon = 1.0e-5
  return
}

// -----

// Fewer rows than lanes.
// CHECK-LABEL: @few
// CHECK-NOT: vector<16xf32>>
// CHECK: return
func.func @few(%x: memref<15x128xbf16>, %y: memref<15x128xbf16>) {
  norm.layernorm ins(%x : memref<15x128xbf16>) outs(%y : memref<15x128xbf16>) epsilon = 1.0e-5
  return
}

// -----

// Sums over rows: each is loaded once for two rows, added to twice and stored. No
// result is stored row by row, so there is none that a line could begin with.
// CHECK-LABEL: @only_sums
// CHECK: scf.for %{{.*}} step %c2
// CHECK: %[[SUM:.*]] = arith.select %{{.*}} : vector<16xi1>, vector<16xf32>
// CHECK: %[[ONE:.*]] = math.fma %{{.*}}, %{{.*}}, %[[SUM]] : vector<16xf32>
// CHECK: %[[TWO:.*]] = math.fma %{{.*}}, %{{.*}}, %[[ONE]] : vector<16xf32>
// CHECK: vector.store %[[TWO]], %{{.*}} : memref<64x128xf32>, vector<16xf32>
// STREAMING-LABEL: @only_sums
// STREAMING-NOT: nontemporal
// STREAMING: return
func.func @only_sums(%x: memref<4096x128xf16>, %s: memref<128xf32>) {
  norm.row_loop ins(%x : memref<4096x128xf16>) outs(%s : memref<128xf32>)
      maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (j)>] accumulate = [0] dimensions = [1] {
  ^bb0(%a: f16):
    %w = arith.extf %a : f16 to f32
    %t = norm.row_reduce add %w : f32
    %p = arith.mulf %w, %t : f32
    norm.row_yield %p : f32
  }
  return
}
