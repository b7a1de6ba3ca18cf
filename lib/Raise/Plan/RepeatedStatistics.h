//===- RepeatedStatistics.h - statistics computed once more -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_REPEATEDSTATISTICS_H
#define NORM_LIB_RAISE_PLAN_REPEATEDSTATISTICS_H

#include "Plan/DeadOps.h"
#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// Values that the program computes from the input of `plan` by reductions of
/// their own, although the op `norm`, which the plan has become, has them: with
/// y = x * rsqrt(mean(x^2) + e), a second mean(x^2). Only where `norm` comes
/// before all that read them.
SmallVector<StatisticUse> findRepeatedStatistics(ExprReader &reader,
                                                 const NormPlan &plan,
                                                 Operation *norm,
                                                 const DeadOps &dead);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_REPEATEDSTATISTICS_H
