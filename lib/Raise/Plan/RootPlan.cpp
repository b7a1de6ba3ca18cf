//===- RootPlan.cpp - how a root is replaced ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/RootPlan.h"

#include "Expr/IndexMath.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm::raise;

SmallVector<AffineExpr> mlir::norm::raise::getPositions(const Point &point,
                                                        MLIRContext *context) {
  SmallVector<AffineExpr> positions;
  for (auto [dim, extent] : llvm::enumerate(point.staticExtents))
    positions.push_back(extent == 1 ? getAffineConstantExpr(0, context)
                                    : getAffineDimExpr(dim, context));
  return positions;
}

RankedTensorType mlir::norm::raise::getRootType(const NormPlan &plan) {
  if (!plan.isGated())
    return plan.spec.resultType;
  return RankedTensorType::get(plan.root.staticExtents,
                               getElementTypeOrSelf(plan.root.value.getType()));
}

SmallVector<AffineExpr>
mlir::norm::raise::getRootIndices(const NormPlan &plan) {
  return plan.isGated() ? getPositions(plan.root, plan.root.value.getContext())
                        : plan.input.indices;
}

/// The size of position `position` of the root, from one of the operands of
/// y * gate + rest; y has the sizes of the input.
static std::optional<Size> getSizeOfPosition(const NormPlan &plan,
                                             unsigned position) {
  int64_t extent = plan.root.staticExtents[position];
  if (!ShapedType::isDynamic(extent))
    return Size{Value(), extent};
  AffineExpr index = getAffineDimExpr(position, plan.root.value.getContext());
  SmallVector<const Witness *> operands = {&plan.input};
  for (const std::optional<Witness> *witness : {&plan.gate, &plan.rest})
    if (*witness)
      operands.push_back(&**witness);
  for (const Witness *operand : operands)
    for (auto [dim, own] : llvm::enumerate(operand->indices))
      if (own == index)
        return getSize(*operand, dim);
  return std::nullopt;
}

/// The size of dimension `dim` of `result`, from something that does not go
/// with the root.
static std::optional<Size> getSizeOfResult(const NormPlan &plan, Value result,
                                           unsigned dim) {
  ExtentOrigin origin = trace(result, dim);
  if (origin.number)
    return Size{Value(), *origin.number};
  Operation *producer = origin.value.getDefiningOp();
  if (OpFoldResult size = getSize(producer, origin.dim))
    return Size{cast<Value>(size), 0};
  if (producer && plan.cone.ops.contains(producer))
    return std::nullopt;
  return Size{origin.value, origin.dim};
}

/// The result of the root's op that holds the root, and its indices.
static std::optional<SmallVector<AffineExpr>>
findResult(const NormPlan &plan, std::optional<unsigned> &number) {
  auto op = dyn_cast<linalg::LinalgOp>(plan.root.owner);
  if (!op) {
    number = 0;
    return getPositions(plan.root, plan.root.owner->getContext());
  }
  for (OpOperand &operand : op.getBlock()->getTerminator()->getOpOperands())
    if (operand.get() == plan.root.value)
      number = operand.getOperandNumber();
  if (!number)
    return std::nullopt;
  SmallVector<AffineExpr> indices;
  AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(*number));
  for (AffineExpr index : map.getResults())
    indices.push_back(simplifyIndex(
        index, [&](unsigned dim) { return plan.root.staticExtents[dim]; }));
  return indices;
}

std::optional<RootPlan> mlir::norm::raise::planRoot(const NormPlan &plan) {
  RootPlan root;
  if (plan.isGated())
    for (unsigned i = 0; i < plan.root.staticExtents.size(); ++i) {
      std::optional<Size> size = getSizeOfPosition(plan, i);
      if (!size)
        return std::nullopt;
      root.gatedSizes.push_back(*size);
    }
  std::optional<unsigned> number;
  auto indices = findResult(plan, number);
  if (!indices)
    return root;
  SmallVector<AffineExpr> from = getRootIndices(plan);
  auto type =
      cast<RankedTensorType>(plan.root.owner->getResult(*number).getType());
  root.view = getReshape({from, getRootType(plan)}, {*indices, type});
  bool isElementwise = !isa<linalg::LinalgOp>(plan.root.owner);
  if (root.view || isElementwise)
    root.result = number;
  if (root.view || !isElementwise)
    return root;
  root.view = getCopy(from, *indices, type, plan.root.staticExtents);
  for (unsigned dim = 0; root.view && dim < type.getRank(); ++dim) {
    if (!type.isDynamicDim(dim))
      continue;
    auto size = getSizeOfResult(plan, plan.root.owner->getResult(*number), dim);
    if (!size)
      return std::nullopt;
    root.sizes.push_back(*size);
  }
  if (!root.view)
    return std::nullopt;
  return root;
}
