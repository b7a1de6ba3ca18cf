// RUN: split-file %s %t
// RUN: not norm-emulate %t/missed-barrier.mlir 2>&1 | FileCheck %t/missed-barrier.mlir
// RUN: not norm-emulate %t/two-arrivals.mlir 2>&1 | FileCheck %t/two-arrivals.mlir
// RUN: not norm-emulate %t/no-arrival.mlir 2>&1 | FileCheck %t/no-arrival.mlir
// RUN: not norm-emulate %t/not-started.mlir 2>&1 | FileCheck %t/not-started.mlir
// RUN: not norm-emulate %t/has-ended.mlir 2>&1 | FileCheck %t/has-ended.mlir
// RUN: not norm-emulate %t/read-too-early.mlir 2>&1 | FileCheck %t/read-too-early.mlir
// RUN: not norm-emulate %t/relaxed-arrival.mlir 2>&1 | FileCheck %t/relaxed-arrival.mlir
// RUN: not norm-emulate %t/write-race.mlir 2>&1 | FileCheck %t/write-race.mlir
// RUN: not norm-emulate %t/no-such-block.mlir 2>&1 | FileCheck %t/no-such-block.mlir
// RUN: norm-emulate %t/correct.mlir --seed=1

// What is wrong with each kernel of a cluster of two blocks is found; nothing is
// wrong with the last.

//--- missed-barrier.mlir
// CHECK: error: a barrier of the cluster that thread 0 of block {{[01]}} does not come to, by thread {{[0-9]+}} of block {{[01]}}
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() kernel {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %v = arith.constant 1.0 : f32
      %first = arith.cmpi eq, %t, %c0 : index
      scf.if %first {
      } else {
        nvvm.cluster.arrive
        nvvm.cluster.wait
      }
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k clusters in (%c2, %c1, %c1) blocks in (%c2, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- two-arrivals.mlir
// CHECK: error: an arrival at a barrier of the cluster without a wait for the one before, by thread {{[0-9]+}} of block {{[01]}}
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() kernel {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %v = arith.constant 1.0 : f32
      %first = arith.cmpi eq, %t, %c0 : index
      nvvm.cluster.arrive
      nvvm.cluster.arrive
      nvvm.cluster.wait
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k clusters in (%c2, %c1, %c1) blocks in (%c2, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- no-arrival.mlir
// CHECK: error: a wait for a barrier of the cluster without an arrival, by thread {{[0-9]+}} of block {{[01]}}
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() kernel {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %v = arith.constant 1.0 : f32
      %first = arith.cmpi eq, %t, %c0 : index
      nvvm.cluster.wait
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k clusters in (%c2, %c1, %c1) blocks in (%c2, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- not-started.mlir
// CHECK: :[[#@LINE+20]]:9: error: an access to memory of block {{[01]}} of the cluster, which may not have started, by thread 0 of block {{[01]}}
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() workgroup(%s: memref<2xf32, #gpu.address_space<workgroup>>) kernel {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %v = arith.constant 1.0 : f32
      %first = arith.cmpi eq, %t, %c0 : index
      %base = memref.extract_aligned_pointer_as_index %s : memref<2xf32, #gpu.address_space<workgroup>> -> index
      %c4 = arith.constant 4 : index
      %distance = arith.muli %b, %c4 : index
      %sum = arith.addi %base, %distance : index
      %address = arith.index_cast %sum : index to i64
      %local = llvm.inttoptr %address : i64 to !llvm.ptr<3>
      %other = arith.subi %c1, %b : index
      %rank = arith.index_cast %other : index to i32
      %remote = nvvm.mapa %local, %rank : !llvm.ptr<3> -> !llvm.ptr<7>
      scf.if %first {
        llvm.store %v, %remote : f32, !llvm.ptr<7>
      }
      nvvm.cluster.arrive
      nvvm.cluster.wait
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k clusters in (%c2, %c1, %c1) blocks in (%c2, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- has-ended.mlir
// CHECK: error: an access to memory of block {{[01]}} of the cluster, which has ended, by thread 0 of block {{[01]}}
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() workgroup(%s: memref<2xf32, #gpu.address_space<workgroup>>) kernel {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %v = arith.constant 1.0 : f32
      %first = arith.cmpi eq, %t, %c0 : index
      %base = memref.extract_aligned_pointer_as_index %s : memref<2xf32, #gpu.address_space<workgroup>> -> index
      %c4 = arith.constant 4 : index
      %distance = arith.muli %b, %c4 : index
      %sum = arith.addi %base, %distance : index
      %address = arith.index_cast %sum : index to i64
      %local = llvm.inttoptr %address : i64 to !llvm.ptr<3>
      %other = arith.subi %c1, %b : index
      %rank = arith.index_cast %other : index to i32
      %remote = nvvm.mapa %local, %rank : !llvm.ptr<3> -> !llvm.ptr<7>
      nvvm.cluster.arrive.relaxed
      nvvm.cluster.wait
      %zero = arith.cmpi eq, %b, %c0 : index
      %sends = arith.andi %first, %zero : i1
      scf.if %sends {
        %n = arith.constant 1000 : index
        %last = scf.for %i = %c0 to %n step %c1 iter_args(%sum2 = %v) -> f32 {
          memref.store %v, %s[%c0] : memref<2xf32, #gpu.address_space<workgroup>>
          scf.yield %sum2 : f32
        }
        llvm.store %last, %remote : f32, !llvm.ptr<7>
      }
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k clusters in (%c2, %c1, %c1) blocks in (%c2, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- read-too-early.mlir
// CHECK: error: a {{race: a read of what another thread writes|read of memory that was never written}}, by thread {{[0-9]+}} of block {{[01]}}
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() workgroup(%s: memref<2xf32, #gpu.address_space<workgroup>>) kernel {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %v = arith.constant 1.0 : f32
      %first = arith.cmpi eq, %t, %c0 : index
      %base = memref.extract_aligned_pointer_as_index %s : memref<2xf32, #gpu.address_space<workgroup>> -> index
      %c4 = arith.constant 4 : index
      %distance = arith.muli %b, %c4 : index
      %sum = arith.addi %base, %distance : index
      %address = arith.index_cast %sum : index to i64
      %local = llvm.inttoptr %address : i64 to !llvm.ptr<3>
      %other = arith.subi %c1, %b : index
      %rank = arith.index_cast %other : index to i32
      %remote = nvvm.mapa %local, %rank : !llvm.ptr<3> -> !llvm.ptr<7>
      nvvm.cluster.arrive.relaxed
      nvvm.cluster.wait
      scf.if %first {
        llvm.store %v, %remote : f32, !llvm.ptr<7>
      }
      gpu.barrier
      %w = memref.load %s[%other] : memref<2xf32, #gpu.address_space<workgroup>>
      nvvm.cluster.arrive
      nvvm.cluster.wait
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k clusters in (%c2, %c1, %c1) blocks in (%c2, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- relaxed-arrival.mlir
// CHECK: error: a race: a read of what another thread writes, by thread {{[0-9]+}} of block {{[01]}}
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() workgroup(%s: memref<2xf32, #gpu.address_space<workgroup>>) kernel {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %v = arith.constant 1.0 : f32
      %first = arith.cmpi eq, %t, %c0 : index
      %base = memref.extract_aligned_pointer_as_index %s : memref<2xf32, #gpu.address_space<workgroup>> -> index
      %c4 = arith.constant 4 : index
      %distance = arith.muli %b, %c4 : index
      %sum = arith.addi %base, %distance : index
      %address = arith.index_cast %sum : index to i64
      %local = llvm.inttoptr %address : i64 to !llvm.ptr<3>
      %other = arith.subi %c1, %b : index
      %rank = arith.index_cast %other : index to i32
      %remote = nvvm.mapa %local, %rank : !llvm.ptr<3> -> !llvm.ptr<7>
      nvvm.cluster.arrive.relaxed
      nvvm.cluster.wait
      scf.if %first {
        llvm.store %v, %remote : f32, !llvm.ptr<7>
      }
      nvvm.cluster.arrive.relaxed
      nvvm.cluster.wait
      %w = memref.load %s[%other] : memref<2xf32, #gpu.address_space<workgroup>>
      nvvm.cluster.arrive
      nvvm.cluster.wait
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k clusters in (%c2, %c1, %c1) blocks in (%c2, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- write-race.mlir
// CHECK: error: a race: {{two threads write the same element|a write of what another thread reads}}, by thread {{[0-9]+}} of block {{[01]}}
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() workgroup(%s: memref<2xf32, #gpu.address_space<workgroup>>) kernel {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %v = arith.constant 1.0 : f32
      %first = arith.cmpi eq, %t, %c0 : index
      %base = memref.extract_aligned_pointer_as_index %s : memref<2xf32, #gpu.address_space<workgroup>> -> index
      %c4 = arith.constant 4 : index
      %distance = arith.muli %b, %c4 : index
      %sum = arith.addi %base, %distance : index
      %address = arith.index_cast %sum : index to i64
      %local = llvm.inttoptr %address : i64 to !llvm.ptr<3>
      %other = arith.subi %c1, %b : index
      %rank = arith.index_cast %other : index to i32
      %remote = nvvm.mapa %local, %rank : !llvm.ptr<3> -> !llvm.ptr<7>
      nvvm.cluster.arrive.relaxed
      nvvm.cluster.wait
      scf.if %first {
        llvm.store %v, %remote : f32, !llvm.ptr<7>
        memref.store %v, %s[%other] : memref<2xf32, #gpu.address_space<workgroup>>
      }
      nvvm.cluster.arrive
      nvvm.cluster.wait
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k clusters in (%c2, %c1, %c1) blocks in (%c2, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- no-such-block.mlir
// CHECK: error: block 2 of a cluster of 2, by thread {{[0-9]+}} of block {{[01]}}
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() workgroup(%s: memref<2xf32, #gpu.address_space<workgroup>>) kernel {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %v = arith.constant 1.0 : f32
      %first = arith.cmpi eq, %t, %c0 : index
      %base = memref.extract_aligned_pointer_as_index %s : memref<2xf32, #gpu.address_space<workgroup>> -> index
      %c4 = arith.constant 4 : index
      %distance = arith.muli %b, %c4 : index
      %sum = arith.addi %base, %distance : index
      %address = arith.index_cast %sum : index to i64
      %local = llvm.inttoptr %address : i64 to !llvm.ptr<3>
      %other = arith.subi %c1, %b : index
      %rank = arith.index_cast %other : index to i32
      %remote = nvvm.mapa %local, %rank : !llvm.ptr<3> -> !llvm.ptr<7>
      %two = arith.constant 2 : i32
      %nowhere = nvvm.mapa %local, %two : !llvm.ptr<3> -> !llvm.ptr<7>
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k clusters in (%c2, %c1, %c1) blocks in (%c2, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- correct.mlir
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() workgroup(%s: memref<2xf32, #gpu.address_space<workgroup>>) kernel {
      %t = gpu.thread_id x
      %b = gpu.block_id x
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c2 = arith.constant 2 : index
      %v = arith.constant 1.0 : f32
      %first = arith.cmpi eq, %t, %c0 : index
      %base = memref.extract_aligned_pointer_as_index %s : memref<2xf32, #gpu.address_space<workgroup>> -> index
      %c4 = arith.constant 4 : index
      %distance = arith.muli %b, %c4 : index
      %sum = arith.addi %base, %distance : index
      %address = arith.index_cast %sum : index to i64
      %local = llvm.inttoptr %address : i64 to !llvm.ptr<3>
      %other = arith.subi %c1, %b : index
      %rank = arith.index_cast %other : index to i32
      %remote = nvvm.mapa %local, %rank : !llvm.ptr<3> -> !llvm.ptr<7>
      nvvm.cluster.arrive.relaxed
      nvvm.cluster.wait
      scf.if %first {
        llvm.store %v, %remote : f32, !llvm.ptr<7>
      }
      nvvm.cluster.arrive
      nvvm.cluster.wait
      %w = memref.load %s[%other] : memref<2xf32, #gpu.address_space<workgroup>>
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k clusters in (%c2, %c1, %c1) blocks in (%c2, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}
