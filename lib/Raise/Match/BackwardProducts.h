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
/// outside, rstd is q = 1 / (s + epsilon) with a root s = base^rootExponent,
/// and the statistic has q^2 / s.
struct RstdPower {
  ExprRef operand; ///< null where rstd is 1: of xh in place of x
  Rational unit;
  EpsMode epsMode;
  ExprRef base = nullptr; ///< of epsilon outside
  Rational rootExponent = Rational(1, 2);
  Coefficient epsilon = Coefficient::exact(0);

  /// Whether the values that are scaled are normalized.
  bool isOne() const { return !operand; }

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

/// The row sum of products that is a factor of `product`; null where there is
/// none.
ExprRef getProductSum(ExprContext &context, ExprRef product);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_BACKWARDPRODUCTS_H
