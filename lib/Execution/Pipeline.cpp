//===- Pipeline.cpp - from norms to the LLVM dialect ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/Pipeline.h"

#include "norm/InitAllDialects.h"
#include "norm/InitAllPasses.h"
#include "norm/Pipelines/Pipelines.h"
#include "norm/Raise/LowerTosa.h"
#include "norm/Raise/Passes.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Verifier.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

void run::prepareCompiler(DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
  mlir::norm::registerAllDialects(registry);
  mlir::norm::registerAllPasses();
}

std::unique_ptr<Pass> run::createRaise(bool isStrict) {
  NormRaiseOptions options;
  if (isStrict)
    options.precision = "strict";
  return createNormRaise(options);
}

llvm::Expected<SmallVector<Stage>>
run::normStages(const PipelineOptions &options) {
  std::shared_ptr<NormToLLVMOptions> lowering =
      NormToLLVMOptions::createFromString(options.more);
  if (!lowering)
    return llvm::createStringError("expected options of norm-to-llvm, got '" +
                                   options.more + "'");
  lowering->resultsToOutParams = true;
  lowering->threads = options.threads;
  lowering->vectorBits = options.vectorBits;
  return SmallVector<Stage>{
      {"raised",
       [options](OpPassManager &pm) {
         if (options.raises)
           pm.addPass(createRaise(options.isStrict));
       }},
      {"fused", [](OpPassManager &pm) { buildNormFusionPipeline(pm); }},
      {"planned",
       [lowering](OpPassManager &pm) {
         buildNormBufferizationPipeline(pm, *lowering);
       }},
      {"vector",
       [lowering](OpPassManager &pm) {
         buildNormLoopsPipeline(pm, *lowering);
       }},
      {"llvm", [lowering](OpPassManager &pm) {
         buildNormLoweringPipeline(pm, *lowering);
       }}};
}

void run::markEntry(func::FuncOp entry) {
  MLIRContext *context = entry.getContext();
  entry->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                 UnitAttr::get(context));
  entry.setPublic();
  for (unsigned i = 0, e = entry.getNumArguments(); i < e; ++i)
    entry.setArgAttr(i, bufferization::BufferizationDialect::kWritableAttrName,
                     BoolAttr::get(context, false));
}

llvm::Error run::runStages(ModuleOp module, ArrayRef<Stage> stages,
                           llvm::function_ref<void(const Stage &)> finished) {
  auto fail = [] {
    return llvm::createStringError("the program could not be compiled");
  };
  if (failed(raise::LoweredTosa().lower(module)))
    return fail();
  for (const Stage &stage : stages) {
    PassManager pm(module.getContext());
    // What comes out is verified once: after each pass, that took a third of
    // the time of the passes.
    pm.enableVerifier(false);
    stage.build(pm);
    if (failed(pm.run(module)) || failed(verify(module)))
      return fail();
    if (finished)
      finished(stage);
  }
  return llvm::Error::success();
}
