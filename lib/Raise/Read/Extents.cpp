//===- Extents.cpp - extents of tensors and loops -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Read/ExprReader.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm::raise;

ExprRef ExprReader::getExtent(Value shaped, int64_t dim) {
  ExtentOrigin origin = extentClasses.find(shaped, dim);
  if (origin.number)
    return context.constant(double(*origin.number));
  shaped = origin.value;
  dim = origin.dim;
  Operation *op = shaped.getDefiningOp();
  // A product may be known to agree with one of its own factors.
  auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op);
  if (collapse && activeExtents.insert({shaped, dim}).second) {
    SmallVector<Factor> factors;
    ReassociationIndices group = collapse.getReassociationIndices()[dim];
    for (int64_t source : group)
      factors.push_back({getExtent(collapse.getSrc(), source), 1});
    activeExtents.erase({shaped, dim});
    return context.mul(factors);
  }
  if (OpFoldResult size = getSize(op, dim))
    return get(cast<Value>(size)).relaxed;
  return context.extent(shaped, dim);
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
