//===- Products.cpp - row expressions: products of powers -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/Expr.h"

#include "llvm/ADT/SmallVectorExtras.h"

using namespace mlir;
using namespace mlir::norm::raise;

SmallVector<Factor> ExprContext::factorsOf(ExprRef expr,
                                           Coefficient &coefficient) {
  coefficient = Coefficient::exact(1);
  if (expr->isConstant()) {
    coefficient = expr->constant;
    return {};
  }
  if (expr->kind == Expr::Kind::Add && expr->operands.size() == 1 &&
      expr->constant.isExactly(0)) {
    coefficient = expr->coefficients.front();
    expr = expr->operands.front();
  }
  if (expr->kind != Expr::Kind::Mul)
    return {{expr, 1}};
  SmallVector<Factor> factors;
  for (auto [operand, exponent] : llvm::zip(expr->operands, expr->exponents))
    factors.push_back({operand, exponent});
  return factors;
}

ExprRef ExprContext::makeMul(ArrayRef<Factor> factors) {
  if (factors.empty())
    return constant(1.0);
  if (factors.size() == 1 && factors.front().exponent == Rational(1))
    return factors.front().operand;
  auto operands =
      llvm::map_to_vector(factors, [](Factor f) { return f.operand; });
  auto exponents =
      llvm::map_to_vector(factors, [](Factor f) { return f.exponent; });
  Expr expr;
  expr.kind = Expr::Kind::Mul;
  expr.operands = operands;
  expr.exponents = exponents;
  return intern(std::move(expr));
}

/// Whether sums and products of such exponents stay far from an overflow.
static bool isSmallExponent(Rational exponent) {
  constexpr int64_t kMaxExponent = 1 << 20;
  return std::abs(exponent.numerator) <= kMaxExponent &&
         exponent.denominator <= kMaxExponent;
}

/// (a^p)^q = a^(p q): for an integer q where p is one or a is not negative; for
/// another q with even p as |a|^(p q), else only where a is not negative.
static std::optional<Factor> raiseFactor(ExprContext &context, Factor factor,
                                         Rational exponent) {
  Rational product = factor.exponent * exponent;
  if (!isSmallExponent(product))
    return std::nullopt;
  if (factor.operand->nonNegative || exponent == Rational(1))
    return Factor{factor.operand, product};
  if (factor.exponent.isInteger() && exponent.isInteger())
    return Factor{factor.operand, product};
  if (factor.exponent.isEvenInteger() && product.isEvenInteger())
    return Factor{factor.operand, product};
  if (factor.exponent.isEvenInteger())
    return Factor{context.abs(factor.operand), product};
  if (factor.exponent == Rational(1))
    return Factor{factor.operand, product};
  // A root of a: where it is defined a is not negative, and it stays a root.
  if (!factor.exponent.isInteger() && !product.isInteger())
    return Factor{factor.operand, product};
  // An odd power has the sign of a, so that both sides are roots of a.
  if (factor.exponent.isInteger() && product.denominator % 2 == 0)
    return Factor{factor.operand, product};
  if (isVariance(context, factor.operand))
    return Factor{factor.operand, product};
  return std::nullopt;
}

/// c^q for a numeric coefficient; none for a root of a negative number.
static std::optional<Coefficient> raiseCoefficient(Coefficient coefficient,
                                                   Rational exponent) {
  if (!exponent.isInteger() && coefficient.value < 0)
    return std::nullopt;
  if (exponent.numerator < 0 && coefficient.value == 0)
    return std::nullopt;
  return coefficient.pow(exponent);
}

ExprRef ExprContext::takeCoefficient(ExprRef expr, Coefficient &coefficient,
                                     bool keepSign) {
  bool isSum = expr->kind == Expr::Kind::Add &&
               (expr->operands.size() > 1 || !expr->constant.isExactly(0));
  if (!isSum) {
    SmallVector<Factor> factors = factorsOf(expr, coefficient);
    return makeMul(factors);
  }
  // The leading term: the first one whose coefficient is known exactly, so that
  // dividing by it makes no other coefficient less exact.
  size_t leading = 0;
  for (auto [position, candidate] : llvm::enumerate(expr->coefficients)) {
    if (candidate.error() == 0) {
      leading = position;
      break;
    }
  }
  coefficient = expr->coefficients[leading];
  bool isNegative = keepSign && coefficient.value < 0;
  if (isNegative)
    coefficient = -coefficient;
  if (coefficient.isExactly(1.0) && coefficient.error() == 0)
    return expr;
  // Divide term by term, so that the leading coefficient becomes exactly 1.
  Coefficient inverse = coefficient.pow(-1);
  SmallVector<Term> terms;
  // Numbers written alike mean the same: their quotient is 1, not nearly so.
  Coefficient divisor = expr->coefficients[leading];
  auto divide = [&](Coefficient number) {
    bool isSame = number == divisor;
    return isSame
               ? Coefficient::exact(divisor.value * inverse.value < 0 ? -1 : 1)
               : number * inverse;
  };
  for (auto [operand, factor] : llvm::zip(expr->operands, expr->coefficients))
    terms.push_back({divide(factor), operand});
  terms[leading].coefficient = Coefficient::exact(isNegative ? -1 : 1);
  return makeAdd(terms, divide(expr->constant));
}

ExprRef ExprContext::withoutFactor(ExprRef product, ExprRef operand,
                                   Rational exponent) {
  Coefficient coefficient;
  SmallVector<Factor> factors = factorsOf(product, coefficient);
  llvm::erase_if(factors, [&](Factor factor) {
    return factor.operand == operand && factor.exponent == exponent;
  });
  return scale(coefficient, makeMul(factors));
}

/// Whether a^p * a^q = a^(p + q) holds for all a at which both sides count.
static bool canMergePowers(ExprContext &context, ExprRef base, Rational lhs,
                           Rational rhs) {
  if (base->positive)
    return true;
  bool sameSign = (lhs.numerator > 0) == (rhs.numerator > 0);
  if (!sameSign)
    return false; // a / a = 1 fails at a = 0
  if (lhs.isInteger() && rhs.isInteger())
    return true;
  return base->nonNegative || !(lhs + rhs).isInteger() ||
         isVariance(context, base);
}

/// n^p * (a + b) = n^p * a + n^p * b for extents n: they are numbers, and stand
/// where the coefficients of known extents would. Null for other products.
static ExprRef distributeExtents(ExprContext &context,
                                 ArrayRef<Factor> factors) {
  const Factor *sum = nullptr;
  SmallVector<Factor> extents;
  for (const Factor &factor : factors) {
    bool isSum = factor.operand->kind == Expr::Kind::Add &&
                 factor.exponent == Rational(1);
    if (factor.operand->kind == Expr::Kind::Extent)
      extents.push_back(factor);
    else if (isSum && !sum)
      sum = &factor;
    else
      return nullptr;
  }
  if (!sum || extents.empty())
    return nullptr;
  ExprRef scale = context.mul(extents);
  Coefficient constant;
  SmallVector<Term> terms;
  for (Term term : context.termsOf(sum->operand, constant))
    terms.push_back({term.coefficient, context.mul(scale, term.operand)});
  terms.push_back({constant, scale});
  return context.add(terms);
}

/// -c * (a + b)^p = c * (-a - b)^p for odd p: a sum under a root has its sign,
/// one with an integer exponent has a leading coefficient of 1.
static void moveSignIntoSum(ExprContext &context, Coefficient &coefficient,
                            MutableArrayRef<Factor> factors) {
  for (Factor &factor : factors) {
    if (factor.operand->kind != Expr::Kind::Add ||
        !factor.exponent.isInteger() || factor.exponent.isEvenInteger())
      continue;
    coefficient = -coefficient;
    factor.operand = context.scale(Coefficient::exact(-1), factor.operand);
    return;
  }
}

ExprRef ExprContext::mul(ArrayRef<Factor> inputs) {
  Coefficient coefficient = Coefficient::exact(1);
  SmallVector<Factor> flat;
  for (Factor input : inputs) {
    if (input.exponent == Rational(0))
      continue;
    Coefficient inner;
    SmallVector<Factor> factors = factorsOf(input.operand, inner);
    if (inner.value < 0 && !input.exponent.isInteger())
      moveSignIntoSum(*this, inner, factors);
    std::optional<Coefficient> raised = raiseCoefficient(inner, input.exponent);
    if (!raised) { // root of a negative number: not looked into
      flat.push_back({group(input.operand), input.exponent});
      continue;
    }
    SmallVector<Factor> powers;
    bool opaque = factors.size() > 1 && !input.exponent.isInteger() &&
                  llvm::any_of(factors, [](Factor f) {
                    return !f.operand->nonNegative &&
                           !f.exponent.isEvenInteger() &&
                           f.exponent.denominator % 2 != 0;
                  });
    for (Factor factor : factors) {
      std::optional<Factor> power = raiseFactor(*this, factor, input.exponent);
      opaque |= !power;
      if (power)
        powers.push_back(*power);
    }
    if (opaque) { // (a b)^q = a^q b^q needs a, b >= 0
      flat.push_back({group(input.operand), input.exponent});
      continue;
    }
    coefficient = coefficient * *raised;
    for (Factor power : powers) {
      if (power.operand->kind == Expr::Kind::Add) {
        Coefficient leading;
        ExprRef primitive =
            takeCoefficient(power.operand, leading,
                            /*keepSign=*/!power.exponent.isInteger());
        coefficient = coefficient * leading.pow(power.exponent);
        power.operand = primitive;
      }
      if (power.operand->kind == Expr::Kind::Mul || power.operand->isConstant())
        power.operand = group(power.operand);
      flat.push_back(power);
    }
  }
  if (coefficient.isExactly(0))
    return constant(0.0);

  bool hasEvenAbs = false;
  for (Factor &factor : flat) // |a|^2 = a^2, where a may be a product
    if (factor.operand->kind == Expr::Kind::Abs &&
        factor.exponent.isEvenInteger()) {
      factor.operand = factor.operand->operands.front();
      hasEvenAbs = true;
    }
  if (hasEvenAbs)
    return scale(coefficient, mul(flat));
  llvm::stable_sort(flat, [](Factor lhs, Factor rhs) {
    return lhs.operand->id < rhs.operand->id;
  });
  SmallVector<Factor> factors;
  for (Factor factor : flat) {
    if (factors.empty() || factors.back().operand != factor.operand) {
      factors.push_back(factor);
      continue;
    }
    Factor &last = factors.back();
    if (factor.operand->kind == Expr::Kind::Below) { // 0 and 1 are idempotent
      last.exponent = 1;
    } else if (isSmallExponent(last.exponent + factor.exponent) &&
               canMergePowers(*this, factor.operand, last.exponent,
                              factor.exponent)) {
      last.exponent = last.exponent + factor.exponent;
    } else {
      factors.push_back({group(factor.operand), factor.exponent});
    }
  }
  llvm::erase_if(factors, [](Factor f) { return f.exponent == Rational(0); });
  hasEvenAbs = llvm::any_of(factors, [](Factor f) {
    return f.operand->kind == Expr::Kind::Abs && f.exponent.isEvenInteger();
  });
  if (hasEvenAbs) // |a| |a| b = a^2 b
    return scale(coefficient, mul(factors));
  llvm::stable_sort(factors, [](Factor lhs, Factor rhs) {
    return lhs.operand->id < rhs.operand->id;
  });
  ExprRef product = distributeExtents(*this, factors);
  if (!product)
    product = makeMul(factors);
  // A lone Add takes its coefficient inside, so that sums stay flat.
  return scale(coefficient, product);
}
