//===- BackwardOpinion.h - checking the raise of a gradient -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_BACKWARDOPINION_H
#define NORM_LIB_RAISE_CHECK_BACKWARDOPINION_H

#include "Check/SecondOpinion.h"
#include "Plan/BackwardPlan.h"

namespace mlir::norm::raise {

/// A second opinion on `plan`, which knows nothing of how it was solved: the
/// program, straight from the IR, and the definition of the op are evaluated at
/// a few elements of random rows, as real numbers and in the field, and as they
/// are typed, also with NaN, infinities and the ends of the range in one
/// element of one leaf at a time, and scaled up to the ends of the range.
Opinion judgeBackward(const BackwardPlan &plan, ExtentClasses &classes,
                      const SecondOpinionOptions &options);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_BACKWARDOPINION_H
