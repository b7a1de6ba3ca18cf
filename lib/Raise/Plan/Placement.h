//===- Placement.h - where a norm op is put ---------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_PLACEMENT_H
#define NORM_LIB_RAISE_PLAN_PLACEMENT_H

#include "Plan/DeadOps.h"
#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// The place for the op of `plan`: as early as its operands allow, outside of
/// loops that a reduction of it was outside of, and before every use of its
/// statistics. None where there is no such place.
std::optional<Placement> findPlacement(const NormPlan &plan,
                                       const DeadOps &dead);

/// The destination that the program gives the root, where it is more than an
/// empty tensor: an argument, such as what a loop carries, or part of one. Null
/// where the op would need another shape, or has it too late.
Value findDestination(const NormPlan &plan);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_PLACEMENT_H
