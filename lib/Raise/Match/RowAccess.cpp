//===- RowAccess.cpp - where the row of a sum lies in a root --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/RowAccess.h"

#include "Expr/IndexMath.h"

#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;
using namespace mlir::norm::raise;

std::optional<BoundAssignment>
mlir::norm::raise::solveAccess(ExprContext &context, ExprRef inSum,
                               ExprRef inRoot, ArrayRef<BoundIndex> bounds,
                               ArrayRef<int64_t> extents) {
  BoundAssignment assignment;
  auto isRow = [&](unsigned dim) {
    return llvm::any_of(bounds, [&](BoundIndex b) { return b.dim == dim; });
  };
  auto extentOf = [&](unsigned dim) {
    return dim < extents.size() ? extents[dim] : ShapedType::kDynamic;
  };
  for (auto [sumIndex, rootIndex] :
       llvm::zip(inSum->indices, inRoot->indices)) {
    LinearIndex linear = toLinear(sumIndex);
    std::optional<unsigned> unknown;
    for (IndexTerm term : linear.terms) {
      auto dim = dyn_cast<AffineDimExpr>(term.atom);
      if (!dim || !isRow(dim.getPosition()))
        continue;
      if (term.factor != 1 || unknown)
        return std::nullopt;
      unknown = dim.getPosition();
    }
    if (!unknown) {
      if (sumIndex != rootIndex)
        return std::nullopt;
      continue;
    }
    AffineExpr value =
        simplifyIndex(rootIndex - (sumIndex - context.dim(*unknown)), extentOf);
    if (dimsOf(value) >> kFirstBound) // of a sum that is part of the row
      return std::nullopt;
    for (auto [number, other] : assignment)
      if (number == *unknown && other != value)
        return std::nullopt;
    assignment.push_back({*unknown, value});
  }
  for (BoundIndex bound : bounds)
    if (llvm::none_of(assignment,
                      [&](auto pair) { return pair.first == bound.dim; }))
      return std::nullopt;
  return assignment;
}

Coverage mlir::norm::raise::getCoverage(ExprContext &context, BoundIndex bound,
                                        AffineExpr value,
                                        ArrayRef<ExprRef> extents,
                                        ArrayRef<int64_t> staticExtents) {
  if (auto dim = dyn_cast<AffineDimExpr>(value)) {
    ExprRef extent = extents[dim.getPosition()];
    if (extent == bound.extent)
      return Coverage::All;
    bool isPrefix = bound.extent->isConstant() &&
                    (!extent->isConstant() ||
                     bound.extent->constant.value < extent->constant.value);
    return isPrefix ? Coverage::Prefix : Coverage::Other;
  }
  auto range = rangeOf(value, [&](unsigned dim) {
    return dim < staticExtents.size() ? staticExtents[dim]
                                      : ShapedType::kDynamic;
  });
  if (range && bound.extent->isConstant() && range->first == 0 &&
      double(range->second + 1) == bound.extent->constant.value)
    return Coverage::All;
  return Coverage::Other;
}
