//===- Unify.h - one expression at different positions ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_EXPR_UNIFY_H
#define NORM_LIB_RAISE_EXPR_UNIFY_H

#include "Expr/Expr.h"

namespace mlir::norm::raise {

/// Finds the index of `expr` (over `rank` dimensions of its own) at which it
/// equals `target`, an expression over positions of the root with the given
/// extents. Dimensions along which `expr` does not change get index 0.
std::optional<SmallVector<AffineExpr>> unify(ExprContext &context, ExprRef expr,
                                             unsigned rank, ExprRef target,
                                             ArrayRef<int64_t> extents);

/// Whether two expressions, or null for none, are one at other positions.
inline bool isSameElsewhere(ExprContext &context, ExprRef expr, unsigned rank,
                            ExprRef target, ArrayRef<int64_t> extents) {
  return expr == target ||
         (expr && target && unify(context, expr, rank, target, extents));
}

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_EXPR_UNIFY_H
