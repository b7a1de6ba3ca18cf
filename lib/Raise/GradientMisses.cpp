//===- GradientMisses.cpp - what is nearly a gradient ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GradientMisses.h"

#include "Expr/Unify.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// What `power`, a power of it, is the root of; null for others.
static ExprRef getRootOf(ExprContext &context, ExprRef power) {
  Coefficient number;
  SmallVector<Factor> factors = context.factorsOf(power, number);
  return factors.size() == 1 ? factors.front().operand : nullptr;
}

void GradientMisses::collectRoots() {
  roots.clear();
  rootsWithIndex.clear();
  llvm::DenseSet<ExprRef> seen;
  for (const NearMiss &miss : misses) {
    ExprRef root =
        miss.base && !isSettled(miss) && seen.insert(miss.base).second
            ? getRootOf(context, miss.base)
            : nullptr;
    if (!root)
      continue;
    MissedRoot missed = {miss.base, root};
    if (root->hasIndex)
      rootsWithIndex.push_back(missed);
    else
      roots[root->skeleton].push_back(missed);
  }
}

bool GradientMisses::isNearly(ExprRef rstd, ArrayRef<int64_t> extents) const {
  ExprRef root = getRootOf(context, rstd);
  if (!root)
    return false;
  auto isSame = [&](const MissedRoot &missed) {
    return !raised.contains(missed.power) &&
           isSameElsewhere(context, missed.root, kFirstBound, root, extents);
  };
  auto found = roots.find(root->skeleton);
  return (found != roots.end() && llvm::any_of(found->second, isSame)) ||
         llvm::any_of(rootsWithIndex, isSame);
}

bool GradientMisses::isSettled(const NearMiss &miss) const {
  return raised.contains(miss.base) ||
         (miss.owner && dead.contains(miss.owner));
}

SmallVector<NearMiss> GradientMisses::take() const {
  llvm::MapVector<ExprRef, size_t> chosen;
  for (auto [position, miss] : llvm::enumerate(misses)) {
    if (isSettled(miss))
      continue;
    auto [entry, isNew] = chosen.insert({miss.base, position});
    if (!isNew && misses[entry->second].stage < miss.stage)
      entry->second = position;
  }
  SmallVector<NearMiss> result;
  for (auto [power, position] : chosen)
    result.push_back(misses[position]);
  return result;
}
