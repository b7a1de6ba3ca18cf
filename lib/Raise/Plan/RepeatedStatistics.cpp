//===- RepeatedStatistics.cpp - statistics computed once more -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/RepeatedStatistics.h"

#include "Expr/Limits.h"
#include "Plan/StatisticUses.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// Whether `op` computes a tensor from `known` tensors, constants and extents
/// alone.
static bool computesFrom(ExprReader &reader, Operation *op,
                         const llvm::SetVector<Value> &known) {
  if (op->getNumResults() != 1 ||
      !isa<RankedTensorType>(op->getResult(0).getType()))
    return false;
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (!structured && !op->hasTrait<OpTrait::Elementwise>() &&
      !isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
           tensor::ExtractSliceOp>(op))
    return false;
  return llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
    Value value = operand.get();
    return (structured && structured.isDpsInit(&operand)) ||
           !isa<RankedTensorType>(value.getType()) || known.contains(value) ||
           !reader.get(value).relaxed->hasLeaf;
  });
}

/// Whether all that live ops read of `value` comes after `norm`.
static bool isReadAfter(Value value, Operation *norm, const DeadOps &dead) {
  return llvm::all_of(dead.getLiveUses(value), [&](OpOperand *use) {
    Operation *user = norm->getBlock()->findAncestorOpInBlock(*use->getOwner());
    return user && norm->isBeforeInBlock(user);
  });
}

SmallVector<StatisticUse>
mlir::norm::raise::findRepeatedStatistics(ExprReader &reader,
                                          const NormPlan &plan, Operation *norm,
                                          const DeadOps &dead) {
  if (plan.input.isMade())
    return {};
  llvm::SetVector<Value> reached;
  reached.insert(plan.input.value);
  // The program may compute the input once more, too.
  for (ExprRef leaf : getLeaves(plan.match.input, /*intoSums=*/false))
    reached.insert(leaf->value);
  if (Value mean = cast<NormOpInterface>(norm).getMeanResult())
    reached.insert(mean);
  llvm::MapVector<Value, StatisticUse> found;
  for (unsigned i = 0; i < reached.size() && i < kMaxRepeated; ++i)
    for (OpOperand *operand : dead.getLiveUses(reached[i])) {
      Operation *user = operand->getOwner();
      if (!computesFrom(reader, user, reached))
        continue;
      Value result = user->getResult(0);
      reached.insert(result);
      if (auto use = asStatisticUse(reader, result, plan))
        found.insert({result, *use});
    }
  // Of a sum and the mean computed from it, the mean.
  SmallVector<StatisticUse> uses;
  for (auto &[value, use] : found) {
    bool leadsOn = llvm::all_of(dead.getLiveUses(value), [&](OpOperand *next) {
      return next->getOwner()->getNumResults() == 1 &&
             found.count(next->getOwner()->getResult(0));
    });
    if (!leadsOn && isReadAfter(value, norm, dead))
      uses.push_back(use);
  }
  return uses;
}
