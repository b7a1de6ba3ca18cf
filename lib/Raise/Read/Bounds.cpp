//===- Bounds.cpp - integers that are bounded by extents ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exporters write slices as index arithmetic: a start is clamped to [0, n], an
// end to [start, n], and the size is (end - start) ceildiv step. Every extent n
// is at least 0 and far below 2^62, so that most of it folds. Example: x[:, :4]
// of a dynamic batch has
//   start = max(min(0, n), 0) = 0,  end = min(2^63 - 1, n) = n,  size = n - 0.
//
//===----------------------------------------------------------------------===//

#include "Read/ScalarLaws.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::raise;

/// Whether `value` is a number above all extents, such as 2^63 - 1 for an open
/// end. Such a number is no expression, as doubles do not hold it.
static bool isAboveExtents(Value value) {
  APInt number;
  return matchPattern(value, m_ConstantInt(&number)) &&
         number.sge(APInt(number.getBitWidth(), 0)) &&
         number.getActiveBits() > 62;
}

/// Whether `expr` is computed from extents and numbers alone.
static bool isOfExtents(ExprRef expr) {
  switch (expr->kind) {
  case Expr::Kind::Constant:
  case Expr::Kind::Extent:
    return true;
  case Expr::Kind::Add:
    return llvm::all_of(expr->operands, isOfExtents);
  case Expr::Kind::Mul:
    return llvm::all_of(expr->operands, isOfExtents) &&
           llvm::all_of(expr->exponents, [](Rational exponent) {
             return exponent.isInteger() && exponent.numerator > 0;
           });
  default:
    return false;
  }
}

/// The constant c where `expr` >= c whatever the extents are, each at least 0,
/// or as long as slices of it are; none where a coefficient is negative.
static std::optional<double> getLowerBound(ExprContext &context, ExprRef expr) {
  if (expr->isConstant())
    return expr->constant.value;
  if (expr->kind != Expr::Kind::Add)
    return double(context.getLeast(expr));
  double bound = expr->constant.value;
  for (auto [coefficient, operand] :
       llvm::zip(expr->coefficients, expr->operands)) {
    if (coefficient.value < 0)
      return std::nullopt;
    bound += coefficient.value * double(context.getLeast(operand));
  }
  return bound;
}

/// Whether lhs <= rhs for all extents.
static bool isAtMost(ExprContext &context, ExprRef lhs, ExprRef rhs) {
  std::optional<double> bound = getLowerBound(context, context.sub(rhs, lhs));
  return bound && *bound >= 0;
}

static bool isLess(ExprContext &context, ExprRef lhs, ExprRef rhs) {
  std::optional<double> bound = getLowerBound(context, context.sub(rhs, lhs));
  return bound && *bound > 0;
}

std::optional<bool>
mlir::norm::raise::compareExtents(ExprContext &context,
                                  arith::CmpIPredicate predicate, ExprRef lhs,
                                  ExprRef rhs) {
  using P = arith::CmpIPredicate;
  if (!isOfExtents(lhs) || !isOfExtents(rhs))
    return std::nullopt;
  bool isUnsigned =
      llvm::is_contained({P::ult, P::ule, P::ugt, P::uge}, predicate);
  auto mayBeNegative = [&](ExprRef expr) {
    std::optional<double> bound = getLowerBound(context, expr);
    return !bound || *bound < 0;
  };
  if (isUnsigned && (mayBeNegative(lhs) || mayBeNegative(rhs)))
    return std::nullopt;
  auto decide = [&](bool isTrue, bool isFalse) -> std::optional<bool> {
    return isTrue    ? std::optional(true)
           : isFalse ? std::optional(false)
                     : std::nullopt;
  };
  switch (predicate) {
  case P::slt:
  case P::ult:
    return decide(isLess(context, lhs, rhs), isAtMost(context, rhs, lhs));
  case P::sle:
  case P::ule:
    return decide(isAtMost(context, lhs, rhs), isLess(context, rhs, lhs));
  case P::sgt:
  case P::ugt:
    return decide(isLess(context, rhs, lhs), isAtMost(context, lhs, rhs));
  case P::sge:
  case P::uge:
    return decide(isAtMost(context, rhs, lhs), isLess(context, lhs, rhs));
  case P::eq:
  case P::ne: {
    bool differs = isLess(context, lhs, rhs) || isLess(context, rhs, lhs);
    if (lhs != rhs && !differs)
      return std::nullopt;
    return (lhs == rhs) == (predicate == P::eq);
  }
  }
  llvm_unreachable("a predicate of integers");
}

/// The smaller of two, or the larger one; null where it is not known which.
static ExprRef choose(ExprContext &context, ExprRef lhs, ExprRef rhs,
                      bool isMinimum) {
  if (isAtMost(context, lhs, rhs))
    return isMinimum ? lhs : rhs;
  if (isAtMost(context, rhs, lhs))
    return isMinimum ? rhs : lhs;
  return nullptr;
}

/// lhs / rhs for a number rhs > 0 that divides every coefficient of lhs, or a
/// number lhs >= 0.
static ExprRef divide(ExprContext &context, ExprRef lhs, ExprRef rhs,
                      bool roundsUp) {
  if (!rhs->isConstant() || rhs->constant.value <= 0)
    return nullptr;
  double divisor = rhs->constant.value;
  if (divisor == 1)
    return lhs;
  if (lhs->isConstant() && lhs->constant.value >= 0) {
    double quotient = lhs->constant.value / divisor;
    return context.constant(roundsUp ? std::ceil(quotient)
                                     : std::floor(quotient));
  }
  Coefficient constant;
  SmallVector<Term> terms = context.termsOf(lhs, constant);
  auto isMultiple = [&](double number) {
    return std::fmod(number, divisor) == 0;
  };
  if (!isMultiple(constant.value) || llvm::any_of(terms, [&](Term term) {
        return !isMultiple(term.coefficient.value);
      }))
    return nullptr;
  return context.scale(Coefficient::exact(divisor).pow(-1), lhs);
}

ExprRef mlir::norm::raise::readBounded(ExprContext &context, Operation *op,
                                       ArrayRef<ExprRef> operands) {
  if (operands.size() != 2)
    return nullptr;
  for (unsigned i : {0, 1}) // min(2^63 - 1, n) = n
    if (isa<arith::MinSIOp>(op) && isAboveExtents(op->getOperand(i)) &&
        isOfExtents(operands[1 - i]))
      return operands[1 - i];
  if (!llvm::all_of(operands, isOfExtents))
    return nullptr;
  ExprRef lhs = operands[0], rhs = operands[1];
  auto areUnsigned = [&]() {
    return llvm::all_of(operands, [&](ExprRef expr) {
      std::optional<double> bound = getLowerBound(context, expr);
      return bound && *bound >= 0;
    });
  };
  return llvm::TypeSwitch<Operation *, ExprRef>(op)
      .Case<arith::MinSIOp>(
          [&](auto) { return choose(context, lhs, rhs, /*isMinimum=*/true); })
      .Case<arith::MaxSIOp>(
          [&](auto) { return choose(context, lhs, rhs, /*isMinimum=*/false); })
      .Case<arith::MinUIOp, arith::MaxUIOp>([&](auto) -> ExprRef {
        return areUnsigned()
                   ? choose(context, lhs, rhs, isa<arith::MinUIOp>(op))
                   : nullptr;
      })
      .Case<arith::DivSIOp, arith::FloorDivSIOp>(
          [&](auto) { return divide(context, lhs, rhs, /*roundsUp=*/false); })
      .Case<arith::CeilDivSIOp>(
          [&](auto) { return divide(context, lhs, rhs, /*roundsUp=*/true); })
      .Case<arith::DivUIOp, arith::CeilDivUIOp>([&](auto) -> ExprRef {
        return areUnsigned()
                   ? divide(context, lhs, rhs, isa<arith::CeilDivUIOp>(op))
                   : nullptr;
      })
      .Default([](Operation *) { return nullptr; });
}
