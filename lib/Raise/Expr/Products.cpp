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
  return intern(expr);
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

namespace {
/// coefficient * product of factors, as they come.
struct FlatProduct {
  Coefficient coefficient = Coefficient::exact(1);
  SmallVector<Factor> factors;
};
} // namespace

/// The powers of factors that (a b ..)^exponent is: (a b)^q = a^q b^q needs
/// a, b >= 0, or q whole. None where it does not hold.
static std::optional<SmallVector<Factor>> raiseFactors(ExprContext &context,
                                                       ArrayRef<Factor> factors,
                                                       Rational exponent) {
  auto mayBeNegative = [](Factor f) {
    return !f.operand->nonNegative && !f.exponent.isEvenInteger() &&
           f.exponent.denominator % 2 != 0;
  };
  if (factors.size() > 1 && !exponent.isInteger() &&
      llvm::any_of(factors, mayBeNegative))
    return std::nullopt;
  SmallVector<Factor> powers;
  for (Factor factor : factors) {
    std::optional<Factor> power = raiseFactor(context, factor, exponent);
    if (!power)
      return std::nullopt;
    powers.push_back(*power);
  }
  return powers;
}

/// A power of a sum with the leading coefficient of the sum taken out; what is
/// no factor of a normal form is a group.
static void appendPower(ExprContext &context, Factor power,
                        FlatProduct &product) {
  if (power.operand->kind == Expr::Kind::Add) {
    Coefficient leading;
    power.operand = context.takeCoefficient(
        power.operand, leading, /*keepSign=*/!power.exponent.isInteger());
    product.coefficient = product.coefficient * leading.pow(power.exponent);
  }
  if (power.operand->kind == Expr::Kind::Mul || power.operand->isConstant())
    power.operand = context.group(power.operand);
  product.factors.push_back(power);
}

/// Appends `input` to `product`, looked into as far as the laws of powers go:
/// the root of a negative number is a group.
static void appendFactor(ExprContext &context, Factor input,
                         FlatProduct &product) {
  Coefficient inner;
  SmallVector<Factor> factors = context.factorsOf(input.operand, inner);
  if (inner.value < 0 && !input.exponent.isInteger())
    moveSignIntoSum(context, inner, factors);
  std::optional<Coefficient> raised = raiseCoefficient(inner, input.exponent);
  std::optional<SmallVector<Factor>> powers;
  if (raised)
    powers = raiseFactors(context, factors, input.exponent);
  if (!powers) {
    product.factors.push_back({context.group(input.operand), input.exponent});
    return;
  }
  product.coefficient = product.coefficient * *raised;
  for (Factor power : *powers)
    appendPower(context, power, product);
}

/// |a|^2 = a^2, where a may be a product; whether there is such a factor.
static bool openEvenAbs(MutableArrayRef<Factor> factors) {
  bool hasEvenAbs = false;
  for (Factor &factor : factors)
    if (factor.operand->kind == Expr::Kind::Abs &&
        factor.exponent.isEvenInteger()) {
      factor.operand = factor.operand->operands.front();
      hasEvenAbs = true;
    }
  return hasEvenAbs;
}

static void sortFactors(MutableArrayRef<Factor> factors) {
  llvm::stable_sort(factors, [](Factor lhs, Factor rhs) {
    return lhs.operand->id < rhs.operand->id;
  });
}

/// a^p a^q = a^(p + q) where that holds; a factor that does not merge is a
/// group. `flat` is sorted.
static SmallVector<Factor> mergePowers(ExprContext &context,
                                       ArrayRef<Factor> flat) {
  SmallVector<Factor> factors;
  for (Factor factor : flat) {
    if (factors.empty() || factors.back().operand != factor.operand) {
      factors.push_back(factor);
      continue;
    }
    Rational &exponent = factors.back().exponent;
    Rational sum = exponent + factor.exponent;
    if (factor.operand->kind == Expr::Kind::Below) // 0 and 1 are idempotent
      exponent = 1;
    else if (isSmallExponent(sum) &&
             canMergePowers(context, factor.operand, exponent, factor.exponent))
      exponent = sum;
    else
      factors.push_back({context.group(factor.operand), factor.exponent});
  }
  llvm::erase_if(factors, [](Factor f) { return f.exponent == Rational(0); });
  return factors;
}

ExprRef ExprContext::mul(ArrayRef<Factor> inputs) {
  FlatProduct flat;
  for (Factor input : inputs)
    if (input.exponent != Rational(0))
      appendFactor(*this, input, flat);
  if (flat.coefficient.isExactly(0))
    return constant(0.0);
  if (openEvenAbs(flat.factors))
    return scale(flat.coefficient, mul(flat.factors));
  sortFactors(flat.factors);
  SmallVector<Factor> factors = mergePowers(*this, flat.factors);
  if (openEvenAbs(factors)) // |a| |a| b = a^2 b
    return scale(flat.coefficient, mul(factors));
  sortFactors(factors);
  ExprRef product = distributeExtents(*this, factors);
  if (!product)
    product = makeMul(factors);
  // A lone Add takes its coefficient inside, so that sums stay flat.
  return scale(flat.coefficient, product);
}
