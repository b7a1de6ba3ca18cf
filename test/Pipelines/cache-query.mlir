// Code that is compiled ahead asks for the caches of the machine that it runs on,
// where the answer matters.

// RUN: norm-opt %s --norm-vectorize-rows=target=avx2 | FileCheck %s
// RUN: norm-opt %s --norm-vectorize-rows="target=avx2 stores=plain" | FileCheck %s --check-prefix=PLAIN
// RUN: norm-compile %s --target=x86-64-v3 --emit=object -o %t.o
// RUN: llvm-objdump -d %t.o | FileCheck %s --check-prefix=CODE

// PLAIN-NOT: call @norm_cache_bytes
// CODE: cpuid
func.func private @norm_cache_bytes(i64) -> i64

// 32 rows are in any cache.
// CHECK-LABEL: @small
// CHECK-NOT: norm_cache_bytes
func.func @small(%x: memref<32x1024xf32>, %y: memref<32x1024xf32>) {
  norm.rmsnorm ins(%x : memref<32x1024xf32>) outs(%y : memref<32x1024xf32>) epsilon = 1.0e-5
  return
}

// 4 MiB are past the caches of some machines.
// CHECK-LABEL: @some
// CHECK-DAG: %[[TWO:.*]] = arith.constant 2 : i64
// CHECK-DAG: %[[THREE:.*]] = arith.constant 3 : i64
// CHECK-DAG: call @norm_cache_bytes(%[[TWO]])
// CHECK-DAG: call @norm_cache_bytes(%[[THREE]])
// CHECK: scf.if
func.func @some(%x: memref<512x1024xf32>, %y: memref<512x1024xf32>) {
  norm.rmsnorm ins(%x : memref<512x1024xf32>) outs(%y : memref<512x1024xf32>) epsilon = 1.0e-5
  return
}

// 512 MiB are past all.
// CHECK-LABEL: @large
// CHECK-NOT: norm_cache_bytes
// CHECK: nontemporal = true
func.func @large(%x: memref<65536x1024xf32>, %y: memref<65536x1024xf32>) {
  norm.rmsnorm ins(%x : memref<65536x1024xf32>) outs(%y : memref<65536x1024xf32>) epsilon = 1.0e-5
  return
}
