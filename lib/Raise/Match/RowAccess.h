//===- RowAccess.h - where the row of a sum lies in a root ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_ROWACCESS_H
#define NORM_LIB_RAISE_MATCH_ROWACCESS_H

#include "Expr/Expr.h"

namespace mlir::norm::raise {

/// Values of bound indices: (number, index over positions of the root).
using BoundAssignment = SmallVector<std::pair<unsigned, AffineExpr>>;

/// Values of `bounds` for which the access `inSum` is `inRoot`: solves index by
/// index for one of them, with a factor of 1. Indices that other sums bind are
/// the same in both.
std::optional<BoundAssignment> solveAccess(ExprContext &context, ExprRef inSum,
                                           ExprRef inRoot,
                                           ArrayRef<BoundIndex> bounds,
                                           ArrayRef<int64_t> extents);

/// How the positions that a bound index takes relate to the index range.
enum class Coverage { All, Prefix, Other };
Coverage getCoverage(ExprContext &context, BoundIndex bound, AffineExpr value,
                     ArrayRef<ExprRef> extents,
                     ArrayRef<int64_t> staticExtents);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_ROWACCESS_H
