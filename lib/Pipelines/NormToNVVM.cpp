//===- NormToNVVM.cpp - the pipeline norm-to-nvvm -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Pipelines/Pipelines.h"

#include "norm/GPU/Passes.h"
#include "norm/Rows/Passes.h"
#include "norm/Support/Canonicalizer.h"

#include "mlir/Conversion/ConvertToLLVM/ToLLVMPass.h"
#include "mlir/Conversion/GPUCommon/GPUCommonPass.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Conversion/VectorToSCF/VectorToSCF.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::norm;

void norm::buildNormKernelsPipeline(OpPassManager &pm,
                                    const NormKernelsOptions &options) {
  NormRowsToGPUOptions rows;
  rows.chip = options.chip;
  rows.rowsInTurn = options.rowsInTurn;
  rows.dependentLaunch = options.dependentLaunch;
  pm.addPass(createNormRowsToGPU(rows));
  pm.addPass(createCanonicalizer());
  pm.addPass(createCSEPass());
  pm.addPass(createGpuLaunchSinkIndexComputationsPass());
  pm.addPass(createNormOutlineKernels());
  OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
  kernels.addPass(createNormLowerGPUMath());
  kernels.addPass(createCanonicalizer());
  kernels.addPass(createCSEPass());
}

void norm::buildNormKernelLoweringPipeline(OpPassManager &pm, StringRef chip) {
  NormAttachNVVMTargetOptions target;
  target.chip = chip.str();
  pm.addPass(createNormAttachNVVMTarget(target));
  buildNormViewLowering(pm);
  pm.addPass(createConvertVectorToSCFPass());
  pm.addPass(createSCFToControlFlowPass());
  OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
  kernels.addPass(createConvertMathToLLVMPass());
  kernels.addPass(createConvertVectorToLLVMPass());
  kernels.addPass(createConvertGpuOpsToNVVMOps());
  kernels.addPass(createNormDeclareSharedMemory());
  kernels.addPass(createCanonicalizer());
  kernels.addPass(createCSEPass());
  kernels.addPass(createReconcileUnrealizedCastsPass());
}

void norm::buildNormToNVVMPipeline(OpPassManager &pm,
                                   const NormToNVVMOptions &options) {
  NormToLLVMOptions bufferization;
  bufferization.resultsToOutParams = true;
  buildNormFusionPipeline(pm, "gpu");
  buildNormBufferizationPipeline(pm, bufferization);
  buildNormKernelsPipeline(pm, options);
  buildNormKernelLoweringPipeline(pm, options.chip);

  pm.addPass(createGpuToLLVMConversionPass());
  if (options.format != "none") {
    GpuModuleToBinaryPassOptions binary;
    binary.compilationTarget = options.format;
    binary.toolkitPath = options.toolkit;
    pm.addPass(createGpuModuleToBinaryPass(binary));
  }
  pm.addPass(createConvertToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
}
