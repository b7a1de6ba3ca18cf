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
  /// values of the program, or the reason why not. The op takes its input times
  /// 2^`exponent`: a program that scales rows, so that their squares stay in
  /// range, keeps that range, as norm(x, e) = norm(c x, c^2 e). Example: with
  /// u = 1e-10 x and u * rsqrt(mean(u^2) + 1e-5), -34 keeps rows of 1e25.
  PlanOutcome plan(ArrayRef<MatchedPoint> path, int exponent = 0);

private:
  ExprReader &reader;
  const DeadOps &dead;
  RaisePrecision precision;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_PLANNER_H
