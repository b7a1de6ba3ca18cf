//===- LiveUsers.h - what is computed from a value --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_LIVEUSERS_H
#define NORM_LIB_RAISE_PLAN_LIVEUSERS_H

#include "Plan/DeadOps.h"

#include "llvm/ADT/SetVector.h"

namespace mlir::norm::raise {

/// The values that are computed from `value` by its live uses; whether it has
/// a use that computes none.
bool collectUsers(const DeadOps &dead, Value value,
                  llvm::SetVector<Value> &users);

/// Whether `root` is computed from `value`, which is read by something else as
/// well: it stays where `root` is raised, and would be computed twice.
bool outlives(const DeadOps &dead, Value value, Value root);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_LIVEUSERS_H
