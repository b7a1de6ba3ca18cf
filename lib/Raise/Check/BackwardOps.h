//===- BackwardOps.h - the ops that a gradient is computed by ---*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_BACKWARDOPS_H
#define NORM_LIB_RAISE_CHECK_BACKWARDOPS_H

#include "Plan/BackwardPlan.h"

namespace mlir::norm::raise {

/// The ops that are looked into: those of the cone, and those from which the
/// sums follow.
llvm::SetVector<Operation *> getOps(const BackwardPlan &plan);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_BACKWARDOPS_H
