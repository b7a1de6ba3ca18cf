//===- RowsToGPU.cpp - row loops as kernels -------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Rows/Passes.h"

#include "GPU/Launch.h"
#include "norm/Dialect/Norm/Transforms/FuseRows.h"
#include "norm/Rows/KernelAttribute.h"
#include "norm/Target/RowCode.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMROWSTOGPU
#include "norm/Rows/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Whether row loops alone read and write `memory`, such as the sum in f32 that
/// another loop rounds to bf16.
static bool isBetweenLoops(Value memory) {
  return llvm::all_of(memory.getUsers(), [](Operation *user) {
    return isa<RowLoopOp, memref::DeallocOp, memref::DimOp>(user);
  });
}

namespace {
struct RowsToGPU : norm::impl::NormRowsToGPUBase<RowsToGPU> {
  using NormRowsToGPUBase::NormRowsToGPUBase;

  void runOnOperation() override {
    const Chip *known = findChip(getOperation()->getLoc(), chip);
    if (!known)
      return signalPassFailure();
    if (dependentLaunch && known->clusterBlocks == 1) {
      emitError(getOperation()->getLoc(),
                "expected a chip that has dependent launches, from sm_90 on, "
                "got ")
          << chip;
      return signalPassFailure();
    }
    SmallVector<NormOpInterface> norms;
    getOperation()->walk([&](NormOpInterface op) {
      if (isa<MemRefType>(op.getInput().getType()))
        norms.push_back(op);
    });
    for (NormOpInterface op : norms) {
      OpBuilder builder(op);
      convertNormToRows(builder, op);
      op->erase();
    }
    SmallVector<RowLoopOp> loops;
    getOperation()->walk([&](RowLoopOp loop) {
      if (isa<MemRefType>(loop.getInits().front().getType()))
        loops.push_back(loop);
    });
    getOperation()->walk([](memref::AllocOp alloc) {
      if (isBetweenLoops(alloc.getMemref()))
        alloc->setAttr(kWorkspaceAttrName, UnitAttr::get(alloc.getContext()));
    });
    for (RowLoopOp loop : loops) {
      if (std::string obstacle = getLoopObstacle(loop, *known);
          !obstacle.empty()) {
        loop->emitError("expected a loop over rows that has GPU code: ")
            << obstacle;
        return signalPassFailure();
      }
      OpBuilder builder(loop);
      emitLaunch(builder, RowSchedule(loop, *known, rowsInTurn),
                 dependentLaunch);
      loop.erase();
    }
  }
};
} // namespace
