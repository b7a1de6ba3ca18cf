// RUN: norm-opt %s --norm-rows-to-kernels=chip=sm_90 | FileCheck %s
// RUN: norm-opt %s --norm-rows-to-kernels=chip=sm_80 | FileCheck %s --check-prefix=SM80
// RUN: not norm-opt %s --norm-rows-to-kernels='chip=sm_80 dependent-launch' 2>&1 | FileCheck %s --check-prefix=EARLY
// RUN: norm-opt %s --norm-rows-to-kernels=dependent-launch | FileCheck %s --check-prefix=DEPENDENT

// Blocks side by side on all multiprocessors take rows in turn, each of them as
// many as the others: with 132 multiprocessors of four blocks, 529 rows are two
// turns of 265. The next row is loaded before this one is stored, and shared
// memory of two rows is used in turn, so that there is one barrier a row.

// CHECK-LABEL: func @rows_in_turn
// CHECK: %[[TURNS:.*]] = arith.ceildivui %[[ROWS:.*]], %c528
// CHECK: %[[GROUPS:.*]] = arith.ceildivui %[[ROWS]], %[[TURNS]]
// CHECK: gpu.launch_func {{.*}} blocks in (%[[GROUPS]],
// CHECK: gpu.func
// CHECK-SAME: workgroup(%{{.*}} : memref<16xf32, #gpu.address_space<workgroup>>
// CHECK-COUNT-2: vector.load {{.*}} vector<8xbf16>
// CHECK-NOT: vector.load
// CHECK: scf.for {{.*}} iter_args(%{{.*}} = %c0, %{{.*}}, %{{.*}}) -> (index, vector<8xbf16>, vector<8xbf16>)
// CHECK: scf.if
// CHECK-COUNT-2: vector.load
// CHECK: else
// CHECK-NOT: gpu.barrier
// The scale is loaded before the barrier.
// CHECK-COUNT-2: vector.load
// CHECK: gpu.barrier
// CHECK-NOT: {{gpu.barrier|vector.load .*bf16}}
// CHECK-COUNT-2: vector.store
// CHECK: scf.yield

// SM80: arith.ceildivui %{{.*}}, %c432

// EARLY: error: expected a chip that has dependent launches, from sm_90 on, got sm_80

// DEPENDENT: gpu.func
// DEPENDENT-SAME: dependent_launch = true
// DEPENDENT-NOT: vector.load
// DEPENDENT: nvvm.griddepcontrol wait
// DEPENDENT: vector.load
// DEPENDENT: nvvm.griddepcontrol launch_dependents
// DEPENDENT: gpu.barrier
func.func @rows_in_turn(%x: memref<?x4096xbf16>, %g: memref<4096xbf16>, %y: memref<?x4096xbf16>) {
  norm.rmsnorm ins(%x : memref<?x4096xbf16>) scale(%g : memref<4096xbf16>) outs(%y : memref<?x4096xbf16>) epsilon = 1.0e-5
  return
}
