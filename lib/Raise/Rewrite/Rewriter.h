//===- Rewriter.h - putting a norm op in place ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_REWRITE_REWRITER_H
#define NORM_LIB_RAISE_REWRITE_REWRITER_H

#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// Replaces roots by norm ops. Ops that die stay in place until `eraseDead`, so
/// that expressions never name a value that is gone.
class Rewriter {
public:
  Rewriter(ExprContext &context, ExprReader &builder)
      : context(context), builder(builder) {}

  /// What the program still needs of the statistics once the root is replaced;
  /// none, with a reason, where a reduction would be computed twice.
  std::optional<SmallVector<StatisticUse>>
  findStatisticUses(const NormPlan &plan, std::string &reason);

  /// Puts the op in place and returns it; null where an operand cannot be
  /// brought into the shape that the op wants.
  Operation *rewrite(const NormPlan &plan, ArrayRef<StatisticUse> uses);

  /// Lets go of ops that were made for a raise which is refused.
  void discard(ArrayRef<Operation *> made);

  bool isDead(Operation *op) const { return dead.contains(op); }
  /// The op that computes what is left of `op` after a raise, or null.
  Operation *getReplacement(Operation *op) const {
    return replacements.lookup(op);
  }
  /// Whether an op that is not dead uses `value`.
  bool hasLiveUse(Value value) const;
  /// The uses of `value` by ops that are not dead.
  SmallVector<OpOperand *> getLiveUses(Value value) const;
  void eraseDead();

private:
  Value shapeParameter(const Witness &parameter, const NormPlan &plan,
                       ArrayRef<int64_t> rowDims, OpBuilder &opBuilder);
  Value makeGated(const NormPlan &plan, Value y, OpBuilder &opBuilder);
  void replaceRoot(const NormPlan &plan, Value y, ArrayRef<AffineExpr> yIndices,
                   OpBuilder &opBuilder);
  void replaceInBody(const NormPlan &plan, linalg::LinalgOp op, Value y,
                     ArrayRef<AffineExpr> yIndices, int64_t droppedResult);
  Value makeStatistic(const NormPlan &plan, StatisticUse use, Value result,
                      OpBuilder &opBuilder);
  Operation *makeNorm(const NormPlan &plan, ArrayRef<StatisticUse> uses,
                      OpBuilder &opBuilder);
  /// Sizes that are read off results of `op` are read where these have them
  /// from.
  void releaseSizes(Operation *op);
  void markDead(Operation *op);

  ExprContext &context;
  ExprReader &builder;
  llvm::SetVector<Operation *> dead;
  llvm::DenseMap<Operation *, Operation *> replacements;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_REWRITE_REWRITER_H
