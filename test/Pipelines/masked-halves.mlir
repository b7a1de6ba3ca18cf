// RUN: norm-opt %s --norm-masked-halves | FileCheck %s

// CHECK-LABEL: @bf16
// CHECK: %[[MISSING:.*]] = llvm.bitcast %{{.*}} : vector<16xbf16> to vector<16xi16>
// CHECK: %[[BITS:.*]] = llvm.intr.masked.load %{{.*}}, %{{.*}}, %[[MISSING]] {{.*}} -> vector<16xi16>
// CHECK: %[[V:.*]] = llvm.bitcast %[[BITS]] : vector<16xi16> to vector<16xbf16>
// CHECK: %[[OUT:.*]] = llvm.bitcast %[[V]] : vector<16xbf16> to vector<16xi16>
// CHECK: llvm.intr.masked.store %[[OUT]]
llvm.func @bf16(%p: !llvm.ptr, %m: vector<16xi1>, %z: vector<16xbf16>) {
  %v = llvm.intr.masked.load %p, %m, %z {alignment = 2 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xbf16>) -> vector<16xbf16>
  llvm.intr.masked.store %v, %p, %m {alignment = 2 : i32} : vector<16xbf16>, vector<16xi1> into !llvm.ptr
  llvm.return
}

// CHECK-LABEL: @f32
// CHECK-NOT: bitcast
llvm.func @f32(%p: !llvm.ptr, %m: vector<16xi1>, %z: vector<16xf32>) {
  %v = llvm.intr.masked.load %p, %m, %z {alignment = 4 : i32} : (!llvm.ptr, vector<16xi1>, vector<16xf32>) -> vector<16xf32>
  llvm.intr.masked.store %v, %p, %m {alignment = 4 : i32} : vector<16xf32>, vector<16xi1> into !llvm.ptr
  llvm.return
}

// One lane is an element: LLVM's own rewrite stores too many bytes where the
// value is a truncation.

// CHECK-LABEL: @first_lane
// CHECK-SAME: %[[P:.*]]: !llvm.ptr
// CHECK: %[[BITS:.*]] = llvm.bitcast %{{.*}} : vector<4xbf16> to vector<4xi16>
// CHECK: %[[E:.*]] = llvm.extractelement %[[BITS]][%{{.*}} : i64] : vector<4xi16>
// CHECK: llvm.store %[[E]], %[[P]] {alignment = 2 : i64} : i16, !llvm.ptr
// CHECK-NOT: masked.store
llvm.func @first_lane(%p: !llvm.ptr, %v: vector<4xbf16>) {
  %m = llvm.mlir.constant(dense<[true, false, false, false]> : vector<4xi1>) : vector<4xi1>
  llvm.intr.masked.store %v, %p, %m {alignment = 2 : i32} : vector<4xbf16>, vector<4xi1> into !llvm.ptr
  llvm.return
}

// CHECK-LABEL: @third_lane
// CHECK: %[[TWO:.*]] = llvm.mlir.constant(2 : i64)
// CHECK: %[[E:.*]] = llvm.extractelement %{{.*}}[%[[TWO]] : i64] : vector<4xi8>
// CHECK: %[[P:.*]] = llvm.getelementptr %{{.*}}[%[[TWO]]] : (!llvm.ptr, i64) -> !llvm.ptr, i8
// CHECK: llvm.store %[[E]], %[[P]] {alignment = 1 : i64} : i8, !llvm.ptr
llvm.func @third_lane(%p: !llvm.ptr, %v: vector<4xi8>) {
  %m = llvm.mlir.constant(dense<[false, false, true, false]> : vector<4xi1>) : vector<4xi1>
  llvm.intr.masked.store %v, %p, %m {alignment = 4 : i32} : vector<4xi8>, vector<4xi1> into !llvm.ptr
  llvm.return
}

// CHECK-LABEL: @two_lanes
// CHECK: masked.store
llvm.func @two_lanes(%p: !llvm.ptr, %v: vector<4xi16>) {
  %m = llvm.mlir.constant(dense<[true, true, false, false]> : vector<4xi1>) : vector<4xi1>
  llvm.intr.masked.store %v, %p, %m {alignment = 2 : i32} : vector<4xi16>, vector<4xi1> into !llvm.ptr
  llvm.return
}
