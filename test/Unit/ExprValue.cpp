//===- ExprValue.cpp - what row expressions compute -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExprValue.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
struct Evaluation {
  double evaluate(ExprRef expr);
  double evaluateSum(ExprRef expr, size_t bound);

  Point point;
  ElementOf elementOf;
};
} // namespace

static int64_t evaluateIndex(AffineExpr index, const Point &point) {
  if (auto dim = dyn_cast<AffineDimExpr>(index))
    return point[dim.getPosition()];
  if (auto number = dyn_cast<AffineConstantExpr>(index))
    return number.getValue();
  auto binary = cast<AffineBinaryOpExpr>(index);
  int64_t lhs = evaluateIndex(binary.getLHS(), point);
  int64_t rhs = evaluateIndex(binary.getRHS(), point);
  return binary.getKind() == AffineExprKind::Add ? lhs + rhs : lhs * rhs;
}

double Evaluation::evaluateSum(ExprRef expr, size_t bound) {
  if (bound == expr->bounds.size())
    return evaluate(expr->operands.front());
  double sum = 0;
  int64_t extent = int64_t(expr->bounds[bound].extent->constant.value);
  int64_t &index = point[expr->bounds[bound].dim];
  for (index = 0; index < extent; ++index)
    sum += evaluateSum(expr, bound + 1);
  return sum;
}

double Evaluation::evaluate(ExprRef expr) {
  auto operand = [&](size_t i) { return evaluate(expr->operands[i]); };
  switch (expr->kind) {
  case Expr::Kind::Constant:
    return expr->constant.value;
  case Expr::Kind::Leaf: {
    SmallVector<int64_t> indices;
    for (AffineExpr index : expr->indices)
      indices.push_back(evaluateIndex(index, point));
    return elementOf(expr, indices);
  }
  case Expr::Kind::Below:
    return evaluateIndex(expr->indices[0], point) < expr->number;
  case Expr::Kind::Add: {
    double sum = expr->constant.value;
    for (auto [i, coefficient] : llvm::enumerate(expr->coefficients))
      sum += coefficient.value * operand(i);
    return sum;
  }
  case Expr::Kind::Mul: {
    double product = 1;
    for (auto [i, exponent] : llvm::enumerate(expr->exponents))
      product *= std::pow(operand(i), exponent.toDouble());
    return product;
  }
  case Expr::Kind::Sum:
    return evaluateSum(expr, 0);
  case Expr::Kind::Abs:
    return std::abs(operand(0));
  case Expr::Kind::Max: // a NaN stays one
    return operand(0) >= operand(1)  ? operand(0)
           : operand(0) < operand(1) ? operand(1)
                                     : NAN;
  case Expr::Kind::Group:
    return operand(0);
  default:
    return NAN;
  }
}

double mlir::norm::raise::evaluate(ExprRef expr, Point point,
                                   ElementOf elementOf) {
  return Evaluation{point, elementOf}.evaluate(expr);
}
