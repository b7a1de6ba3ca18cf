//===- GradientMisses.h - what is nearly a gradient -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_GRADIENTMISSES_H
#define NORM_LIB_RAISE_GRADIENTMISSES_H

#include "Expr/Expr.h"
#include "Plan/DeadOps.h"
#include "Remarks.h"

namespace mlir::norm::raise {

/// The values that are nearly the gradient of a norm, with reasons, and which
/// of them were raised after all. A gradient goes by the power that is its
/// rstd.
class GradientMisses {
public:
  GradientMisses(ExprContext &context, const DeadOps &dead)
      : context(context), dead(dead) {}

  void add(NearMiss miss) { misses.push_back(std::move(miss)); }
  /// A gradient under `power` was raised.
  void addRaised(ExprRef power) { raised.insert(power); }

  /// Notes the roots of what was nearly found. Of two expressions that are one
  /// at other positions the skeleton is the same, unless they have an index.
  void collectRoots();
  /// Whether a gradient under a power of the root of `rstd`, over positions of
  /// `extents`, was nearly found, as of collectRoots().
  bool isNearly(ExprRef rstd, ArrayRef<int64_t> extents) const;

  /// One for each rstd under which no gradient was raised, the one that got
  /// furthest.
  SmallVector<NearMiss> take() const;

private:
  /// Whether what `miss` is about was raised, or is gone.
  bool isSettled(const NearMiss &miss) const;

  ExprContext &context;
  const DeadOps &dead;
  SmallVector<NearMiss> misses;
  llvm::DenseSet<ExprRef> raised;
  /// The root under `power` where no gradient was raised, by its skeleton.
  struct MissedRoot {
    ExprRef power, root;
  };
  llvm::DenseMap<size_t, SmallVector<MissedRoot, 1>> roots;
  SmallVector<MissedRoot> rootsWithIndex;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_GRADIENTMISSES_H
