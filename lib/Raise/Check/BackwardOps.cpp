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

/// The tensors that the op takes: what they are computed from tells nothing
/// about a sum.
static llvm::SmallPtrSet<Value, 8> getBoundary(const BackwardPlan &plan) {
  llvm::SmallPtrSet<Value, 8> operands = {
      plan.dx.input.value, plan.dy.witness.value, plan.rstd.witness.value};
  for (const std::optional<BackwardOperand> *operand :
       {&plan.scale, &plan.mean, &plan.gain})
    if (*operand)
      operands.insert((*operand)->witness.value);
  return operands;
}

llvm::SetVector<Operation *>
mlir::norm::raise::getOps(const BackwardPlan &plan) {
  llvm::SetVector<Operation *> ops = plan.dx.cone.ops, behind;
  llvm::SmallPtrSet<Value, 8> operands = getBoundary(plan);
  SmallVector<Value> values;
  for (const ParameterGradient &sum : plan.sums)
    values.push_back(sum.value);
  // What is next to the sums comes first: a limit cuts what is far from them.
  for (size_t i = 0; i < values.size() && behind.size() < kMaxWiderConeSize;
       ++i) {
    Operation *op = values[i].getDefiningOp();
    if (!op || operands.contains(values[i]) || !isMemoryEffectFree(op) ||
        !behind.insert(op))
      continue;
    for (Value operand : op->getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        values.push_back(operand);
  }
  ops.insert_range(behind);
  return ops;
}
