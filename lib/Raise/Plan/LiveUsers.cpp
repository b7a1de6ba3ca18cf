//===- LiveUsers.cpp - what is computed from a value ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/LiveUsers.h"

#include "Expr/Limits.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::norm::raise;

bool mlir::norm::raise::collectUsers(const DeadOps &dead, Value value,
                                     llvm::SetVector<Value> &users) {
  bool isUsedOtherwise = false;
  for (OpOperand *use : dead.getLiveUses(value)) {
    Operation *user = use->getOwner();
    auto around = dyn_cast<linalg::LinalgOp>(user->getParentOp());
    if (user->hasTrait<OpTrait::IsTerminator>()) {
      isUsedOtherwise |= !around;
      if (around)
        users.insert(around->getResult(use->getOperandNumber()));
    } else if (auto op = dyn_cast<linalg::LinalgOp>(user)) {
      users.insert(op.getMatchingBlockArgument(use));
    } else {
      isUsedOtherwise |= !isMemoryEffectFree(user);
      users.insert(user->result_begin(), user->result_end());
    }
  }
  return isUsedOtherwise;
}

bool mlir::norm::raise::outlives(const DeadOps &dead, Value value, Value root) {
  llvm::SetVector<Value> reached;
  reached.insert(value);
  bool isBeforeRoot = false, isUsedOtherwise = false;
  for (size_t i = 0; i < reached.size() && i < kMaxGradientPoints; ++i) {
    Value next = reached[i];
    isBeforeRoot |= next == root;
    if (next != root)
      isUsedOtherwise |= collectUsers(dead, next, reached);
  }
  return isBeforeRoot && isUsedOtherwise;
}
