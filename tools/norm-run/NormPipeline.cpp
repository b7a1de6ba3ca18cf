//===- NormPipeline.cpp - the pipeline that raises norms ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Pipelines.h"

#include "mlir/Pass/PassRegistry.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

/// A stage that is written as on the command line of norm-opt.
static Stage textStage(StringRef name, std::string pipeline) {
  return {name, [pipeline](OpPassManager &pm) {
            return parsePassPipeline(pipeline, pm);
          }};
}

SmallVector<Stage> run::normStages(unsigned threads, unsigned vectorBits) {
  return {textStage("raised", "norm-raise"),
          textStage("llvm", "norm-to-llvm{results-to-out-params threads=" +
                                std::to_string(threads) + " vector-bits=" +
                                std::to_string(vectorBits) + "}")};
}
