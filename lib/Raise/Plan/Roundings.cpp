//===- Roundings.cpp - which roundings of a program the op makes ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/Roundings.h"

#include "Expr/Unify.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

FloatType mlir::norm::raise::getFloatType(const MatchedPoint &point) {
  return cast<FloatType>(getElementTypeOrSelf(point.point.value.getType()));
}

std::optional<Type>
mlir::norm::raise::getScaleRounding(ExprContext &context,
                                    ArrayRef<MatchedPoint> path) {
  unsigned computeWidth = getFloatType(path.front()).isF64() ? 64 : 32;
  Type rounding;    // before the scale
  FloatType narrow; // of the value since the last arithmetic
  const MatchedPoint *previous = nullptr;
  for (const MatchedPoint &point : path) {
    FloatType type = getFloatType(point);
    auto adds = [&](ExprRef NormMatch::*part) {
      return previous &&
             !isSameElsewhere(context, previous->match.*part,
                              previous->point.extents.size(), point.match.*part,
                              point.point.staticExtents);
    };
    bool addsScale = adds(&NormMatch::scale), addsBias = adds(&NormMatch::bias);
    if (addsScale) {
      if (previous->match.bias || previous->match.scale)
        return std::nullopt;
      rounding = narrow;
    }
    if (!previous || addsScale || addsBias)
      narrow = nullptr;
    if (type.getWidth() < computeWidth &&
        (!narrow || type.getWidth() < narrow.getWidth()))
      narrow = type;
    previous = &point;
  }
  FloatType last = getFloatType(path.back());
  if (narrow && narrow != last)
    return std::nullopt;
  return rounding;
}

bool mlir::norm::raise::keepsProducts(ArrayRef<MatchedPoint> path,
                                      FloatType rounding, FloatType scaleType,
                                      bool hasBias) {
  if (scaleType.getWidth() == rounding.getWidth() && scaleType != rounding)
    return false;
  unsigned product = std::max(scaleType.getWidth(), rounding.getWidth());
  // The narrowest type that the product has before the bias, and the sum.
  auto getNarrowest = [&](bool isSum) {
    unsigned width = 64;
    for (const MatchedPoint &point : path)
      if (point.match.scale && (point.match.bias != nullptr) == isSum)
        width = std::min(width, getFloatType(point).getWidth());
    return width;
  };
  return getNarrowest(/*isSum=*/false) <= product &&
         (!hasBias || getNarrowest(/*isSum=*/true) <= product);
}

bool mlir::norm::raise::sumsCentredSquares(ExprReader &reader,
                                           const NormPlan &plan) {
  auto isCentredSquare = [&](Value value) {
    if (!isa<FloatType>(value.getType()))
      return false;
    Coefficient coefficient;
    return llvm::any_of(
        reader.getContext().factorsOf(reader.get(value).exact, coefficient),
        [](Factor factor) {
          return factor.operand->kind == Expr::Kind::Add &&
                 factor.operand->hasSum && factor.exponent.isEvenInteger();
        });
  };
  return llvm::any_of(plan.cone.ops, [&](Operation *op) {
    auto structured = dyn_cast<linalg::LinalgOp>(op);
    if (!structured || structured.getNumReductionLoops() == 0)
      return false;
    Block *body = structured.getBlock();
    return llvm::any_of(body->getArguments(), isCentredSquare) ||
           llvm::any_of(*body, [&](Operation &nested) {
             return llvm::any_of(nested.getResults(), isCentredSquare);
           });
  });
}
