// RUN: norm-opt %s --norm-to-nvvm='chip=sm_90 rows-in-turn=false' | sed 's/\\0A/\n/g' | FileCheck %s --implicit-check-not='.extern .func' --implicit-check-not=ld.local
// RUN: norm-opt %s --norm-to-nvvm="chip=sm_75 format=none" | FileCheck %s --check-prefix=NONE --implicit-check-not=norm.r --implicit-check-not=norm.l

// The host launches nothing if there are no rows.
// CHECK-LABEL: llvm.func @block_rows
// CHECK: llvm.cond_br
// CHECK: gpu.launch_func @block_rows_kernel::@block_rows_kernel
// NONE-LABEL: llvm.func @block_rows
// NONE: gpu.module @block_rows_kernel [#nvvm.target<O = 3, chip = "sm_75", features = "+ptx80">]
// NONE: nvvm.shfl.sync

// Input and scale are loaded once, before the barrier, 16 bytes at a time.
// CHECK: gpu.binary @block_rows_kernel [#gpu.object<#nvvm.target<{{.*}}chip = "sm_90"
// CHECK: .entry block_rows_kernel
// CHECK: .maxntid 256, 1, 1
// CHECK-NOT: bar.sync
// CHECK-COUNT-4: ld.global.v4.b32
// CHECK-NOT: ld.global
// CHECK: shfl.sync.bfly.b32
// CHECK: st.shared.b32
// CHECK: bar.sync
// CHECK-NOT: ld.global
// CHECK: ld.shared.v4.b32
// CHECK-NOT: ld.global
// CHECK: shfl.sync.bfly.b32
// CHECK: rsqrt.approx.f32
// CHECK: cvt.rn.bf16x2.f32
// CHECK-COUNT-2: st.global.v4.b32
// CHECK-NOT: {{bar.sync|.global.*\[}}
// CHECK: ret;
func.func @block_rows(%x: memref<?x4096xbf16>, %g: memref<4096xbf16>, %y: memref<?x4096xbf16>) {
  norm.rmsnorm ins(%x : memref<?x4096xbf16>) scale(%g : memref<4096xbf16>) outs(%y : memref<?x4096xbf16>) epsilon = 1.0e-5
  return
}

// From tensors on, with neighbours: the sum before is one more result, the
// exponential after a polynomial. Results are arguments.
// CHECK-LABEL: llvm.func @from_tensors
// CHECK: gpu.binary @from_tensors_kernel
func.func @from_tensors(%a: tensor<64x128xf32>, %b: tensor<64x128xf32>) -> (tensor<64x128xf32>, tensor<64x128xf32>) {
  %init = tensor.empty() : tensor<64x128xf32>
  %s = arith.addf %a, %b : tensor<64x128xf32>
  %y = norm.layernorm ins(%s : tensor<64x128xf32>) outs(%init : tensor<64x128xf32>) epsilon = 1.0e-05 -> tensor<64x128xf32>
  %e = math.exp %y : tensor<64x128xf32>
  return %e, %s : tensor<64x128xf32>, tensor<64x128xf32>
}
