//===- FuzzTest.cpp - random row expressions ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A random expression is made twice: as a node, by the laws, and as a function
// that computes its value without them. Their values agree, and the node made
// again from its parts is itself: what the laws make is left alone by them.
//
//===----------------------------------------------------------------------===//

#include "ExprTest.h"
#include "ExprValue.h"

#include "mlir/IR/BuiltinTypes.h"

#include <cmath>
#include <functional>
#include <random>

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
/// A node and what it computes at a point.
struct Sample {
  ExprRef expr;
  std::function<double(const Point &)> value;
};

class Fuzz : public ExprTest {
protected:
  Sample make(unsigned depth, ArrayRef<unsigned> positions);
  Sample makeLeaf(ArrayRef<unsigned> positions);
  Sample makeSum(unsigned depth, ArrayRef<unsigned> positions);

  ExprRef rebuild(ExprRef expr);

  unsigned draw(unsigned bound) { return rng() % bound; }

  static constexpr int64_t kExtent = 3;
  std::mt19937 rng{20261129};
};
} // namespace

/// A number between -2 and 2, of its own for each tensor and index.
static double getElement(int64_t tensor, ArrayRef<int64_t> indices) {
  std::mt19937 generator(unsigned(tensor) * 7919 + 1);
  for (int64_t index : indices)
    generator.seed(generator() + unsigned(index) * 104729);
  return double(generator() % 4001) / 1000 - 2.0005;
}

//===----------------------------------------------------------------------===//
// Random expressions
//===----------------------------------------------------------------------===//

Sample Fuzz::makeLeaf(ArrayRef<unsigned> positions) {
  if (draw(4) == 0) {
    double number = double(int(draw(9)) - 4) / 2;
    return {context.constant(number), [=](const Point &) { return number; }};
  }
  static constexpr StringLiteral kTensors[] = {"x[i, j]", "y[i]", "z[i]"};
  unsigned tensor = draw(3);
  // x has two dimensions, y and z have one.
  SmallVector<unsigned> chosen = {positions[draw(positions.size())]};
  if (tensor == 0)
    chosen.push_back(positions[draw(positions.size())]);
  ExprRef sample = parse(kTensors[tensor]);
  SmallVector<AffineExpr> indices;
  for (unsigned position : chosen)
    indices.push_back(context.dim(position));
  ExprRef leaf = context.leaf(sample->value, indices);
  return {leaf, [chosen, number = leaf->number](const Point &point) {
            SmallVector<int64_t> indices;
            for (unsigned position : chosen)
              indices.push_back(point[position]);
            return getElement(number, indices);
          }};
}

Sample Fuzz::makeSum(unsigned depth, ArrayRef<unsigned> positions) {
  SmallVector<unsigned> inner(positions);
  unsigned position = positions.back() + 1;
  inner.push_back(position);
  Sample body = make(depth, inner);
  unsigned dims[] = {position};
  ExprRef extents[] = {context.constant(double(kExtent))};
  return {context.sum(body.expr, dims, extents),
          [body = body.value, position](const Point &point) {
            Point at = point;
            double sum = 0;
            for (at[position] = 0; at[position] < kExtent; ++at[position])
              sum += body(at);
            return sum;
          }};
}

Sample Fuzz::make(unsigned depth, ArrayRef<unsigned> positions) {
  if (depth == 0)
    return makeLeaf(positions);
  unsigned kind = draw(10);
  if (kind == 0)
    return makeSum(depth - 1, positions);
  Sample a = make(depth - 1, positions);
  auto unary = [&](ExprRef expr, double (*function)(double)) {
    return Sample{expr, [a = a.value, function](const Point &point) {
                    return function(a(point));
                  }};
  };
  ExprRef square = context.pow(a.expr, 2);
  ExprRef positive = context.add(square, context.constant(1.0));
  switch (kind) {
  case 1:
    return unary(square, [](double v) { return v * v; });
  case 2:
    return unary(context.pow(square, Rational(1, 2)),
                 [](double v) { return std::abs(v); });
  case 3:
    return unary(context.pow(positive, Rational(-1, 2)),
                 [](double v) { return 1 / std::sqrt(v * v + 1); });
  case 4:
    return unary(context.abs(a.expr), [](double v) { return std::abs(v); });
  case 5:
    return unary(context.pow(positive, -1),
                 [](double v) { return 1 / (v * v + 1); });
  default:
    break;
  }
  Sample b = make(depth - 1, positions);
  auto binary = [&](ExprRef expr, double (*function)(double, double)) {
    return Sample{expr,
                  [a = a.value, b = b.value, function](const Point &point) {
                    return function(a(point), b(point));
                  }};
  };
  switch (kind) {
  case 6:
    return binary(context.sub(a.expr, b.expr),
                  [](double v, double w) { return v - w; });
  case 7:
    return binary(context.add(a.expr, b.expr),
                  [](double v, double w) { return v + w; });
  case 8:
    return binary(context.max(a.expr, b.expr),
                  [](double v, double w) { return std::max(v, w); });
  default:
    return binary(context.mul(a.expr, b.expr),
                  [](double v, double w) { return v * w; });
  }
}

//===----------------------------------------------------------------------===//
// Tests
//===----------------------------------------------------------------------===//

/// `expr`, made again from its parts.
ExprRef Fuzz::rebuild(ExprRef expr) {
  SmallVector<ExprRef> operands;
  for (ExprRef operand : expr->operands)
    operands.push_back(rebuild(operand));
  switch (expr->kind) {
  case Expr::Kind::Add: {
    SmallVector<Term> terms;
    for (auto [coefficient, operand] : llvm::zip(expr->coefficients, operands))
      terms.push_back({coefficient, operand});
    return context.add(terms, expr->constant);
  }
  case Expr::Kind::Mul: {
    SmallVector<Factor> factors;
    for (auto [operand, exponent] : llvm::zip(operands, expr->exponents))
      factors.push_back({operand, exponent});
    return context.mul(factors);
  }
  case Expr::Kind::Sum:
    return context.sumOver(operands[0], expr->bounds);
  case Expr::Kind::Abs:
    return context.abs(operands[0]);
  case Expr::Kind::Max:
    return context.max(operands[0], operands[1]);
  case Expr::Kind::Group:
    return context.group(operands[0]);
  default:
    return expr;
  }
}

TEST_F(Fuzz, LawsKeepTheValue) {
  for (unsigned round = 0; round < 4000; ++round) {
    Sample sample = make(/*depth=*/2 + round % 4, {0, 1});
    Point point = {};
    point[0] = draw(kExtent);
    point[1] = draw(kExtent);
    double wanted = sample.value(point);
    double found = evaluate(sample.expr, point,
                            [](ExprRef leaf, ArrayRef<int64_t> indices) {
                              return getElement(leaf->number, indices);
                            });
    EXPECT_NEAR(found, wanted, 1e-7 * std::max(1.0, std::abs(wanted)))
        << round << ": " << toString(sample.expr);
  }
}

TEST_F(Fuzz, NormalFormIsIdempotent) {
  for (unsigned round = 0; round < 4000; ++round) {
    ExprRef expr = make(/*depth=*/2 + round % 4, {0, 1}).expr;
    ExprRef again = rebuild(expr);
    EXPECT_EQ(again, expr) << round << ": " << toString(expr) << "\n"
                           << toString(again);
  }
}
