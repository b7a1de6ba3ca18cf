//===- main.cpp - a small compiler that uses norm -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// downstream [options] FILE.mlir
//
// Its pipeline is its own: norms are found, prepared and, if their rows are
// short, spelled out; the others go through the parts of norm's pipeline with a
// pass of this compiler in the midst of them.
//
//===----------------------------------------------------------------------===//

#include "Passes.h"

#include "norm/InitAllDialects.h"
#include "norm/InitAllPasses.h"
#include "norm/Pipelines/Pipelines.h"
#include "norm/Raise/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/CommandLine.h"

namespace cl = llvm::cl;

/// What is printed.
enum class Stage { Norms, Rows, Vectors, LLVM };

static cl::opt<std::string> inputFile(cl::Positional, cl::Required,
                                      cl::desc("FILE.mlir"));
static cl::opt<Stage> stage(
    "emit", cl::desc("How far to go:"), cl::init(Stage::LLVM),
    cl::values(clEnumValN(Stage::Norms, "norms", "norm ops on tensors"),
               clEnumValN(Stage::Rows, "rows", "row loops on memrefs"),
               clEnumValN(Stage::Vectors, "vectors", "loops of vector code"),
               clEnumValN(Stage::LLVM, "llvm", "the LLVM dialect")));
static cl::opt<unsigned> vectorBits("vector-bits", cl::init(256),
                                    cl::desc("Width of a vector register"));
static cl::opt<int64_t> shortest("shortest-row", cl::init(16),
                                 cl::desc("Norms of rows that are shorter are "
                                          "spelled out"));
static cl::opt<std::string>
    passes("passes", cl::desc("Passes on the module that run instead"));

/// This compiler's pipeline, up to `stage`.
static void buildPipeline(mlir::OpPassManager &pm) {
  pm.addPass(mlir::norm::createNormRaise());
  pm.addPass(mlir::createCanonicalizerPass());
  pm.addNestedPass<mlir::func::FuncOp>(downstream::createPrepareNorms());
  pm.addNestedPass<mlir::func::FuncOp>(
      downstream::createSpellOutNorms(shortest - 1));
  if (stage == Stage::Norms)
    return;

  mlir::norm::NormToLLVMOptions options;
  options.threads = 1;
  options.vectorBits = vectorBits;
  options.resultsToOutParams = true;
  mlir::norm::buildNormFusionPipeline(pm);
  mlir::norm::buildNormBufferizationPipeline(pm, options);
  if (stage == Stage::Rows)
    return;

  pm.addNestedPass<mlir::func::FuncOp>(downstream::createEmitRows(vectorBits));
  pm.addNestedPass<mlir::func::FuncOp>(mlir::createConvertLinalgToLoopsPass());
  pm.addPass(mlir::createCSEPass());
  if (stage == Stage::Vectors)
    return;
  mlir::norm::buildNormLoweringPipeline(pm, options);
}

int main(int argc, char **argv) {
  mlir::registerTransformsPasses();
  mlir::norm::registerAllPasses();
  mlir::registerPassManagerCLOptions();
  cl::ParseCommandLineOptions(argc, argv, "a small compiler that uses norm\n");

  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::norm::registerAllDialects(registry);
  mlir::MLIRContext context(registry);

  auto module = mlir::parseSourceFile<mlir::ModuleOp>(inputFile, &context);
  if (!module)
    return 1;
  mlir::PassManager manager(&context);
  if (failed(mlir::applyPassManagerCLOptions(manager)))
    return 1;
  if (passes.empty())
    buildPipeline(manager);
  else if (failed(mlir::parsePassPipeline(passes, manager)))
    return 1;
  if (failed(manager.run(*module)))
    return 1;
  module->print(llvm::outs());
  return 0;
}
