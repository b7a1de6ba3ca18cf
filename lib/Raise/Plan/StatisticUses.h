//===- StatisticUses.h - statistics that the program needs ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A raise must not leave a reduction behind that the op computes again. What is
// used beside the root is followed back to values that the op can return: mean,
// statistic, rstd, and linear functions of them. Example: a program that also
// returns mean(x^2) + 1e-5 gets the statistic of the op plus 1e-5.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_STATISTICUSES_H
#define NORM_LIB_RAISE_PLAN_STATISTICUSES_H

#include "Plan/DeadOps.h"
#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// What the program still needs of the statistics once the root of `plan` is
/// replaced; a refusal where a reduction would be computed twice, or a
/// statistic cannot be read from the result of the op.
std::variant<SmallVector<StatisticUse>, Refusal>
findStatisticUses(ExprReader &reader, const NormPlan &plan,
                  const DeadOps &dead);

/// Adds to the cone what the program computes from parts of the statistics, and
/// from nothing else; false where there is nothing left to add. Example: of
/// y = (x - m) / sqrt(E[x^2] - m^2 + e) the program returns E[x^2] - m^2, by an
/// op of its own, which is a statistic, while its operands are none.
bool widenCone(NormPlan &plan, ExprReader &reader, const DeadOps &dead);

/// `value` as a statistic of the norm of `plan`, and how it is read from the
/// result of the op; none where it is none, or cannot be read.
std::optional<StatisticUse> asStatisticUse(ExprReader &reader, Value value,
                                           const NormPlan &plan);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_STATISTICUSES_H
