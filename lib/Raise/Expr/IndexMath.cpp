//===- IndexMath.cpp - index expressions with known ranges ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Index expressions are linear in dimensions and in quotients and remainders
// that could not be resolved. For example, a tensor of 32 x 128 that is read
// through 4096 elements has the index
//   (d0 * 128 + d1) floordiv 128      with d1 in [0, 128)
// `toLinear` gives 128 * d0 + 1 * d1. The multiple of the divisor leaves the
// quotient as d0. What is left, d1, is in [0, 128), so that its quotient is 0,
// and the index is d0. Numbers that do not fit 64 bits are not computed with:
// the product or the sum stays as it was written.
//
//===----------------------------------------------------------------------===//

#include "Expr/IndexMath.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Linear form
//===----------------------------------------------------------------------===//

static void addTerm(LinearIndex &linear, AffineExpr atom, int64_t factor) {
  for (IndexTerm &term : linear.terms)
    if (term.atom == atom && !llvm::AddOverflow(term.factor, factor, factor)) {
      term.factor = factor;
      return;
    }
  linear.terms.push_back({atom, factor});
}

/// Adds factor * expr. What overflows stays an atom, so that the sum is true.
static void accumulate(LinearIndex &linear, AffineExpr expr, int64_t factor) {
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    int64_t product, sum;
    if (!llvm::MulOverflow(factor, constant.getValue(), product) &&
        !llvm::AddOverflow(linear.constant, product, sum)) {
      linear.constant = sum;
      return;
    }
    return addTerm(linear, expr, factor);
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (binary && expr.getKind() == AffineExprKind::Add) {
    accumulate(linear, binary.getLHS(), factor);
    accumulate(linear, binary.getRHS(), factor);
    return;
  }
  if (binary && expr.getKind() == AffineExprKind::Mul) {
    AffineExpr lhs = binary.getLHS(), rhs = binary.getRHS();
    if (isa<AffineConstantExpr>(lhs))
      std::swap(lhs, rhs);
    auto constant = dyn_cast<AffineConstantExpr>(rhs);
    int64_t product;
    if (constant && !llvm::MulOverflow(factor, constant.getValue(), product))
      return accumulate(linear, lhs, product);
  }
  addTerm(linear, expr, factor);
}

/// A total order of atoms that does not depend on addresses.
static bool isBefore(AffineExpr lhs, AffineExpr rhs) {
  auto rank = [](AffineExpr expr) {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      return std::make_pair(0u, dim.getPosition());
    return std::make_pair(
        1u + unsigned(expr.getKind()),
        unsigned(llvm::countr_zero(dimsOf(expr) | 1ull << 63)));
  };
  return rank(lhs) < rank(rhs);
}

LinearIndex mlir::norm::raise::toLinear(AffineExpr expr) {
  LinearIndex linear;
  accumulate(linear, expr, 1);
  llvm::erase_if(linear.terms, [](IndexTerm t) { return t.factor == 0; });
  llvm::stable_sort(linear.terms, [](IndexTerm lhs, IndexTerm rhs) {
    return isBefore(lhs.atom, rhs.atom);
  });
  return linear;
}

static AffineExpr fromLinear(const LinearIndex &linear, MLIRContext *context) {
  AffineExpr result = getAffineConstantExpr(linear.constant, context);
  for (IndexTerm term : linear.terms)
    result = result + term.atom * term.factor;
  return result;
}

//===----------------------------------------------------------------------===//
// Ranges and simplification
//===----------------------------------------------------------------------===//

using Interval = std::pair<int64_t, int64_t>;

static std::optional<Interval> rangeOfAtom(AffineExpr atom, ExtentOf extentOf) {
  if (auto dim = dyn_cast<AffineDimExpr>(atom)) {
    int64_t extent = extentOf(dim.getPosition());
    if (ShapedType::isDynamic(extent) || extent < 1)
      return std::nullopt;
    return Interval(0, extent - 1);
  }
  auto binary = dyn_cast<AffineBinaryOpExpr>(atom);
  auto divisor =
      binary ? dyn_cast<AffineConstantExpr>(binary.getRHS()) : nullptr;
  if (!divisor || divisor.getValue() <= 0)
    return std::nullopt;
  std::optional<Interval> inner = rangeOf(binary.getLHS(), extentOf);
  if (atom.getKind() == AffineExprKind::Mod)
    return Interval(0, divisor.getValue() - 1);
  if (atom.getKind() == AffineExprKind::FloorDiv && inner && inner->first >= 0)
    return Interval(inner->first / divisor.getValue(),
                    inner->second / divisor.getValue());
  return std::nullopt;
}

static std::optional<Interval> rangeOfLinear(const LinearIndex &linear,
                                             ExtentOf extentOf) {
  Interval range(linear.constant, linear.constant);
  for (IndexTerm term : linear.terms) {
    std::optional<Interval> atom = rangeOfAtom(term.atom, extentOf);
    if (!atom)
      return std::nullopt;
    int64_t low, high;
    if (llvm::MulOverflow(atom->first, term.factor, low) ||
        llvm::MulOverflow(atom->second, term.factor, high) ||
        llvm::AddOverflow(range.first, std::min(low, high), range.first) ||
        llvm::AddOverflow(range.second, std::max(low, high), range.second))
      return std::nullopt;
  }
  return range;
}

std::optional<Interval> mlir::norm::raise::rangeOf(AffineExpr expr,
                                                   ExtentOf extentOf) {
  return rangeOfLinear(toLinear(expr), extentOf);
}

/// (divisor * q + r) floordiv and mod divisor for r in [0, divisor).
static AffineExpr simplifyDivision(AffineExpr expr, AffineExpr operand,
                                   int64_t divisor, ExtentOf extentOf) {
  MLIRContext *context = expr.getContext();
  LinearIndex quotient, rest;
  LinearIndex linear = toLinear(operand);
  for (IndexTerm term : linear.terms) {
    if (term.factor % divisor == 0)
      quotient.terms.push_back({term.atom, term.factor / divisor});
    else
      rest.terms.push_back(term);
  }
  rest.constant = llvm::mod(linear.constant, divisor);
  quotient.constant = llvm::divideFloorSigned(linear.constant, divisor);
  std::optional<Interval> range = rangeOfLinear(rest, extentOf);
  bool isMod = expr.getKind() == AffineExprKind::Mod;
  if (range && range->first >= 0 && range->second < divisor)
    return fromLinear(isMod ? rest : quotient, context);
  // The multiples of the divisor leave the mod, and the floordiv as a summand.
  AffineExpr remaining = fromLinear(rest, context);
  if (isMod)
    return remaining % divisor;
  return fromLinear(quotient, context) + remaining.floorDiv(divisor);
}

AffineExpr mlir::norm::raise::simplifyIndex(AffineExpr expr,
                                            ExtentOf extentOf) {
  MLIRContext *context = expr.getContext();
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return extentOf(dim.getPosition()) == 1 ? getAffineConstantExpr(0, context)
                                            : expr;
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!binary)
    return expr;
  AffineExpr lhs = simplifyIndex(binary.getLHS(), extentOf);
  AffineExpr rhs = simplifyIndex(binary.getRHS(), extentOf);
  auto divisor = dyn_cast<AffineConstantExpr>(rhs);
  switch (expr.getKind()) {
  case AffineExprKind::Add:
    return fromLinear(toLinear(lhs + rhs), context);
  case AffineExprKind::Mul:
    return fromLinear(toLinear(lhs * rhs), context);
  case AffineExprKind::Mod:
  case AffineExprKind::FloorDiv:
    if (divisor && divisor.getValue() > 0)
      return simplifyDivision(expr, lhs, divisor.getValue(), extentOf);
    [[fallthrough]];
  default:
    return getAffineBinaryOpExpr(expr.getKind(), lhs, rhs);
  }
}

bool mlir::norm::raise::hasDivision(AffineExpr expr) {
  return expr
      .walk([](AffineExpr sub) {
        bool isLinear = sub.getKind() == AffineExprKind::Add ||
                        sub.getKind() == AffineExprKind::Mul ||
                        !isa<AffineBinaryOpExpr>(sub);
        return isLinear ? WalkResult::advance() : WalkResult::interrupt();
      })
      .wasInterrupted();
}

uint64_t mlir::norm::raise::dimsOf(AffineExpr expr) {
  uint64_t mask = 0;
  expr.walk([&](AffineExpr sub) {
    if (auto dim = dyn_cast<AffineDimExpr>(sub))
      mask |= uint64_t(1) << std::min(dim.getPosition(), 63u);
  });
  return mask;
}
