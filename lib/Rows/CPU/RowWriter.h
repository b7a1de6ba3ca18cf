//===- RowWriter.h - the stores of a row ------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Results are stored plainly, or, where they will not stay in a cache anyway,
// past the caches, line by line.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_ROWWRITER_H
#define NORM_LIB_ROWS_CPU_ROWWRITER_H

#include "CPU/CPURow.h"

namespace mlir::norm {

/// Other threads see what was stored past the caches only after a fence.
void emitStreamFence(OpBuilder &builder, Location loc);

/// Emits the store of rows whose other steps have been run.
class RowWriter {
public:
  explicit RowWriter(const RowContext &context)
      : context(context), schedule(context.schedule), loop(context.loop),
        loc(context.loc), rowLength(context.rowLength), lanes(context.lanes),
        line(context.getTarget().caches.line),
        pairs(context.schedule.runsInPairs()) {}
  virtual ~RowWriter() = default;

  /// All results of a row; `past` the caches where they are consecutive in
  /// memory.
  void emit(OpBuilder &builder, CPURow &row, bool past);

  /// Results of some chunks, of each of `rows`. All are computed, and so all
  /// inputs read, before the first is stored: a result may take the memory of
  /// an input, and what the rows have in common is read and widened once.
  void emitChunks(OpBuilder &builder, ArrayRef<CPURow *> rows,
                  ArrayRef<Chunk> chunks, bool past);
  /// The elements of [begin, end), in groups of chunks, then one chunk at a
  /// time, of which the last may be masked.
  void emitBetween(OpBuilder &builder, ArrayRef<CPURow *> rows, Value begin,
                   Value end, bool past);
  /// The elements of [begin, end), one masked chunk at a time.
  void emitSingleChunks(OpBuilder &builder, ArrayRef<CPURow *> rows,
                        Value begin, Value end);
  /// The elements of the row of `body` before those at which lines of all
  /// results begin, and whether there is such a place, an i1.
  std::pair<Value, Value> emitCommonHead(OpBuilder &builder,
                                         const RowBody &body);
  void emitClaimOfEnd(OpBuilder &builder, CPURow &row);
  /// Chunks that make whole lines of all outputs; a power of two.
  int64_t getChunksPerLine() const;
  /// Stores the results that the row has one of.
  void emitRowValues(OpBuilder &builder, RowBody &body);

protected:
  /// The elements from `begin` on.
  virtual void emitFrom(OpBuilder &builder, CPURow &row, Value begin,
                        bool past);

  const RowContext &context;
  const RowSchedule &schedule;
  RowLoopOp loop;
  Location loc;
  Value rowLength;
  int64_t lanes, line;
  bool pairs;

private:
  /// Whether pairs of chunks have to begin at multiples of a store group, as
  /// they do where pairs of rows are added up (RowSums.h).
  bool beginsAtGroups() const { return pairs && context.sums; }
  void emitClaims(OpBuilder &builder, ArrayRef<CPURow *> rows,
                  ArrayRef<Chunk> chunks, Value end);
  /// The values of some chunks of a row.
  using ValuesOfRow = SmallVector<ChunkValues, kStoreChunks>;
  /// What is stored to a sum over rows.
  struct AddedChunk {
    unsigned output;
    Chunk chunk;
    Value vector;
  };
  SmallVector<SmallVector<Value>>
  computeChunks(OpBuilder &builder, CPURow &row,
                MutableArrayRef<ChunkValues> values);
  SmallVector<AddedChunk> addChunks(OpBuilder &builder, ArrayRef<CPURow *> rows,
                                    MutableArrayRef<ValuesOfRow> values);
  void storeChunks(OpBuilder &builder, CPURow &row, ArrayRef<Chunk> chunks,
                   ArrayRef<SmallVector<Value>> vectors, bool past);
  Value emitLines(OpBuilder &builder, ArrayRef<CPURow *> rows, Value begin,
                  Value end);
  int64_t getLine(const RowAccess &output) const;
  bool isShortAndWhole() const;
  Value emitHead(OpBuilder &builder, const RowAccess &output);
  void emitPastCaches(OpBuilder &builder, CPURow &row);
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_ROWWRITER_H
