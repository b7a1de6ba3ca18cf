//===- Cancellation.cpp - sums and products that keep their leaves --------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/Cancellation.h"

#include "llvm/ADT/SmallPtrSet.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::raise;

static bool haveOppositeSigns(double lhs, double rhs) {
  return (lhs < 0 && rhs > 0) || (lhs > 0 && rhs < 0);
}

/// Whether a term may become smaller, but not vanish: it has a row sum.
static bool mayShrink(ExprRef operand, Coefficient sum) {
  return operand->hasSum && !sum.isExactly(0) && !sum.isCancelled();
}

/// Whether the sum of the numbers lhs and rhs beside `terms` rounds the terms
/// off: what was added is taken off again. Beside a statistic only what takes
/// off most of it counts: (s + 1) / n - 0.5 has an epsilon of 1 / n - 0.5.
static bool cancels(double lhs, double rhs, ArrayRef<Term> terms) {
  if (terms.empty() || !haveOppositeSigns(lhs, rhs))
    return false;
  bool besideStatistic =
      llvm::all_of(terms, [](Term term) { return term.operand->hasSum; });
  double larger = std::max(std::abs(lhs), std::abs(rhs));
  return !besideStatistic || std::abs(lhs + rhs) < larger / 2;
}

ExprRef mlir::norm::raise::addKeepingLeaves(ExprContext &context, ExprRef lhs,
                                            Coefficient coefficient,
                                            ExprRef rhs) {
  Coefficient lhsConstant, rhsConstant;
  SmallVector<Term> lhsTerms = context.termsOf(lhs, lhsConstant);
  SmallVector<Term> rhsTerms = context.termsOf(rhs, rhsConstant);
  llvm::SmallDenseMap<ExprRef, Coefficient> coefficients;
  for (Term term : lhsTerms)
    coefficients[term.operand] = term.coefficient;
  for (Term term : rhsTerms) {
    auto found = coefficients.find(term.operand);
    if (found == coefficients.end() || !term.operand->hasLeaf)
      continue;
    Coefficient added = term.coefficient * coefficient;
    if (haveOppositeSigns(found->second.value, added.value) &&
        !mayShrink(term.operand, found->second + added))
      return nullptr;
  }
  llvm::append_range(lhsTerms, rhsTerms);
  if (cancels(lhsConstant.value, rhsConstant.value * coefficient.value,
              lhsTerms))
    return nullptr;
  return context.add({{Coefficient::exact(1), lhs}, {coefficient, rhs}});
}

/// The factors of `expr`, sums by their primitive part, as products name them.
static SmallVector<Factor> getPrimitiveFactors(ExprContext &context,
                                               ExprRef expr) {
  Coefficient ignored;
  return context.factorsOf(context.takeCoefficient(expr, ignored), ignored);
}

/// Whether `part` occurs in `expr`, as an operand or as the extent of a sum.
static bool occursIn(ExprRef expr, ExprRef part,
                     llvm::SmallPtrSetImpl<ExprRef> &seen) {
  if (expr == part)
    return true;
  if (!seen.insert(expr).second)
    return false;
  auto occurs = [&](ExprRef inner) { return occursIn(inner, part, seen); };
  return llvm::any_of(expr->operands, occurs) ||
         llvm::any_of(expr->bounds,
                      [&](BoundIndex bound) { return occurs(bound.extent); });
}

/// Whether base^p * base^q = base^(p + q), for p and q of opposite signs, loses
/// the base. An extent may be 0: n / n is a NaN then, and only what is summed
/// over n has no value either.
static bool losesBase(ExprRef base, Rational sum, ExprRef product) {
  if (base->hasLeaf)
    return !base->hasSum || sum == Rational(0);
  llvm::SmallPtrSet<ExprRef, 16> seen;
  return base->kind == Expr::Kind::Extent && !occursIn(product, base, seen);
}

ExprRef mlir::norm::raise::mulKeepingLeaves(ExprContext &context, ExprRef lhs,
                                            ExprRef rhs, Rational exponent) {
  ExprRef product = context.mul({{lhs, 1}, {rhs, exponent}});
  if (product->isConstant())
    return lhs->isConstant() && rhs->isConstant() ? product : nullptr;
  SmallVector<Factor> factors = getPrimitiveFactors(context, lhs);
  for (Factor right : getPrimitiveFactors(context, rhs))
    for (Factor left : factors) {
      Rational added = right.exponent * exponent;
      if (left.operand == right.operand &&
          haveOppositeSigns(left.exponent.numerator, added.numerator) &&
          losesBase(left.operand, left.exponent + added, product))
        return nullptr;
    }
  return product;
}

bool mlir::norm::raise::holdsLeaves(ExprRef whole, ExprRef part) {
  llvm::SmallDenseSet<Value> held;
  for (ExprRef leaf : getLeaves(whole, /*intoSums=*/true))
    held.insert(leaf->value);
  return llvm::all_of(getLeaves(part, /*intoSums=*/true),
                      [&](ExprRef leaf) { return held.contains(leaf->value); });
}

bool mlir::norm::raise::isMaskProduct(ExprContext &context, ExprRef lhs,
                                      ExprRef rhs) {
  auto masks = [&](ExprRef expr) {
    SmallVector<ExprRef> found;
    for (Factor factor : getPrimitiveFactors(context, expr))
      if (factor.operand->kind == Expr::Kind::Below)
        found.push_back(factor.operand);
    return found;
  };
  SmallVector<ExprRef> left = masks(lhs), right = masks(rhs);
  // A select has made both 0 where the mask is.
  bool isOnBoth = llvm::equal(left, right);
  return !isOnBoth &&
         ((!left.empty() && rhs->hasLeaf) || (!right.empty() && lhs->hasLeaf));
}
