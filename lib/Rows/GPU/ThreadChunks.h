//===- ThreadChunks.h - the chunks of a row that a thread has ---*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_GPU_THREADCHUNKS_H
#define NORM_LIB_ROWS_GPU_THREADCHUNKS_H

#include "GPU/SharedPart.h"

namespace mlir::norm {

/// The chunks of a row that belong to a thread. The row length is a multiple of
/// the lanes, so a chunk exists as a whole or not at all.
class ThreadChunks {
public:
  /// Emits `chunk` of the thread; with `whole` it is known to exist.
  using Builder = function_ref<SmallVector<Value>(OpBuilder &, ChunkValues &,
                                                  bool whole, ValueRange)>;

  ThreadChunks(OpBuilder &builder, const RowSchedule &schedule,
               const RowStrategy &strategy, Value rowLength,
               const ThreadGroup &group);

  /// The first element of the thread's first chunk.
  Value getFirst() const { return first; }
  /// The thread's chunk of those that start at `base`.
  Chunk get(OpBuilder &builder, Value base, bool whole) const;
  /// Chunk number `number` of those that are kept in registers.
  Chunk getHeld(OpBuilder &builder, int64_t number) const;
  /// The chunk that gives moments their origin, the first of the row.
  Chunk getOrigin(OpBuilder &builder) const;
  /// Emits `emit` for the thread's chunks of [begin, end) of the row of `body`,
  /// several at a time as long as all of them exist.
  SmallVector<Value> forEach(OpBuilder &builder, const RowBody &body,
                             SharedPart &shared, Value begin, Value end,
                             ValueRange carried, Builder emit) const;

private:
  const RowShape &shape;
  const RowStrategy &strategy;
  Location loc;
  Value rowLength, first;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_GPU_THREADCHUNKS_H
