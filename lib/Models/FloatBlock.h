//===- FloatBlock.h - the numbers of some rows at a time --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_MODELS_FLOATBLOCK_H
#define NORM_LIB_MODELS_FLOATBLOCK_H

#include "norm/Models/Profile.h"

#include <array>
#include <vector>

namespace mlir::norm {

constexpr int64_t kBlockRows = 64;
/// A number of each row of a block, 0 behind the last.
using RowValues = std::array<float, kBlockRows>;

/// What a tally takes of the numbers of a block.
struct BlockSum {
  double sum;
  float largest;
  /// Whether the sum has no rounding.
  bool isExact;
};

struct FloatBlock {
  RowValues mean, rms, ratio, change;
  /// Whether all numbers of all rows are finite. If not, what is below is
  /// unset.
  bool isOrdinary;
  BlockSum meanSum, rmsSum, ratioSum, changeSum;
};

/// How many changes of ordinary blocks are in each bin of a LogHistogram, in
/// four parts. Neighbours are often in one bin, and a count that was just
/// stored is loaded late.
using BinCounts = std::array<std::array<int64_t, 64>, 4>;

/// Fills a block from floats of `count` rows, at most kBlockRows, and counts
/// its changes.
using Summarize = void(const WatchedNorm &norm, const float *mean,
                       const float *square, const float *leading, int64_t count,
                       FloatBlock &block, BinCounts &bins);

/// One for each vector unit that this machine has, the widest first. All give
/// the same numbers.
std::vector<Summarize *> getSummaries();

} // namespace mlir::norm

#endif // NORM_LIB_MODELS_FLOATBLOCK_H
