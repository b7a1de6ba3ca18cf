//===- LimitReason.h - limits as reasons ------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What was cut off by a limit is a leaf. An equation that fails beside such a
// leaf may have failed because of it. For example, where the row is x and the
// mean of its squares is computed so deep that it was cut off, as the leaf s,
//   x[d0, d1] * (s[d0] / 64 + 1e-5)^(-1/2)
// has no sum of squares. The limit is the reason, as s is computed from x.
// Where the row itself was cut off, as x, in
//   x[d0, d1] * sum(x[d0, d32]^2, d32 < 64)^(-1/2)
// nothing but x reads what x is computed from, and the missing divisor is the
// reason.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_LIMITREASON_H
#define NORM_LIB_RAISE_MATCH_LIMITREASON_H

#include "Expr/Expr.h"

namespace mlir::norm::raise {

/// The limit that cut off a part of `root` whose own parts `root` reads beside
/// it; none where no such limit was met.
Limit findLimit(const ExprContext &context, ExprRef root);

/// The same for a part that `root`, a product, scales a row by, where it looks
/// like no norm at all: the statistic may have been cut off.
Limit findLimitOfFactor(const ExprContext &context, ExprRef root);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_LIMITREASON_H
