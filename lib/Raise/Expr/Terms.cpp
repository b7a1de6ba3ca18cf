//===- Terms.cpp - row expressions: sums of terms -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/Expr.h"
#include "Expr/Limits.h"

#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;
using namespace mlir::norm::raise;

SmallVector<Term> ExprContext::termsOf(ExprRef expr, Coefficient &constant) {
  constant = Coefficient::exact(0);
  if (expr->isConstant()) {
    constant = expr->constant;
    return {};
  }
  if (expr->kind != Expr::Kind::Add)
    return {{Coefficient::exact(1), expr}};
  constant = expr->constant;
  SmallVector<Term> terms;
  for (auto [operand, coefficient] :
       llvm::zip(expr->operands, expr->coefficients))
    terms.push_back({coefficient, operand});
  return terms;
}

ExprRef ExprContext::makeAdd(ArrayRef<Term> terms, Coefficient constantTerm) {
  if (terms.empty())
    return constant(constantTerm);
  if (terms.size() == 1 && constantTerm.isExactly(0) &&
      terms.front().coefficient.isExactly(1) &&
      terms.front().coefficient.error() == 0)
    return terms.front().operand;
  auto operands = llvm::map_to_vector(terms, [](Term t) { return t.operand; });
  auto coefficients =
      llvm::map_to_vector(terms, [](Term t) { return t.coefficient; });
  Expr expr;
  expr.kind = Expr::Kind::Add;
  expr.operands = operands;
  expr.coefficients = coefficients;
  expr.constant = constantTerm;
  return intern(expr);
}

/// Flattens nested sums, collects like terms, drops terms whose coefficient is
/// zero within the precision of the literals it came from.
ExprRef ExprContext::add(ArrayRef<Term> summands, Coefficient constantTerm) {
  SmallVector<Term> flat;
  for (Term summand : summands) {
    if (summand.coefficient.isExactly(0))
      continue;
    Coefficient inner;
    SmallVector<Term> terms = termsOf(summand.operand, inner);
    if (terms.size() > 1 && flat.size() + terms.size() > kMaxTerms) {
      flat.push_back(
          {summand.coefficient, group(summand.operand, Limit::Terms)});
      continue;
    }
    constantTerm = constantTerm + inner * summand.coefficient;
    for (Term term : terms)
      flat.push_back({term.coefficient * summand.coefficient, term.operand});
  }
  // A constant is zero only if it is exactly so: it may be an epsilon.
  llvm::stable_sort(flat, [](Term lhs, Term rhs) {
    return lhs.operand->id < rhs.operand->id;
  });
  SmallVector<Term> terms;
  for (Term term : flat) {
    if (!terms.empty() && terms.back().operand == term.operand)
      terms.back().coefficient = terms.back().coefficient + term.coefficient;
    else
      terms.push_back(term);
  }
  llvm::erase_if(terms, [](Term term) {
    return term.coefficient.isExactly(0) || term.coefficient.isCancelled();
  });
  return makeAdd(terms, constantTerm);
}
