//===- Polynomial.h - row expressions as polynomials ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_EXPR_POLYNOMIAL_H
#define NORM_LIB_RAISE_EXPR_POLYNOMIAL_H

#include "Expr/Expr.h"

namespace mlir::norm::raise {

/// expr = slope * unknown + rest; slope is 0 where the unknown does not occur,
/// or not linearly.
struct LinearForm {
  ExprRef slope;
  ExprRef rest;
};

/// `expr` as linear in the factor operand ^ exponent.
LinearForm linearIn(ExprContext &context, ExprRef expr, Factor unknown);

/// `expr` as linear in the expression `unknown`, which may be a sum whose terms
/// `expr` has among its own, or a product.
LinearForm linearIn(ExprContext &context, ExprRef expr, ExprRef unknown);

/// `expr` / `divisor` where every term has all factors of the divisor; null
/// otherwise.
ExprRef divideExactly(ExprContext &context, ExprRef expr, ExprRef divisor);

/// factor * expr, term by term.
ExprRef distribute(ExprContext &context, ExprRef factor, ExprRef expr);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_EXPR_POLYNOMIAL_H
