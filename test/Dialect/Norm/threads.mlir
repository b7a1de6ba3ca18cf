// RUN: norm-opt %s --norm-hoist-allocas --norm-skip-forks --norm-serialize-small-linalg | FileCheck %s

// CHECK-LABEL: @stack
// CHECK-NEXT: memref.alloca()
// CHECK: scf.for
func.func @stack(%n: index, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %stack = memref.alloca() : memref<8xf32>
    memref.store %v, %stack[%c0] : memref<8xf32>
  }
  return
}

// A single iteration runs on the calling thread.

// CHECK-LABEL: @fork
// CHECK: %[[SEVERAL:.*]] = arith.cmpi sgt
// CHECK: %[[THREADS:.*]] = arith.select %[[SEVERAL]], %c4_i32, %c1_i32
// CHECK: omp.parallel num_threads(%[[THREADS]] : i32)
// CHECK-NEXT: memref.alloca()
// CHECK-NEXT: omp.wsloop nowait
func.func @fork(%n: index, %v: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4_i32 = arith.constant 4 : i32
  omp.parallel num_threads(%c4_i32 : i32) {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %stack = memref.alloca() : memref<8xf32>
        memref.store %v, %stack[%c0] : memref<8xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  return
}

// CHECK-LABEL: @small
// CHECK-NOT: linalg.fill
// CHECK: scf.for
func.func @small(%x: memref<8x64xf32>, %v: f32) {
  linalg.fill ins(%v : f32) outs(%x : memref<8x64xf32>)
  return
}

// CHECK-LABEL: @large
// CHECK: linalg.fill
func.func @large(%x: memref<800x64xf32>, %v: f32) {
  linalg.fill ins(%v : f32) outs(%x : memref<800x64xf32>)
  return
}

// A frame takes as much as it holds; what does not fit is freed with its scope, so
// that two loops need no more than one.

// CHECK-LABEL: @frame
// CHECK-NEXT: memref.alloca() : memref<49152xf32>
// CHECK-NOT: memref.alloca_scope
// CHECK: %[[STACK:.*]] = llvm.intr.stacksave
// CHECK-NEXT: memref.alloca() : memref<32768xf32>
// CHECK: llvm.intr.stackrestore %[[STACK]]
// CHECK-NEXT: %[[NEXT:.*]] = llvm.intr.stacksave
// CHECK-NEXT: memref.alloca() : memref<32769xf32>
// CHECK: llvm.intr.stackrestore %[[NEXT]]
// CHECK-NEXT: return
func.func @frame(%v: f32, %i: index) {
  memref.alloca_scope {
    %a = memref.alloca() : memref<49152xf32>
    memref.store %v, %a[%i] : memref<49152xf32>
  }
  memref.alloca_scope {
    %a = memref.alloca() : memref<32768xf32>
    memref.store %v, %a[%i] : memref<32768xf32>
  }
  memref.alloca_scope {
    %a = memref.alloca() : memref<32769xf32>
    memref.store %v, %a[%i] : memref<32769xf32>
  }
  return
}
