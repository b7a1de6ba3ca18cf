//===- UpstreamPipeline.cpp - the pipeline of --no-raise ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UpstreamPipeline.h"

#include "norm/Pipelines/Pipelines.h"

#include "norm/Dialect/Norm/Transforms/Passes.h"
#include "norm/Support/Canonicalizer.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/ComplexToStandard/ComplexToStandard.h"
#include "mlir/Conversion/ConvertToLLVM/ToLLVMPass.h"
#include "mlir/Conversion/MathToFuncs/MathToFuncs.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Conversion/OpenMPToLLVM/ConvertOpenMPToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/SCFToOpenMP/SCFToOpenMP.h"
#include "mlir/Dialect/Affine/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"

#include <dlfcn.h>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

/// Tensors to memrefs; every allocation is freed and results are out-params
/// where their shape is static: all of upstream's passes, as for norms.
static void buildBufferization(OpPassManager &pm) {
  NormToLLVMOptions options;
  options.resultsToOutParams = true;
  buildNormBufferizationPipeline(pm, options);
}

/// Linalg on memrefs to loops. With threads, the outermost loop of each nest
/// becomes parallel where it may, as a C programmer would annotate it.
static void buildLoops(OpPassManager &pm, unsigned threads) {
  if (threads == 1) {
    pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
    return;
  }
  pm.addNestedPass<func::FuncOp>(createConvertLinalgToAffineLoopsPass());
  affine::AffineParallelizeOptions parallelize;
  parallelize.maxNested = 1;
  pm.addNestedPass<func::FuncOp>(affine::createAffineParallelize(parallelize));
  pm.addPass(createLowerAffinePass());
  ConvertSCFToOpenMPPassOptions openmp;
  openmp.numThreads = threads;
  pm.addPass(createConvertSCFToOpenMPPass(openmp));
  // Inlines the memref.alloca_scope around each body, which has one block only.
  pm.addPass(createCanonicalizer());
}

static void buildUpstreamLowering(OpPassManager &pm, unsigned threads) {
  pm.addPass(createNormSlicedPads());
  // Norm ops that the program itself has, spelled out.
  pm.addNestedPass<func::FuncOp>(createNormDecompose());
  pm.addPass(createNormPlainTensors());
  pm.addNestedPass<func::FuncOp>(createLinalgGeneralizeNamedOpsPass());
  pm.addNestedPass<func::FuncOp>(run::createWidenSumsPass());
  pm.addPass(createConvertElementwiseToLinalgPass());
  pm.addPass(createLinalgElementwiseOpFusionPass());
  pm.addPass(createCanonicalizer());
  pm.addPass(createCSEPass());
  buildBufferization(pm);
  buildLoops(pm, threads);
  pm.addPass(createConvertComplexToStandardPass());
  math::MathExpandOpsPassOptions expand;
  expand.opMnemonics = {"fpowi"};
  pm.addNestedPass<func::FuncOp>(math::createMathExpandOpsPass(expand));
  buildNormViewLowering(pm);
  pm.addPass(createNormLowerArith());
  pm.addPass(createNormLowerMath());
  pm.addPass(createConvertMathToFuncs());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  if (threads != 1)
    pm.addPass(createConvertOpenMPToLLVMPass());
  pm.addPass(createConvertToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createCanonicalizer());
  pm.addPass(createCSEPass());
}

/// Loads memrefCopy(), as the distribution names its library; the tool's run
/// path has LLVM's library folder. Most programs need none, so that its absence
/// shows only as an unresolved symbol of those that do.
static void loadStridedCopies() {
  for (const char *name :
       {"libmlir_c_runner_utils.so.22.1", "libmlir_c_runner_utils.so"})
    if (dlopen(name, RTLD_NOW | RTLD_GLOBAL))
      return;
}

SmallVector<Stage> run::upstreamStages(unsigned threads) {
  loadStridedCopies();
  return {{"llvm", [threads](OpPassManager &pm) {
             buildUpstreamLowering(pm, threads);
           }}};
}
