//===- Definition.h - the ops by their definition ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the descriptions of the three ops say, written down once for numbers, in
// the types that the op has or in none, and once for elements of the field.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_DEFINITION_H
#define NORM_LIB_RAISE_CHECK_DEFINITION_H

#include "Check/PlanTape.h"
#include "Check/PrimeField.h"

namespace mlir::norm::raise {

/// The types to which an op rounds; null for none.
struct OpTypes {
  Type compute;  ///< C
  Type rounding; ///< R, of the normalized value
  Type product;  ///< P, of its products
  Type result;   ///< Y
  /// Whether types narrower than C keep the numbers of C.
  bool areNarrowWide = false;
};

/// Those of the op of `plan`; where `areNarrowWide`, no type narrower than C.
OpTypes getOpTypes(const NormPlan &plan, bool areNarrowWide);

/// The statistics of a row.
struct RowStatistics {
  double mean = 0, statistic = 0, rstd = 0;
};

/// What an op makes of one row of the numbers in `slots`: y * gate + rest at
/// the compared elements, and the values of the statistic uses.
struct OpResults {
  RowStatistics row;
  SmallVector<double> roots;
  /// How large the terms of each root are of which it is a difference, such as
  /// x * s and mean * s: roundings are relative to these.
  SmallVector<double> magnitudes;
  SmallVector<double> uses;
  /// Whether finite numbers gave one that is not.
  bool hasOverflown = false;
};

/// By the definition, rounded as `types` say.
OpResults evaluateOp(const NormPlan &plan, const PlanTape &at,
                     const std::vector<Numbers> &slots, const OpTypes &types);

/// By the definition for rows that are divided by a power of two, so that
/// squares stay in range: without rounding and whatever the size of the row.
OpResults evaluateScaledOp(const NormPlan &plan, const PlanTape &at,
                           const std::vector<Numbers> &slots);

/// The numbers that a plan leaves open in the field: constants of the program
/// that may have been rounded. They are found from one row, and are the same in
/// all.
struct SolvedConstants {
  /// Outside of the root there may be two at first: with y = -x / (s + e), e is
  /// another one. c x / (|c| s + e) has that sign where |c| is -c in the field.
  SmallVector<field::Element, 2> epsilons;
  /// For each statistic use form(statistic) and value of the first two rows.
  SmallVector<SmallVector<std::pair<field::Element, field::Element>, 2>> uses;
};

/// What the field says of a row: Undefined where a root does not exist, and
/// other elements have to be drawn.
enum class FieldVerdict { Equal, Different, Undefined };

/// Compares program and op in the field up to the sign of rstd, and finds what
/// is open in `constants`. The sign is left to the reals: rsqrt(mean((c x)^2))
/// c x is rsqrt(mean(x^2)) x for c > 0, and a literal that is positive need not
/// be so in the field.
FieldVerdict compareInField(const NormPlan &plan, const PlanTape &at,
                            const std::vector<Numbers> &slots,
                            SolvedConstants &constants);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_DEFINITION_H
