//===- PrintPlan.cpp - what row loops compute when ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Rows/Passes.h"

#include "norm/Rows/PrintSchedule.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMPRINTPLAN
#include "norm/Rows/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

namespace {
struct PrintPlan : norm::impl::NormPrintPlanBase<PrintPlan> {
  using NormPrintPlanBase::NormPrintPlanBase;

  void runOnOperation() override {
    auto emitHere = [&] { return emitError(getOperation()->getLoc()); };
    FailureOr<RowTarget> machine = RowTarget::get(target, emitHere);
    if (succeeded(machine) && !machine->isGPU()) {
      FailureOr<VectorTarget> cpu =
          VectorTarget::get(target, /*bits=*/0, stores, threads, emitHere);
      machine = failed(cpu) ? FailureOr<RowTarget>() : RowTarget(*cpu);
    }
    if (failed(machine))
      return signalPassFailure();
    getOperation()->walk([&](RowLoopOp loop) {
      llvm::errs() << "row loop at " << loop.getLoc() << " for " << target
                   << ":\n";
      printSchedule(RowSchedule(loop, *machine), llvm::errs());
    });
    markAllAnalysesPreserved();
  }
};
} // namespace
