//===- WeightArguments.cpp - weights that are arguments -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightArguments.h"

#include "LinearSum.h"
#include "RowPath.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

/// Where dimension `dim` of the result of a copy was in its source.
static std::optional<int64_t> getSourceDim(Operation *copy, int64_t dim) {
  if (auto op = dyn_cast<linalg::LinalgOp>(copy)) {
    if (!isCopy(op))
      return std::nullopt;
    AffineExpr along =
        op.getIndexingMapMatchingResult(op->getResult(0)).getResult(dim);
    return op.getMatchingIndexingMap(op.getDpsInputOperand(0))
        .getResultPosition(along);
  }
  return getSourceRowDim(copy, dim);
}

std::optional<ArgumentDim> models::traceArgument(Value value, int64_t dim,
                                                 unsigned numWeights) {
  while (Operation *copy = value.getDefiningOp()) {
    std::optional<int64_t> source = getSourceDim(copy, dim);
    if (!source)
      return std::nullopt;
    value = copy->getOperand(0);
    dim = *source;
  }
  auto argument = cast<BlockArgument>(value);
  auto function = dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp());
  if (!function || argument.getArgNumber() >= numWeights)
    return std::nullopt;
  return ArgumentDim{argument, dim};
}

/// Whether `use` is that of the source of a copy.
static bool isCopied(OpOperand &use) {
  Operation *user = use.getOwner();
  if (use.getOperandNumber() != 0)
    return false;
  if (auto op = dyn_cast<linalg::LinalgOp>(user))
    return isCopy(op);
  return isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(user);
}

SmallVector<OpOperand *> models::getFinalUses(Value value) {
  SmallVector<OpOperand *> uses;
  SmallVector<Value> pending = {value};
  while (!pending.empty())
    for (OpOperand &use : pending.pop_back_val().getUses()) {
      if (isCopied(use))
        pending.push_back(use.getOwner()->getResult(0));
      else if (!isa<tensor::DimOp>(use.getOwner()))
        uses.push_back(&use);
    }
  return uses;
}

std::string models::getTiedObstacle(BlockArgument argument,
                                    const llvm::DenseSet<OpOperand *> &uses) {
  for (OpOperand *use : getFinalUses(argument))
    if (!uses.contains(use))
      return "argument " + std::to_string(argument.getArgNumber()) +
             " has another use, which would change (tied weights): " +
             use->getOwner()->getName().getStringRef().str();
  return "";
}
