//===- RowSums.h - sums over rows -------------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Rows are added up in blocks, one row after the other from 0 on, into a buffer
// that has a row for each block; the rows of the buffer are added up pairwise.
// With four blocks:
//
//   sum = (b_0 + b_1) + (b_2 + b_3),    b_0 = ((0 + row_0) + row_1) + ...
//
// Rows that are run through in pairs of even and odd elements are added up so:
// the buffer has a pair of chunks as its even elements and then its odd ones,
// and the result is put in order once. Pairs begin at multiples of a store
// group; behind the last whole one elements are in order.
//
// Which rows make a block is a function of the row length, so that neither
// threads nor tasks change any bit. The sum of 2^k blocks is that of a batch
// that has just these.
//
// Where all rows are one sum, a task is 2^k blocks, and adds them up as it goes
// (BlockTree.h).
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_ROWSUMS_H
#define NORM_LIB_ROWS_CPU_ROWSUMS_H

#include "CPU/BlockTree.h"
#include "norm/Rows/RowSchedule.h"

namespace mlir::norm {

/// Emits the sums over rows of a schedule that accumulates.
class RowSums {
public:
  /// Emits buffers and counts at the builder's place, outside of the tasks.
  RowSums(OpBuilder &builder, const RowSchedule &schedule,
          const RowSpace &space);

  /// Where a row is added.
  struct Block {
    /// Row of the buffers, and what the row is in destinations that have the
    /// place of a buffer.
    SmallVector<Value> buffer, destination;
    /// For each lane, whether the block has rows before this one.
    Value goesOn;
  };

  /// The block of row number `row`, whose indices are `indices`.
  Block findBlock(OpBuilder &builder, Value row, ArrayRef<Value> indices) const;
  /// What the rows of `block` so far add up to in destination number `output`,
  /// and its new value with rows more.
  Value load(OpBuilder &builder, unsigned output, const Block &block,
             const Chunk &chunk) const;
  void store(OpBuilder &builder, unsigned output, const Block &block,
             Value vector, const Chunk &chunk) const;
  /// Whether tasks add up their blocks.
  bool areAddedUpByTasks() const;
  /// Emits the blocks of a task, if `blocks` are wanted.
  Value chooseBlocksPerTask(OpBuilder &builder, Value blocks);
  /// Adds block number `block` of a task, whose last one is before number
  /// `end`, to those before it.
  void emitCarries(OpBuilder &builder, Value block, Value end) const;
  /// Adds up the blocks, or tasks, stores the sums, and frees the buffers.
  void emitTree(OpBuilder &builder) const;

  Value getRowsPerBlock() const { return rowsPerBlock; }
  /// The number of blocks of all sums.
  Value getBlockCount() const { return allBlocks; }
  /// The first row of block number `block`; behind the last row for the number
  /// of blocks.
  Value getFirstRow(OpBuilder &builder, Value block) const;

private:
  /// A destination, and the buffer of its blocks; null where it has at most one
  /// block, which is added up in place.
  struct Sum {
    RowAccess output;
    Value buffer;
    /// The memory of the buffer.
    Value memory;
  };

  bool hasOneBlock() const;
  SmallVector<const Sum *> getBuffered() const;
  void allocate(OpBuilder &builder, Sum &sum, int64_t part) const;
  RowAccess getAccess(unsigned output, const Block &block) const;
  Value getPiece(OpBuilder &builder) const;
  void emitOrdered(OpBuilder &builder, const RowAccess &blocks,
                   const RowAccess &output, Value begin, Value end) const;
  void emitResult(OpBuilder &builder, const Sum &sum, Value number, Value first,
                  Value begin, Value end) const;

  const RowSchedule &schedule;
  const RowSpace &space;
  Location loc;
  int64_t lanes;
  Value rowLength, rowsPerSum, rowsPerBlock, blocksPerSum, allBlocks;
  BlockTree tree;
  DenseMap<unsigned, Sum> sums;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_ROWSUMS_H
