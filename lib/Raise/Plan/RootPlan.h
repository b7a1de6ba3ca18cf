//===- RootPlan.h - how a root is replaced ----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_ROOTPLAN_H
#define NORM_LIB_RAISE_PLAN_ROOTPLAN_H

#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// The tensor that the root is read from: y, or y * gate + rest, which is laid
/// out as the positions of the root.
RankedTensorType getRootType(const NormPlan &plan);

/// Where each dimension of that tensor is read, over positions of the root.
SmallVector<AffineExpr> getRootIndices(const NormPlan &plan);

/// How the root of `plan` is replaced; none where the size of a dimension is
/// known from nothing but what goes with the root.
std::optional<RootPlan> planRoot(const NormPlan &plan);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_ROOTPLAN_H
