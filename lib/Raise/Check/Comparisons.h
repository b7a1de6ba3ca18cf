//===- Comparisons.h - the parts of a second opinion ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_COMPARISONS_H
#define NORM_LIB_RAISE_CHECK_COMPARISONS_H

#include "Check/PlanTape.h"
#include "Check/SecondOpinion.h"

namespace mlir::norm::raise {

/// What the exact comparison says. Coarse: no more than literals of 16 bits may
/// make up. Silent: every number is 0, infinite or NaN. TooLarge: it would take
/// more than the numbers that are evaluated.
enum class Verdict { Agrees, Coarse, Cancels, Disagrees, Silent, TooLarge };

/// The lengths that a literal may stand for: that of the statistic, null for
/// none, and the products of neighbouring dimensions of `tensors`.
SmallVector<double> getLengths(ExprRef length, ArrayRef<Value> tensors);

/// What a user should know where the exact comparison is against a raise.
StringRef describeVerdict(Verdict verdict);

/// `ops`, and those from which the tensors that they read follow element by
/// element, or by sums, nearest first. Such tensors are no independent leaves:
/// (x + x) / 2 is x, and a mean may have been computed twice.
llvm::SetVector<Operation *> getWiderOps(llvm::SetVector<Operation *> ops,
                                         bool withSums);

/// Compares real numbers, and elements of the field where `withField`, where
/// `ops` are looked into.
Verdict compareExactly(const NormPlan &plan,
                       const llvm::SetVector<Operation *> &ops,
                       ExtentClasses &classes, int64_t maxSamples,
                       bool withField);

/// Compares the numbers that the types of program and op have, at the edges of
/// the types, too; adds a refusal or notes to `opinion`.
void compareAtEdges(const NormPlan &plan, const PlanTape &at, bool isStrict,
                    Opinion &opinion);

/// The elements of a leaf of `size` elements, at least one, in which special
/// numbers are tried: the first, the last and that in the middle.
inline llvm::SmallSetVector<size_t, 3> getProbedElements(size_t size) {
  llvm::SmallSetVector<size_t, 3> elements;
  for (size_t element : {size_t(0), size - 1, size / 2})
    elements.insert(element);
  return elements;
}

/// How far rows may be scaled before the op is wrong, where the program is not.
RangeLoss compareRanges(const NormPlan &plan, const PlanTape &at);

/// The step furthest from 0 up to `end` that satisfies `holds`, which does so
/// up to some step and no further; none where it does not at 0.
std::optional<int> findLastStep(int end,
                                llvm::function_ref<bool(int step)> holds);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_COMPARISONS_H
