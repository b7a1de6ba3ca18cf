//===- ShapeOps.cpp - row expressions of ops that only move elements ------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Read/ExprReader.h"

#include "Expr/Limits.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// result[d0, d1, ..] = source[indices(d0, d1, ..)].
void ExprReader::setView(Value result, Value source,
                         ArrayRef<AffineExpr> indices) {
  SmallVector<int64_t> extents;
  if (auto type = dyn_cast<RankedTensorType>(result.getType()))
    llvm::append_range(extents, type.getShape());
  set(result, getAt(source, indices, extents));
}

/// stride * extent, dynamic where either is; false where a stride that counts
/// is no number.
static bool multiply(int64_t &stride, int64_t extent) {
  if (ShapedType::isDynamic(extent)) {
    stride = extent;
    return true;
  }
  return !llvm::MulOverflow(stride, extent, stride) && stride <= kMaxNumber;
}

static SmallVector<AffineExpr> getExpandedIndices(ExprContext &context,
                                                  tensor::ExpandShapeOp op) {
  // source[g] = row-major position of the dimensions of group g.
  SmallVector<AffineExpr> indices;
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    AffineExpr index = getAffineConstantExpr(0, context.getContext());
    int64_t stride = 1;
    for (int64_t dim : llvm::reverse(group)) {
      int64_t extent = op.getResultType().getDimSize(dim);
      if (extent == 1)
        continue;
      if (ShapedType::isDynamic(stride))
        return {};
      index = index + context.dim(dim) * stride;
      if (!multiply(stride, extent))
        return {};
    }
    indices.push_back(index);
  }
  return indices;
}

static SmallVector<AffineExpr> getCollapsedIndices(ExprContext &context,
                                                   tensor::CollapseShapeOp op) {
  SmallVector<AffineExpr> indices(op.getSrcType().getRank());
  for (auto [dim, group] : llvm::enumerate(op.getReassociationIndices())) {
    int64_t stride = 1;
    for (int64_t source : llvm::reverse(group)) {
      int64_t extent = op.getSrcType().getDimSize(source);
      if (extent == 1) {
        indices[source] = getAffineConstantExpr(0, context.getContext());
        continue;
      }
      if (ShapedType::isDynamic(stride))
        return {};
      AffineExpr index = context.dim(dim).floorDiv(stride);
      // The outermost index that varies needs no remainder.
      bool isOutermost = llvm::all_of(group, [&](int64_t other) {
        return other >= source || op.getSrcType().getDimSize(other) == 1;
      });
      if (!isOutermost && ShapedType::isDynamic(extent))
        return {};
      indices[source] = isOutermost ? index : index % extent;
      if (!multiply(stride, extent))
        return {};
    }
  }
  return indices;
}

/// An offset or a stride as a number: a literal, or index arithmetic that comes
/// to one; none for others.
static std::optional<int64_t> getNumber(ExprReader &reader,
                                        OpFoldResult number) {
  if (auto literal = getConstantIntValue(number))
    return literal;
  ExprRef expr = reader.get(cast<Value>(number)).relaxed;
  if (!expr->isConstant() ||
      std::abs(expr->constant.value) > double(kMaxNumber))
    return std::nullopt;
  return int64_t(expr->constant.value);
}

static SmallVector<AffineExpr> getSliceIndices(ExprReader &reader,
                                               tensor::ExtractSliceOp op) {
  ExprContext &context = reader.getContext();
  SmallVector<AffineExpr> indices;
  llvm::SmallBitVector dropped = op.getDroppedDims();
  unsigned dim = 0;
  for (auto [source, offset, stride] :
       llvm::enumerate(op.getMixedOffsets(), op.getMixedStrides())) {
    std::optional<int64_t> start = getNumber(reader, offset);
    std::optional<int64_t> step = getNumber(reader, stride);
    if (!start || !step)
      return {};
    AffineExpr index = getAffineConstantExpr(*start, context.getContext());
    if (!dropped.test(source))
      index = index + context.dim(dim++) * *step;
    indices.push_back(index);
  }
  return indices;
}

/// The indices at which a reshape, a slice or a cast reads its source; none for
/// others, and where they are no index expressions.
static SmallVector<AffineExpr> getViewIndices(ExprReader &reader,
                                              Operation *op) {
  ExprContext &context = reader.getContext();
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op))
    return getExpandedIndices(context, expand);
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(op))
    return getCollapsedIndices(context, collapse);
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return getSliceIndices(reader, slice);
  auto source = dyn_cast<RankedTensorType>(op->getOperand(0).getType());
  if (!source || !isa<RankedTensorType>(op->getResult(0).getType()))
    return {};
  return SmallVector<AffineExpr>(
      context.getIdentity().take_front(source.getRank()));
}

/// `extract` in a body reads its tensor at positions of the loops.
void ExprReader::visitExtract(tensor::ExtractOp extract) {
  SmallVector<AffineExpr> indices;
  for (Value index : extract.getIndices()) {
    ExprRef expr = get(index).relaxed;
    if (expr->isConstant() &&
        std::abs(expr->constant.value) <= double(kMaxNumber))
      indices.push_back(getAffineConstantExpr(int64_t(expr->constant.value),
                                              context.getContext()));
    else if (expr->kind == Expr::Kind::Index)
      indices.push_back(expr->indices.front());
    else
      return;
  }
  SmallVector<int64_t> ranges(kFirstBound, ShapedType::kDynamic);
  if (auto parent = dyn_cast<linalg::LinalgOp>(extract->getParentOp()))
    llvm::copy(getLoopRanges(parent), ranges.begin());
  set(extract, getAt(extract.getTensor(), indices, ranges));
}

/// Handles ops that reshape, slice, build or read tensors; false for others.
bool ExprReader::visitShapeOp(Operation *op) {
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
          tensor::ExtractSliceOp, tensor::CastOp>(op)) {
    Value source = op->getOperand(0);
    SmallVector<AffineExpr> indices = getViewIndices(*this, op);
    auto type = dyn_cast<RankedTensorType>(source.getType());
    if (type && int64_t(indices.size()) == type.getRank() &&
        isa<RankedTensorType>(op->getResult(0).getType()))
      setView(op->getResult(0), source, indices);
    return true;
  }
  if (isOfGradients && visitPlacement(op))
    return true;
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    std::optional<int64_t> number = dim.getConstantIndex();
    if (number && isa<RankedTensorType>(dim.getSource().getType())) {
      ExprRef extent = getExtent(dim.getSource(), *number);
      set(dim, {extent, extent});
    }
    return true;
  }
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    visitExtract(extract);
    return true;
  }
  if (auto elements = dyn_cast<tensor::FromElementsOp>(op)) {
    if (elements.getElements().size() == 1)
      set(elements, get(elements.getElements().front()));
    return true;
  }
  if (auto splat = dyn_cast<tensor::SplatOp>(op)) {
    set(splat, get(splat.getInput()));
    return true;
  }
  return false;
}
