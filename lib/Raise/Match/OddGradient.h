//===- OddGradient.h - what is nearly the gradient of a norm ----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_ODDGRADIENT_H
#define NORM_LIB_RAISE_MATCH_ODDGRADIENT_H

#include "Expr/FlatSum.h"

namespace mlir::norm::raise {

/// Why `root` is no gradient, though some factor occurs in it to two powers as
/// rstd does: to the second, or to the third and fifth of a second derivative.
/// Empty where there is no such factor; else `power` is that factor.
std::string describeOtherPowers(ExprContext &context, const FlatSum &root,
                                ExprRef &power);

/// Why `root`, over positions with these extents of which it varies along
/// `varying`, is no gradient though it has the form m r + x a sum(m x): a may
/// be another layer's, or an argument. Empty where it is not of that form, or
/// where r is neither a root in sight nor saved by the loop that has saved a: a
/// recurrence with gates has that form, too.
std::string describeOtherFactor(ExprContext &context, const FlatSum &root,
                                uint32_t varying, ArrayRef<ExprRef> extents,
                                ExprRef &power);

/// Why `root`, which has no sum of products, is no gradient: it has a maximum
/// of the row in the place of the sum, or the scale cancels in the sum, as the
/// result of the norm was saved. Empty where it is nothing of the kind; else
/// `power` names it.
std::string describeOddReduction(ExprContext &context, ExprRef root,
                                 ExprRef &power);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_ODDGRADIENT_H
