//===- FlatSum.cpp - row expressions multiplied out -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/FlatSum.h"

#include "Expr/Limits.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// Whether two sums are the same but for the rounding of literals.
static bool isSameSum(ExprRef lhs, ExprRef rhs) {
  auto isSameNumber = [](Coefficient left, Coefficient right) {
    return left == right ||
           (!right.isExactly(0) && (left * right.pow(-1)).matches(1.0));
  };
  return lhs->kind == rhs->kind && lhs->operands == rhs->operands &&
         isSameNumber(lhs->constant, rhs->constant) &&
         llvm::equal(lhs->coefficients, rhs->coefficients, isSameNumber);
}

/// A sum has another sign under a root than below a division (see
/// takeCoefficient), and may have come to it by other literals: (-v)^-1
/// v^(-1/2) = -v^(-3/2). Whether the sign of the product changes.
static bool joinRoots(ExprContext &context, SmallVectorImpl<Factor> &factors) {
  auto isWhole = [](const Factor &factor) {
    return factor.operand->kind == Expr::Kind::Add &&
           factor.exponent.isInteger();
  };
  for (Factor &whole : factors) {
    if (!isWhole(whole))
      continue;
    for (Factor &root : factors) {
      if (root.operand->kind != Expr::Kind::Add || isWhole(root))
        continue;
      ExprRef negated = context.scale(Coefficient::exact(-1), whole.operand);
      bool isNegated = isSameSum(negated, root.operand);
      if (!isNegated && !isSameSum(whole.operand, root.operand))
        continue;
      bool changesSign = isNegated && !whole.exponent.isEvenInteger();
      root.exponent = root.exponent + whole.exponent;
      factors.erase(&whole);
      return changesSign;
    }
  }
  return false;
}

void FlatSum::add(ExprContext &context, Coefficient coefficient,
                  ExprRef product) {
  Coefficient inner;
  SmallVector<Factor> factors = context.factorsOf(product, inner);
  coefficient = coefficient * inner;
  if (joinRoots(context, factors))
    coefficient = -coefficient;
  if (coefficient.isExactly(0))
    return;
  ExprRef plain = context.mul(factors);
  Coefficient &known =
      products.insert({plain, Coefficient::exact(0)}).first->second;
  known = known + coefficient;
  if (known.isExactly(0) || known.isCancelled())
    products.erase(plain);
}

void FlatSum::add(ExprContext &context, Coefficient coefficient,
                  const FlatSum &other) {
  for (const auto &[product, own] : other.products)
    add(context, coefficient * own, product);
}

Coefficient FlatSum::lookup(ExprRef product) const {
  const auto *found = products.find(product);
  return found == products.end() ? Coefficient::exact(0) : found->second;
}

FlatSum FlatSum::withExactUnits(ExprContext &context) const {
  FlatSum result;
  for (const auto &[product, coefficient] : products) {
    Coefficient number = coefficient;
    for (double unit : {1.0, -1.0})
      if (coefficient.matches(unit))
        number = Coefficient::exact(unit);
    result.add(context, number, product);
  }
  return result;
}

ExprRef FlatSum::toExpr(ExprContext &context) const {
  SmallVector<Term> terms;
  for (const auto &[product, coefficient] : products)
    terms.push_back({coefficient, product});
  return context.add(terms);
}

std::optional<FlatSum> mlir::norm::raise::multiply(ExprContext &context,
                                                   const FlatSum &lhs,
                                                   const FlatSum &rhs) {
  if (lhs.size() * rhs.size() > kMaxFlatProducts)
    return std::nullopt;
  FlatSum result;
  for (const auto &[left, leftNumber] : lhs.getProducts())
    for (const auto &[right, rightNumber] : rhs.getProducts())
      result.add(context, leftNumber * rightNumber, context.mul(left, right));
  return result;
}

namespace {
/// Multiplies out one expression; equal parts of it once.
class Multiplier {
public:
  explicit Multiplier(ExprContext &context) : context(context) {}

  std::optional<FlatSum> run(ExprRef expr);

private:
  std::optional<FlatSum> ofTerms(ExprRef expr);
  std::optional<FlatSum> ofFactors(ExprRef expr);
  std::optional<FlatSum> ofRowSum(ExprRef expr);
  std::optional<FlatSum> compute(ExprRef expr);

  ExprContext &context;
  llvm::DenseMap<ExprRef, FlatSum> known;
};
} // namespace

std::optional<FlatSum> Multiplier::ofTerms(ExprRef expr) {
  FlatSum result;
  result.add(context, expr->constant, context.constant(1.0));
  for (auto [operand, coefficient] :
       llvm::zip(expr->operands, expr->coefficients)) {
    std::optional<FlatSum> part = run(operand);
    if (!part || result.size() + part->size() > kMaxFlatProducts)
      return std::nullopt;
    result.add(context, coefficient, *part);
  }
  return result;
}

std::optional<FlatSum> Multiplier::ofFactors(ExprRef expr) {
  FlatSum result;
  result.add(context, Coefficient::exact(1), context.constant(1.0));
  for (auto [operand, exponent] : llvm::zip(expr->operands, expr->exponents)) {
    bool isOpen = (operand->kind == Expr::Kind::Add ||
                   operand->kind == Expr::Kind::Sum) &&
                  exponent.isInteger() && exponent.numerator > 0 &&
                  exponent.numerator <= kMaxPower;
    FlatSum atom;
    atom.add(context, Coefficient::exact(1), context.pow(operand, exponent));
    std::optional<FlatSum> factor = isOpen ? run(operand) : atom;
    for (int64_t i = 0; i < (isOpen ? exponent.numerator : 1); ++i) {
      if (!factor)
        return std::nullopt;
      std::optional<FlatSum> next = multiply(context, result, *factor);
      if (!next)
        return std::nullopt;
      result = std::move(*next);
    }
  }
  return result;
}

/// sum_i(a_i sum_j(b_ij)) = sum_ij(a_i b_ij): `product`, which is summed over
/// `bounds`, without the sums that are its factors. Channels of a group may be
/// summed up first, and then scaled.
static ExprRef joinSums(ExprContext &context, ExprRef product,
                        SmallVectorImpl<BoundIndex> &bounds) {
  uint32_t own = 0;
  for (BoundIndex bound : bounds)
    own |= uint32_t(1) << (bound.dim - kFirstBound);
  Coefficient number;
  for (Factor factor : context.factorsOf(product, number)) {
    ExprRef sum = factor.operand;
    if (sum->kind != Expr::Kind::Sum || factor.exponent != Rational(1) ||
        (sum->boundDims & own) == 0)
      continue;
    bool isFresh = llvm::none_of(sum->bounds, [&](BoundIndex bound) {
      return own >> (bound.dim - kFirstBound) & 1;
    });
    if (!isFresh)
      continue;
    ExprRef rest = context.withoutFactor(product, sum, 1);
    // What is beside it may bind the same numbers.
    for (BoundIndex bound : sum->bounds)
      if (rest->boundDims >> (bound.dim - kFirstBound) & 1)
        return product;
    llvm::append_range(bounds, sum->bounds);
    return context.mul(rest, sum->operands.front());
  }
  return product;
}

/// sum(a + b) = sum(a) + sum(b), product by product.
std::optional<FlatSum> Multiplier::ofRowSum(ExprRef expr) {
  std::optional<FlatSum> body = run(expr->operands.front());
  if (!body)
    return std::nullopt;
  FlatSum result;
  for (const auto &[product, coefficient] : body->getProducts()) {
    SmallVector<BoundIndex> bounds(expr->bounds);
    ExprRef joined = joinSums(context, product, bounds);
    result.add(context, coefficient, context.sumOver(joined, bounds));
  }
  return result;
}

std::optional<FlatSum> Multiplier::compute(ExprRef expr) {
  switch (expr->kind) {
  case Expr::Kind::Add:
    return ofTerms(expr);
  case Expr::Kind::Mul:
    return ofFactors(expr);
  case Expr::Kind::Sum:
    return ofRowSum(expr);
  default:
    FlatSum atom;
    atom.add(context, Coefficient::exact(1), expr);
    return atom;
  }
}

std::optional<FlatSum> Multiplier::run(ExprRef expr) {
  auto found = known.find(expr);
  if (found != known.end())
    return found->second;
  std::optional<FlatSum> result = compute(expr);
  if (result)
    known[expr] = *result;
  return result;
}

std::optional<FlatSum> mlir::norm::raise::multiplyOut(ExprContext &context,
                                                      ExprRef expr) {
  return Multiplier(context).run(expr);
}
