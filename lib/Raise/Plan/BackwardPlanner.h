//===- BackwardPlanner.h - from a gradient to a plan ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_BACKWARDPLANNER_H
#define NORM_LIB_RAISE_PLAN_BACKWARDPLANNER_H

#include "Match/ScaleGradient.h"
#include "Plan/BackwardPlan.h"
#include "Plan/DeadOps.h"

namespace mlir::norm::raise {

/// The raise of `root`, which was solved for `match`: all that the op needs is
/// found among the values of the program, or the reason why not.
BackwardPlanOutcome planBackward(ExprReader &reader, const DeadOps &dead,
                                 const Point &root, const BackwardMatch &match);

/// The raise of a sum over rows of `root`, a scalar in the body of a reduction,
/// that was read as `gradient`: dscale without dx. Where `asWritten`, the
/// program has x * rstd as a value, as the op does.
BackwardPlanOutcome planScaleGradient(ExprReader &reader, const DeadOps &dead,
                                      const Point &root, uint32_t rowMask,
                                      const ScaleGradient &gradient,
                                      bool asWritten);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_BACKWARDPLANNER_H
