//===- BackwardTape.h - what a gradient's plan says, evaluated --*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_BACKWARDTAPE_H
#define NORM_LIB_RAISE_CHECK_BACKWARDTAPE_H

#include "Check/Tape.h"
#include "Plan/BackwardPlan.h"

namespace mlir::norm::raise {

/// The operands of a backward op at some positions of the root.
struct OperandSlots : GradientOperands<unsigned> {
  unsigned input;
};

/// One sum over rows, at some elements of the row.
struct SumSlots {
  unsigned value;        ///< by the program
  OperandSlots operands; ///< element after element, each at all rows
};

/// A plan and the program that it replaces, at a few elements of one row of the
/// root, and of the sums over all rows. Slots are those of the tape.
struct BackwardTape {
  Tape tape;
  unsigned root;
  OperandSlots points; ///< the operands at these elements
  OperandSlots row;    ///< and at all elements of the row
  size_t numPoints = 0;
  /// For each element of the row, and for each row, how many it stands for.
  std::vector<int64_t> weights, rowWeights;
  /// For each point whether it is among the first k elements.
  std::vector<bool> isInStatistic;
  double length = 1, statisticLength = 1;
  SmallVector<SumSlots> sums;
  size_t numSumPoints = 0;
};

/// The tape of `plan`, where `ops` are looked into; rows, and the elements of a
/// row, are sampled at up to `maxSamples` indices for each dimension. `number`
/// chooses the row, the samples and the dynamic extents. None where it would be
/// too large.
std::optional<BackwardTape>
makeBackwardTape(const BackwardPlan &plan,
                 const llvm::SetVector<Operation *> &ops,
                 ExtentClasses &classes, uint64_t number, int64_t maxSamples);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_BACKWARDTAPE_H
