//===- RowStrategy.h - how threads share rows -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which threads of a block compute a row, and what each of them holds of it.
// The choice is a function of row length and types, never of the number of
// rows, so that a row has the same bits alone and in a batch.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_GPU_ROWSTRATEGY_H
#define NORM_LIB_GPU_ROWSTRATEGY_H

#include "norm/Dialect/Norm/IR/NormOps.h"

namespace mlir::norm {

/// Threads of a warp.
constexpr int64_t kWarpSize = 32;

/// How the threads of a block share rows. Chunk number c of thread t of a row
/// starts at element (c * threads + t) * lanes.
struct RowStrategy {
  /// Consecutive elements that a thread loads at once: 16 bytes where the row
  /// length is a multiple of that.
  int64_t lanes;
  /// Threads that share a row, a power of two.
  int64_t threads;
  /// Rows of a block.
  int64_t rows;
  /// Chunks that a thread keeps in registers; none if every sweep reads the
  /// row again, as for rows that are long or of unknown length.
  std::optional<int64_t> chunks;

  /// In words: "32 threads for a row, 4 rows in a block, ...".
  std::string getDescription() const;
};

/// The strategy for a row_loop on memrefs.
RowStrategy chooseStrategy(RowLoopOp loop);

} // namespace mlir::norm

#endif // NORM_LIB_GPU_ROWSTRATEGY_H
