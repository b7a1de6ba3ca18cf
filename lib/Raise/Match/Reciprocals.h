//===- Reciprocals.h - what may be the statistic of a norm ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_RECIPROCALS_H
#define NORM_LIB_RAISE_MATCH_RECIPROCALS_H

#include "Expr/Expr.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

namespace mlir::norm::raise {

/// base^(-1/2), or 1 / (weight * base^(1/2) + epsilon).
struct Reciprocal {
  Factor factor;
  ExprRef base;
  ExprRef rootWeight;  ///< 1 for epsilon inside
  Coefficient epsilon; ///< of epsilon outside
  EpsMode epsMode;
};

/// The reciprocals that occur linearly in `expr`.
void collectReciprocals(ExprContext &context, ExprRef expr,
                        SmallVectorImpl<Reciprocal> &found);

/// `expr` with one reciprocal root for those that differ by roundings of their
/// numbers alone: x * s - m * s where the program computes s twice, once as
/// 4 rsqrt(16 v) and once with 1/n where it has n.
ExprRef unifyReciprocals(ExprContext &context, ExprRef expr);

/// A sum of squares in the base of a reciprocal, and what it squares.
struct SquareSum {
  ExprRef sum;
  ExprRef root;
};

SmallVector<SquareSum> getSquareSums(ExprContext &context, ExprRef base);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_RECIPROCALS_H
