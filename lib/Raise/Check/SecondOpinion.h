//===- SecondOpinion.h - checking a raise by evaluation ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A second opinion on a planned raise, which knows nothing of the normal form:
// the program, straight from the IR, and the definition of the op are evaluated
// in f64 at random positions on random leaves. Two different rational functions
// of the leaves agree there with probability zero.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_SECONDOPINION_H
#define NORM_LIB_RAISE_CHECK_SECONDOPINION_H

#include "Plan/NormPlan.h"

#include "llvm/ADT/StringMap.h"

namespace mlir::norm::raise {

/// Second opinions on the raises of one module.
class SecondOpinion {
public:
  explicit SecondOpinion(ExtentClasses &extentClasses)
      : extentClasses(extentClasses) {}

  /// Whether the root of `plan` and the norm that is to replace it have the
  /// same value at random positions, with rows at scales 1, sqrt(epsilon) and
  /// 100 sqrt(epsilon). Narrowing casts count as the identity, dynamic extents
  /// as small primes. The tolerance is 1e-9 and what the rounding of the
  /// literals of the program allows, relative to the largest value compared; a
  /// literal of 16 bits is taken for the length that rounds to it.
  /// Else says in `reason` what a user should know.
  bool agrees(const NormPlan &plan, std::string &reason);

private:
  /// The opinion where `ops` are looked into.
  bool evaluate(const NormPlan &plan, const llvm::SetVector<Operation *> &ops);

  ExtentClasses &extentClasses;
  /// What is known of the last evaluation that disagreed: whether it met
  /// numbers that cancel, and whether literals of 16 bits may be all that it
  /// disagreed about.
  bool hasCancelled = false;
  bool isWithinLiterals = false;
  /// What was found for raises of equal fingerprint.
  llvm::StringMap<bool> verdicts;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_SECONDOPINION_H
