//===- BackwardProducts.h - the products of a gradient ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_BACKWARDPRODUCTS_H
#define NORM_LIB_RAISE_MATCH_BACKWARDPRODUCTS_H

#include "Expr/FlatSum.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

namespace mlir::norm::raise {

/// What may be rstd: operand^unit. Epsilon inside, the statistic has its cube;
/// outside, rstd is q = 1 / (s + epsilon) with s = base^(1/2), and the
/// statistic has q^2 / s.
struct RstdPower {
  ExprRef operand;
  Rational unit;
  EpsMode epsMode;
  ExprRef base = nullptr; ///< of epsilon outside
  Coefficient epsilon = Coefficient::exact(0);

  /// The power of `degree` 1, or what the statistic has: 3.
  ExprRef getPower(ExprContext &context, int degree) const;
};

/// What may be rstd in `root`: it occurs linearly and as the statistic has it.
SmallVector<RstdPower> collectRstds(ExprContext &context, const FlatSum &root);

/// The degree of `product` in rstd, and the product without it: 0, 1, 3, or -1
/// for others.
std::pair<int, ExprRef> takeRstd(ExprContext &context, ExprRef product,
                                 const RstdPower &rstd);

/// `product` without the factors of `divisor`; null where it lacks one.
ExprRef divideProduct(ExprContext &context, ExprRef product, ExprRef divisor);

/// A factor that is a number for every positive `statistic`.
struct SignFactor {
  ExprRef statistic;
  double number;
};

/// `factor` as a comparison of a statistic with 0, or with itself as what a
/// clamp at 0 gives, that selects between numbers: autodiff writes so what the
/// clamp passes on. None for others.
std::optional<SignFactor> getSignFactor(ExprRef factor);

/// Whether `sum`, a row sum, adds up products of more than one value.
bool isSumOfProduct(ExprRef sum);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_BACKWARDPRODUCTS_H
