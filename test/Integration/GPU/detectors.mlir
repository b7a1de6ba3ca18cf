// RUN: split-file %s %t
// RUN: not norm-emulate %t/divergent-barrier.mlir 2>&1 | FileCheck %t/divergent-barrier.mlir
// RUN: not norm-emulate %t/lost-lane.mlir 2>&1 | FileCheck %t/lost-lane.mlir
// RUN: not norm-emulate %t/inactive-source.mlir 2>&1 | FileCheck %t/inactive-source.mlir
// RUN: not norm-emulate %t/read-race.mlir 2>&1 | FileCheck %t/read-race.mlir
// RUN: not norm-emulate %t/write-race.mlir 2>&1 | FileCheck %t/write-race.mlir
// RUN: not norm-emulate %t/global-race.mlir 2>&1 | FileCheck %t/global-race.mlir
// RUN: not norm-emulate %t/never-written.mlir 2>&1 | FileCheck %t/never-written.mlir
// RUN: not norm-emulate %t/out-of-bounds.mlir 2>&1 | FileCheck %t/out-of-bounds.mlir
// RUN: not norm-emulate %t/misaligned.mlir 2>&1 | FileCheck %t/misaligned.mlir
// RUN: norm-emulate %t/correct.mlir

// What is wrong with each kernel is found, and where; nothing is wrong with the
// last.

//--- divergent-barrier.mlir
// CHECK: :[[#@LINE+7]]:9: error: a barrier that thread {{[0-9]+}} does not come to, by thread {{[0-9]+}} of block 0
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() kernel {
      %t = gpu.thread_id x
      %c3 = arith.constant 3 : index
      %some = arith.cmpi ult, %t, %c3 : index
      scf.if %some {
        gpu.barrier
      }
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- lost-lane.mlir
// CHECK: error: a shuffle that not all lanes of the warp come to, by thread {{3[2-9]}} of block 0
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() kernel {
      %t = gpu.thread_id x
      %c35 = arith.constant 35 : index
      %some = arith.cmpi ult, %t, %c35 : index
      scf.if %some {
        %distance = arith.constant 1 : i32
        %width = arith.constant 32 : i32
        %v = arith.constant 1.0 : f32
        %r, %valid = gpu.shuffle xor %v, %distance, %width : f32
      }
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- inactive-source.mlir
// CHECK: :[[#@LINE+6]]:20: error: a shuffle from a lane that is not active, {{(1[6-9]|2[0-9]|3[01])}}, by thread {{3[2-9]|4[0-7]}} of block 0
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() kernel {
      %distance = arith.constant 16 : i32
      %width = arith.constant 32 : i32
      %v = arith.constant 1.0 : f32
      %r, %valid = gpu.shuffle xor %v, %distance, %width : f32
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c48 = arith.constant 48 : index
  gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c48, %c1, %c1)
  return
}
}

//--- read-race.mlir
// CHECK: error: a race: a {{read of what another thread writes|write of what another thread reads}}, by thread {{[0-9]+}} of block 0
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() workgroup(%s : memref<64xf32, #gpu.address_space<workgroup>>) kernel {
      %t = gpu.thread_id x
      %c1 = arith.constant 1 : index
      %c64 = arith.constant 64 : index
      %v = arith.constant 1.0 : f32
      memref.store %v, %s[%t] : memref<64xf32, #gpu.address_space<workgroup>>
      gpu.barrier
      %next = arith.addi %t, %c1 : index
      %other = arith.remui %next, %c64 : index
      %w = memref.load %s[%other] : memref<64xf32, #gpu.address_space<workgroup>>
      memref.store %w, %s[%t] : memref<64xf32, #gpu.address_space<workgroup>>
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- write-race.mlir
// CHECK: error: a race: two threads write the same element, by thread {{[0-9]+}} of block 0
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() workgroup(%s : memref<1xf32, #gpu.address_space<workgroup>>) kernel {
      %c0 = arith.constant 0 : index
      %v = arith.constant 1.0 : f32
      memref.store %v, %s[%c0] : memref<1xf32, #gpu.address_space<workgroup>>
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- global-race.mlir
// CHECK: error: a race: two threads write the same element, by thread {{[0-9]+}} of block {{[01]}}
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k(%y: memref<64xf32>) kernel {
      %t = gpu.thread_id x
      %v = arith.constant 1.0 : f32
      memref.store %v, %y[%t] : memref<64xf32>
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c64 = arith.constant 64 : index
  %y = memref.alloc() : memref<64xf32>
  gpu.launch_func @m::@k blocks in (%c2, %c1, %c1) threads in (%c64, %c1, %c1) args(%y : memref<64xf32>)
  return
}
}

//--- never-written.mlir
// CHECK: error: a read of memory that was never written, by thread {{[0-9]+}} of block 0
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() workgroup(%s : memref<64xf32, #gpu.address_space<workgroup>>) kernel {
      %t = gpu.thread_id x
      %w = memref.load %s[%t] : memref<64xf32, #gpu.address_space<workgroup>>
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}

//--- out-of-bounds.mlir
// CHECK: error: an access out of bounds, at index 61 of 64, by thread 61 of block 0
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k(%x: memref<64xf32>) kernel {
      %t = gpu.thread_id x
      %c61 = arith.constant 61 : index
      %here = arith.cmpi eq, %t, %c61 : index
      scf.if %here {
        %v = vector.load %x[%t] : memref<64xf32>, vector<4xf32>
      }
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %x = memref.alloc() : memref<64xf32>
  gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c64, %c1, %c1) args(%x : memref<64xf32>)
  return
}
}

//--- misaligned.mlir
// CHECK: error: an access that is not aligned to 16 bytes, by thread {{[0-9]+}} of block 0
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k(%x: memref<128xf32>) kernel {
      %t = gpu.thread_id x
      %v = vector.load %x[%t] {alignment = 16 : i64} : memref<128xf32>, vector<4xf32>
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  %x = memref.alloc() : memref<128xf32>
  gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c64, %c1, %c1) args(%x : memref<128xf32>)
  return
}
}

//--- correct.mlir
module attributes {gpu.container_module} {
gpu.module @m { gpu.func @k() workgroup(%s : memref<64xf32, #gpu.address_space<workgroup>>) kernel {
      %t = gpu.thread_id x
      %c1 = arith.constant 1 : index
      %c64 = arith.constant 64 : index
      %v = arith.constant 1.0 : f32
      memref.store %v, %s[%t] : memref<64xf32, #gpu.address_space<workgroup>>
      gpu.barrier
      %next = arith.addi %t, %c1 : index
      %other = arith.remui %next, %c64 : index
      %w = memref.load %s[%other] : memref<64xf32, #gpu.address_space<workgroup>>
      gpu.barrier
      memref.store %w, %s[%t] : memref<64xf32, #gpu.address_space<workgroup>>
      gpu.return
} }
func.func @main() {
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  gpu.launch_func @m::@k blocks in (%c1, %c1, %c1) threads in (%c64, %c1, %c1)
  return
}
}
