//===- VectorizeRows.cpp - row loops of vector code -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Rows/VectorizeRows.h"

#include "CPU/Tasks.h"
#include "norm/Dialect/Norm/Transforms/FuseRows.h"
#include "norm/Rows/Passes.h"
#include "norm/Target/RowCode.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMVECTORIZEROWS
#include "norm/Rows/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Whether code at `op` can ask for the caches where it runs.
static bool isCacheQueryDeclared(Operation *op) {
  auto query = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
      op, StringAttr::get(op->getContext(), kCacheQuery));
  Type i64 = IntegerType::get(op->getContext(), 64);
  return query && query.getFunctionType() ==
                      FunctionType::get(op->getContext(), i64, i64);
}

namespace {
/// norm op on memrefs -> row_loop
struct NormToRows : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (!isa<MemRefType>(op.getInput().getType()))
      return rewriter.notifyMatchFailure(op, "not on memrefs");
    convertNormToRows(rewriter, op);
    rewriter.eraseOp(op);
    return success();
  }
};

/// row_loop on memrefs -> scf.parallel over its rows
struct VectorizeRows : OpRewritePattern<RowLoopOp> {
  VectorizeRows(MLIRContext *context, VectorTarget target)
      : OpRewritePattern(context), target(std::move(target)) {}

  LogicalResult matchAndRewrite(RowLoopOp op,
                                PatternRewriter &rewriter) const override {
    if (!isa<MemRefType>(op.getInits().front().getType()))
      return rewriter.notifyMatchFailure(op, "not on memrefs");
    if (std::string obstacle = getLoopObstacle(op, VectorTarget());
        !obstacle.empty())
      return rewriter.notifyMatchFailure(op, obstacle);
    VectorTarget own = target;
    own.asksCaches = isCacheQueryDeclared(op);
    emitTasks(rewriter, RowSchedule(op, own));
    rewriter.eraseOp(op);
    return success();
  }

  VectorTarget target;
};

struct NormVectorizeRowsPass
    : norm::impl::NormVectorizeRowsBase<NormVectorizeRowsPass> {
  using NormVectorizeRowsBase::NormVectorizeRowsBase;

  void runOnOperation() override {
    FailureOr<VectorTarget> unit =
        VectorTarget::get(target, vectorBits, stores, threads,
                          [&] { return emitError(getOperation()->getLoc()); });
    if (failed(unit))
      return signalPassFailure();
    if (auto obstacle = vectorizeRows(getOperation(), *unit)) {
      obstacle->op->emitError(
          "expected a loop over rows that has vector code: ")
          << obstacle->reason;
      signalPassFailure();
    }
  }
};
} // namespace

std::optional<RowObstacle> norm::vectorizeRows(Operation *root,
                                               const VectorTarget &target) {
  RewritePatternSet toRows(root->getContext());
  toRows.add<NormToRows>(root->getContext());
  walkAndApplyPatterns(root, std::move(toRows));
  std::optional<RowObstacle> obstacle;
  root->walk([&](RowLoopOp op) {
    std::string reason = getLoopObstacle(op, VectorTarget());
    if (reason.empty() || !isa<MemRefType>(op.getInits()[0].getType()))
      return WalkResult::advance();
    obstacle = {op, reason};
    return WalkResult::interrupt();
  });
  if (obstacle)
    return obstacle;
  RewritePatternSet patterns(root->getContext());
  populateNormVectorizeRowsPatterns(patterns, target);
  walkAndApplyPatterns(root, std::move(patterns));
  return std::nullopt;
}

void norm::populateNormVectorizeRowsPatterns(RewritePatternSet &patterns,
                                             VectorTarget target) {
  patterns.add<NormToRows>(patterns.getContext());
  patterns.add<VectorizeRows>(patterns.getContext(), std::move(target));
}
