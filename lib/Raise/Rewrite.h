//===- Rewrite.h - putting a norm op in place -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_REWRITE_H
#define NORM_LIB_RAISE_REWRITE_H

#include "Builder.h"
#include "Match.h"
#include "Witness.h"

namespace mlir::norm::raise {

/// A value that may be a norm: a scalar in the body of a structured op without
/// reductions, or the result of an elementwise op on tensors; and its space.
struct Point {
  Value value;
  /// The structured op, or the elementwise op.
  Operation *owner;
  SmallVector<ExprRef> extents;
  SmallVector<int64_t> staticExtents;
};

/// Everything that a norm op needs, found but not yet put in place.
struct NormPlan {
  Point root;
  NormMatch match;
  Cone cone;
  Witness input;
  std::optional<Witness> scale, bias;
  /// What the program does to the norm before it is complete: y * gate + rest.
  std::optional<Witness> gate, rest;
  int64_t scaleOffset = 0;
  Type scaleRounding;
};

/// The indices of a tensor that is laid out as the positions of `point`.
SmallVector<AffineExpr> getPositions(const Point &point, MLIRContext *context);

/// Which statistic of a norm a value is.
enum class StatisticKind { Statistic, Rstd, Mean };

/// What is made of a statistic before it is scaled.
enum class StatisticForm { Plain, Reciprocal, Root };

/// A tensor of the program that the norm op returns instead:
/// value = factor * form(statistic) + summand.
struct StatisticUse {
  Value value;
  StatisticKind kind = StatisticKind::Statistic;
  StatisticForm form = StatisticForm::Plain;
  double factor = 1.0;
  double summand = 0.0;
  /// Where the value reads the statistic, over positions of the root.
  SmallVector<AffineExpr> indices;
};

/// Replaces roots by norm ops. Ops that die stay in place until `eraseDead`, so
/// that expressions never name a value that is gone.
class Rewriter {
public:
  Rewriter(ExprContext &context, RowExprBuilder &builder)
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
  RowExprBuilder &builder;
  llvm::SetVector<Operation *> dead;
  llvm::DenseMap<Operation *, Operation *> replacements;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_REWRITE_H
