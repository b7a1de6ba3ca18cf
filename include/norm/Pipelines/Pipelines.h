//===- Pipelines.h - from norm ops to machine code --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_PIPELINES_PIPELINES_H
#define NORM_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

namespace mlir::norm {

/// Options of norm-to-llvm.
struct NormToLLVMOptions : PassPipelineOptions<NormToLLVMOptions> {
  Option<unsigned> threads{
      *this, "threads",
      llvm::cl::desc(
          "Threads that share the rows of a loop: 1 emits no OpenMP, "
          "0 leaves the number to the OpenMP runtime"),
      llvm::cl::init(0)};
  Option<std::string> target{
      *this, "target",
      llvm::cl::desc(
          "The vector unit: sse2, avx2, avx512, avx512bf16, neon, generic for "
          "any other; znver4, znver5 or sapphirerapids, with its caches; or "
          "cpu for that of this machine"),
      llvm::cl::init("cpu")};
  Option<unsigned> vectorBits{
      *this, "vector-bits",
      llvm::cl::desc("Width of a vector register in bits: 128, 256 or 512; 0 "
                     "takes that of the machine the compiler runs on"),
      llvm::cl::init(0)};
  Option<std::string> stores{
      *this, "stores",
      llvm::cl::desc("How results of row loops are stored: plain, streaming "
                     "(past the caches) or auto"),
      llvm::cl::init("auto")};
  Option<bool> resultsToOutParams{
      *this, "results-to-out-params",
      llvm::cl::desc("Turn the results of each function into arguments that "
                     "the caller allocates, where all of them have static "
                     "shapes"),
      llvm::cl::init(false)};
};

/// Options of norm-rows-to-kernels.
struct NormKernelsOptions : PassPipelineOptions<NormKernelsOptions> {
  Option<std::string> chip{
      *this, "chip",
      llvm::cl::desc("The chip: sm_70 to sm_121, as NVIDIA's tools name it"),
      llvm::cl::init("sm_90")};
  Option<bool> rowsInTurn{
      *this, "rows-in-turn",
      llvm::cl::desc("Whether blocks take rows in turn, where the strategy for "
                     "a row has it"),
      llvm::cl::init(true)};
  Option<bool> dependentLaunch{
      *this, "dependent-launch",
      llvm::cl::desc("Whether kernels wait for the grids before them, so that "
                     "they may be launched early; from sm_90 on"),
      llvm::cl::init(false)};
};

/// Options of norm-to-nvvm.
struct NormToNVVMOptions : NormKernelsOptions {
  Option<std::string> format{
      *this, "format",
      llvm::cl::desc("What kernels become: isa (PTX), bin (a cubin) or fatbin, "
                     "which take NVIDIA's ptxas, llvm, or none, which leaves "
                     "them in the LLVM dialect"),
      llvm::cl::init("isa")};
  Option<std::string> toolkit{
      *this, "toolkit",
      llvm::cl::desc("Folder of the CUDA toolkit; without it ptxas is looked "
                     "for in PATH, CUDA_ROOT, CUDA_HOME and CUDA_PATH"),
      llvm::cl::init("")};
};

/// Adds the passes that fuse each norm with its row-local neighbours into a
/// norm.row_loop on tensors, and elementwise linalg ops with each other.
/// `target` is cpu or gpu: what has no code there stays outside.
void buildNormFusionPipeline(OpPassManager &pm, StringRef target = "cpu");

/// Adds the passes from tensors to memrefs: one-shot bufferization with
/// identity layouts at function boundaries. Allocations are freed, except those
/// of results.
void buildNormBufferizationPipeline(OpPassManager &pm,
                                    const NormToLLVMOptions &options);

/// Adds the passes that turn row loops on memrefs into vector code and other
/// linalg ops into loops.
void buildNormLoopsPipeline(OpPassManager &pm,
                            const NormToLLVMOptions &options);

/// Adds the passes that turn views of memrefs into offsets, sizes and strides,
/// and affine ops into arithmetic.
void buildNormViewLowering(OpPassManager &pm);

/// Adds the passes from loops and vectors to the LLVM dialect.
void buildNormLoweringPipeline(OpPassManager &pm,
                               const NormToLLVMOptions &options);

/// Adds the four pipelines above, one after the other. Together they compile a
/// module of functions on tensors, with or
/// without norm ops, to the LLVM dialect for the CPU: fusion of elementwise
/// linalg ops, bufferization with identity layouts at function boundaries,
/// one row loop of vector code for each norm, loops for the rest, OpenMP.
/// Allocations are freed, except those of results.
void buildNormToLLVMPipeline(OpPassManager &pm,
                             const NormToLLVMOptions &options);

/// Adds the passes from row loops on memrefs to GPU kernels, `gpu.func`, and
/// their launches.
void buildNormKernelsPipeline(OpPassManager &pm,
                              const NormKernelsOptions &options);

/// Adds the passes that lower kernels to the NVVM dialect for `chip`. Host code
/// is checked, and its control flow lowered.
void buildNormKernelLoweringPipeline(OpPassManager &pm, StringRef chip);

/// Adds the passes from functions on tensors or memrefs, with norm ops, to
/// binaries for one chip and host code in the LLVM dialect that launches them
/// on memory of the device. Results of static shape become arguments.
void buildNormToNVVMPipeline(OpPassManager &pm,
                             const NormToNVVMOptions &options);

/// Registers the pipelines by name: norm-to-llvm, and its parts norm-to-rows,
/// norm-rows-to-memrefs, norm-rows-to-vectors and norm-vectors-to-llvm;
/// norm-to-nvvm, and its part norm-rows-to-kernels.
void registerNormPipelines();

} // namespace mlir::norm

#endif // NORM_PIPELINES_PIPELINES_H
