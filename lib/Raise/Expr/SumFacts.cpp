//===- SumFacts.cpp - what is known of sums -------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mean(u^2) - mean(u)^2 is not negative (Jensen), which a product of powers
// needs to know: max(0, variance) is the variance, and its root is real. A sum
// of terms is a variance if it is one up to what is not negative. For example,
// with n = 64
//   sum(u^2) / 64 - sum(u)^2 / 4096 + 1e-5
// has the square sum sum(u^2) with the weight 1/64. Subtracting
//   1/64 * (sum(u^2) - sum(u)^2 / 64)
// leaves 1e-5, which is not negative.
//
//===----------------------------------------------------------------------===//

#include "Expr/Expr.h"

using namespace mlir;
using namespace mlir::norm::raise;

ExprRef mlir::norm::raise::getSquareRoot(ExprContext &context, ExprRef expr) {
  Coefficient coefficient;
  SmallVector<Factor> factors = context.factorsOf(expr, coefficient);
  if (factors.empty() || !coefficient.isExactly(1))
    return nullptr;
  for (Factor &factor : factors) {
    if (!factor.exponent.isEvenInteger())
      return nullptr;
    factor.exponent = factor.exponent * Rational(1, 2);
  }
  return context.mul(factors);
}

bool mlir::norm::raise::isVariance(ExprContext &context, ExprRef expr) {
  Coefficient constant;
  for (Term term : context.termsOf(expr, constant)) {
    Coefficient coefficient;
    SmallVector<Factor> factors = context.factorsOf(term.operand, coefficient);
    for (Factor factor : factors) {
      if (factor.operand->kind != Expr::Kind::Sum ||
          factor.exponent != Rational(1))
        continue;
      ExprRef root = getSquareRoot(context, factor.operand->operands.front());
      if (!root)
        continue;
      // expr - weight * (sum(u^2) - sum(u)^2 / n), with the weight of sum(u^2).
      ExprRef weight =
          context.scale(term.coefficient,
                        context.withoutFactor(term.operand, factor.operand, 1));
      if (!weight->nonNegative)
        continue;
      ExprRef sum = context.sumOver(root, factor.operand->bounds);
      ExprRef length = getLength(context, factor.operand->bounds);
      ExprRef spread =
          context.sub(factor.operand, context.mul({{sum, 2}, {length, -1}}));
      Coefficient ignored;
      SmallVector<Term> rest = {{Coefficient::exact(1), expr}};
      for (Term part : context.termsOf(spread, ignored))
        rest.push_back({-part.coefficient, context.mul(weight, part.operand)});
      if (context.add(rest)->nonNegative)
        return true;
    }
  }
  return false;
}

/// a u^2 + b u v + c v^2 with b^2 = 4 a c is the square of
/// a^(1/2) u +- c^(1/2) v: (x - m)^2 that the program has expanded.
static bool isExpandedSquare(ExprContext &context, ExprRef expr) {
  Coefficient constant;
  SmallVector<Term> terms = context.termsOf(expr, constant);
  if (terms.size() != 3 || !constant.isExactly(0))
    return false;
  for (unsigned middle = 0; middle < 3; ++middle) {
    Term first = terms[(middle + 1) % 3], second = terms[(middle + 2) % 3];
    ExprRef u = getSquareRoot(context, first.operand);
    ExprRef v = getSquareRoot(context, second.operand);
    if (!u || !v || first.coefficient.value <= 0 ||
        second.coefficient.value <= 0 ||
        terms[middle].operand != context.mul(u, v))
      continue;
    Coefficient product = first.coefficient * second.coefficient;
    Coefficient square = terms[middle].coefficient.pow(2);
    return (square * product.pow(-1)).matches(4.0);
  }
  return false;
}

/// Whether `expr` is not negative by its own form.
static bool isNeverNegativeByForm(ExprContext &context, ExprRef expr) {
  return expr->nonNegative || isVariance(context, expr) ||
         isExpandedSquare(context, expr);
}

/// Below a division a sum has another sign than under a root (takeCoefficient):
/// 1/v for a variance v is -1 * (-v)^-1.
bool mlir::norm::raise::isNeverNegative(ExprContext &context, ExprRef expr) {
  if (isNeverNegativeByForm(context, expr))
    return true;
  Coefficient coefficient;
  SmallVector<Factor> factors = context.factorsOf(expr, coefficient);
  bool isNegative = !(coefficient.value > 0);
  for (Factor factor : factors) {
    ExprRef operand = factor.operand;
    if (factor.exponent.isEvenInteger() ||
        factor.exponent.denominator % 2 == 0 ||
        (operand != expr && isNeverNegative(context, operand)))
      continue;
    ExprRef negated = context.scale(Coefficient::exact(-1), operand);
    if (!isNeverNegativeByForm(context, negated))
      return false;
    isNegative = !isNegative;
  }
  return !isNegative;
}

bool mlir::norm::raise::isSumOfProduct(ExprRef sum) {
  ExprRef body = sum->operands.front();
  if (body->kind != Expr::Kind::Mul)
    return false;
  unsigned linear = 0;
  for (auto [operand, exponent] : llvm::zip(body->operands, body->exponents))
    linear += operand->hasLeaf && exponent == Rational(1);
  return linear > 1;
}

/// Whether `expr`, not looked into roots and divisors, has a sum that
/// isSumOfProduct, or one of a sum of terms.
static bool readsProductSum(ExprRef expr,
                            llvm::SmallPtrSetImpl<ExprRef> &seen) {
  if (!expr->hasSum || !seen.insert(expr).second)
    return false;
  if (expr->kind == Expr::Kind::Sum) {
    ExprRef body = expr->operands.front();
    return isSumOfProduct(expr) || readsProductSum(body, seen);
  }
  if (expr->kind != Expr::Kind::Add && expr->kind != Expr::Kind::Mul)
    return false;
  for (auto [position, operand] : llvm::enumerate(expr->operands)) {
    bool isPower = expr->kind == Expr::Kind::Mul &&
                   expr->exponents[position].numerator < 0;
    if (!isPower && readsProductSum(operand, seen))
      return true;
  }
  return false;
}

bool mlir::norm::raise::mayBeGradient(ExprRef expr) {
  llvm::SmallPtrSet<ExprRef, 16> seen;
  return expr->freeDims != 0 && readsProductSum(expr, seen);
}
