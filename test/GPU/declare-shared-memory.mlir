// RUN: norm-opt %s --norm-to-nvvm=chip=sm_80 | sed 's/\\0A/\n/g' | FileCheck %s
// RUN: norm-opt %s --norm-to-nvvm="chip=sm_80 format=none" | FileCheck %s --check-prefix=LAUNCH

// Shared memory that the launch gives, and that of the kernel's own for sums.

// LAUNCH: llvm.mlir.constant(131072 : i32)
// LAUNCH: gpu.launch_func {{.*}} dynamic_shared_memory_size
// LAUNCH: llvm.mlir.global external @[[NAME:__dynamic_shmem__[0-9]*]]() {addr_space = 3 : i32, alignment = 16 : i64{{.*}}} : !llvm.array<0 x i8>
// CHECK: .extern .shared .align 16 .b8 {{.*}}dynamic_shmem{{.*}}[];
// CHECK: .entry long_rows_kernel
// CHECK: st.shared.v4.b32
// CHECK: ld.shared.v4.b32
func.func @long_rows(%x: memref<?x65536xbf16>, %y: memref<?x65536xbf16>) {
  norm.rmsnorm ins(%x : memref<?x65536xbf16>) outs(%y : memref<?x65536xbf16>) epsilon = 1.0e-5
  return
}
