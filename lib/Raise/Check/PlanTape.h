//===- PlanTape.h - what a plan says, at a few elements ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_PLANTAPE_H
#define NORM_LIB_RAISE_CHECK_PLANTAPE_H

#include "Check/Tape.h"
#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// A plan and the program that it replaces, at a few elements of one row of the
/// root. Slots are those of the tape.
struct PlanTape {
  Tape tape;
  unsigned root;  ///< the root at these elements, by the program
  unsigned input; ///< the input of the op at them
  unsigned row;   ///< the elements of the row that are summed
  std::optional<unsigned> scale, bias, gate, rest;
  SmallVector<unsigned> uses; ///< one number for each statistic use
  size_t numPoints = 0;
  /// For each element of the row how many it stands for, and whether the
  /// statistic is taken over it.
  std::vector<int64_t> weights;
  std::vector<bool> isInStatistic;
  double length = 1;          ///< n
  double statisticLength = 1; ///< n; k of prmsnorm
};

/// The tape of `plan`, where `ops` are looked into; its rows are sampled at up
/// to `maxSamples` indices for each dimension. `number` chooses the row, the
/// samples and the dynamic extents. Of a plan whose root has no owner, because
/// it has been applied, the statistics are compared alone. None where it would
/// be too large.
std::optional<PlanTape> makePlanTape(const NormPlan &plan,
                                     const llvm::SetVector<Operation *> &ops,
                                     ExtentClasses &classes, uint64_t number,
                                     int64_t maxSamples);

/// The leaves, as steps of `tape`, from which `slots` are computed.
SmallVector<unsigned> getLeavesOf(const Tape &tape, ArrayRef<unsigned> slots);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_PLANTAPE_H
