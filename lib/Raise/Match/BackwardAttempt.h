//===- BackwardAttempt.h - one reading of a gradient ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_BACKWARDATTEMPT_H
#define NORM_LIB_RAISE_MATCH_BACKWARDATTEMPT_H

#include "Expr/FlatSum.h"
#include "Match/BackwardMatch.h"
#include "Match/BackwardProducts.h"

#include "llvm/ADT/SetVector.h"

#include <optional>
#include <string>

namespace mlir::norm::raise {

/// One factor of the root read as rstd, and the unknowns that follow from it.
class BackwardAttempt {
public:
  BackwardAttempt(ExprContext &context, const FlatSum &root, uint32_t rowMask,
                  ArrayRef<ExprRef> extents, RstdPower rstd)
      : context(context), root(root), extents(extents), rstd(rstd),
        rowMask(rowMask) {}

  /// The reason why there is no match; none where there is one.
  std::optional<std::string> run();

  BackwardMatch match;

private:
  using Failure = std::optional<std::string>;

  Failure splitByDegree();
  ExprRef takeSigns(ExprRef product, Coefficient &coefficient);
  Failure checkSigns();
  std::optional<FlatSum> getElementBeside(ExprRef sum);
  Failure solveElement();
  Failure solveWeight();
  void takeRowFactor();
  ExprRef getOwnSum();
  void solveMean();
  bool isMeanTwice();
  Failure verify();
  std::optional<FlatSum> sumOverRow(const FlatSum &body);
  std::optional<FlatSum> define(bool withMeanOfGradient);
  ExprRef toExact(const FlatSum &sum) {
    return sum.withExactUnits(context).toExpr(context);
  }
  bool takeMask(SmallVectorImpl<Factor> &factors, bool isFirst);

  ExprContext &context;
  const FlatSum &root;
  ArrayRef<ExprRef> extents;
  RstdPower rstd;
  uint32_t rowMask;

  /// The root is power * (gradient + fixed) + power^3 * statistic and a
  /// residual.
  FlatSum gradient, fixed, statistic;
  /// The root without the factors that depend on the sign of `signs` alone.
  FlatSum program;
  llvm::SetVector<ExprRef> signs;
  FlatSum element;
  /// sum(gradient * element) and sum(gradient) over the row.
  FlatSum elementSum, gradientSum;
  FlatSum mean;
  ExprRef weight = nullptr;
  ExprRef mask = nullptr; ///< [i < k] of a prmsnorm
  ExprRef length = nullptr;
  bool hasMean = false, hasMeanOfGradient = false;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_BACKWARDATTEMPT_H
