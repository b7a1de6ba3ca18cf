//===- Reasons.h - words for factors that are not 1 -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_REASONS_H
#define NORM_LIB_RAISE_MATCH_REASONS_H

#include "Expr/Expr.h"

#include <string>

namespace mlir::norm::raise {

/// Why `factor`, which a root has beside a norm over `length` elements, makes
/// it none. A divisor d instead of n leaves sqrt(d / n): 64 elements divided by
/// 63 leave sqrt(63 / 64), and no divisor at all leaves 1 / 8.
std::string describeFactor(Coefficient factor, ExprRef length);

/// Words for a factor that is 1 and sqrt((n + 1) / n), or sqrt((n - 1) / n),
/// within its rounding: n and its neighbour are one number in the type of the
/// divisor. Empty for other factors.
std::string describeOtherDivisor(Coefficient factor, ExprRef length);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_REASONS_H
