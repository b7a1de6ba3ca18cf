// A bundle for two chips: how to launch each kernel as a function of the extents.

// RUN: rm -rf %t && mkdir %t && norm-compile %s -o %t/b --target=sm_90,sm_75 --cubin=never
// RUN: FileCheck %s < %t/b/manifest.json
// RUN: FileCheck %s --check-prefix=PTX --implicit-check-not='.extern .func' < %t/b/sm_75.ptx

// A bundle is replaced as a whole; nothing else is.
// RUN: norm-compile %s -o %t/b --target=sm_80 --cubin=never
// RUN: ls %t/b | FileCheck %s --check-prefix=FILES
// RUN: ls %t | count 1
// RUN: rm -rf %t.other && mkdir -p %t.other/mine && not norm-compile %s -o %t.other --target=sm_80 2>&1 | FileCheck %s --check-prefix=OTHER

// Without ptxas there is PTX alone.
// RUN: env PATH= CUDA_ROOT= CUDA_HOME= CUDA_PATH= HOME= VIRTUAL_ENV= %norm_obj_root/bin/norm-compile %s -o %t/b --target=sm_90 --toolkit=%S 2>&1 | FileCheck %s --check-prefix=WARN
// RUN: not %norm_obj_root/bin/norm-compile %s -o %t/b --target=sm_90 --toolkit=%S --cubin=always 2>&1 | FileCheck %s --check-prefix=ALWAYS

// FILES: manifest.json
// FILES-NEXT: sm_80.ptx
// FILES-NOT: {{.}}
// OTHER: error: expected '{{.*}}' to be a bundle or not to be there
// WARN: warning: PTX alone for sm_90: expected ptxas in '
// ALWAYS: error: expected ptxas in '

// CHECK: "crc32": "{{[0-9a-f]+}}",
// CHECK: "entries": [
// CHECK: "access": "read",
// CHECK: "alignment": 16,
// CHECK: "name": "arg0",
// CHECK: "shape": [
// CHECK-NEXT: "n0",
// CHECK-NEXT: 128
// CHECK: "type": "bf16"
// CHECK: "access": "write"
// CHECK: "shape": [
// CHECK-NEXT: "n0",
// CHECK: "name": "short",
// CHECK: "reference": [
// CHECK: "kind": "add",
// CHECK-NEXT: "op": "norm.row_reduce"
// CHECK: "name": "result0"
// CHECK: "name": "with-tensors",
// CHECK: "shape": [
// CHECK-NEXT: "n0",
// CHECK: "name": "result0",
// CHECK-NEXT: "shape": [
// CHECK-NEXT: "n0",
// CHECK: "name": "open",
// CHECK: "images": [
// CHECK: "chip": "sm_90",
// CHECK: "cubin": null,
// CHECK: "short": [
// CHECK: "block": [
// CHECK-NEXT: 128,
// CHECK: "grid": [
// CHECK-NEXT: [
// CHECK-NEXT: "ceildiv",
// CHECK-NEXT: [
// CHECK-NEXT: "ceildiv",
// CHECK-NEXT: "n0",
// CHECK-NEXT: 16
// CHECK-NEXT: ],
// CHECK-NEXT: [
// CHECK-NEXT: "ceildiv",
// CHECK: 1056
// CHECK: "input_reads": 1,
// CHECK: "kernel": "short_kernel",
// CHECK: "parameters": [
// CHECK: "value": "n0"
// CHECK: "strategy":
// CHECK: "with-tensors": [
// CHECK: "cluster": [
// CHECK-NEXT: 8,
// CHECK: "grid": [
// CHECK-NEXT: 512,
// CHECK: "input_reads": 1,
// CHECK: "kernel": "with_tensors_kernel",
// CHECK: "kernel": "with_tensors_kernel_1",
// CHECK: "chip": "sm_75",
// CHECK: "with-tensors": [
// CHECK: "dynamic_shared_bytes": 32768,
// CHECK: "input_reads": 3,
// CHECK: "kind": "norm-bundle",
// CHECK: "schema": 1

// PTX: .target sm_75
// PTX: .entry short_kernel(
// PTX: .entry with_tensors_kernel(
// PTX: .entry with_tensors_kernel_1(

func.func @short(%x: memref<?x128xbf16>, %y: memref<?x128xbf16>) {
  norm.rmsnorm ins(%x : memref<?x128xbf16>) outs(%y : memref<?x128xbf16>) epsilon = 1.0e-5
  return
}

func.func @"with-tensors"(%x: tensor<64x100000xf32>, %z: tensor<4x8xf32>) -> (tensor<64x100000xf32>, tensor<4x8xf32>) {
  %e = tensor.empty() : tensor<64x100000xf32>
  %y = norm.layernorm ins(%x : tensor<64x100000xf32>) outs(%e : tensor<64x100000xf32>) epsilon = 1.0e-5 -> tensor<64x100000xf32>
  %f = tensor.empty() : tensor<4x8xf32>
  %w = norm.rmsnorm ins(%z : tensor<4x8xf32>) outs(%f : tensor<4x8xf32>) epsilon = 1.0e-5 -> tensor<4x8xf32>
  return %y, %w : tensor<64x100000xf32>, tensor<4x8xf32>
}

func.func @open(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x64xf32>
  %init = tensor.empty(%rows) : tensor<?x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<?x64xf32>) outs(%init : tensor<?x64xf32>) epsilon = 1.0e-5 -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
