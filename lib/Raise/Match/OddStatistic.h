//===- OddStatistic.h - statistics that are nearly ones ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Words for programs that divide a row by the root of something that is taken
// over the row and is no mean of squares: a clamp, a sum of cubes, a maximum.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_ODDSTATISTIC_H
#define NORM_LIB_RAISE_MATCH_ODDSTATISTIC_H

#include "Expr/Expr.h"

#include <string>

namespace mlir::norm::raise {

/// What keeps `base`, which stands under a root, from being a statistic.
struct OddStatistic {
  std::string reason;
  ExprRef base;
};

/// Looks in `root` for values of a row times a power of what was taken over
/// that row; none for other expressions.
std::optional<OddStatistic> findOddStatistic(ExprContext &context,
                                             ExprRef root);

/// Whether `value`, a complex number of the body of a structured op, is an
/// element times the inverse root of what was reduced: complex arithmetic has
/// no row expressions.
bool isComplexQuotientByRoot(Value value);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_ODDSTATISTIC_H
