//===- Polynomial.cpp - row expressions as polynomials --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/Polynomial.h"

#include "Expr/Cancellation.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::norm::raise;

ExprRef mlir::norm::raise::distribute(ExprContext &context, ExprRef factor,
                                      ExprRef expr) {
  Coefficient constant;
  SmallVector<Term> terms;
  for (Term term : context.termsOf(expr, constant))
    terms.push_back({term.coefficient, context.mul(factor, term.operand)});
  if (!constant.isExactly(0))
    terms.push_back({constant, factor});
  return context.add(terms);
}

/// Adds the linear forms of the terms of `expr`, given that of one term. What
/// cancels makes none: (x + z) r - z r is not x r (Cancellation.h).
static LinearForm sumOfTerms(ExprContext &context, ExprRef expr,
                             llvm::function_ref<LinearForm(ExprRef)> ofTerm) {
  Coefficient constant;
  SmallVector<Term> terms = context.termsOf(expr, constant);
  ExprRef slope = context.constant(0.0), rest = context.constant(constant);
  for (Term term : terms) {
    LinearForm form = ofTerm(term.operand);
    slope = addKeepingLeaves(context, slope, term.coefficient, form.slope);
    rest = addKeepingLeaves(context, rest, term.coefficient, form.rest);
    if (!slope || !rest)
      return {context.constant(0.0), expr};
  }
  return {slope, rest};
}

/// The linear form of a product one of whose factors is a sum with `ofSum` as
/// its linear form; slope 0 where no or more than one factor is such a sum.
static LinearForm ofProduct(ExprContext &context, ExprRef product,
                            llvm::function_ref<LinearForm(ExprRef)> ofSum) {
  Coefficient coefficient;
  SmallVector<Factor> rest;
  std::optional<LinearForm> found;
  for (Factor factor : context.factorsOf(product, coefficient)) {
    bool isSum = factor.operand->kind == Expr::Kind::Add &&
                 factor.exponent == Rational(1);
    LinearForm form = {nullptr, nullptr};
    if (isSum)
      form = ofSum(factor.operand);
    if (!isSum || form.slope->isZero()) {
      rest.push_back(factor);
      continue;
    }
    if (found)
      return {context.constant(0.0), product};
    found = form;
  }
  if (!found)
    return {context.constant(0.0), product};
  ExprRef others = context.scale(coefficient, context.mul(rest));
  return {context.mul(others, found->slope), context.mul(others, found->rest)};
}

LinearForm mlir::norm::raise::linearIn(ExprContext &context, ExprRef expr,
                                       Factor unknown) {
  auto recurse = [&](ExprRef part) { return linearIn(context, part, unknown); };
  Coefficient coefficient;
  SmallVector<Factor> factors = context.factorsOf(expr, coefficient);
  for (Factor factor : factors)
    if (factor.operand == unknown.operand &&
        factor.exponent == unknown.exponent)
      return {context.withoutFactor(expr, factor.operand, factor.exponent),
              context.constant(0.0)};
  bool isSingle = factors.size() == 1 && factors[0].operand == expr;
  if (expr->kind == Expr::Kind::Add)
    return sumOfTerms(context, expr, recurse);
  if (isSingle)
    return {context.constant(0.0), expr};
  return ofProduct(context, expr, recurse);
}

/// expr = ratio * unknown + rest for two sums, where the terms of `unknown` are
/// among those of `expr`.
static LinearForm takeSum(ExprContext &context, ExprRef expr, ExprRef unknown) {
  LinearForm none = {context.constant(0.0), expr};
  Coefficient constant;
  SmallVector<Term> terms = context.termsOf(expr, constant);
  std::optional<Coefficient> ratio;
  for (auto [operand, coefficient] :
       llvm::zip(unknown->operands, unknown->coefficients)) {
    auto *found = llvm::find_if(
        terms, [&](Term term) { return term.operand == operand; });
    if (found == terms.end())
      return none;
    Coefficient quotient = found->coefficient * coefficient.pow(-1);
    if (ratio && !(quotient * ratio->pow(-1)).matches(1.0))
      return none;
    if (!ratio)
      ratio = quotient;
    terms.erase(found);
  }
  // The number in the unknown goes as a whole, or not at all: what would be
  // left of it is a rounding.
  if (!unknown->constant.isExactly(0)) {
    Coefficient quotient = constant * unknown->constant.pow(-1);
    if (constant.isExactly(0) || !(quotient * ratio->pow(-1)).matches(1.0))
      return none;
    constant = Coefficient::exact(0);
  }
  return {context.constant(*ratio), context.add(terms, constant)};
}

/// The quotient where all factors of `unknown` are factors of `product`.
static ExprRef takeFactors(ExprContext &context, ExprRef product,
                           ExprRef unknown) {
  Coefficient coefficient, unknownCoefficient;
  SmallVector<Factor> factors = context.factorsOf(product, coefficient);
  for (Factor wanted : context.factorsOf(unknown, unknownCoefficient)) {
    auto *found = llvm::find_if(factors, [&](Factor factor) {
      return factor.operand == wanted.operand &&
             factor.exponent == wanted.exponent;
    });
    if (found == factors.end())
      return nullptr;
    factors.erase(found);
  }
  return context.scale(coefficient * unknownCoefficient.pow(-1),
                       context.mul(factors));
}

LinearForm mlir::norm::raise::linearIn(ExprContext &context, ExprRef expr,
                                       ExprRef unknown) {
  auto recurse = [&](ExprRef part) { return linearIn(context, part, unknown); };
  ExprRef zero = context.constant(0.0);
  if (expr == unknown)
    return {context.constant(1.0), zero};
  if (ExprRef quotient = takeFactors(context, expr, unknown))
    return {quotient, zero};
  if (expr->kind != Expr::Kind::Add) {
    if (expr->kind != Expr::Kind::Mul)
      return {zero, expr};
    return ofProduct(context, expr, recurse);
  }
  bool isScaled = expr->operands.size() == 1 && expr->constant.isExactly(0);
  if (isScaled || unknown->kind != Expr::Kind::Add)
    return sumOfTerms(context, expr, recurse);
  LinearForm taken = takeSum(context, expr, unknown);
  if (taken.slope->isZero())
    return sumOfTerms(context, expr, recurse);
  LinearForm rest = sumOfTerms(context, taken.rest, recurse);
  ExprRef slope =
      addKeepingLeaves(context, taken.slope, Coefficient::exact(1), rest.slope);
  return slope ? LinearForm{slope, rest.rest} : LinearForm{zero, expr};
}

ExprRef mlir::norm::raise::divideExactly(ExprContext &context, ExprRef expr,
                                         ExprRef divisor) {
  if (divisor->isOne() || expr->isZero())
    return expr;
  if (divisor->isConstant())
    return context.scale(divisor->constant.pow(-1), expr);
  if (ExprRef quotient = takeFactors(context, expr, divisor))
    return quotient;
  if (expr->kind != Expr::Kind::Add || !expr->constant.isExactly(0))
    return nullptr;
  SmallVector<Term> terms;
  Coefficient constant;
  for (Term term : context.termsOf(expr, constant)) {
    ExprRef quotient = takeFactors(context, term.operand, divisor);
    if (!quotient)
      return nullptr;
    terms.push_back({term.coefficient, quotient});
  }
  return context.add(terms);
}
