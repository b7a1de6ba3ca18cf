//===- Rewriter.h - applying a plan -----------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_REWRITE_REWRITER_H
#define NORM_LIB_RAISE_REWRITE_REWRITER_H

#include "Plan/BackwardPlan.h"
#include "Plan/DeadOps.h"
#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// One location that lists every op that went in, in program order.
Location getLocation(const NormPlan &plan);

/// Replaces roots by norm ops. Ops that die stay in place.
class Rewriter {
public:
  explicit Rewriter(DeadOps &dead) : dead(dead) {}

  /// Does what `plan` says, and returns the norm op.
  Operation *apply(const NormPlan &plan);
  /// The same for a gradient, and its backward op.
  Operation *apply(const BackwardPlan &plan);

  /// Puts an op that returns what `uses` need, too, in the place of `op`, which
  /// `plan` has become, and returns it.
  Operation *addStatistics(const NormPlan &plan, Operation *op,
                           ArrayRef<StatisticUse> uses);

private:
  // In Rewriter.cpp.
  Operation *makeNorm(const NormPlan &plan, OpBuilder &builder);
  void replaceStatistics(ArrayRef<StatisticUse> uses, Operation *op,
                         OpBuilder &builder);
  Value makeGated(const NormPlan &plan, Value y);
  /// Sizes that are read off results of `op` are read where these have them
  /// from.
  void releaseSizes(Operation *op);

  // In ReplaceRoot.cpp.
  void replaceRoot(const NormPlan &plan, Value y, OpBuilder &builder);
  void replaceInBody(const NormPlan &plan, linalg::LinalgOp op, Value y,
                     std::optional<unsigned> droppedResult);

  // In RewriteBackward.cpp.
  Operation *makeBackward(const BackwardPlan &plan, OpBuilder &builder);

  // In ReplaceStatistic.cpp.
  void replaceStatistic(const StatisticUse &use, Value result,
                        OpBuilder &builder);

  DeadOps &dead;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_REWRITE_REWRITER_H
