//===- LowerTosa.cpp - TOSA programs as the raise reads them --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Raise/LowerTosa.h"

#include "norm/Dialect/Norm/IR/NormOps.h"
#include "norm/Support/Canonicalizer.h"

#include "mlir/Conversion/TosaToArith/TosaToArith.h"
#include "mlir/Conversion/TosaToLinalg/TosaToLinalg.h"
#include "mlir/Conversion/TosaToSCF/TosaToSCF.h"
#include "mlir/Conversion/TosaToTensor/TosaToTensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Tosa/Transforms/Passes.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// The passes of upstream's tosa::addTosaToLinalgPasses, which nests them under
/// a module and so would run them on functions that have no TOSA ops, too; and
/// control flow and scatters as scf, which it leaves out.
void mlir::norm::raise::buildTosaLowering(OpPassManager &functionPipeline) {
  functionPipeline.addPass(tosa::createTosaOptionalDecompositionsPass());
  functionPipeline.addPass(createCanonicalizer());
  functionPipeline.addPass(tosa::createTosaInferShapesPass());
  functionPipeline.addPass(tosa::createTosaMakeBroadcastablePass());
  functionPipeline.addPass(createTosaToSCFPass());
  functionPipeline.addPass(tosa::createTosaToLinalgNamed());
  functionPipeline.addPass(createCanonicalizer());
  functionPipeline.addPass(tosa::createTosaLayerwiseConstantFoldPass());
  functionPipeline.addPass(tosa::createTosaMakeBroadcastablePass());
  functionPipeline.addPass(tosa::createTosaToLinalg());
  functionPipeline.addPass(createTosaToArithPass());
  functionPipeline.addPass(createTosaToTensorPass());
}

static bool holdsTosa(func::FuncOp function) {
  return function
      .walk([](Operation *op) {
        return isa_and_nonnull<tosa::TosaDialect>(op->getDialect())
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

static size_t countNorms(func::FuncOp function) {
  size_t count = 0;
  function.walk([&](NormOpInterface) { ++count; });
  return count;
}

LogicalResult LoweredTosa::lower(ModuleOp module) {
  PassManager pipeline(module.getContext(), func::FuncOp::getOperationName());
  buildTosaLowering(pipeline);
  // What comes out is verified once: after each of the passes, that took two
  // thirds of their time.
  pipeline.enableVerifier(false);
  SmallVector<func::FuncOp> withTosa;
  module.walk([&](func::FuncOp function) {
    if (holdsTosa(function))
      withTosa.push_back(function);
  });
  for (func::FuncOp function : withTosa) {
    functions.push_back({function, function.clone()});
    if (failed(pipeline.run(function)) || failed(verify(function)))
      return failure();
  }
  return success();
}

void LoweredTosa::restoreUnraised() {
  for (Function &function : functions) {
    if (countNorms(function.lowered) > countNorms(*function.original))
      continue;
    OpBuilder builder(function.lowered);
    builder.insert(function.original.release());
    function.lowered.erase();
  }
  functions.clear();
}
