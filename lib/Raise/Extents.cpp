//===- Extents.cpp - extents of tensors and loops -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Builder.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm::raise;

ExprRef RowExprBuilder::getExtent(Value shaped, int64_t dim) {
  auto type = cast<ShapedType>(shaped.getType());
  if (!type.isDynamicDim(dim))
    return context.constant(double(type.getDimSize(dim)));
  Operation *op = shaped.getDefiningOp();
  auto ofSize = [&](OpFoldResult size) {
    if (std::optional<int64_t> number = getConstantIntValue(size))
      return context.constant(double(*number));
    return get(cast<Value>(size)).relaxed;
  };
  if (auto cast = dyn_cast_or_null<tensor::CastOp>(op))
    return getExtent(cast.getSource(), dim);
  if (auto empty = dyn_cast_or_null<tensor::EmptyOp>(op))
    return ofSize(empty.getMixedSizes()[dim]);
  if (auto splat = dyn_cast_or_null<tensor::SplatOp>(op))
    return ofSize(
        splat.getDynamicSizes()[cast<RankedTensorType>(type).getDynamicDimIndex(
            dim)]);
  if (auto expand = dyn_cast_or_null<tensor::ExpandShapeOp>(op))
    return ofSize(getMixedValues(expand.getStaticOutputShape(),
                                 expand.getOutputShape(),
                                 expand.getContext())[dim]);
  if (auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op)) {
    SmallVector<Factor> factors;
    ReassociationIndices group = collapse.getReassociationIndices()[dim];
    for (int64_t source : group)
      factors.push_back({getExtent(collapse.getSrc(), source), 1});
    return context.mul(factors);
  }
  if (auto slice = dyn_cast_or_null<tensor::ExtractSliceOp>(op)) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    int64_t position = -1;
    for (int64_t source = 0; source < int64_t(dropped.size()); ++source) {
      position += !dropped.test(source);
      if (position == dim)
        return ofSize(slice.getMixedSizes()[source]);
    }
  }
  if (auto destination = dyn_cast_or_null<DestinationStyleOpInterface>(op))
    return getExtent(
        destination.getTiedOpOperand(cast<OpResult>(shaped))->get(), dim);
  // An elementwise op has one shape.
  if (op && op->hasTrait<OpTrait::Elementwise>())
    for (Value operand : op->getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        return getExtent(operand, dim);
  return context.extent(shaped, dim);
}

ExprRef RowExprBuilder::getLoopExtent(linalg::LinalgOp op, unsigned loop) {
  ExprRef extent = nullptr;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<RankedTensorType>(operand.get().getType()))
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [dim, index] : llvm::enumerate(map.getResults())) {
      if (index != context.dim(loop))
        continue;
      ExprRef candidate = getExtent(operand.get(), dim);
      if (candidate->isConstant())
        return candidate;
      extent = extent ? extent : candidate;
    }
  }
  return extent;
}
