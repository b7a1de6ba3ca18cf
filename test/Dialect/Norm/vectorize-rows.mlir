// RUN: norm-opt %s --norm-vectorize-rows=vector-bits=512 --canonicalize --cse --split-input-file | FileCheck %s
// RUN: norm-opt %s --norm-vectorize-rows=vector-bits=128 --split-input-file | FileCheck %s --check-prefix=SSE2
// RUN: norm-opt %s --norm-vectorize-rows=vector-bits=512 --split-input-file | FileCheck %s --check-prefix=LEFT

// LEFT-NOT: norm.
// SSE2-NOT: math.fma

// A short row: one block, no stack; full groups, then a masked one.

// CHECK-LABEL: @short_rows
// CHECK-SAME: (%[[X:.*]]: memref<?x100xf32>, %[[G:.*]]: memref<100xf32>, %[[Y:.*]]: memref<?x100xf32>)
// CHECK-NOT: memref.alloca()
// CHECK: scf.parallel
// CHECK: scf.for %[[ROW:.*]] =
// CHECK: %[[H:.*]] = vector.load %[[X]][%[[ROW]], %{{.*}}] : memref<?x100xf32>, vector<16xf32>
// CHECK: math.fma %[[H]], %[[H]], %{{.*}} : vector<16xf32>
// CHECK: vector.maskedload %[[X]][%[[ROW]], %{{.*}}]
// CHECK: math.rsqrt
// CHECK-COUNT-4: vector.store
// CHECK: vector.maskedstore
// SSE2-LABEL: @short_rows
// SSE2: vector<4xf32>
func.func @short_rows(%x: memref<?x100xf32>, %g: memref<100xf32>, %y: memref<?x100xf32>) {
  norm.rmsnorm ins(%x : memref<?x100xf32>) scale(%g : memref<100xf32>) outs(%y : memref<?x100xf32>) epsilon = 1.0e-5
  return
}

// -----

// A long row: block sums on a stack, one for each of the two moments; the tree
// over blocks follows the trailing zeros of the block number.

// CHECK-LABEL: @long_rows
// CHECK-COUNT-2: memref.alloca() : memref<48xvector<16xf32>>
// CHECK: scf.for
// CHECK: math.cttz
// CHECK: memref.store %{{.*}} : memref<48xvector<16xf32>>
func.func @long_rows(%x: memref<8x?xf32>, %y: memref<8x?xf32>, %m: memref<8xf32>) {
  norm.layernorm ins(%x : memref<8x?xf32>) outs(%y : memref<8x?xf32>) mean(%m : memref<8xf32>) epsilon = 1.0e-5
  return
}

// -----

// bf16 is widened and narrowed by integer operations; two vectors at a time where
// they are stored (halves.mlir).

// CHECK-LABEL: @bf16
// CHECK: vector.load %{{.*}} vector<16xbf16>
// CHECK: arith.bitcast %{{.*}} : vector<16xbf16> to vector<16xi16>
// CHECK: arith.shli
// CHECK-NOT: arith.truncf
// CHECK: arith.bitcast %{{.*}} : vector<32xi16> to vector<32xbf16>
// CHECK-NOT: arith.truncf
func.func @bf16(%x: memref<8x64xbf16>, %y: memref<8x64xbf16>) {
  norm.rmsnorm ins(%x : memref<8x64xbf16>) outs(%y : memref<8x64xbf16>) epsilon = 1.0e-5
  return
}

// -----

// Neighbouring dims of a kind become one where the layout allows it.

// CHECK-LABEL: @collapsed
// CHECK: memref.collapse_shape %{{.*}} {{\[}}[0, 1], [2, 3]] : memref<2x?x4x8xf64> into memref<?x32xf64>
// CHECK: vector.load %{{.*}} : memref<?x32xf64>, vector<8xf64>
func.func @collapsed(%x: memref<2x?x4x8xf64>, %y: memref<2x?x4x8xf64>) {
  norm.rmsnorm ins(%x : memref<2x?x4x8xf64>) outs(%y : memref<2x?x4x8xf64>) dimensions = [2, 3] epsilon = 1.0e-5
  return
}

// -----

// Rows with a pitch are still contiguous.

// CHECK-LABEL: @pitch
// CHECK: vector.load %{{.*}} : memref<8x64xf32, strided<[100, 1], offset: ?>>, vector<16xf32>
func.func @pitch(%x: memref<8x64xf32, strided<[100, 1], offset: ?>>, %y: memref<8x64xf32>) {
  norm.rmsnorm ins(%x : memref<8x64xf32, strided<[100, 1], offset: ?>>) outs(%y : memref<8x64xf32>) epsilon = 1.0e-5
  return
}

// -----

// Elements a few apart are loaded with those between them, the last vector such
// that it ends with the last element.

// CHECK-LABEL: @apart
// CHECK: vector.load %[[ALL:reinterpret_cast[_0-9]*]][%[[FIRST:[0-9]+]]]
// CHECK: %[[SECOND:.*]] = arith.addi %[[FIRST]], %c15
// CHECK: vector.load %[[ALL]][%[[SECOND]]]
// CHECK: vector.shuffle {{.*}} [0, 2, 4, 6, 8, 10, 12, 14, 17, 19, 21, 23, 25, 27, 29, 31]
// CHECK-NOT: vector.gather
func.func @apart(%x: memref<8x64xf32, strided<[200, 2]>>, %y: memref<8x64xf32>) {
  norm.rmsnorm ins(%x : memref<8x64xf32, strided<[200, 2]>>) outs(%y : memref<8x64xf32>) epsilon = 1.0e-5
  return
}

// -----

// Rows of runs that chunks do not cross the ends of.

// CHECK-LABEL: @runs
// CHECK: vector.load %{{.*}} : memref<8x4x32xf32, strided<[256, 64, 1]>>, vector<16xf32>
// CHECK-NOT: vector.insert
func.func @runs(%x: memref<8x4x32xf32, strided<[256, 64, 1]>>, %y: memref<8x4x32xf32>) {
  norm.rmsnorm ins(%x : memref<8x4x32xf32, strided<[256, 64, 1]>>) outs(%y : memref<8x4x32xf32>)
      dimensions = [1, 2] epsilon = 1.0e-5
  return
}

// -----

// Of runs that they cross, element by element into the same vectors.

// CHECK-LABEL: @short_runs
// CHECK-NOT: vector.load
// CHECK: memref.load
// CHECK: vector.insert
// CHECK: memref.store
func.func @short_runs(%x: memref<8x4x7xf32, strided<[256, 64, 1]>>, %y: memref<8x4x7xf32>) {
  norm.rmsnorm ins(%x : memref<8x4x7xf32, strided<[256, 64, 1]>>) outs(%y : memref<8x4x7xf32>)
      dimensions = [1, 2] epsilon = 1.0e-5
  return
}

// -----

// Any other layout: elements are gathered into the same vectors.

// CHECK-LABEL: @columns
// CHECK-NOT: vector.load
// CHECK: vector.gather {{.*}} : memref<?xf32>, vector<16xindex>, vector<16xi1>, vector<16xf32> into vector<16xf32>
// CHECK: math.fma
// CHECK: vector.scatter
func.func @columns(%x: memref<64x8xf32>, %y: memref<64x8xf32>) {
  norm.rmsnorm ins(%x : memref<64x8xf32>) outs(%y : memref<64x8xf32>) dimensions = [0] epsilon = 1.0e-5
  return
}
