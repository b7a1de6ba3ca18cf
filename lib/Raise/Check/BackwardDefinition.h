//===- BackwardDefinition.h - the backward ops by their definition -*- C++ -*-//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the descriptions of the three backward ops say, written down once for
// numbers, in the types that the op has or in none, and once for elements of
// the field.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_BACKWARDDEFINITION_H
#define NORM_LIB_RAISE_CHECK_BACKWARDDEFINITION_H

#include "Check/BackwardTape.h"
#include "Check/Definition.h"

namespace mlir::norm::raise {

/// What an op makes of the numbers in `slots`.
struct BackwardResults {
  /// dx at the compared elements, and how large its terms are: roundings are
  /// relative to these.
  SmallVector<double> roots, magnitudes;
  /// Sum after sum, at the compared elements; and the sums of magnitudes.
  SmallVector<SmallVector<double>> sums, sumMagnitudes;
  /// Whether finite numbers gave one that is not.
  bool hasOverflown = false;
};

/// By the definition, each step rounded to `compute`, or not where it is null;
/// results are rounded to their own types where `roundsResults`.
BackwardResults evaluateBackward(const BackwardPlan &plan,
                                 const BackwardTape &at,
                                 const std::vector<Numbers> &slots,
                                 Type compute, bool roundsResults);

/// Calls `compare` with each result of the program and of the op, and with how
/// large the terms of the op are.
void forEachResult(
    const BackwardTape &at, const std::vector<Numbers> &slots,
    const BackwardResults &op,
    llvm::function_ref<void(double program, double op, double magnitude)>
        compare);

/// Compares program and op in the field. Epsilon outside of the root, a literal
/// that may have been rounded, is found from the first row and then given.
FieldVerdict compareInField(const BackwardPlan &plan, const BackwardTape &at,
                            const std::vector<Numbers> &slots,
                            std::optional<field::Element> &epsilon);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_BACKWARDDEFINITION_H
