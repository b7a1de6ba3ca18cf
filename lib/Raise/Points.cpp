//===- Points.cpp - the values that may be norms --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Points.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

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
