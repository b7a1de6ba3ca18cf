//===- Recomputation.h - what a loop saved, computed once more --*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The gradient of a loop over layers reads what the loop has saved: x, rstd,
// and parts of the gradient such as -1/2 rstd / v. To the reader these are
// tensors without a relation. While gradients are looked for, what the saving
// loop computes from other saved values is computed in the second loop from
// those: of the same numbers by the same ops, so it has the same bits. Then the
// saved values are put back, and nothing is computed twice.
//
// Example: of x[j], r[j] = rsqrt(mean(x^2) + e) and a[j] = -1/2 r / v, with j
// the layer, r and a are computed from x[j].
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_RECOMPUTATION_H
#define NORM_LIB_RAISE_RECOMPUTATION_H

#include "LoopStacks.h"
#include "Plan/DeadOps.h"

#include "mlir/IR/BuiltinOps.h"

namespace mlir::norm::raise {

/// Slices of saved values that are computed once more for a while.
class Recomputation {
public:
  /// Computes what can be computed in `module`.
  void insert(ModuleOp module);

  /// Puts the saved values back, and what was computed among `dead`.
  void restore(DeadOps &dead);

private:
  /// A slice of a stack, and where it was.
  struct Slice {
    tensor::ExtractSliceOp op;
    LoopStack stack;
    Value index;
    Operation *next;
  };
  void gather(MutableArrayRef<Slice> slices);
  void recompute(MutableArrayRef<Slice> slices);
  void moveBack(const Slice &slice, const DeadOps &dead);

  /// A value that was computed, and the one that was saved.
  SmallVector<std::pair<Value, Value>> computed;
  SmallVector<Slice> moved;
  /// All ops that were made.
  SmallVector<Operation *> made;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_RECOMPUTATION_H
