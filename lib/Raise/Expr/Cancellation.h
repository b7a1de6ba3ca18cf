//===- Cancellation.h - sums that keep their leaves -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Identities of real numbers that lose something in floating point:
//   (x + z) - z = x       z may be 1e8, infinite or NaN
//   (x + C) - C = x       for C = 1.5 * 2^23 this rounds x to an integer
//   fma(x, x, -x * x) = 0 it is the rounding error of the square
//   0 * z = 0             z may be infinite or NaN
// In a program such a term has a purpose. Reading an op may therefore not make
// a value of the program disappear, nor a number beside one. Two values that
// are taken off each other stay an opaque op, which a norm may read as its
// input.
//
// A term that a sum over the row has computed may become smaller: the variance
// mean(x^2) - 2 m mean(x) + m^2 with m = mean(x) is mean(x^2) - m^2. The solver
// subtracts as it likes (ExprContext::sub): what it subtracts is equal.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_EXPR_CANCELLATION_H
#define NORM_LIB_RAISE_EXPR_CANCELLATION_H

#include "Expr/Expr.h"

namespace mlir::norm::raise {

/// lhs + coefficient * rhs; null where a leaf or a number would cancel.
ExprRef addKeepingLeaves(ExprContext &context, ExprRef lhs,
                         Coefficient coefficient, ExprRef rhs);

/// lhs * rhs^exponent; null where a leaf would cancel, or is multiplied by 0.
ExprRef mulKeepingLeaves(ExprContext &context, ExprRef lhs, ExprRef rhs,
                         Rational exponent = 1);

/// Whether every tensor that `part` reads is read by `whole`, too.
bool holdsLeaves(ExprRef whole, ExprRef part);

/// Whether a product of `lhs` and `rhs` masks one of them: [j < k] * v is 0 for
/// j >= k, except where v is infinite or NaN.
bool isMaskProduct(ExprContext &context, ExprRef lhs, ExprRef rhs);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_EXPR_CANCELLATION_H
