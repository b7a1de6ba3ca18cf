//===- DeadOps.h - ops that raises have left without use --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Row expressions name values. So an op that nothing needs any more stays in
// place until all norms have been raised, and counts as gone: what it uses is
// no use. Example: once x * rsqrt(mean(x^2)) is a norm op, the reduction of x^2
// is dead, and its reading of x is none.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_DEADOPS_H
#define NORM_LIB_RAISE_PLAN_DEADOPS_H

#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::norm::raise {

/// The ops of a program that are dead, but not erased yet.
class DeadOps {
public:
  bool contains(Operation *op) const { return dead.contains(op); }

  /// Whether an op that is not dead, nor in the body of one, uses `value`.
  bool hasLiveUse(Value value) const;
  /// The uses of `value` by such ops.
  SmallVector<OpOperand *> getLiveUses(Value value) const;

  /// Marks `op`, and what only it used, where no live op uses a result and the
  /// op does nothing but compute.
  void mark(Operation *op);

  /// Says that `replacement` computes what is left of `op`.
  void setReplacement(Operation *op, Operation *replacement) {
    replacements[op] = replacement;
  }
  /// The op that computes what is left of `op`, or null.
  Operation *getReplacement(Operation *op) const {
    return replacements.lookup(op);
  }

  /// Takes all dead ops out of the program.
  void eraseAll();

private:
  bool isLive(const OpOperand &use) const;

  llvm::SetVector<Operation *> dead;
  llvm::DenseMap<Operation *, Operation *> replacements;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_DEADOPS_H
