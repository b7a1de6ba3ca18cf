//===- Cone.h - what a root is computed from --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_CONE_H
#define NORM_LIB_RAISE_PLAN_CONE_H

#include "Plan/Witness.h"

namespace mlir::norm::raise {

/// The producers between a root and the inputs of its norm.
struct Cone {
  /// Ops that only compute or move tensor elements, the root's op first.
  llvm::SetVector<Operation *> ops;
  /// All tensors that these ops read.
  llvm::SetVector<Value> values;
  /// Whether there are more of them than are looked at.
  bool isCut = false;
};

/// Collects what `value` of the op `root` is computed from, up to leaves of the
/// row expressions and up to `boundary`: tensors that satisfy it are entered,
/// but what they are computed from only as far as it does, too.
Cone collectCone(Operation *root, Value value, ExprReader &reader,
                 llvm::function_ref<bool(Value)> boundary);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_CONE_H
