// Cubins where ptxas is found, with what it says of each kernel.

// REQUIRES: ptxas
// RUN: rm -rf %t && norm-compile %s -o %t --target=sm_90,sm_70 2>&1 | FileCheck %s --check-prefix=WARN
// RUN: FileCheck %s < %t/manifest.json
// RUN: ls %t | FileCheck %s --check-prefix=FILES

// WARN: warning: PTX alone for sm_70: {{.*}} makes no code for sm_70: ptxas fatal
// FILES: manifest.json
// FILES-NEXT: sm_70.ptx
// FILES-NEXT: sm_90.cubin
// FILES-NEXT: sm_90.ptx
// CHECK: "file": "sm_90.cubin"
// CHECK: "ptxas": {
// CHECK-NEXT: "registers": {{[1-9]}}
// CHECK-NEXT: "shared_bytes": 64,
// CHECK-NEXT: "spill_load_bytes": 0,
// CHECK-NEXT: "spill_store_bytes": 0,
func.func @f(%x: memref<?x4096xbf16>, %y: memref<?x4096xbf16>) {
  norm.rmsnorm ins(%x : memref<?x4096xbf16>) outs(%y : memref<?x4096xbf16>) epsilon = 1.0e-5
  return
}
