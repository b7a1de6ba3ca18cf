//===- ScaleGradient.h - the gradient of a scale ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// dscale sums dy (x - mean) rstd over the rows. Without dx nothing but the form
// says which factor is which: rstd and mean vary with the row alone, dy and x
// with both, and without a factor of the row it is a sum of products like any
// other. dy and x are named as they stand first; either is right.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_SCALEGRADIENT_H
#define NORM_LIB_RAISE_MATCH_SCALEGRADIENT_H

#include "Match/BackwardMatch.h"

namespace mlir::norm::raise {

/// A summand dy * (element - mean) * rstd, over positions of which those in
/// `rowMask` are the row; mean is null where there is none.
struct ScaleGradient {
  ExprRef dy, element, rstd, mean;
};

/// What may be the row of `summand`, which is summed over positions beside
/// `kept`: these, or those that one of its factors does not vary along. A sum
/// over rows of two dimensions may be one of sums.
SmallVector<uint32_t> getRowMasks(ExprContext &context, ExprRef summand,
                                  uint32_t kept);

/// All readings of `summand`.
SmallVector<ScaleGradient>
matchScaleGradient(ExprContext &context, ExprRef summand, uint32_t rowMask);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_SCALEGRADIENT_H
