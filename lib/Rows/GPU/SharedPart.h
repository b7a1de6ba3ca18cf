//===- SharedPart.h - a thread's part of a row in shared memory -*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The first sweep over a row that registers do not hold keeps leading chunks in
// shared memory, where later sweeps find them. A thread reads what it wrote
// itself: there is no barrier.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_GPU_SHAREDPART_H
#define NORM_LIB_ROWS_GPU_SHAREDPART_H

#include "Emit/RowBody.h"
#include "GPU/GroupReductions.h"

namespace mlir::norm {

/// What a thread keeps of its rows in shared memory: of each of the strategy's
/// inputs, the chunks of the leading elements.
class SharedPart {
public:
  /// Views of the dynamic shared memory at the builder's place, one behind the
  /// other.
  SharedPart(OpBuilder &builder, RowLoopOp loop, const RowStrategy &strategy,
             const ThreadGroup &group);

  /// A new row: nothing is kept of it.
  void startRow() { filled = false; }
  /// The row has been read.
  void setFilled() { filled = true; }
  /// Gives the chunks of the `row` from `base` on what shared memory
  /// has of them, or has it keep what they load. All of them lie before the end
  /// of what is kept, or none.
  void fetch(OpBuilder &builder, const RowBody &row, Value base,
             MutableArrayRef<ChunkValues> chunks);

private:
  Value getPlace(OpBuilder &builder, Value base, int64_t number) const;
  SmallVector<Value> load(OpBuilder &builder, Value base,
                          ArrayRef<ChunkValues> chunks) const;
  void store(OpBuilder &builder, Value base,
             MutableArrayRef<ChunkValues> chunks);

  RowLoopOp loop;
  Location loc;
  const RowStrategy &strategy;
  Value thread;
  /// For each input of the strategy's.
  SmallVector<Value> memory;
  bool filled = false;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_GPU_SHAREDPART_H
