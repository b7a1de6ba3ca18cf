//===- Passes.td - passes for GPUs -------------------------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_GPU_PASSES_TD
#define NORM_GPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormOutlineKernels : Pass<"norm-outline-kernels", "mlir::ModuleOp"> {
  let summary = "Make a kernel of each launch, with what is known of it";
  let description = [{
    Upstream's gpu-kernel-outlining, which drops attributes, and then copies
    `norm.kernel` (see norm/GPU/Passes.h) from each `gpu.launch` to its
    `gpu.func`: a dictionary of `strategy`, how threads share rows, in words,
    `reads`, how many times an element of an input is loaded at most, and more.
    Sets the cluster of launches and kernels, the number of blocks for which the
    registers of a multiprocessor have to suffice, and alignment.

    ```mlir
    gpu.launch blocks(...) in (...) threads(...) in (...) {
      ...
    } {norm.kernel = {reads = 1 : i64, strategy = "..."}}
    ```

    becomes

    ```mlir
    gpu.func @f_kernel(...) kernel attributes
      {norm.kernel = {reads = 1 : i64, strategy = "..."}} {
    ```
  }];
  let dependentDialects = [
    "arith::ArithDialect", "DLTIDialect", "gpu::GPUDialect"];
}

def NormLowerGPUMath : Pass<"norm-lower-gpu-math", "mlir::gpu::GPUModuleOp"> {
  let summary = "Evaluate functions in kernels without libdevice";
  let description = [{
    `math.rsqrt` of f32 becomes the instruction `rsqrt.approx`, which keeps
    denormals, of f64 1 / sqrt. Functions that LLVM has instructions for become
    calls of its intrinsics; functions of f32 that norm-approximate-math knows
    become its polynomials, of scalars, too. Any other is an error.

    ```mlir
    %r = math.rsqrt %s : f32
    ```

    becomes

    ```mlir
    %r = llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.f"(%s) : (f32) -> f32
    ```
  }];
  let dependentDialects = [
    "arith::ArithDialect", "LLVM::LLVMDialect", "math::MathDialect",
    "vector::VectorDialect"];
}

def NormDeclareSharedMemory
    : Pass<"norm-declare-shared-memory", "mlir::gpu::GPUModuleOp"> {
  let summary = "Declare dynamic shared memory as memory of the launch";
  let description = [{
    Upstream's lowering of `gpu.dynamic_shared_memory` makes a variable of no
    bytes with internal linkage. LLVM moves that into its kernel, and PTX has a
    variable of its own instead of what the launch gives:

    ```mlir
    llvm.mlir.global internal @__dynamic_shmem__0() {addr_space = 3 : i32}
      : !llvm.array<0 x i8>
    ```

    becomes

    ```mlir
    llvm.mlir.global external @__dynamic_shmem__0() {addr_space = 3 : i32}
      : !llvm.array<0 x i8>
    ```
  }];
  let dependentDialects = ["LLVM::LLVMDialect"];
}

def NormAttachNVVMTarget : Pass<"norm-attach-nvvm-target", "mlir::ModuleOp"> {
  let summary = "Choose the chip that kernels are compiled for";
  let description = [{
    Attaches `#nvvm.target` to each `gpu.module`, with the version of PTX that
    belongs to the chip. It is an error if the chip is not known, or if the host
    computes on memrefs or allocates them: memory is that of the device, and the
    caller's.
  }];
  let options = [
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_90\"",
           "The chip: sm_70 to sm_121, as NVIDIA's tools name it">
  ];
  let dependentDialects = ["NVVM::NVVMDialect"];
}

#endif // NORM_GPU_PASSES_TD
