// RUN: not norm-opt %s --norm-to-nvvm=chip=sm_42 2>&1 | FileCheck %s --check-prefix=CHIP
// RUN: not norm-opt %s --norm-to-nvvm 2>&1 | FileCheck %s --check-prefix=HOST
// RUN: not env CUDA_ROOT= CUDA_HOME= CUDA_PATH= PATH=/nonexistent %norm_obj_root/bin/norm-opt %S/norm-to-nvvm.mlir --norm-to-nvvm=format=bin 2>&1 | FileCheck %s --check-prefix=TOOLKIT

// CHIP: error: expected chip to be one of sm_70, {{.*}}, got sm_42
// TOOLKIT: error: {{.*}}ptxas

// Memory of the host is no use to a kernel, nor is a loop of the host's on that
// of the device.
// HOST: error: expected norms and what fuses with them alone, got linalg.generic
// HOST: error: expected all memory to be the caller's, {{.*}}, got memref.alloc
func.func @matmul(%x: tensor<64x64xf32>, %w: tensor<64x64xf32>, %e: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %y = norm.rmsnorm ins(%x : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) epsilon = 1.0e-5 -> tensor<64x64xf32>
  %zero = arith.constant 0.0 : f32
  %init = tensor.empty() : tensor<64x64xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%init : tensor<64x64xf32>) -> tensor<64x64xf32>
  %product = linalg.matmul ins(%y, %w : tensor<64x64xf32>, tensor<64x64xf32>) outs(%zeros : tensor<64x64xf32>) -> tensor<64x64xf32>
  return %product : tensor<64x64xf32>
}

func.func @unknown_size(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %c0 = arith.constant 0 : index
  %rows = tensor.dim %x, %c0 : tensor<?x64xf32>
  %init = tensor.empty(%rows) : tensor<?x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<?x64xf32>) outs(%init : tensor<?x64xf32>) epsilon = 1.0e-5 -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
