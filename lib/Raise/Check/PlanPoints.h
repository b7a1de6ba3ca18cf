//===- PlanPoints.h - where a plan is evaluated -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_PLANPOINTS_H
#define NORM_LIB_RAISE_CHECK_PLANPOINTS_H

#include "Check/Tape.h"
#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// The extent that was chosen for a dimension of `witness`.
int64_t extentOf(const Witness &witness, unsigned dim, SampledExtents &sampled);

/// A program that takes a slice of a dynamic dimension has a meaning only where
/// there are so many elements: x[0 .. 24) of a row of 7 is nothing.
void makeRoomForSlices(const llvm::SetVector<Operation *> &ops,
                       SampledExtents &sampled);

/// The extents of the positions of the root, dynamic ones as they were chosen
/// for the input.
SmallVector<int64_t> getRootExtents(const NormPlan &plan,
                                    SampledExtents &sampled);

/// The row number `number` of the root, by one of its positions.
Position getStart(ArrayRef<int64_t> extents, uint64_t number);

/// Elements of the row that holds `start`: its ends, and some in between.
Positions getPoints(const NormPlan &plan, const Position &start,
                    ArrayRef<int64_t> extents, uint64_t number,
                    const SampledExtents &sampled);

/// Asks for elements of the tensor that `witness` is, or would be made into,
/// but for its factor.
unsigned askAt(const Witness &witness, const Positions &positions,
               TapeBuilder &builder);

/// Asks for the numbers of `witness` at positions of the root.
unsigned evaluateWitness(const Witness &witness, const Positions &points,
                         AffineMap map, TapeBuilder &builder);

/// Asks for the root at `points`.
unsigned askRoot(const Point &root, const Positions &points,
                 TapeBuilder &builder);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_PLANPOINTS_H
