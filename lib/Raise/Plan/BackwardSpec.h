//===- BackwardSpec.h - the op of a plan for a gradient ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_BACKWARDSPEC_H
#define NORM_LIB_RAISE_PLAN_BACKWARDSPEC_H

#include "Plan/BackwardPlan.h"

namespace mlir::norm::raise {

/// The operands of a backward op; null for those that it does not have.
struct BackwardOperands {
  Value dy, input, scale, rstd, mean, residual, dxInit;
  Value sumInits[kNumParameterGradients];
};

/// Makes the op at `builder`.
Operation *createBackward(OpBuilder &builder, Location loc,
                          const NormSpec &spec,
                          const BackwardOperands &operands);

/// What the verifier of the op says of the one that `plan` would make; empty
/// where it takes it. The op is made of arguments of a block of its own.
std::string verifyBackward(const BackwardPlan &plan);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_BACKWARDSPEC_H
