//===- Extents.cpp - extents of tensors and loops -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Read/ExprReader.h"

#include "Expr/Limits.h"
#include "Read/Placements.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// An extent that nothing else is known of but how long slices of it are.
ExprRef ExprReader::makeExtent(Value shaped, int64_t dim) {
  ExprRef extent = context.extent(shaped, dim);
  context.setLeast(extent, extentClasses.getLeast(shaped, dim));
  return extent;
}

ExprRef ExprReader::getExtent(Value shaped, int64_t dim) {
  ExtentOrigin origin = extentClasses.find(shaped, dim);
  shaped = origin.value;
  dim = origin.dim;
  if (origin.number)
    return *origin.number <= kMaxNumber
               ? context.constant(double(*origin.number))
               : makeExtent(shaped, dim);
  Operation *op = shaped.getDefiningOp();
  // A product may be known to agree with one of its own factors.
  auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op);
  if (activeExtents.size() > kMaxExtentDepth)
    return makeExtent(shaped, dim);
  if (collapse && activeExtents.insert({shaped, dim}).second) {
    SmallVector<Factor> factors;
    ReassociationIndices group = collapse.getReassociationIndices()[dim];
    for (int64_t source : group)
      factors.push_back({getExtent(collapse.getSrc(), source), 1});
    activeExtents.erase({shaped, dim});
    return context.mul(factors);
  }
  OpFoldResult size = getSize(op, dim);
  if (!size || !activeExtents.insert({shaped, dim}).second)
    return makeExtent(shaped, dim);
  ExprRef extent = get(cast<Value>(size)).relaxed;
  activeExtents.erase({shaped, dim});
  return extent;
}

SmallVector<int64_t> ExprReader::getLoopRanges(linalg::LinalgOp op) {
  SmallVector<int64_t> ranges(op.getNumLoops(), ShapedType::kDynamic);
  for (OpOperand &operand : op->getOpOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    if (!type)
      continue;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [dim, index] : llvm::enumerate(map.getResults()))
      if (auto loop = dyn_cast<AffineDimExpr>(index);
          loop && !type.isDynamicDim(dim))
        ranges[loop.getPosition()] = type.getDimSize(dim);
  }
  return ranges;
}

ExprRef ExprReader::getLoopExtent(linalg::LinalgOp op, unsigned loop) {
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

std::optional<SmallVector<ExprRef>> ExprReader::getSpace(Operation *owner) {
  if (exceedsRank(owner))
    return std::nullopt;
  SmallVector<ExprRef> extents;
  if (auto structured = dyn_cast<linalg::LinalgOp>(owner)) {
    if (!structured.hasPureTensorSemantics())
      return std::nullopt;
    for (unsigned loop = 0; loop < structured.getNumLoops(); ++loop)
      extents.push_back(getLoopExtent(structured, loop));
    if (llvm::is_contained(extents, nullptr))
      return std::nullopt;
    return extents;
  }
  if (owner->getNumResults() != 1 ||
      (!owner->hasTrait<OpTrait::Elementwise>() && !getTensorPlacement(owner)))
    return std::nullopt;
  auto type = dyn_cast<RankedTensorType>(owner->getResult(0).getType());
  if (!type)
    return std::nullopt;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    extents.push_back(getExtent(owner->getResult(0), dim));
  return extents;
}
