//===- RowStrategy.h - how threads share rows -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which threads compute a row, and where each of them keeps its part of it. The
// choice is a function of row length, types and chip, never of the number of
// rows, so that a row has the same bits alone and in a batch.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_ROWS_ROWSTRATEGY_H
#define NORM_ROWS_ROWSTRATEGY_H

#include "norm/Dialect/Norm/IR/NormOps.h"
#include "norm/Target/Chips.h"

namespace mlir::norm {

/// Chunks that a thread takes at a time, at most, where it reads a row again.
constexpr int64_t kChunksAtATime = 4;

/// Threads of a warp.
constexpr int64_t kWarpSize = 32;

/// How threads share rows. Chunk number c of a row belongs to thread c mod
/// (blocks * threads) of those that share it, and starts at element c * lanes.
struct RowStrategy {
  /// Consecutive elements that a thread loads at once: 16 bytes where the row
  /// length is a multiple of that. It is one where it is known; else the kernel
  /// asks, and has code for one element at a time as well.
  int64_t lanes = 1;
  /// Threads of a block that share a row: a power of two up to a warp, else
  /// whole warps.
  int64_t threads = 1;
  /// Rows of a block.
  int64_t rows = 1;
  /// Blocks that share a row, and whether they exchange partial sums: then they
  /// are a cluster.
  int64_t blocks = 1;
  bool exchanges = false;
  /// Chunks that a thread keeps in registers; none if it does not, as for rows
  /// that are long or of unknown length.
  std::optional<int64_t> chunks;
  /// Without registers: chunks that a thread takes at a time.
  int64_t chunksAtATime = kChunksAtATime;
  /// Without registers: chunks of each input that a thread keeps in shared
  /// memory; those behind are read again in each sweep.
  int64_t sharedChunks = 0;
  /// The inputs that are, and the bytes that this takes of each block.
  SmallVector<unsigned> sharedInputs = {};
  int64_t sharedBytes = 0;
  /// Blocks that a multiprocessor has registers for, and words of what all rows
  /// have in common, such as the scale, that a thread has loaded before the
  /// reductions of a row end.
  int64_t blocksSideBySide = 1, commonWords = 0;
  /// Groups of `blocks` blocks of a grid, which take rows in turn and load the
  /// next row ahead; 0 if each block has its rows and no others.
  int64_t maxGroups = 0;

  /// Blocks that run at the same time.
  int64_t getClusterSize() const { return exchanges ? blocks : 1; }
  /// Elements that all threads of a row take at once.
  int64_t getStep() const { return lanes * threads * blocks; }
  /// Whether registers or shared memory keep all that is computed from.
  bool keepsRow = false;
  /// Elements of a row that are kept in shared memory.
  int64_t getSharedLength() const { return sharedChunks * getStep(); }
  /// In words: "32 threads for a row, 4 rows in a block, ...".
  std::string getDescription() const;
};

} // namespace mlir::norm

#endif // NORM_ROWS_ROWSTRATEGY_H
