//===- Points.cpp - the values that may be norms --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Points.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm::raise;

Operation *mlir::norm::raise::getOwner(Value value) {
  Operation *op = value.getDefiningOp();
  auto structured = dyn_cast<linalg::LinalgOp>(op->getParentOp());
  return structured ? structured.getOperation() : op;
}

SmallVector<Value> mlir::norm::raise::getCandidates(Operation *op) {
  auto structured = dyn_cast<linalg::LinalgOp>(op);
  if (!structured)
    return {op->getResult(0)};
  SmallVector<Value> candidates;
  for (Operation &nested : *structured.getBlock())
    if (nested.getNumResults() == 1)
      candidates.push_back(nested.getResult(0));
  return candidates;
}

/// Whether `use` takes no more than the shape of its value: of a size, or as
/// the destination of an op that has the value as an input, too, and reads it
/// there. Upstream's convert-elementwise-to-linalg writes `ins(%y, %g)
/// outs(%y)`.
static bool isOfShape(OpOperand *use) {
  auto isSize = [](Operation *user) { return isa<tensor::DimOp>(user); };
  Operation *user = use->getOwner();
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(user))
    return llvm::all_of(user->getUsers(), isSize);
  auto op = dyn_cast<linalg::LinalgOp>(user);
  if (!op)
    return isSize(user);
  return op.isDpsInit(use) && !op.payloadUsesValueFromOperand(use) &&
         llvm::is_contained(op.getDpsInputs(), use->get());
}

Value mlir::norm::raise::getNextPoint(const DeadOps &dead, Value value) {
  for (;;) {
    SmallVector<OpOperand *> uses = dead.getLiveUses(value);
    llvm::erase_if(uses, isOfShape);
    if (uses.empty())
      return nullptr;
    Operation *user = uses.front()->getOwner();
    // One op may read it twice: (y + y) / 2.
    if (llvm::any_of(uses, [&](OpOperand *u) { return u->getOwner() != user; }))
      return nullptr;
    if (user->hasTrait<OpTrait::IsTerminator>()) {
      auto op = dyn_cast<linalg::LinalgOp>(user->getParentOp());
      if (!op || op.getNumReductionLoops() > 0 || uses.size() != 1)
        return nullptr;
      value = op->getResult(uses.front()->getOperandNumber());
    } else if (auto op = dyn_cast<linalg::LinalgOp>(user)) {
      if (op.getNumReductionLoops() > 0 ||
          llvm::any_of(uses, [&](OpOperand *u) { return op.isDpsInit(u); }))
        return nullptr;
      value = op.getMatchingBlockArgument(uses.front());
    } else if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp,
                   tensor::CastOp>(user)) {
      value = user->getResult(0);
    } else {
      return user->getNumResults() == 1 ? user->getResult(0) : Value();
    }
  }
}

Operation *mlir::norm::raise::findScalingByRoot(Operation *op) {
  auto isRoot = [](Value value) {
    return isa_and_nonnull<math::RsqrtOp, math::SqrtOp>(value.getDefiningOp());
  };
  Operation *found = nullptr;
  if (op->getNumRegions() != 0 && !isa<linalg::LinalgOp>(op))
    return nullptr;
  op->walk([&](Operation *nested) {
    if (isa<arith::MulFOp, arith::DivFOp>(nested) &&
        llvm::any_of(nested->getOperands(), isRoot))
      found = nested;
  });
  return found;
}
