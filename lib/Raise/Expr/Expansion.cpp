//===- Expansion.cpp - row expressions split by what varies ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/Expansion.h"

#include "Expr/Limits.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Affine form
//===----------------------------------------------------------------------===//

namespace {
/// A product split into what varies and what does not.
struct SplitProduct {
  ExprRef factor;
  ExprRef varying;
};
} // namespace

static SplitProduct splitProduct(ExprContext &context, ExprRef expr,
                                 uint32_t mask) {
  Coefficient coefficient;
  SmallVector<Factor> fixed, varying;
  for (Factor factor : context.factorsOf(expr, coefficient))
    (factor.operand->dependsOn(mask) ? varying : fixed).push_back(factor);
  Coefficient inner;
  ExprRef primitive = context.takeCoefficient(context.mul(varying), inner);
  return {context.scale(coefficient * inner, context.mul(fixed)), primitive};
}

/// Terms as factor * varying: a factor that all share moves out, else only the
/// leading coefficient does.
static SplitProduct splitTerms(ExprContext &context, ArrayRef<Term> terms,
                               uint32_t mask) {
  if (terms.size() == 1) {
    SplitProduct split = splitProduct(context, terms[0].operand, mask);
    return {context.scale(terms[0].coefficient, split.factor), split.varying};
  }
  SmallVector<Term> varying;
  ExprRef shared = nullptr;
  bool isShared = true;
  for (Term term : terms) {
    SplitProduct split = splitProduct(context, term.operand, mask);
    isShared &= !shared || shared == split.factor;
    shared = split.factor;
    varying.push_back({term.coefficient, split.varying});
  }
  if (!isShared) {
    varying.assign(terms.begin(), terms.end());
    shared = context.constant(1.0);
  }
  Coefficient leading;
  ExprRef primitive = context.takeCoefficient(context.add(varying), leading);
  return {context.scale(leading, shared), primitive};
}

namespace {
/// The terms of a sum by what becomes of them when it is summed over a row.
/// What a row sum has computed (a mean) is taken off the row elements. What is
/// no sum belongs to them: a row x + c, for a c of its own in each row or for a
/// number, is not x, since c may be large, infinite or NaN.
struct RowTerms {
  SmallVector<Term> varying; ///< depend on the row index
  SmallVector<Term> beside;  ///< do not, and have no sum; numbers, too
  SmallVector<Term> fixed;   ///< do not, and have a sum
};
} // namespace

static RowTerms splitRowTerms(ExprContext &context, ExprRef expr,
                              uint32_t mask) {
  RowTerms result;
  Coefficient constant;
  for (Term term : context.termsOf(expr, constant))
    (term.operand->dependsOn(mask) ? result.varying
     : term.operand->hasSum        ? result.fixed
                                   : result.beside)
        .push_back(term);
  if (!constant.isExactly(0))
    result.beside.push_back({constant, context.constant(1.0)});
  return result;
}

AffineForm mlir::norm::raise::toAffine(ExprContext &context, ExprRef expr,
                                       uint32_t mask) {
  ExprRef zero = context.constant(0.0);
  if (!expr->dependsOn(mask))
    return {zero, context.constant(1.0), expr};
  if (expr->kind != Expr::Kind::Add) {
    SplitProduct split = splitProduct(context, expr, mask);
    return {split.factor, split.varying, zero};
  }
  RowTerms terms = splitRowTerms(context, expr, mask);
  llvm::append_range(terms.varying, terms.beside);
  SplitProduct split = splitTerms(context, terms.varying, mask);
  return {split.factor, split.varying, context.add(terms.fixed)};
}

//===----------------------------------------------------------------------===//
// Expansion in what does not vary
//===----------------------------------------------------------------------===//

/// (k u + c)^p as an expansion; the power itself where it is not expanded.
static Expansion expandPower(ExprContext &context, Factor factor,
                             uint32_t mask) {
  ExprRef one = context.constant(1.0);
  int64_t power = factor.exponent.numerator;
  bool isSmall =
      factor.exponent.isInteger() && power >= 1 && power <= kMaxPower;
  if (!isSmall || factor.operand->kind != Expr::Kind::Add)
    return {{one, context.mul({factor})}};
  AffineForm affine = toAffine(context, factor.operand, mask);
  Expansion expansion;
  int64_t binomial = 1;
  for (int64_t i = power; i >= 0; --i) {
    if (affine.rest->isZero() && i != power)
      break;
    ExprRef coefficient =
        context.mul({{affine.factor, i}, {affine.rest, power - i}});
    coefficient = context.scale(Coefficient::exact(binomial), coefficient);
    expansion.push_back({coefficient, context.pow(affine.varying, i)});
    binomial = binomial * i / (power - i + 1);
  }
  return expansion;
}

static std::optional<Expansion> expandProduct(ExprContext &context,
                                              ExprRef expr, uint32_t mask) {
  ExprRef one = context.constant(1.0);
  Coefficient coefficient;
  SmallVector<Factor> fixed, varying;
  for (Factor factor : context.factorsOf(expr, coefficient))
    (factor.operand->dependsOn(mask) ? varying : fixed).push_back(factor);
  ExprRef outer = context.scale(coefficient, context.mul(fixed));
  Expansion product = {{outer, one}};
  // A sum times what does not vary is a sum, whose terms are told apart.
  if (varying.size() == 1 && varying[0].exponent == Rational(1) &&
      varying[0].operand->kind == Expr::Kind::Add) {
    std::optional<Expansion> inner = expand(context, varying[0].operand, mask);
    if (!inner)
      return std::nullopt;
    for (Monomial &monomial : *inner)
      monomial.factor = context.mul(outer, monomial.factor);
    return inner;
  }
  for (Factor factor : varying) {
    Expansion power = expandPower(context, factor, mask);
    Expansion next;
    for (Monomial lhs : product)
      for (Monomial rhs : power)
        next.push_back({context.mul(lhs.factor, rhs.factor),
                        context.mul(lhs.varying, rhs.varying)});
    if (next.size() > kMaxExpansion)
      return std::nullopt;
    product = std::move(next);
  }
  return product;
}

/// Whether a term counts as a power of row elements: such terms of a sum are
/// summed one by one, all others together.
static bool isNonlinear(ExprContext &context, ExprRef expr, uint32_t mask) {
  auto hasPower = [&](ExprRef product) {
    Coefficient coefficient;
    return llvm::any_of(context.factorsOf(product, coefficient), [&](Factor f) {
      // A partial sum of powers, too: its outer sum is to meet the whole one.
      bool isSumOfPowers =
          f.operand->kind == Expr::Kind::Sum &&
          llvm::any_of(f.operand->operands.front()->exponents,
                       [](Rational e) { return e != Rational(1); });
      return f.operand->dependsOn(mask) &&
             (f.exponent != Rational(1) || isSumOfPowers);
    });
  };
  if (hasPower(expr))
    return true;
  std::optional<Expansion> expansion = expandProduct(context, expr, mask);
  return !expansion || llvm::any_of(*expansion, [&](Monomial monomial) {
    return hasPower(monomial.varying);
  });
}

std::optional<Expansion>
mlir::norm::raise::expand(ExprContext &context, ExprRef expr, uint32_t mask) {
  ExprRef one = context.constant(1.0);
  if (!expr->dependsOn(mask))
    return Expansion{{expr, one}};
  if (expr->kind != Expr::Kind::Add)
    return expandProduct(context, expr, mask);

  RowTerms terms = splitRowTerms(context, expr, mask);
  SmallVector<Term> linear;
  Expansion expansion;
  for (Term term : terms.varying) {
    if (!isNonlinear(context, term.operand, mask)) {
      linear.push_back(term);
    } else {
      std::optional<Expansion> inner = expand(context, term.operand, mask);
      if (!inner || expansion.size() + inner->size() > kMaxExpansion)
        return std::nullopt;
      for (Monomial monomial : *inner)
        expansion.push_back({context.scale(term.coefficient, monomial.factor),
                             monomial.varying});
    }
  }
  llvm::append_range(linear.empty() ? terms.fixed : linear, terms.beside);
  ExprRef rest = context.add(terms.fixed);
  if (!rest->isZero())
    expansion.push_back({rest, one});
  if (!linear.empty()) {
    SplitProduct split = splitTerms(context, linear, mask);
    expansion.push_back({split.factor, split.varying});
  }
  return expansion;
}
