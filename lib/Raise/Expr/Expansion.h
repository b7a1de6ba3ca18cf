//===- Expansion.h - row expressions split by what varies -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_EXPR_EXPANSION_H
#define NORM_LIB_RAISE_EXPR_EXPANSION_H

#include "Expr/Expr.h"

namespace mlir::norm::raise {

/// `expr` = factor * varying + rest, where factor and rest do not depend on the
/// positions in `mask`; all that varies is one node (no sum is torn apart), and
/// what is added to it stays with it unless a sum has computed it:
///   x_j + c - mean = 1 * (x_j + c) + (-mean)
struct AffineForm {
  ExprRef factor;
  ExprRef varying;
  ExprRef rest;
};
AffineForm toAffine(ExprContext &context, ExprRef expr, uint32_t mask);

/// factor * varying; `varying` is 1 for the part that does not vary.
struct Monomial {
  ExprRef factor;
  ExprRef varying;
};
using Expansion = SmallVector<Monomial>;

/// `expr` as a sum of products factor * varying by the positions in `mask`;
/// none where it would have too many.
std::optional<Expansion> expand(ExprContext &context, ExprRef expr,
                                uint32_t mask);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_EXPR_EXPANSION_H
