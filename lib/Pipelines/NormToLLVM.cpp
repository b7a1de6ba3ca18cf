//===- NormToLLVM.cpp - the pipeline norm-to-llvm -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Pipelines/Pipelines.h"

#include "norm/Dialect/Norm/Transforms/Passes.h"
#include "norm/Rows/Passes.h"
#include "norm/Support/Canonicalizer.h"
#include "norm/Target/VectorTarget.h"

#include "mlir/Conversion/AffineToStandard/AffineToStandard.h"
#include "mlir/Conversion/BufferizationToMemRef/BufferizationToMemRef.h"
#include "mlir/Conversion/ComplexToStandard/ComplexToStandard.h"
#include "mlir/Conversion/ConvertToLLVM/ToLLVMPass.h"
#include "mlir/Conversion/MathToFuncs/MathToFuncs.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Conversion/OpenMPToLLVM/ConvertOpenMPToLLVM.h"
#include "mlir/Conversion/ReconcileUnrealizedCasts/ReconcileUnrealizedCasts.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/SCFToOpenMP/SCFToOpenMP.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Conversion/VectorToSCF/VectorToSCF.h"
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

void norm::buildNormFusionPipeline(OpPassManager &pm, StringRef target) {
  pm.addPass(createNormSlicedPads());
  pm.addPass(createNormPlainTensors());
  pm.addNestedPass<func::FuncOp>(createLinalgGeneralizeNamedOpsPass());
  pm.addPass(createConvertElementwiseToLinalgPass());
  pm.addPass(createLinalgElementwiseOpFusionPass());
  pm.addPass(createCanonicalizer());
  pm.addPass(createCSEPass());
  NormFuseRowsOptions fuse;
  fuse.target = target.str();
  pm.addPass(createNormFuseRows(fuse));
  pm.addPass(createCanonicalizer());
  pm.addPass(createCSEPass());
}

void norm::buildNormBufferizationPipeline(OpPassManager &pm,
                                          const NormToLLVMOptions &options) {
  pm.addPass(createNormStridedSlices());
  pm.addPass(bufferization::createEmptyTensorEliminationPass());
  pm.addPass(bufferization::createEmptyTensorToAllocTensorPass());
  bufferization::OneShotBufferizePassOptions bufferize;
  bufferize.bufferizeFunctionBoundaries = true;
  // Loops of front ends carry tensors that an iteration makes anew.
  bufferize.allowReturnAllocsFromLoops = true;
  bufferize.functionBoundaryTypeConversion =
      bufferization::LayoutMapOption::IdentityLayoutMap;
  pm.addPass(bufferization::createOneShotBufferizePass(bufferize));
  pm.addPass(createCanonicalizer());
  if (options.resultsToOutParams)
    pm.addPass(createNormStaticResultsToOutParams());
  bufferization::buildBufferDeallocationPipeline(pm);
  pm.addPass(createConvertBufferizationToMemRefPass());
}

/// With threads, the outermost loop of each nest is parallel if it is worth it.
void norm::buildNormLoopsPipeline(OpPassManager &pm,
                                  const NormToLLVMOptions &options) {
  pm.addNestedPass<func::FuncOp>(createNormStridedCopies());
  NormVectorizeRowsOptions vectorize;
  vectorize.vectorBits = options.vectorBits;
  vectorize.target = options.target;
  vectorize.stores = options.stores;
  // A guess at what the runtime likes.
  vectorize.threads = options.threads == 0 ? 4 : options.threads;
  pm.addNestedPass<func::FuncOp>(createNormVectorizeRows(vectorize));
  NormApproximateMathOptions approximate;
  // norm-vectorize-rows reports an unknown unit.
  approximate.fusedMultiplyAdd =
      VectorTarget::get(options.target, options.vectorBits)
          .value_or(VectorTarget())
          .fusesMultiplyAdd;
  pm.addNestedPass<func::FuncOp>(createNormApproximateMath(approximate));
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
  pm.addPass(createCanonicalizer());
  pm.addPass(createCSEPass());
}

void norm::buildNormViewLowering(OpPassManager &pm) {
  // memref.reshape to a known rank.
  pm.addPass(memref::createExpandOpsPass());
  pm.addPass(createNormExpandedViews());
  pm.addPass(memref::createExpandStridedMetadataPass());
  // Of views that were identities, strides are unknown now.
  pm.addPass(createNormStridedCopies());
  pm.addPass(createConvertLinalgToLoopsPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createNormByteElements());
}

void norm::buildNormLoweringPipeline(OpPassManager &pm,
                                     const NormToLLVMOptions &options) {
  pm.addPass(createConvertComplexToStandardPass());
  math::MathExpandOpsPassOptions expand;
  expand.opMnemonics = {"fpowi"};
  pm.addNestedPass<func::FuncOp>(math::createMathExpandOpsPass(expand));
  buildNormViewLowering(pm);
  pm.addPass(createNormLowerArith());
  pm.addPass(createNormLowerMath());
  pm.addPass(createConvertMathToFuncs());
  arith::ArithExpandOpsPassOptions arith;
  arith.includeBf16 = true;
  pm.addPass(arith::createArithExpandOpsPass(arith));
  pm.addPass(createConvertVectorToSCFPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createConvertVectorToLLVMPass());
  if (options.threads != 1)
    pm.addPass(createConvertOpenMPToLLVMPass());
  pm.addPass(createConvertToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createNormMaskedHalves());
  pm.addPass(createCanonicalizer());
  pm.addPass(createCSEPass());
}

void norm::buildNormToLLVMPipeline(OpPassManager &pm,
                                   const NormToLLVMOptions &options) {
  buildNormFusionPipeline(pm);
  buildNormBufferizationPipeline(pm, options);
  buildNormLoopsPipeline(pm, options);
  buildNormLoweringPipeline(pm, options);
}

void norm::registerNormPipelines() {
  PassPipelineRegistration<NormToLLVMOptions>(
      "norm-to-llvm",
      "Compile functions on tensors, with norm ops, to the LLVM dialect",
      buildNormToLLVMPipeline);
  PassPipelineRegistration<>(
      "norm-to-rows",
      "The first part of norm-to-llvm: fuse norms with their neighbours",
      [](OpPassManager &pm) { buildNormFusionPipeline(pm); });
  PassPipelineRegistration<NormToLLVMOptions>(
      "norm-rows-to-memrefs", "The second part of norm-to-llvm: bufferize",
      buildNormBufferizationPipeline);
  PassPipelineRegistration<NormToLLVMOptions>(
      "norm-rows-to-vectors",
      "The third part of norm-to-llvm: loops of vector code",
      buildNormLoopsPipeline);
  PassPipelineRegistration<NormToLLVMOptions>("norm-vectors-to-llvm",
                                              "The last part of norm-to-llvm",
                                              buildNormLoweringPipeline);
  PassPipelineRegistration<NormToNVVMOptions>(
      "norm-to-nvvm",
      "Compile functions with norm ops to GPU binaries and the host code that "
      "launches them",
      buildNormToNVVMPipeline);
  PassPipelineRegistration<NormKernelsOptions>(
      "norm-rows-to-kernels",
      "A part of norm-to-nvvm: row loops on memrefs to GPU kernels",
      buildNormKernelsPipeline);
}
