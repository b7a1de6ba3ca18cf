//===- ReplaceStatistic.cpp - reading a statistic from a norm op ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/IndexMath.h"
#include "Rewrite/Rewriter.h"
#include "Rewrite/Shaping.h"
#include "Expr/Unify.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// `result` with neighbouring dimensions that hold i floordiv b and i mod b as
/// one; `rows`, the indices of its dimensions, follow.
static Value mergeHalves(SmallVectorImpl<AffineExpr> &rows, Value result,
                         OpBuilder &opBuilder) {
  for (size_t dim = 1; dim < rows.size(); ++dim) {
    auto quotient = dyn_cast<AffineBinaryOpExpr>(rows[dim - 1]);
    auto remainder = dyn_cast<AffineBinaryOpExpr>(rows[dim]);
    auto type = cast<RankedTensorType>(result.getType());
    if (!quotient || !remainder || type.isDynamicDim(dim) ||
        quotient.getKind() != AffineExprKind::FloorDiv ||
        remainder.getKind() != AffineExprKind::Mod ||
        quotient.getLHS() != remainder.getLHS() ||
        quotient.getRHS() != remainder.getRHS() ||
        quotient.getRHS() !=
            opBuilder.getAffineConstantExpr(type.getDimSize(dim)))
      continue;
    SmallVector<ReassociationIndices> groups;
    for (int64_t source = 0; source < type.getRank(); ++source) {
      if (source != int64_t(dim))
        groups.emplace_back();
      groups.back().push_back(source);
    }
    result = tensor::CollapseShapeOp::create(opBuilder, result.getLoc(), result,
                                             groups);
    rows[dim - 1] = quotient.getLHS();
    rows.erase(rows.begin() + dim--);
  }
  return result;
}

Value Rewriter::makeStatistic(const NormPlan &plan, StatisticUse use,
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
        return nullptr;
      rows.push_back(isUnit ? opBuilder.getAffineConstantExpr(0) : *next++);
    }
  }
  bool isKnown = llvm::all_of(rows, [&](AffineExpr row) {
    return isa<AffineConstantExpr>(row) || llvm::is_contained(use.indices, row);
  });
  if (!isKnown)
    result = mergeHalves(rows, result, opBuilder);
  resultType = cast<RankedTensorType>(result.getType());
  bool isPlain = use.form == StatisticForm::Plain && use.factor == 1.0 &&
                 use.summand == 0.0 &&
                 type.getElementType() == resultType.getElementType();
  if (isPlain && isSameButForUnits(use.indices, rows))
    if (Value shaped = reshapeTo(opBuilder, loc, result, type)) {
      return shaped;
    }

  SmallVector<AffineExpr> reads;
  for (AffineExpr row : rows) {
    if (isa<AffineConstantExpr>(row)) {
      reads.push_back(opBuilder.getAffineConstantExpr(0));
      continue;
    }
    auto *found = llvm::find(use.indices, row);
    if (found == use.indices.end())
      return nullptr;
    reads.push_back(opBuilder.getAffineDimExpr(found - use.indices.begin()));
  }
  SmallVector<OpFoldResult> sizes;
  for (auto [dim, index] : llvm::enumerate(use.indices)) {
    auto *found = llvm::find(rows, index);
    if (!type.isDynamicDim(dim))
      sizes.push_back(opBuilder.getIndexAttr(type.getDimSize(dim)));
    else if (found != rows.end() && !isa<AffineConstantExpr>(index))
      sizes.push_back(
          tensor::getMixedSize(opBuilder, loc, result, found - rows.begin()));
    else
      return nullptr;
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
        if (use.form == StatisticForm::Reciprocal)
          value = arith::DivFOp::create(b, l, constant(1.0), value);
        else if (use.form == StatisticForm::Root)
          value = math::SqrtOp::create(b, l, value);
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
  return replacement;
}
