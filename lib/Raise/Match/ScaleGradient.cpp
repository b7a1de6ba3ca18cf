//===- ScaleGradient.cpp - the gradient of a scale ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/ScaleGradient.h"

#include "Expr/FlatSum.h"
#include "Match/BackwardProducts.h"
#include "Match/WholeGradients.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// Whether `expr` varies along the row and from row to row.
static bool isElement(ExprRef expr, uint32_t rowMask) {
  return expr->dependsOn(rowMask) && expr->dependsOn(~rowMask);
}

/// The reading of `flat` in which `element` is a term of x: what is beside it
/// in `first` is dy * rstd, and so it is in all other products.
static std::optional<ScaleGradient> readAs(ExprContext &context,
                                           const FlatSum &flat, ExprRef first,
                                           ExprRef element, uint32_t rowMask) {
  SmallVector<Factor> dy, rstd;
  Coefficient inner;
  ExprRef beside = context.withoutFactor(first, element, 1);
  for (Factor factor : context.factorsOf(beside, inner))
    (factor.operand->dependsOn(rowMask) ? dy : rstd).push_back(factor);
  ScaleGradient result = {context.mul(dy), nullptr, context.mul(rstd), nullptr};
  bool hasRowSum = llvm::any_of(rstd, [](Factor factor) {
    return factor.operand->kind == Expr::Kind::Sum;
  });
  if (!isElement(result.dy, rowMask) || !result.rstd->hasLeaf || hasRowSum)
    return std::nullopt;
  Coefficient number = flat.lookup(first);
  FlatSum elements, means;
  for (const auto &[product, coefficient] : flat.getProducts()) {
    ExprRef quotient = divideProduct(context, product, beside);
    if (!quotient)
      return std::nullopt;
    bool isOfRow = !quotient->dependsOn(rowMask);
    if (!isOfRow && !isElement(quotient, rowMask))
      return std::nullopt;
    (isOfRow ? means : elements)
        .add(context, coefficient * number.pow(-1), quotient);
  }
  result.element = elements.withExactUnits(context).toExpr(context);
  if (!means.isZero())
    result.mean = context.scale(Coefficient::exact(-1),
                                means.withExactUnits(context).toExpr(context));
  return result;
}

SmallVector<uint32_t> mlir::norm::raise::getRowMasks(ExprContext &context,
                                                     ExprRef summand,
                                                     uint32_t kept) {
  SmallVector<uint32_t> masks = {kept};
  std::optional<FlatSum> flat = multiplyOut(context, summand);
  if (!flat || flat->isZero())
    return masks;
  Coefficient inner;
  for (Factor factor : context.factorsOf(flat->getFirst(), inner)) {
    uint32_t mask = summand->freeDims & ~factor.operand->freeDims;
    bool isWithin = mask != 0 && (mask & ~kept) == 0;
    if (isWithin && !llvm::is_contained(masks, mask))
      masks.push_back(mask);
  }
  return masks;
}

/// Whether `expr` reads a factor of `product`.
static bool readsOneOf(ExprContext &context, ExprRef expr, ExprRef product) {
  Coefficient number;
  return llvm::any_of(context.factorsOf(product, number), [&](Factor factor) {
    return factor.operand->hasLeaf && readsPart(expr, factor.operand);
  });
}

/// The readings in which a factor that is a sum of terms is dy as it stands:
/// that of a loss of y reads x and rstd, too.
static void readWholeGradients(ExprContext &context, ExprRef summand,
                               uint32_t rowMask,
                               SmallVectorImpl<ScaleGradient> &found) {
  Coefficient number;
  for (Factor whole : context.factorsOf(summand, number)) {
    if (whole.exponent != Rational(1) ||
        whole.operand->kind != Expr::Kind::Add ||
        !isElement(whole.operand, rowMask))
      continue;
    // What is left of dy beside it goes with it.
    ExprRef rest = context.withoutFactor(summand, whole.operand, 1);
    ExprRef atom = context.group(whole.operand);
    std::optional<FlatSum> flat = multiplyOut(context, rest);
    if (!flat || flat->isZero())
      continue;
    FlatSum product;
    for (const auto &[part, coefficient] : flat->getProducts())
      product.add(context, coefficient, context.mul(part, atom));
    // The product with the mean has one element alone.
    for (const auto &[first, coefficient] : product.getProducts())
      for (Factor factor : context.factorsOf(first, number)) {
        if (factor.operand == atom || factor.exponent != Rational(1) ||
            !isElement(factor.operand, rowMask))
          continue;
        auto reading = readAs(context, product, first, factor.operand, rowMask);
        if (!reading || reading->dy != atom ||
            !readsOneOf(context, whole.operand, reading->rstd))
          continue;
        reading->rstd = context.scale(coefficient, reading->rstd);
        reading->dy = whole.operand;
        found.push_back(*reading);
      }
  }
}

SmallVector<ScaleGradient>
mlir::norm::raise::matchScaleGradient(ExprContext &context, ExprRef summand,
                                      uint32_t rowMask) {
  SmallVector<ScaleGradient> found;
  readWholeGradients(context, summand, rowMask, found);
  std::optional<FlatSum> flat = multiplyOut(context, summand);
  if (!flat || flat->isZero())
    return found;
  flat = flat->withExactUnits(context);
  Coefficient inner;
  // The product with the mean has one element alone.
  for (const auto &[first, coefficient] : flat->getProducts())
    for (Factor factor : context.factorsOf(first, inner)) {
      if (factor.exponent != Rational(1) || !isElement(factor.operand, rowMask))
        continue;
      auto reading = readAs(context, *flat, first, factor.operand, rowMask);
      if (!reading)
        continue;
      // The number is that of rstd, or of dy.
      ScaleGradient other = *reading;
      reading->rstd = context.scale(coefficient, reading->rstd);
      other.dy = context.scale(coefficient, other.dy);
      found.push_back(*reading);
      if (!coefficient.isExactly(1))
        found.push_back(other);
    }
  return found;
}
