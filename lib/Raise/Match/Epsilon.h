//===- Epsilon.h - which epsilon a program means ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A divisor that is the extent rounded to its type means the extent. So a mean
// may be off by a factor f^2 within that rounding, and with it an epsilon that
// was written beside the sum. Example: bf16 has no 515; sum / 516 + 1e-5 is
// (sum / 515) * f^2 + 1e-5, with 1e-5 beside the quotient, whatever f is.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_EPSILON_H
#define NORM_LIB_RAISE_MATCH_EPSILON_H

#include "Expr/Coefficient.h"

namespace mlir::norm::raise {

/// Epsilon beside a mean that is off by the factor `leftover`^2: `epsilon`
/// where it was written beside the quotient, `epsilon` / `leftover`^2 where it
/// was written beside a rescaled sum. The one of the two with fewer bits was
/// written, the other computed.
Coefficient chooseEpsilon(Coefficient epsilon, double leftover);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_EPSILON_H
