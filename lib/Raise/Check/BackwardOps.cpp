//===- BackwardOps.cpp - the ops that a gradient is computed by -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/BackwardOps.h"

#include "Expr/Limits.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

llvm::SetVector<Operation *>
mlir::norm::raise::getOps(const BackwardPlan &plan) {
  llvm::SetVector<Operation *> ops = plan.dx.cone.ops, behind;
  SmallVector<Value> todo;
  for (const ParameterGradient &sum : plan.sums)
    todo.push_back(sum.value);
  while (!todo.empty() && behind.size() < kMaxWiderConeSize) {
    Operation *op = todo.pop_back_val().getDefiningOp();
    if (op && isMemoryEffectFree(op) && behind.insert(op))
      for (Value operand : op->getOperands())
        if (isa<RankedTensorType>(operand.getType()))
          todo.push_back(operand);
  }
  ops.insert_range(behind);
  return ops;
}
