//===- SecondOpinion.h - checking a raise by evaluation ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A second opinion on a planned raise, which knows nothing of the normal form.
// The program, straight from the IR, and the definition of the op are evaluated
// at a few elements of random rows, and compared three times:
//
// - exactly (ExactOpinion.cpp): as real numbers and in a finite field, on
//   ordinary rows and on rows as small as the root of epsilon;
// - as they are typed (EdgeOpinion.cpp): on ordinary rows, and with NaN,
//   infinities, -0, the largest and the least number in one element of one leaf
//   of the program at a time. What the reals hide shows here: a leaf that an
//   identity lost, a sum in which constants round;
// - at the ends of the range (RangeOpinion.cpp): on rows that are scaled by
//   powers of two, up to the largest and down to the smallest that the program
//   still gets right.
//
// What it does not show is in SampledExtents.h.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_SECONDOPINION_H
#define NORM_LIB_RAISE_CHECK_SECONDOPINION_H

#include "Plan/NormPlan.h"

#include "llvm/ADT/StringMap.h"

namespace mlir::norm::raise {

/// How the range of an op compares with that of the program it replaces.
struct RangeLoss {
  /// By how much the largest squares that the program gets right exceed those
  /// that the op does; 1 for none. For example 2^68 for a program that squares
  /// x * 2^-34, and n for one that divides squares by n before it adds them.
  double ratio = 1.0;
  /// The same for the smallest squares, where epsilon does not outweigh them.
  double smallRatio = 1.0;
  /// Of a program that scales its rows: the power of two that the input has to
  /// be multiplied by for an op that gets right what the program does. Else 0.
  int exponent = 0;
  /// Whether the program takes the statistic in a wider type than the op.
  bool isWiderStatistic = false;

  bool isNone() const { return ratio == 1.0 && smallRatio == 1.0; }
};

/// What the second opinion says of a plan.
struct Opinion {
  /// Why the raise is refused; empty where it is not.
  std::string refusal;
  RangeLoss range;
  /// What a user should know of a raise that is not refused.
  SmallVector<std::string> notes;
};

struct SecondOpinionOptions {
  /// Whether the exact comparison asks the field beside the reals.
  bool withField = true;
  /// Whether the roundings and the range of the program are kept.
  bool isStrict = false;
};

/// Second opinions on the raises of one module.
class SecondOpinion {
public:
  explicit SecondOpinion(ExtentClasses &extentClasses,
                         SecondOpinionOptions options = {})
      : extentClasses(extentClasses), options(options) {}

  /// Whether the root of `plan` and its statistic uses are what the op that is
  /// to replace them computes. Equal plans are evaluated once.
  const Opinion &judge(const NormPlan &plan);

  /// Whether a statistic that the program computes once more is what the op of
  /// `plan`, which has been applied, returns.
  bool agrees(const NormPlan &plan, const StatisticUse &use);

private:
  Opinion evaluate(const NormPlan &plan);

  ExtentClasses &extentClasses;
  SecondOpinionOptions options;
  llvm::StringMap<Opinion> opinions; ///< by fingerprint
  Opinion last;                      ///< where there is no fingerprint
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_SECONDOPINION_H
