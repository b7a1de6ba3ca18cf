//===- RowReductions.h - blocked reductions of a row ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums over the elements of a row whose rounding errors stay small at any row
// length and whose order of additions is a function of the row length and the
// vector unit alone.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_ROWREDUCTIONS_H
#define NORM_LIB_ROWS_CPU_ROWREDUCTIONS_H

#include "Emit/RowAccess.h"
#include "Emit/RowLanes.h"
#include "Schedule/RowPartition.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::norm {

/// Emits reductions over the leading elements of rows.
class RowReductions {
public:
  /// Combines the terms of one chunk with `accumulators`, one vector for each
  /// reduction.
  using ChunkBuilder = function_ref<SmallVector<Value>(
      OpBuilder &, Location, const Chunk &, ValueRange accumulators)>;

  /// Up to `maxReductions` at a time over `count` elements. Emits the stacks of
  /// partial results, if `count` may exceed a block, at the builder's place,
  /// which is outside of the row loop.
  /// With `split`, which needs a known `count`, blocks are shared by threads.
  RowReductions(OpBuilder &builder, Location loc, RowPartition partition,
                Value count, unsigned maxReductions, bool split);
  /// Over `count` elements that are no more than a block.
  RowReductions(Location loc, RowPartition partition, Value count)
      : loc(loc), partition(partition), count(count) {}

  /// The partial results of one reduction for each of `kinds` at the builder's
  /// place, vectors whose lanes are left to combine. The chunks of whole groups
  /// below `besideEnd`, a multiple of a group, are marked as having work of
  /// another row beside them.
  SmallVector<Value> emitPartials(OpBuilder &builder, ArrayRef<Reduction> kinds,
                                  ChunkBuilder chunk,
                                  Value besideEnd = nullptr) const;

  Value getCount() const { return count; }
  int64_t getGroupSize() const { return partition.getGroupSize(); }

private:
  bool isWholeGroups() const;
  SmallVector<Value> getNeutral(OpBuilder &builder,
                                ArrayRef<Reduction> kinds) const;
  SmallVector<Value> emitBlock(OpBuilder &builder, Value start, Value length,
                               ArrayRef<Reduction> kinds, ChunkBuilder chunk,
                               Value besideEnd) const;
  SmallVector<Value> emitGroups(OpBuilder &builder, Value begin, Value end,
                                Value count, ValueRange partials,
                                unsigned numKinds, bool beside,
                                ChunkBuilder chunk) const;
  SmallVector<Value> emitMaskedGroup(OpBuilder &builder, Value start,
                                     Value length, ValueRange accumulators,
                                     unsigned numKinds,
                                     ChunkBuilder chunk) const;
  SmallVector<Value> emitMaskedGroups(OpBuilder &builder, Value begin,
                                      Value end, ValueRange partials,
                                      unsigned numKinds,
                                      ChunkBuilder chunk) const;
  SmallVector<Value> emitGroup(OpBuilder &builder, ValueRange accumulators,
                               ArrayRef<Chunk> chunks, unsigned numKinds,
                               ChunkBuilder chunk) const;
  SmallVector<Value> emitRest(OpBuilder &builder, Value start, Value length,
                              ValueRange accumulators, unsigned numKinds,
                              ChunkBuilder chunk) const;
  void emitBlocks(OpBuilder &builder, Value number, ArrayRef<Reduction> kinds,
                  ChunkBuilder chunk, Value besideEnd) const;
  void emitPushes(OpBuilder &builder, Value block, ArrayRef<Reduction> kinds,
                  ArrayRef<Value> partials) const;
  SmallVector<Value> emitStackTop(OpBuilder &builder, Value blocks,
                                  ArrayRef<Reduction> kinds) const;
  void emitPush(OpBuilder &builder, Value stack, Value level, Reduction kind,
                Value partial) const;

  Location loc;
  RowPartition partition;
  Value count;
  SmallVector<Value> stacks;
  /// What each block gave, for rows that threads share.
  SmallVector<Value> blockResults;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_ROWREDUCTIONS_H
