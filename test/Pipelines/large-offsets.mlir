// Rows beyond 2^31 elements: indices and offsets have 64 bits throughout. A mask is
// made of what is left of a row there, at most a block.

// RUN: norm-opt %s --norm-to-llvm="threads=1 vector-bits=512 stores=plain" | FileCheck %s
// RUN: norm-opt %s --norm-to-llvm="threads=1 vector-bits=512 stores=streaming" | FileCheck %s --check-prefix=STREAM

// 2^20 rows of 2^12.
// CHECK-LABEL: llvm.func @rows
// CHECK-DAG: llvm.mlir.constant(1048576 : index) : i64
// CHECK-DAG: llvm.mlir.constant(4096 : index) : i64
// CHECK-NOT: {{trunc|(mul|add|sub) .* : i32}}
// CHECK: llvm.mul %{{.*}}, %{{.*}} {{.*}}: i64
// CHECK-NOT: {{trunc|(mul|add|sub) .* : i32}}
// CHECK: llvm.getelementptr {{.*}} : (!llvm.ptr, i64) -> !llvm.ptr, f32
// CHECK-NOT: {{trunc|(mul|add|sub) .* : i32}}
// CHECK: llvm.return
func.func @rows(%x: memref<1048576x4096xf32>, %y: memref<1048576x4096xf32>) {
  norm.rmsnorm ins(%x : memref<1048576x4096xf32>) outs(%y : memref<1048576x4096xf32>) epsilon = 1.0e-5
  return
}

// The alignment of a row is that of its 64-bit address.
// STREAM-LABEL: llvm.func @rows
// STREAM: llvm.ptrtoint %{{.*}} : !llvm.ptr to i64
// STREAM-NOT: trunc
// STREAM: llvm.sub %{{.*}}, %{{.*}} : i64
// STREAM: llvm.and %{{.*}}, %{{.*}} : i64

// Two rows of 2^32.
// CHECK-LABEL: llvm.func @long_rows
// CHECK: llvm.mlir.constant(4294967296 : index) : i64
// CHECK-NOT: {{trunc|(mul|add|sub) .* : i32}}
// CHECK: llvm.return
func.func @long_rows(%x: memref<2x4294967296xf32>, %y: memref<2x4294967296xf32>) {
  norm.layernorm ins(%x : memref<2x4294967296xf32>) outs(%y : memref<2x4294967296xf32>) epsilon = 1.0e-5
  return
}
