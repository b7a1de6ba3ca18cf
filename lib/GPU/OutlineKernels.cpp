//===- OutlineKernels.cpp - launches as kernels ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/GPU/Passes.h"

#include "mlir/Dialect/DLTI/DLTI.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMOUTLINEKERNELS
#include "norm/GPU/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

namespace {
struct OutlineKernels : norm::impl::NormOutlineKernelsBase<OutlineKernels> {
  /// Each launch becomes one launch_func in its place, so that both walks meet
  /// the same kernels in the same order.
  void runOnOperation() override {
    llvm::SmallPtrSet<Operation *, 4> others;
    getOperation()->walk(
        [&](gpu::LaunchFuncOp launch) { others.insert(launch); });
    SmallVector<Attribute> descriptions;
    getOperation()->walk([&](gpu::LaunchOp launch) {
      descriptions.push_back(launch->getAttr(kKernelAttrName));
    });
    OpPassManager outline(ModuleOp::getOperationName());
    outline.addPass(createGpuKernelOutliningPass());
    if (failed(runPipeline(outline, getOperation())))
      return signalPassFailure();
    auto next = descriptions.begin();
    getOperation()->walk([&](gpu::LaunchFuncOp launch) {
      if (others.contains(launch))
        return;
      if (Attribute description = *next++)
        SymbolTable::lookupNearestSymbolFrom(launch, launch.getKernelAttr())
            ->setAttr(kKernelAttrName, description);
    });
  }
};
} // namespace
