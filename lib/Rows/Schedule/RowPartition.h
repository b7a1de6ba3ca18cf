//===- RowPartition.h - how sums over a row are cut -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_SCHEDULE_ROWPARTITION_H
#define NORM_LIB_ROWS_SCHEDULE_ROWPARTITION_H

#include "mlir/IR/BuiltinTypes.h"

namespace mlir::norm {

/// How a row is cut into partial sums on CPUs:
///
///   lanes     of one vector, each a sum of its own
///   chunk     one vector of elements
///   group     kAccumulators chunks, each with its own vector of sums
///   block     kTermsPerLane groups; a lane adds one term of each
///
/// A block's accumulators are combined pairwise, the blocks in a binary tree
/// (as a binary counter carries), the lanes of the result pairwise.
struct RowPartition {
  static constexpr int64_t kAccumulators = 8;
  static constexpr int64_t kTermsPerLane = 32;

  VectorType vectorType;
  /// Whether the chunks of a group are pairs of even and odd elements.
  bool halves = false;

  int64_t getLanes() const { return vectorType.getNumElements(); }
  int64_t getGroupSize() const { return kAccumulators * getLanes(); }
  int64_t getBlockSize() const { return kTermsPerLane * getGroupSize(); }
};

/// Chunks that are computed together and stored, on CPUs: a store group. Pairs
/// of even and odd elements of rows that are added up begin where one does.
inline constexpr int64_t kStoreChunks = 4;

/// Rows of a block whose sum is taken one row after the other; those of long
/// rows are fewer, so that threads find blocks enough. Errors of a sum grow
/// with the square root of its rows, and of each block a partial sum is written
/// and read: 1/16 of what one f32 input has, or 1/32.
struct RowBlocks {
  static constexpr int64_t kRows = 64, kRowsOfLong = 32, kLong = 16384;
  /// In kernels, whose threads are as many as the rows of blocks are few.
  static constexpr int64_t kRowsOnGPU = 16;

  static int64_t getRows(int64_t rowLength) {
    return rowLength < kLong ? kRows : kRowsOfLong;
  }
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_SCHEDULE_ROWPARTITION_H
