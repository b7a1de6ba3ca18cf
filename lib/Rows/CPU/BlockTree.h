//===- BlockTree.h - blocks of rows added up pairwise -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The blocks of a sum over rows have rows of a buffer, which are added up
// pairwise:
//
//   for distance = 1, 2, 4, ...
//     b_i += b_(i + distance),  i = 0, 2 distance, 4 distance, ...
//
// The parts of a pair need not have the same number of blocks. A task that has
// 2^k blocks one after the other adds them up as it goes, as a binary counter
// carries: it has a row of the buffer for each bit of the number of its blocks
// so far, and these stay in a cache. Of seven blocks:
//
//   row of the buffer        0                1         2
//   after b_0                b_0
//   after b_1                b_0 + b_1
//   after b_2                b_0 + b_1        b_2
//   after b_3                b_0 + .. + b_3
//   after b_5                b_0 + .. + b_3   b_4 + b_5
//   after b_6, the last one  (b_0 + .. + b_3) + ((b_4 + b_5) + b_6)
//
// The sums of tasks are then added up from distance 2^k on.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_BLOCKTREE_H
#define NORM_LIB_ROWS_CPU_BLOCKTREE_H

#include "Emit/RowAccess.h"

namespace mlir::norm {

/// Emits the additions of blocks, whose rows have `rowLength` elements.
class BlockTree {
public:
  BlockTree(OpBuilder &builder, Location loc, int64_t lanes, Value rowLength)
      : loc(loc), lanes(lanes), rowLength(rowLength),
        perTask(getIndex(builder, loc, 1)) {}

  /// Tasks add up their blocks from now on, a power of two: the one below
  /// `blocks`, or, where one task may have them all (`isOne`), above. Emits
  /// what it returns.
  Value chooseBlocksPerTask(OpBuilder &builder, Value blocks, bool isOne);
  /// The row of the buffers that block number `block` is added up in.
  Value getPlace(OpBuilder &builder, Value block) const;
  /// Adds block number `block` of a task, whose last one is before number
  /// `end`, to those before it in `buffers`.
  void emitCarries(OpBuilder &builder, ArrayRef<Value> buffers, Value block,
                   Value end) const;
  /// Leaves the columns [begin, end) of the sum of `count` blocks from `first`
  /// on in the row of the first.
  void emitPairs(OpBuilder &builder, Value buffer, Value first, Value count,
                 Value begin, Value end) const;

private:
  Value getNumberInTask(OpBuilder &builder, Value block) const;
  void emitRowAdded(OpBuilder &builder, Value buffer, Value left, Value right,
                    Value begin, Value end) const;

  Location loc;
  int64_t lanes;
  Value rowLength, perTask;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_BLOCKTREE_H
