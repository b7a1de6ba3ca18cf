//===- BackwardProducts.cpp - the products of a gradient ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/BackwardProducts.h"

#include "Match/BackwardMatch.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

ExprRef RstdPower::getPower(ExprContext &context, int degree) const {
  if (isOne())
    return context.constant(1.0);
  if (epsMode == EpsMode::inside || degree == 1)
    return context.pow(operand, unit * Rational(degree));
  return context.mul(
      {{operand, Rational(-2)}, {base, rootExponent * Rational(-1)}});
}

/// Takes the root of 1 / (root + epsilon), in sight or a value; false where the
/// operand of `rstd` is no such sum.
static bool takeRootOutside(ExprContext &context, RstdPower &rstd) {
  SmallVector<Term> terms = context.termsOf(rstd.operand, rstd.epsilon);
  if (terms.size() != 1 || !terms.front().coefficient.isExactly(1))
    return false;
  Coefficient coefficient;
  SmallVector<Factor> factors =
      context.factorsOf(terms.front().operand, coefficient);
  if (factors.size() != 1)
    return false;
  rstd.base = factors.front().operand;
  rstd.rootExponent = factors.front().exponent;
  return rstd.rootExponent == Rational(1, 2) ||
         (rstd.rootExponent == Rational(1) &&
          rstd.base->kind == Expr::Kind::Leaf);
}

/// The exponent of `operand` in `product`.
static Rational getExponent(ExprContext &context, ExprRef product,
                            ExprRef operand) {
  Coefficient coefficient;
  for (Factor factor : context.factorsOf(product, coefficient))
    if (factor.operand == operand)
      return factor.exponent;
  return Rational(0);
}

SmallVector<RstdPower> mlir::norm::raise::collectRstds(ExprContext &context,
                                                       const FlatSum &root) {
  SmallVector<RstdPower> found;
  Coefficient coefficient;
  auto consider = [&](const RstdPower &rstd) {
    bool isKnown = llvm::any_of(found, [&](const RstdPower &other) {
      return other.operand == rstd.operand && other.unit == rstd.unit;
    });
    if (isKnown)
      return;
    bool isLinear = false, hasStatistic = false;
    for (const auto &[product, number] : root.getProducts()) {
      int degree = takeRstd(context, product, rstd).first;
      isLinear |= degree == 1;
      hasStatistic |= degree == 3;
    }
    if (isLinear && hasStatistic)
      found.push_back(rstd);
  };
  for (const auto &[product, number] : root.getProducts())
    for (Factor factor : context.factorsOf(product, coefficient)) {
      ExprRef operand = factor.operand;
      if (!operand->hasLeaf || operand->kind == Expr::Kind::Sum)
        continue;
      bool isUnit = factor.exponent == Rational(1) ||
                    factor.exponent == Rational(-1) ||
                    factor.exponent == Rational(-1, 2);
      if (!isUnit)
        continue;
      consider({operand, factor.exponent, EpsMode::inside});
      RstdPower outside = {operand, factor.exponent, EpsMode::outside};
      if (factor.exponent == Rational(-1) && takeRootOutside(context, outside))
        consider(outside);
    }
  return found;
}

std::pair<int, ExprRef> mlir::norm::raise::takeRstd(ExprContext &context,
                                                    ExprRef product,
                                                    const RstdPower &rstd) {
  if (rstd.isOne()) {
    ExprRef sum = getProductSum(context, product);
    return {sum && product->dependsOn(~sum->freeDims) ? 3 : 1, product};
  }
  Rational exponent = getExponent(context, product, rstd.operand);
  if (exponent == Rational(0))
    return {0, product};
  ExprRef rest = context.withoutFactor(product, rstd.operand, exponent);
  if (exponent == rstd.unit)
    return {1, rest};
  if (rstd.epsMode == EpsMode::inside)
    return {exponent == rstd.unit * Rational(3) ? 3 : -1, rest};
  Rational root = rstd.rootExponent * Rational(-1);
  bool hasRoot = getExponent(context, rest, rstd.base) == root;
  if (exponent != Rational(-2) || !hasRoot)
    return {-1, rest};
  return {3, context.withoutFactor(rest, rstd.base, root)};
}

ExprRef mlir::norm::raise::divideProduct(ExprContext &context, ExprRef product,
                                         ExprRef divisor) {
  Coefficient coefficient;
  SmallVector<Factor> factors = context.factorsOf(product, coefficient);
  for (Factor wanted : context.factorsOf(divisor, coefficient)) {
    Factor *own = llvm::find_if(factors, [&](Factor factor) {
      return factor.operand == wanted.operand;
    });
    if (own == factors.end())
      return nullptr;
    Rational left = own->exponent + wanted.exponent * Rational(-1);
    // x^2 has a factor x; x^-1 has none.
    if (left != Rational(0) &&
        (left.numerator > 0) != (own->exponent.numerator > 0))
      return nullptr;
    own->exponent = left;
    if (left == Rational(0))
      factors.erase(own);
  }
  return context.mul(factors);
}

template <typename OpTy> static bool isApplyOf(ExprRef expr) {
  if (expr->kind != Expr::Kind::Apply)
    return false;
  OperationName wanted(OpTy::getOperationName(), expr->type.getContext());
  return expr->name == wanted.getAsOpaquePointer();
}

std::optional<SignFactor> mlir::norm::raise::getSignFactor(ExprRef factor) {
  if (!isApplyOf<arith::SelectOp>(factor) ||
      !isApplyOf<arith::CmpFOp>(factor->operands[0]) ||
      !factor->operands[1]->isConstant() || !factor->operands[2]->isConstant())
    return std::nullopt;
  ExprRef condition = factor->operands[0];
  ExprRef lhs = condition->operands[0], rhs = condition->operands[1];
  bool isClamped = lhs == rhs, isLeft = rhs->isZero(), isRight = lhs->isZero();
  auto predicate = cast<DictionaryAttr>(condition->attributes)
                       .getAs<arith::CmpFPredicateAttr>("predicate");
  if ((!isClamped && !isLeft && !isRight) || !predicate)
    return std::nullopt;
  ExprRef statistic = isRight ? rhs : lhs;
  APFloat left(isRight ? 0.0 : 1.0), right(isLeft ? 0.0 : 1.0);
  bool holds = arith::applyCmpPredicate(predicate.getValue(), left, right);
  double number = factor->operands[holds ? 1 : 2]->constant.value;
  if (!statistic->hasSum || number == 0)
    return std::nullopt;
  return SignFactor{statistic, number};
}

ExprRef mlir::norm::raise::getProductSum(ExprContext &context,
                                         ExprRef product) {
  Coefficient coefficient;
  for (Factor factor : context.factorsOf(product, coefficient))
    if (factor.operand->kind == Expr::Kind::Sum &&
        factor.exponent == Rational(1) && isSumOfProduct(factor.operand))
      return factor.operand;
  return nullptr;
}
