//===- RowPrefetch.h - rows asked for ahead of their use --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_ROWPREFETCH_H
#define NORM_LIB_ROWS_CPU_ROWPREFETCH_H

#include "Emit/RowAccess.h"

namespace mlir::norm {

/// Asks for lines before a row is read there: from memory into the second-level
/// cache some way ahead, from there into the first-level one a little ahead.
/// Rows follow one another: behind the end of one the next ones begin.
class RowPrefetch {
public:
  /// Emits what all rows share at the builder's place, outside of their loop.
  /// With `wholeRows` the first lines of a row are read before the others, and
  /// it is asked for a whole number of rows ahead, if rows are not long.
  /// `line` is the bytes of a cache line. With `rowsAhead` each line is asked
  /// for so many rows ahead, into the second-level cache alone.
  RowPrefetch(OpBuilder &builder, Location loc, const RowSpace &space,
              int64_t line, bool wholeRows, int64_t rowsAhead = 0);

  /// Emits which rows come behind row number `row`, for inputs of elements of
  /// `sizes` bytes.
  void startRow(OpBuilder &builder, Value row, ArrayRef<int64_t> sizes);
  /// Asks for what comes behind `chunk` of `input`, if the chunk belongs to a
  /// group. Chunks of a group come in order.
  void emit(OpBuilder &builder, const RowAccess &input, const Chunk &chunk);

  Value getLastRow() const { return lastRow; }

private:
  /// Where elements of one size are prefetched from.
  struct Ahead {
    int64_t bytes;
    /// Into the first-level cache?
    bool near;
    /// Of rows that follow one another: how many elements ahead.
    Value distance;
    /// `rest` elements behind those of the current row lies the row `rows[0]`,
    /// or, behind its end, `rows[1]`.
    Value rest;
    SmallVector<Value> rows[2];
    /// Of the current group: a position, and its row.
    Value position;
    SmallVector<Value> row;
  };

  Value getDistance(OpBuilder &builder, int64_t bytes, bool near) const;
  void startGroup(OpBuilder &builder, Ahead &ahead, const Chunk &chunk,
                  bool dense) const;

  Location loc;
  const RowSpace *space;
  int64_t line;
  bool wholeRows;
  int64_t rowsAhead;
  Value rowLength, lastRow, divisor;
  /// The current row, and the elements of it and all behind it.
  SmallVector<Value> currentRow;
  Value left;
  std::vector<Ahead> ahead;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_ROWPREFETCH_H
