// Code for one processor has no instruction of another.

// RUN: norm-opt %s --norm-to-llvm="threads=1 stores=streaming target=sse2" | FileCheck %s --check-prefixes=CHECK,X86
// RUN: norm-opt %s --norm-to-llvm="threads=1 stores=streaming target=neon" | FileCheck %s --check-prefixes=CHECK,OTHER --implicit-check-not=llvm.x86
// RUN: norm-opt %s --norm-to-llvm="threads=1 stores=streaming target=generic" | FileCheck %s --check-prefixes=CHECK,OTHER --implicit-check-not=llvm.x86
// RUN: norm-opt %s --norm-to-llvm="threads=1 target=generic" | mlir-translate --mlir-to-llvmir | opt -O3 -mtriple=riscv64-linux-gnu | llc -O3 -mtriple=riscv64-linux-gnu -mattr=+d -o /dev/null

// CHECK: llvm.func @rmsnorm
// X86: llvm.x86.sse.sfence
// OTHER: nontemporal
func.func @rmsnorm(%x: memref<2048x4096xf32>, %y: memref<2048x4096xf32>) {
  norm.rmsnorm ins(%x : memref<2048x4096xf32>) outs(%y : memref<2048x4096xf32>) epsilon = 1.0e-5
  return
}
