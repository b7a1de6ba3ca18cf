//===- PrintPlan.cpp - plans of row loops, printed ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"
#include "norm/Dialect/Norm/Transforms/RowPlan.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMPRINTPLAN
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

namespace {
struct PrintPlan : norm::impl::NormPrintPlanBase<PrintPlan> {
  void runOnOperation() override {
    getOperation()->walk([](RowLoopOp loop) {
      llvm::errs() << "row loop at " << loop.getLoc() << ":\n";
      RowPlan(loop, RowCosts()).print(llvm::errs());
    });
    markAllAnalysesPreserved();
  }
};
} // namespace
