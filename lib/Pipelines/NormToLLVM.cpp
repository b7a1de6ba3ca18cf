//===- NormToLLVM.cpp - the pipeline norm-to-llvm -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Pipelines/Pipelines.h"

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Affine/Transforms/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::norm;

/// Elementwise chains beside the norms become one linalg op each.
static void buildFusion(OpPassManager &pm) {
  pm.addNestedPass<func::FuncOp>(createLinalgGeneralizeNamedOpsPass());
  pm.addPass(createConvertElementwiseToLinalgPass());
  pm.addPass(createLinalgElementwiseOpFusionPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

/// Tensors to memrefs of identity layout; every temporary is freed.
static void buildBufferization(OpPassManager &pm, bool resultsToOutParams) {
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  pm.addPass(bufferization::createEmptyTensorToAllocTensorPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  pm.addPass(createCanonicalizerPass());
  if (resultsToOutParams)
    pm.addPass(createNormStaticResultsToOutParams());
  bufferization::buildBufferDeallocationPipeline(pm);
  pm.addPass(createConvertBufferizationToMemRefPass());
}

/// Norms to row loops of vector code, the rest of linalg to loops. With
/// threads, the outermost loop of each nest is parallel if it is worth it.
static void buildLoops(OpPassManager &pm, const NormToLLVMOptions &options) {
  NormVectorizeRowsOptions vectorize;
  vectorize.vectorBits = options.vectorBits;
  pm.addNestedPass<func::FuncOp>(createNormVectorizeRows(vectorize));
  if (options.threads == 1) {
    pm.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  } else {
    pm.addNestedPass<func::FuncOp>(createNormSerializeSmallLinalg());
    pm.addNestedPass<func::FuncOp>(createConvertLinalgToAffineLoopsPass());
    affine::AffineParallelizeOptions parallelize;
    parallelize.maxNested = 1;
    pm.addNestedPass<func::FuncOp>(
        affine::createAffineParallelize(parallelize));
    pm.addPass(createLowerAffinePass());
    ConvertSCFToOpenMPPassOptions openmp;
    openmp.numThreads = options.threads;
    pm.addPass(createConvertSCFToOpenMPPass(openmp));
    pm.addNestedPass<func::FuncOp>(createNormSkipForks());
  }
  pm.addNestedPass<func::FuncOp>(createNormHoistAllocas());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

/// What is left to the LLVM dialect.
static void buildLowering(OpPassManager &pm, unsigned threads) {
  math::MathExpandOpsPassOptions expand;
  expand.opMnemonics = {"fpowi"};
  pm.addNestedPass<func::FuncOp>(math::createMathExpandOpsPass(expand));
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  arith::ArithExpandOpsPassOptions arith;
  arith.includeBf16 = true;
  pm.addPass(arith::createArithExpandOpsPass(arith));
  pm.addPass(createConvertVectorToSCFPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createConvertVectorToLLVMPass());
  if (threads != 1)
    pm.addPass(createConvertOpenMPToLLVMPass());
  pm.addPass(createConvertToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createNormMaskedHalves());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
}

void norm::buildNormToLLVMPipeline(OpPassManager &pm,
                                   const NormToLLVMOptions &options) {
  buildFusion(pm);
  buildBufferization(pm, options.resultsToOutParams);
  buildLoops(pm, options);
  buildLowering(pm, options.threads);
}

void norm::registerNormPipelines() {
  PassPipelineRegistration<NormToLLVMOptions>(
      "norm-to-llvm",
      "Compile functions on tensors, with norm ops, to the LLVM dialect",
      buildNormToLLVMPipeline);
}
