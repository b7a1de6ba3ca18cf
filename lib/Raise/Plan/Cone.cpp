//===- Cone.cpp - what a root is computed from ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/Cone.h"

#include "Expr/Limits.h"
#include "Read/Placements.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// Whether the raise looks through `op`: it computes or moves tensor elements
/// and does nothing else.
static bool isTransparent(Operation *op) {
  if (!op)
    return false;
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return structured.hasPureTensorSemantics();
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
          tensor::ExtractSliceOp, tensor::CastOp>(op) ||
      getTensorPlacement(op))
    return true;
  return op->hasTrait<OpTrait::Elementwise>() && isMemoryEffectFree(op) &&
         op->getNumResults() == 1 &&
         isa<RankedTensorType>(op->getResult(0).getType());
}

Cone mlir::norm::raise::collectCone(Operation *root, Value value,
                                    ExprReader &reader,
                                    llvm::function_ref<bool(Value)> boundary) {
  auto isLeaf = [&](Value tensor) {
    ExprRef expr = reader.get(tensor).relaxed;
    return expr->kind == Expr::Kind::Leaf && expr->value == tensor;
  };
  Cone cone;
  cone.ops.insert(root);
  // Ops to look into, and whether they were reached across the boundary.
  SmallVector<std::pair<Operation *, bool>> worklist;
  auto visit = [&](Value tensor, bool isBeyond) {
    if (!isa<RankedTensorType>(tensor.getType()))
      return;
    bool isBoundary = boundary(tensor);
    bool isConstant = reader.get(tensor).relaxed->isConstant();
    if (isBeyond && !isBoundary && !isConstant)
      return;
    cone.values.insert(tensor);
    Operation *producer = tensor.getDefiningOp();
    if (isTransparent(producer) && !isLeaf(tensor) && cone.ops.insert(producer))
      worklist.push_back({producer, isBoundary});
  };
  // Scalars that a body takes from outside may have been read from tensors.
  llvm::SmallPtrSet<Operation *, 16> scalars;
  auto visitOperand = [&](Value operand, bool isBeyond) {
    SmallVector<Value> parts = {operand};
    while (!parts.empty()) {
      Value part = parts.pop_back_val();
      if (isa<RankedTensorType>(part.getType())) {
        visit(part, isBeyond);
        continue;
      }
      Operation *producer = part.getDefiningOp();
      if (producer && !isa<tensor::DimOp>(producer) &&
          !producer->getParentOfType<linalg::LinalgOp>() &&
          scalars.insert(producer).second)
        llvm::append_range(parts, producer->getOperands());
    }
  };
  for (Value read : getValuesRead(root, value))
    visitOperand(read, /*isBeyond=*/false);
  // What is next to the root comes first: of equal values an op takes the one
  // that the root reads.
  size_t next = 0;
  for (; next < worklist.size() && cone.ops.size() < kMaxConeSize; ++next) {
    auto [op, isBeyond] = worklist[next];
    for (Value operand : op->getOperands())
      visitOperand(operand, isBeyond);
    for (Region &region : op->getRegions())
      region.walk([&, isBeyond = isBeyond](Operation *nested) {
        for (Value operand : nested->getOperands())
          visitOperand(operand, isBeyond);
      });
  }
  cone.isCut = next < worklist.size();
  return cone;
}
