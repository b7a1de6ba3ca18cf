//===- OperandFinder.h - the operands of a gradient -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operands are values of the program. The match leaves open how x and rstd are
// scaled: for each value that is a multiple of x the number of rstd follows
// from the weight of the statistic, and a value has to be just that. So a
// gradient that is off by a factor of two is none, though sqrt(2) x would make
// one of it.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_OPERANDFINDER_H
#define NORM_LIB_RAISE_PLAN_OPERANDFINDER_H

#include "Match/ScaleGradient.h"
#include "Plan/BackwardPlan.h"
#include "Plan/GradientFactors.h"

namespace mlir::norm::raise {

/// Whether x has to be a negative multiple of the element of the match.
enum class InputSign { Any, Negative };

/// Finds x, dy, scale, rstd, mean and a residual for a plan whose cone is
/// known.
class OperandFinder {
public:
  /// `rstdMultiple` becomes the number that rstd is times the power of the
  /// match.
  OperandFinder(ExprReader &reader, BackwardPlan &plan, ExprRef &rstdMultiple)
      : context(reader.getContext()), reader(reader), plan(plan),
        rstdMultiple(rstdMultiple) {}

  /// All operands of the plan's match, or the reason why one is no value.
  std::optional<Refusal> find(InputSign sign);
  /// The operands of dscale alone.
  std::optional<Refusal> take(const ScaleGradient &gradient);

private:
  using Failure = std::optional<Refusal>;

  Failure findScaled(InputSign sign);
  Failure findScaledBy(Coefficient multiple);
  Failure findRstd();
  std::string describeRatio(double ratio) const;
  ExprRef withoutUnit(ExprRef number);
  Failure findGradient();
  bool takeFactors(const GradientFactors &factors, bool mayMultiply);
  bool takeProduct(ExprRef expr);
  bool takeDy(ExprRef expr, bool mayMultiply);
  Failure takeAsRead(const ScaleGradient &gradient);
  Failure findResidual();
  bool hasValue(ExprRef expr) { return findElements(expr).has_value(); }
  std::optional<Witness> findElements(ExprRef expr);
  std::optional<Witness> findGiven(ExprRef expr);
  void forEachFlat(
      ExprRef expr,
      llvm::function_ref<void(ExprRef own, ExprRef flat, unsigned rank)> visit);
  SmallVector<Coefficient> findMultiples(ExprRef expr);
  std::optional<Witness>
  findMultipliedOut(ExprRef expr,
                    llvm::function_ref<std::optional<Witness>(ExprRef)> find);
  std::optional<Witness> findRow(ExprRef expr);
  std::optional<Witness> findRowMultiple(ExprRef expr, ExprRef number);

  ExprContext &context;
  ExprReader &reader;
  BackwardPlan &plan;
  ExprRef &rstdMultiple;
  Coefficient inputMultiple; ///< x is that times the element of the match
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_OPERANDFINDER_H
