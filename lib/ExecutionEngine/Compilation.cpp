//===- Compilation.cpp - from norms to the LLVM dialect -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/ExecutionEngine/Compilation.h"

#include "norm/InitAllDialects.h"
#include "norm/InitAllPasses.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "llvm/Support/TargetSelect.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

void run::prepareCompiler(DialectRegistry &registry) {
  llvm::InitializeNativeTarget();
  llvm::InitializeNativeTargetAsmPrinter();
  mlir::registerAllDialects(registry);
  registerAllExtensions(registry);
  registerAllToLLVMIRTranslations(registry);
  mlir::norm::registerAllDialects(registry);
  mlir::norm::registerAllPasses();
}

/// A stage that is written as on the command line of norm-opt.
static Stage textStage(StringRef name, std::string pipeline) {
  return {name, [pipeline](OpPassManager &pm) {
            return parsePassPipeline(pipeline, pm);
          }};
}

SmallVector<Stage> run::normStages(unsigned threads, unsigned vectorBits,
                                   StringRef options) {
  std::string all =
      "{results-to-out-params threads=" + std::to_string(threads) +
      " vector-bits=" + std::to_string(vectorBits) + " " + options.str() + "}";
  return {textStage("raised", "norm-raise"), textStage("fused", "norm-to-rows"),
          textStage("planned", "norm-rows-to-memrefs" + all),
          textStage("vector", "norm-rows-to-vectors" + all),
          textStage("llvm", "norm-vectors-to-llvm" + all)};
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
  for (const Stage &stage : stages) {
    PassManager pm(module.getContext());
    if (failed(stage.build(pm)) || failed(pm.run(module)))
      return llvm::createStringError("the program could not be compiled");
    if (finished)
      finished(stage);
  }
  return llvm::Error::success();
}
