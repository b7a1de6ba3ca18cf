//===- Points.h - the values that may be norms ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_POINTS_H
#define NORM_LIB_RAISE_POINTS_H

#include "Plan/DeadOps.h"

namespace mlir::norm::raise {

/// The op in whose space `value` is computed: the structured op around it, or
/// its own.
Operation *getOwner(Value value);

/// The values of `op` that may be the first point of a norm.
SmallVector<Value> getCandidates(Operation *op);

/// The one value that is computed from `value`, looking through what only moves
/// it; null where there is none or more than one.
Value getNextPoint(const DeadOps &dead, Value value);

/// The op whose body, or the op itself, multiplies or divides by a root: what a
/// norm looks like where the loops are too many to be read. Null for others.
Operation *findScalingByRoot(Operation *op);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_POINTS_H
