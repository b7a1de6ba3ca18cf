//===- Planner.h - from matched points to a plan ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_PLANNER_H
#define NORM_LIB_RAISE_PLAN_PLANNER_H

#include "Plan/DeadOps.h"
#include "Plan/NormPlan.h"

#include "norm/Raise/Passes.h"

namespace mlir::norm::raise {

/// Plans raises. Nothing is changed, and nothing is made.
class Planner {
public:
  Planner(ExprReader &reader, const DeadOps &dead, RaisePrecision precision)
      : reader(reader), dead(dead), precision(precision) {}

  /// The raise of the last point of `path`, points of one norm each of which is
  /// computed from the one before: all that the op needs is found among the
  /// values of the program, or the reason why not.
  PlanOutcome plan(ArrayRef<MatchedPoint> path);

private:
  ExprReader &reader;
  const DeadOps &dead;
  RaisePrecision precision;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_PLANNER_H
