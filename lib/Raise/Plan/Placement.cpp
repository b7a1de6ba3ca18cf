//===- Placement.cpp - where a norm op is put -----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/Placement.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// Whether a region of `op` runs at most once when `op` does.
static bool isPlainBranch(Operation *op, Region *region) {
  auto branch = dyn_cast<RegionBranchOpInterface>(op);
  return branch && !branch.isRepetitiveRegion(region->getRegionNumber());
}

/// The block for the op: that of the root, but outside of loops that the
/// program has after a reduction, which else would be computed each time; and
/// around all `users` of the statistics.
static Block *getBlock(const NormPlan &plan, ArrayRef<Operation *> users) {
  Block *block = plan.root.owner->getBlock();
  for (Block *around = block; around;) {
    bool holdsAll = llvm::all_of(plan.cone.ops, [&](Operation *op) {
      auto structured = dyn_cast<linalg::LinalgOp>(op);
      return !structured || structured.getNumReductionLoops() == 0 ||
             around->findAncestorOpInBlock(*op);
    });
    if (holdsAll)
      break;
    Operation *parent = around->getParentOp();
    if (!isPlainBranch(parent, around->getParent()))
      block = parent->getBlock();
    around = parent->getBlock();
  }
  auto holdsUses = [&]() {
    return llvm::all_of(users, [&](Operation *user) {
      return block->findAncestorOpInBlock(*user);
    });
  };
  while (block && !holdsUses())
    block = block->getParentOp() ? block->getParentOp()->getBlock() : nullptr;
  return block;
}

/// Whether what is in `own`, a block whose values dominate the root, can be
/// read in `block`, which is around the root.
static bool isAvailable(Block *own, Block *block, Operation *root) {
  return own == block || block == root->getBlock() ||
         own->getParent()->isProperAncestor(block->getParent());
}

/// The first op of `block` before which `witness` is there; null where it is
/// there from the start. A tensor that is made of a scalar is made right before
/// the op that has the scalar in its body.
static Operation *getFirstBefore(const Witness &witness, Block *block) {
  if (witness.op)
    return block->findAncestorOpInBlock(*witness.op);
  Operation *producer = witness.value.getDefiningOp();
  Operation *inBlock =
      producer ? block->findAncestorOpInBlock(*producer) : nullptr;
  return inBlock ? inBlock->getNextNode() : nullptr;
}

std::optional<Placement> mlir::norm::raise::findPlacement(const NormPlan &plan,
                                                          const DeadOps &dead) {
  SmallVector<Operation *> users;
  for (const StatisticUse &use : plan.statistics)
    for (OpOperand *operand : dead.getLiveUses(use.value))
      users.push_back(operand->getOwner());
  Block *block = getBlock(plan, users);
  if (!block)
    return std::nullopt;
  SmallVector<const Witness *> operands = {&plan.input};
  for (const std::optional<Witness> *parameter : {&plan.scale, &plan.bias})
    if (*parameter)
      operands.push_back(&**parameter);
  Operation *before = &block->front();
  for (const Witness *operand : operands) {
    Block *own = operand->op ? operand->op->getBlock()
                             : Value(operand->value).getParentBlock();
    if (!isAvailable(own, block, plan.root.owner))
      return std::nullopt;
    Operation *first = getFirstBefore(*operand, block);
    if (first && before->isBeforeInBlock(first))
      before = first;
  }
  for (Operation *user : users)
    if (block->findAncestorOpInBlock(*user)->isBeforeInBlock(before))
      return std::nullopt;
  return Placement{block, before};
}

Value mlir::norm::raise::findDestination(const NormPlan &plan) {
  auto op = dyn_cast<linalg::LinalgOp>(plan.root.owner);
  if (!op || plan.isGated())
    return nullptr;
  const Placement &place = plan.placement;
  for (OpOperand &yielded : op.getBlock()->getTerminator()->getOpOperands()) {
    if (yielded.get() != plan.root.value)
      continue;
    OpOperand *init = op.getDpsInitOperand(yielded.getOperandNumber());
    AffineMap map = op.getMatchingIndexingMap(init);
    Value value = init->get();
    if (value.getType() != plan.spec.resultType || !map.isIdentity() ||
        op.payloadUsesValueFromOperand(init) ||
        !isSameButForUnits(getPositions(plan.root, op->getContext()),
                           plan.input.indices) ||
        !isAvailable(value.getParentBlock(), place.block, op))
      return nullptr;
    Operation *producer = value.getDefiningOp();
    if (!producer)
      return value;
    // In front of the norm already, or around its block.
    bool isBefore = producer->getBlock() != place.block ||
                    producer->isBeforeInBlock(place.before);
    return isa<tensor::ExtractSliceOp>(producer) && isBefore ? value : Value();
  }
  return nullptr;
}
