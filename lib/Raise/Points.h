//===- Points.h - the values that may be norms ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_POINTS_H
#define NORM_LIB_RAISE_POINTS_H

#include "mlir/IR/Operation.h"

namespace mlir::norm::raise {

/// The op in whose space `value` is computed: the structured op around it, or
/// its own.
Operation *getOwner(Value value);

/// The values of `op` that may be the first point of a norm.
SmallVector<Value> getCandidates(Operation *op);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_POINTS_H
