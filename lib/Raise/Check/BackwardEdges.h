//===- BackwardEdges.h - gradients as typed, at edges -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_BACKWARDEDGES_H
#define NORM_LIB_RAISE_CHECK_BACKWARDEDGES_H

#include "Check/BackwardTape.h"
#include "Check/SecondOpinion.h"

namespace mlir::norm::raise {

/// Compares the numbers that the types of program and op have: of random rows,
/// with a special number in one element of one leaf at a time, and of rows that
/// are scaled up and down. A loss of range refuses the raise in strict and is a
/// note in relaxed.
Opinion compareGradientsAsTyped(const BackwardPlan &plan,
                                const BackwardTape &at, bool isStrict);

/// How far dy, and x with its rstd, can be scaled up and down in the program
/// beyond where the op gets them right.
RangeLoss compareGradientRanges(const BackwardPlan &plan,
                                const BackwardTape &at);

/// Whether rstd is computed from x.
bool isRstdInSight(const BackwardTape &at);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_BACKWARDEDGES_H
