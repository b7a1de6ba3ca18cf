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
