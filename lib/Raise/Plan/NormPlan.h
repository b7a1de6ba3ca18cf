//===- NormPlan.h - what a raise is going to do -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_NORMPLAN_H
#define NORM_LIB_RAISE_PLAN_NORMPLAN_H

#include "Match/NormMatch.h"
#include "Plan/Witness.h"

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

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_NORMPLAN_H
