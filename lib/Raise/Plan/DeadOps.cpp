//===- DeadOps.cpp - ops that raises have left without use ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/DeadOps.h"

#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::norm::raise;

bool DeadOps::isLive(const OpOperand &use) const {
  Operation *user = use.getOwner();
  return !dead.contains(user) && !dead.contains(user->getParentOp());
}

bool DeadOps::hasLiveUse(Value value) const {
  return llvm::any_of(value.getUses(),
                      [&](const OpOperand &use) { return isLive(use); });
}

SmallVector<OpOperand *> DeadOps::getLiveUses(Value value) const {
  SmallVector<OpOperand *> uses;
  for (OpOperand &use : value.getUses())
    if (isLive(use))
      uses.push_back(&use);
  return uses;
}

void DeadOps::mark(Operation *op) {
  SmallVector<Operation *> worklist = {op};
  while (!worklist.empty()) {
    Operation *candidate = worklist.pop_back_val();
    if (dead.contains(candidate) || !wouldOpBeTriviallyDead(candidate))
      continue;
    if (llvm::any_of(candidate->getResults(),
                     [&](Value result) { return hasLiveUse(result); }))
      continue;
    dead.insert(candidate);
    candidate->walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        if (Operation *producer = operand.getDefiningOp())
          if (!candidate->isAncestor(producer))
            worklist.push_back(producer);
    });
  }
}

void DeadOps::eraseAll() {
  // Users need not have died before what they use: all uses go first. What is
  // in the body of a dead op goes with it.
  SmallVector<Operation *> outermost;
  for (Operation *op : dead) {
    op->dropAllUses();
    Operation *around = op->getParentOp();
    while (around && !dead.contains(around))
      around = around->getParentOp();
    if (!around)
      outermost.push_back(op);
  }
  for (Operation *op : outermost)
    op->erase();
  dead.clear();
}
