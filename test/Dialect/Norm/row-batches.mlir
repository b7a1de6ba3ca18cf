// Short rows, as many at a time as a vector has lanes: the lanes of their partial
// sums are combined at once, the root is taken of all rows in one vector.

// RUN: norm-opt %s --norm-vectorize-rows="vector-bits=512 stores=plain threads=1" --canonicalize --cse --split-input-file | FileCheck %s

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
