//===- BackwardPlan.h - what a raise of a gradient is to do -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_BACKWARDPLAN_H
#define NORM_LIB_RAISE_PLAN_BACKWARDPLAN_H

#include "Match/BackwardMatch.h"
#include "Plan/NormPlan.h"

#include <array>

namespace mlir::norm::raise {

/// An operand of a backward op: a value of the program, and how it gets the
/// shape and the type that the op wants.
struct BackwardOperand {
  Witness witness;
  View view;
  /// Whether the op takes 1 / witness: a program may divide by the deviation.
  bool isReciprocal = false;
};

/// A sum over rows that is a result of the op: dscale, or dbias.
struct ParameterGradient {
  enum class Kind { Scale, Bias };
  Kind kind;
  /// The tensor of the program that is read from the op.
  Value value;
  /// Where it is read, over positions of the root.
  SmallVector<AffineExpr> indices;
  /// How it is read from the result of the op.
  View view;
};
inline constexpr unsigned kNumParameterGradients = 2;

/// The operands of a gradient beside its input, each described by a T.
template <typename T> struct GradientOperands {
  T dy, rstd;
  std::optional<T> scale, mean, residual;
  /// What dy is multiplied by in front of the op. With one scale g for a row,
  /// or for a channel of a group, a program has dy (g r), and dy g is no value
  /// of it; and r is such a number where xh was saved in place of x.
  std::optional<T> gain;

  /// The one list of those that a gradient may lack.
  std::array<std::optional<T> *, 4> getOptional() {
    return {&scale, &mean, &residual, &gain};
  }
  std::array<const std::optional<T> *, 4> getOptional() const {
    return {&scale, &mean, &residual, &gain};
  }
};

/// All that a raise of a gradient does. Witnesses and indices are over
/// positions of the root.
struct BackwardPlan : GradientOperands<BackwardOperand> {
  /// The root, which is dx, and how it is replaced; x is the input, and the
  /// spec says what norm it is the gradient of.
  NormPlan dx;
  BackwardMatch match;
  /// Whether dx is a result; else the positions of the root are those of the
  /// values that are summed over the rows.
  bool hasDx = true;
  /// Whether the program multiplies in the order of the op: it has xh = (x -
  /// mean) rstd as a value, and with dx dy scale xh.
  bool isInOrder = false;
  SmallVector<ParameterGradient> sums;

  /// The type of the result for `kind`; null where it is not asked for.
  RankedTensorType getSumType(ParameterGradient::Kind kind) const;
};

/// The plan in words, a line for each decision.
std::string toString(const BackwardPlan &plan);

using BackwardPlanOutcome = std::variant<BackwardPlan, Refusal>;

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_BACKWARDPLAN_H
