//===- GradientFactors.cpp - dy and scale of a gradient -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/GradientFactors.h"

#include "Expr/FlatSum.h"
#include "Match/BackwardProducts.h"

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
/// A product as what varies along the row alone and the rest.
struct DyAndScale {
  ExprRef dy, scale;
};
} // namespace

static DyAndScale splitGradientProduct(ExprContext &context, ExprRef product,
                                       uint32_t rowMask) {
  Coefficient coefficient;
  SmallVector<Factor> scale, dy;
  for (Factor factor : context.factorsOf(product, coefficient)) {
    bool isScale = factor.operand->dependsOn(rowMask) &&
                   !factor.operand->dependsOn(~rowMask);
    (isScale ? scale : dy).push_back(factor);
  }
  return {context.mul(dy), context.mul(scale)};
}

/// The gradient as one product dy * scale; none where it is no such product.
static std::optional<GradientFactors>
factorize(ExprContext &context, const FlatSum &flat, uint32_t rowMask) {
  DyAndScale first = splitGradientProduct(context, flat.getFirst(), rowMask);
  Coefficient number = flat.lookup(flat.getFirst());
  FlatSum dy, scale;
  for (const auto &[product, coefficient] : flat.getProducts()) {
    DyAndScale parts = splitGradientProduct(context, product, rowMask);
    if (parts.scale == first.scale)
      dy.add(context, coefficient, parts.dy);
    if (parts.dy == first.dy)
      scale.add(context, coefficient * number.pow(-1), parts.scale);
  }
  std::optional<FlatSum> product = multiply(context, dy, scale);
  if (!product)
    return std::nullopt;
  FlatSum difference = flat;
  difference.add(context, Coefficient::exact(-1), *product);
  if (!difference.isZero())
    return std::nullopt;
  return GradientFactors{dy.toExpr(context),
                         scale.withExactUnits(context).toExpr(context)};
}

/// The readings in which one factor of all products is the scale: of a loss of
/// y = xh g the gradient is c (g xh - t) g. Of xh g h it is dy h g, where dy h
/// is the value that dscale is summed up of.
static void splitByFactor(ExprContext &context, const FlatSum &flat,
                          uint32_t rowMask,
                          SmallVectorImpl<GradientFactors> &found) {
  Coefficient number;
  for (Factor factor : context.factorsOf(flat.getFirst(), number)) {
    ExprRef scale = factor.operand;
    if (factor.exponent.numerator <= 0 || !scale->dependsOn(rowMask) ||
        scale->dependsOn(~rowMask))
      continue;
    FlatSum dy;
    bool isFactor = true;
    for (const auto &[product, coefficient] : flat.getProducts()) {
      ExprRef rest = divideProduct(context, product, scale);
      isFactor &= rest != nullptr;
      if (rest)
        dy.add(context, coefficient, rest);
    }
    if (isFactor)
      found.push_back({dy.toExpr(context), scale});
  }
}

SmallVector<GradientFactors>
mlir::norm::raise::splitGradient(ExprContext &context, ExprRef gradient,
                                 uint32_t rowMask) {
  SmallVector<GradientFactors> found;
  // A dy that reads the norm is whole.
  if (gradient->kind == Expr::Kind::Mul) {
    DyAndScale parts = splitGradientProduct(context, gradient, rowMask);
    bool hasScale = !parts.scale->isOne();
    found.push_back({parts.dy, hasScale ? parts.scale : nullptr});
  }
  std::optional<FlatSum> flat = multiplyOut(context, gradient);
  if (flat)
    flat = flat->withExactUnits(context);
  std::optional<GradientFactors> factors;
  if (flat && !flat->isZero())
    factors = factorize(context, *flat, rowMask);
  if (factors && !factors->scale->isConstant()) {
    Coefficient number;
    ExprRef dy = context.takeCoefficient(factors->dy, number);
    // The scale of 1 + w has its constant 1 as it is.
    Coefficient constant;
    context.termsOf(factors->scale, constant);
    found.push_back(*factors);
    found.push_back({dy, context.scale(number, factors->scale)});
    if (!constant.isExactly(0) && !constant.isExactly(1))
      found.push_back({context.scale(constant, factors->dy),
                       context.scale(constant.pow(-1), factors->scale)});
  }
  if (flat && !flat->isZero())
    splitByFactor(context, *flat, rowMask, found);
  if (flat)
    found.push_back({flat->toExpr(context), nullptr});
  found.push_back({gradient, nullptr});
  return found;
}

SmallVector<Factor> mlir::norm::raise::factorOut(ExprContext &context,
                                                 ExprRef expr,
                                                 Coefficient &coefficient) {
  std::optional<FlatSum> flat;
  if (expr->kind == Expr::Kind::Add)
    flat = multiplyOut(context, expr);
  if (!flat || flat->isZero())
    return context.factorsOf(expr, coefficient);
  Coefficient number;
  SmallVector<Factor> common = context.factorsOf(flat->getFirst(), number);
  for (const auto &[product, own] : flat->getProducts())
    llvm::erase_if(common, [&](Factor factor) {
      return !divideProduct(context, product,
                            context.pow(factor.operand, factor.exponent));
    });
  ExprRef divisor = context.mul(common);
  FlatSum rest;
  for (const auto &[product, own] : flat->getProducts())
    rest.add(context, own, divideProduct(context, product, divisor));
  llvm::append_range(common,
                     context.factorsOf(rest.toExpr(context), coefficient));
  return common;
}
