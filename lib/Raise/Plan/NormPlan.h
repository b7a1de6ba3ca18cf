//===- NormPlan.h - what a raise is going to do -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A plan is a value: it names values of the program, and says what will be
// built, and where. Making one changes nothing, and applying one cannot fail.
// Example: of y = x * rsqrt(mean(x^2) + 1e-5), a plan has x at (d0, d1) as its
// input, rmsnorm over dimension 1 with epsilon 1e-5 as its op, the place behind
// the op that makes x, and result 0 of the last generic as what is replaced.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_NORMPLAN_H
#define NORM_LIB_RAISE_PLAN_NORMPLAN_H

#include "Match/NormMatch.h"
#include "Plan/Cone.h"
#include "Plan/View.h"
#include "Plan/Witness.h"

#include <variant>

namespace mlir::norm::raise {

//===----------------------------------------------------------------------===//
// Where a norm was found
//===----------------------------------------------------------------------===//

/// A value that may be a norm: a scalar in the body of a structured op without
/// reductions, or the result of an elementwise op on tensors; and its space.
struct Point {
  Value value;
  /// The structured op, or the elementwise op.
  Operation *owner;
  SmallVector<ExprRef> extents;
  SmallVector<int64_t> staticExtents;
};

/// A point and what it was solved for.
struct MatchedPoint {
  Point point;
  NormMatch match;
};

/// The indices of a tensor that is laid out as the positions of `point`.
SmallVector<AffineExpr> getPositions(const Point &point, MLIRContext *context);

//===----------------------------------------------------------------------===//
// Statistics
//===----------------------------------------------------------------------===//

/// Which statistic of a norm a value is.
enum class StatisticKind { Statistic, Rstd, Mean };
inline constexpr unsigned kNumStatistics = 3;

/// What is made of a statistic before it is scaled.
enum class StatisticForm { Plain, Reciprocal, Root };

/// A tensor of the program that the norm op returns instead:
/// value = coefficient * form(statistic) + summand.
struct StatisticUse {
  Value value;
  StatisticKind kind = StatisticKind::Statistic;
  StatisticForm form = StatisticForm::Plain;
  double coefficient = 1.0;
  double summand = 0.0;
  /// Where the value reads the statistic, over positions of the root: one index
  /// for each dimension of the value.
  SmallVector<AffineExpr> indices;
  /// How the value is read from the result of the op: neighbouring dimensions
  /// are put together first, if there are groups; then `view`, which is a copy
  /// with arithmetic where the form, the coefficient, the summand or the type
  /// ask for it.
  SmallVector<ReassociationIndices> merged;
  View view;

  bool isPlain() const {
    return form == StatisticForm::Plain && coefficient == 1.0 && summand == 0.0;
  }
};

//===----------------------------------------------------------------------===//
// The op, its place, and the root
//===----------------------------------------------------------------------===//

/// The norm op: what it is, the dimensions and types, and its attributes.
struct NormSpec {
  NormKind kind;
  RankedTensorType inputType, resultType;
  FloatType computeType;
  SmallVector<int64_t> rowDims, otherDims;
  double epsilon;
  EpsMode epsMode;
  int64_t scaleOffset = 0;
  Type scaleRounding;
  int64_t k = 0; ///< of prmsnorm

  /// The type of a statistic: one number of C for each row.
  RankedTensorType getStatisticType() const;
};

/// The operands of a norm op; null for those that it does not have.
struct NormOperands {
  Value input, scale, bias, init;
  Value statisticInits[kNumStatistics];
};

/// Where the norm op is put: before the op `before` in its block.
struct Placement {
  Block *block;
  Operation *before;
};

/// How the root is replaced by y, or by y * gate + rest.
struct RootPlan {
  /// The result of the root's op that holds the root, where one does, and how
  /// the whole of it is read from y. A copy stands in front of the root's op.
  std::optional<unsigned> result;
  std::optional<View> view;
  /// Sizes of the dynamic dimensions of a copy.
  SmallVector<Size> sizes;
  /// The sizes of y * gate + rest.
  SmallVector<Size> gatedSizes;
};

/// All that a raise does. Witnesses and indices are over positions of the root.
struct NormPlan {
  Point root;
  NormMatch match;
  Cone cone;
  Witness input;
  std::optional<Witness> scale, bias;
  /// What the program does to the norm before it is complete: y * gate + rest.
  std::optional<Witness> gate, rest;
  NormSpec spec;
  /// How scale and bias get the shape of the normalized dimensions.
  View scaleView, biasView;
  Placement placement;
  /// The destination that the program gives y; null for an empty tensor.
  Value destination;
  SmallVector<StatisticUse> statistics;
  RootPlan replacement;

  bool isGated() const { return gate || rest; }
};

/// The plan in words, a line for each decision.
std::string toString(const NormPlan &plan);

//===----------------------------------------------------------------------===//
// Refusals
//===----------------------------------------------------------------------===//

/// Why there is no plan, and which step found out.
struct Refusal {
  enum class Stage {
    Roundings, ///< the op does not round as the program does
    Operands,  ///< input, scale, bias, gate or rest are no values
    Norm,      ///< the op would compute something else
    Uses,      ///< a reduction would be computed twice
    Place,     ///< operands and uses leave no place for the op
    Root,      ///< the root cannot be read from y
    Opinion,   ///< the second opinion disagrees
  };
  Stage stage;
  std::string reason;
};

using PlanOutcome = std::variant<NormPlan, Refusal>;

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_NORMPLAN_H
