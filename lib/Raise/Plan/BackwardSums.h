//===- BackwardSums.h - dscale and dbias beside a gradient ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_BACKWARDSUMS_H
#define NORM_LIB_RAISE_PLAN_BACKWARDSUMS_H

#include "Plan/BackwardPlan.h"
#include "Plan/DeadOps.h"

namespace mlir::norm::raise {

/// The values of the program that are dscale and dbias of the norm whose dx
/// `plan` is, all with live uses and none of these before the place of the op:
///   dscale = sum over rows of dy (x - mean) rstd,  dbias = sum over rows of dy
SmallVector<ParameterGradient> findParameterGradients(ExprReader &reader,
                                                      const BackwardPlan &plan,
                                                      const DeadOps &dead);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_BACKWARDSUMS_H
