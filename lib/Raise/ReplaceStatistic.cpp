//===- ReplaceStatistic.cpp - reading a statistic from a norm op ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "IndexMath.h"
#include "Rewrite.h"
#include "Shaping.h"
#include "Unify.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

bool Rewriter::replaceStatistic(const NormPlan &plan, StatisticUse use,
                                Value result, OpBuilder &opBuilder) {
  Location loc = use.value.getLoc();
  auto type = cast<RankedTensorType>(use.value.getType());
  // The result has one element per row, over the other dimensions of the input.
  SmallVector<AffineExpr> rows;
  for (AffineExpr index : plan.input.indices)
    if (!(uint32_t(dimsOf(index)) & plan.match.rowMask))
      rows.push_back(index);
  // A unit dimension among the normalized ones is not there.
  auto resultType = cast<RankedTensorType>(result.getType());
  if (int64_t(rows.size()) != resultType.getRank()) {
    SmallVector<AffineExpr> varying;
    for (AffineExpr index : rows)
      if (!isa<AffineConstantExpr>(index))
        varying.push_back(index);
    rows.clear();
    auto *next = varying.begin();
    for (int64_t dim = 0; dim < resultType.getRank(); ++dim) {
      bool isUnit = resultType.getDimSize(dim) == 1;
      if (!isUnit && next == varying.end())
        return false;
      rows.push_back(isUnit ? opBuilder.getAffineConstantExpr(0) : *next++);
    }
  }
  bool isPlain = use.factor == 1.0 && use.summand == 0.0 &&
                 type.getElementType() == resultType.getElementType();
  if (isPlain && isSameButForUnits(use.indices, rows))
    if (Value shaped = reshapeTo(opBuilder, loc, result, type)) {
      use.value.replaceAllUsesWith(shaped);
      return true;
    }

  SmallVector<AffineExpr> reads;
  for (AffineExpr row : rows) {
    if (isa<AffineConstantExpr>(row)) {
      reads.push_back(opBuilder.getAffineConstantExpr(0));
      continue;
    }
    auto *found = llvm::find(use.indices, row);
    if (found == use.indices.end())
      return false;
    reads.push_back(opBuilder.getAffineDimExpr(found - use.indices.begin()));
  }
  SmallVector<OpFoldResult> sizes;
  for (auto [dim, index] : llvm::enumerate(use.indices)) {
    auto *found = llvm::find(rows, index);
    if (!type.isDynamicDim(dim))
      sizes.push_back(opBuilder.getIndexAttr(type.getDimSize(dim)));
    else if (found != rows.end())
      sizes.push_back(
          tensor::getMixedSize(opBuilder, loc, result, found - rows.begin()));
    else
      return false;
  }
  Value empty =
      tensor::EmptyOp::create(opBuilder, loc, sizes, type.getElementType());
  SmallVector<AffineMap> maps = {
      AffineMap::get(type.getRank(), 0, reads, opBuilder.getContext()),
      opBuilder.getMultiDimIdentityMap(type.getRank())};
  SmallVector<utils::IteratorType> iterators(type.getRank(),
                                             utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      opBuilder, loc, empty.getType(), result, empty, maps, iterators,
      [&](OpBuilder &b, Location l, ValueRange arguments) {
        Value value = arguments.front();
        auto from = cast<FloatType>(value.getType());
        auto constant = [&](double number) -> Value {
          return arith::ConstantOp::create(b, l, b.getFloatAttr(from, number));
        };
        if (use.factor != 1.0)
          value = arith::MulFOp::create(b, l, value, constant(use.factor));
        if (use.summand != 0.0)
          value = arith::AddFOp::create(b, l, value, constant(use.summand));
        auto to = cast<FloatType>(type.getElementType());
        if (to.getWidth() > from.getWidth())
          value = arith::ExtFOp::create(b, l, to, value);
        else if (to.getWidth() < from.getWidth())
          value = arith::TruncFOp::create(b, l, to, value);
        linalg::YieldOp::create(b, l, value);
      });
  Value replacement = generic.getResult(0);
  if (replacement.getType() != type)
    replacement = tensor::CastOp::create(opBuilder, loc, type, replacement);
  use.value.replaceAllUsesWith(replacement);
  return true;
}
