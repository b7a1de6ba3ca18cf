// Elements of less than a byte are loaded and stored as bytes.

// RUN: norm-opt %s --norm-byte-elements | FileCheck %s
// RUN: norm-opt %s --norm-byte-elements --norm-byte-elements | FileCheck %s
// RUN: norm-opt %s --norm-to-llvm=threads=1 | FileCheck %s --check-prefix=LLVM

// LLVM-NOT: unrealized_conversion_cast

// CHECK-LABEL: @store
// CHECK-SAME: %[[M:.*]]: memref<4xi1>, %[[B:.*]]: i1, %[[I:.*]]: index
// CHECK-DAG: %[[BYTE:.*]] = arith.extui %[[B]] : i1 to i8
// CHECK-DAG: %[[BYTES:.*]] = builtin.unrealized_conversion_cast %[[M]] : memref<4xi1> to memref<4xi8>
// CHECK: memref.store %[[BYTE]], %[[BYTES]][%[[I]]] : memref<4xi8>
// CHECK-NEXT: return
// LLVM-LABEL: @store
// LLVM: %[[BYTE:.*]] = llvm.zext %{{.*}} : i1 to i8
// LLVM: llvm.store %[[BYTE]], %{{.*}} : i8, !llvm.ptr
func.func @store(%m: memref<4xi1>, %b: i1, %i: index) {
  memref.store %b, %m[%i] : memref<4xi1>
  return
}

// CHECK-LABEL: @load
// CHECK-SAME: %[[M:.*]]: memref<4xi1>, %[[I:.*]]: index
// CHECK: %[[BYTES:.*]] = builtin.unrealized_conversion_cast %[[M]] : memref<4xi1> to memref<4xi8>
// CHECK: %[[BYTE:.*]] = memref.load %[[BYTES]][%[[I]]] : memref<4xi8>
// CHECK: %[[B:.*]] = arith.trunci %[[BYTE]] : i8 to i1
// CHECK: return %[[B]]
// LLVM-LABEL: @load
// LLVM: %[[BYTE:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i8
// LLVM: llvm.trunc %[[BYTE]] : i8 to i1
func.func @load(%m: memref<4xi1>, %i: index) -> i1 {
  %b = memref.load %m[%i] : memref<4xi1>
  return %b : i1
}

// Strides, an offset and the hint stay.
// CHECK-LABEL: @layout
// CHECK: builtin.unrealized_conversion_cast %{{.*}} to memref<4x?xi8, strided<[?, 2], offset: ?>, 3>
// CHECK: memref.load %{{.*}} {nontemporal = true} : memref<4x?xi8, strided<[?, 2], offset: ?>, 3>
// CHECK: memref.store %{{.*}} {nontemporal = true} : memref<4x?xi8, strided<[?, 2], offset: ?>, 3>
func.func @layout(%m: memref<4x?xi4, strided<[?, 2], offset: ?>, 3>, %i: index, %j: index) {
  %b = memref.load %m[%i, %j] {nontemporal = true} : memref<4x?xi4, strided<[?, 2], offset: ?>, 3>
  memref.store %b, %m[%j, %i] {nontemporal = true} : memref<4x?xi4, strided<[?, 2], offset: ?>, 3>
  return
}

// What takes whole bytes, and what is no integer, stays as it is.
// CHECK-LABEL: @others
// CHECK-NOT: unrealized_conversion_cast
// CHECK: memref.load %{{.*}} : memref<4xi8>
// CHECK: memref.load %{{.*}} : memref<4xi12>
// CHECK: memref.load %{{.*}} : memref<4xindex>
// CHECK: memref.load %{{.*}} : memref<4xf8E5M2>
// CHECK: memref.load %{{.*}} : memref<4xvector<4xi1>>
func.func @others(%a: memref<4xi8>, %b: memref<4xi12>, %c: memref<4xindex>, %d: memref<4xf8E5M2>,
                  %e: memref<4xvector<4xi1>>, %i: index) -> (i8, i12, index, f8E5M2, vector<4xi1>) {
  %0 = memref.load %a[%i] : memref<4xi8>
  %1 = memref.load %b[%i] : memref<4xi12>
  %2 = memref.load %c[%i] : memref<4xindex>
  %3 = memref.load %d[%i] : memref<4xf8E5M2>
  %4 = memref.load %e[%i] : memref<4xvector<4xi1>>
  return %0, %1, %2, %3, %4 : i8, i12, index, f8E5M2, vector<4xi1>
}
