//===- LoopStacks.h - what a loop saves at each iteration -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The gradient of a loop is a loop that runs backwards. What it needs the first
// one saves: at iteration i it writes a value at position i of a tensor, which
// is a stack here. Position j of the tensor then is that value of iteration j.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_LOOPSTACKS_H
#define NORM_LIB_RAISE_LOOPSTACKS_H

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <optional>

namespace mlir::norm::raise {

/// `sign` times the induction variable of `loop`, plus `constant`.
struct IterationIndex {
  scf::ForOp loop;
  int64_t sign;
  int64_t constant;

  bool operator==(const IterationIndex &other) const {
    return loop == other.loop && sign == other.sign &&
           constant == other.constant;
  }
};

/// `index` as such an index. Casts are looked through, and so are clamps that
/// do nothing for any iteration.
std::optional<IterationIndex> getIterationIndex(Value index);

/// One position along dimension `dim` of a tensor, and all of the others.
struct PositionOfStack {
  unsigned dim;
  Value index;
};

/// Where `slice` reads a tensor if it reads one such position.
std::optional<PositionOfStack> getPosition(tensor::ExtractSliceOp slice);

/// A result of a loop that has at position j of a dimension what iteration j
/// wrote there, or where `isReversed` iteration n - 1 - j.
struct LoopStack {
  unsigned dim;
  bool isReversed;
  Value saved; ///< what is written, in the body of the loop
  Value index; ///< where it is written
};

/// `result` as a stack. Each position is written exactly once.
std::optional<LoopStack> getLoopStack(OpResult result);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_LOOPSTACKS_H
