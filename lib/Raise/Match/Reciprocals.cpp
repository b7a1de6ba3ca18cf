//===- Reciprocals.cpp - what may be the statistic of a norm --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/Reciprocals.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// weight * base^(1/2) + epsilon as its parts.
static std::optional<Reciprocal> getOutside(ExprContext &context,
                                            Factor factor) {
  Coefficient epsilon;
  SmallVector<Term> terms = context.termsOf(factor.operand, epsilon);
  if (terms.size() != 1 || factor.exponent != Rational(-1))
    return std::nullopt;
  Coefficient coefficient;
  for (Factor part : context.factorsOf(terms[0].operand, coefficient))
    if (part.exponent == Rational(1, 2) && part.operand->hasSum)
      return Reciprocal{
          factor, part.operand,
          context.scale(terms[0].coefficient * coefficient,
                        context.withoutFactor(terms[0].operand, part.operand,
                                              part.exponent)),
          epsilon, EpsMode::outside};
  return std::nullopt;
}

void mlir::norm::raise::collectReciprocals(ExprContext &context, ExprRef expr,
                                           SmallVectorImpl<Reciprocal> &found) {
  if (!expr->hasSum)
    return;
  if (expr->kind == Expr::Kind::Add) {
    for (ExprRef operand : expr->operands)
      collectReciprocals(context, operand, found);
    return;
  }
  if (expr->kind != Expr::Kind::Mul)
    return;
  for (auto [operand, exponent] : llvm::zip(expr->operands, expr->exponents)) {
    if (!operand->hasSum)
      continue;
    if (exponent == Rational(1)) {
      if (operand->kind == Expr::Kind::Add)
        collectReciprocals(context, operand, found);
      continue;
    }
    Factor factor = {operand, exponent};
    bool isKnown = llvm::any_of(found, [&](const Reciprocal &other) {
      return other.factor.operand == operand &&
             other.factor.exponent == exponent;
    });
    if (isKnown)
      continue;
    if (exponent == Rational(-1, 2))
      found.push_back({factor, operand, context.constant(1.0),
                       Coefficient::exact(0), EpsMode::inside});
    else if (auto outside = getOutside(context, factor))
      found.push_back(*outside);
  }
}

/// Whether the same number may be meant by both.
static bool mayBeSame(Coefficient lhs, Coefficient rhs) {
  if (lhs.isExactly(0) || rhs.isExactly(0))
    return lhs.isExactly(0) && rhs.isExactly(0);
  return (lhs * rhs.pow(-1)).matches(1.0);
}

/// Whether `lhs` and `rhs` are sums and products of the same parts, with
/// numbers that may be the same. Parts may come in another order.
static bool isNearly(ExprRef lhs, ExprRef rhs) {
  if (lhs == rhs)
    return true;
  bool isSum = lhs->kind == Expr::Kind::Add;
  if (lhs->kind != rhs->kind || (!isSum && lhs->kind != Expr::Kind::Mul) ||
      lhs->operands.size() != rhs->operands.size() ||
      !mayBeSame(lhs->constant, rhs->constant))
    return false;
  auto isSamePart = [&](size_t i, size_t j) {
    bool isSameNumber =
        isSum ? mayBeSame(lhs->coefficients[i], rhs->coefficients[j])
              : lhs->exponents[i] == rhs->exponents[j];
    return isSameNumber && isNearly(lhs->operands[i], rhs->operands[j]);
  };
  SmallVector<bool> taken(rhs->operands.size());
  for (size_t i = 0; i < lhs->operands.size(); ++i) {
    size_t j = 0;
    while (j < taken.size() && (taken[j] || !isSamePart(i, j)))
      ++j;
    if (j == taken.size())
      return false;
    taken[j] = true;
  }
  return true;
}

/// The factor with the first of `known` that is nearly its operand, which joins
/// them where there is none.
static Factor unifyFactor(Factor factor, SmallVectorImpl<ExprRef> &known) {
  if (!factor.operand->hasSum || factor.exponent.numerator >= 0)
    return factor;
  for (ExprRef other : known)
    if (isNearly(other, factor.operand))
      return {other, factor.exponent};
  known.push_back(factor.operand);
  return factor;
}

ExprRef mlir::norm::raise::unifyReciprocals(ExprContext &context,
                                            ExprRef expr) {
  Coefficient constant, coefficient;
  SmallVector<ExprRef> known;
  SmallVector<Term> terms = context.termsOf(expr, constant);
  for (Term &term : terms) {
    SmallVector<Factor> factors = context.factorsOf(term.operand, coefficient);
    for (Factor &factor : factors)
      factor = unifyFactor(factor, known);
    term.operand = context.scale(coefficient, context.mul(factors));
  }
  return known.size() < terms.size() ? context.add(terms, constant) : expr;
}

SmallVector<SquareSum> mlir::norm::raise::getSquareSums(ExprContext &context,
                                                        ExprRef base) {
  SmallVector<SquareSum> squares;
  Coefficient constant, coefficient;
  for (Term term : context.termsOf(base, constant))
    for (Factor factor : context.factorsOf(term.operand, coefficient))
      if (factor.operand->kind == Expr::Kind::Sum &&
          factor.exponent == Rational(1))
        if (ExprRef root =
                getSquareRoot(context, factor.operand->operands.front()))
          squares.push_back({factor.operand, root});
  return squares;
}
