//===- main.cpp - runs a pass on a file that has norm ops -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// downstream PIPELINE FILE.mlir
//
//===----------------------------------------------------------------------===//

#include "norm/InitAllDialects.h"
#include "norm/InitAllPasses.h"

#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  if (argc != 3) {
    llvm::errs() << "usage: downstream PIPELINE FILE.mlir\n";
    return 1;
  }
  mlir::registerTransformsPasses();
  mlir::norm::registerAllPasses();

  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::norm::registerAllDialects(registry);
  mlir::MLIRContext context(registry);

  auto module = mlir::parseSourceFile<mlir::ModuleOp>(argv[2], &context);
  mlir::PassManager manager(&context);
  if (!module || failed(mlir::parsePassPipeline(argv[1], manager)) ||
      failed(manager.run(*module)))
    return 1;
  module->print(llvm::outs());
  return 0;
}
