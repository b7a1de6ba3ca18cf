//===- RowKernel.h - the code of one row ------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is emitted for the rows of a row_loop on memrefs: the phases of its
// plan, the last of which stores the results. One row after the other, or,
// where rows come from memory and results go there, the phases of rows that
// follow one another in one sweep.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWKERNEL_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWKERNEL_H

#include "RowBody.h"
#include "RowFetch.h"
#include "RowReductions.h"

namespace mlir::norm {

/// Other threads see what was stored past the caches only after a fence.
void emitStreamFence(OpBuilder &builder, Location loc);

/// Emits the code of rows.
class RowKernel {
public:
  /// Emits what all rows share at the builder's place, outside of their loop.
  /// Where `streaming`, an i1, holds, results are stored past the caches; it is
  /// a constant for rows that cannot overlap. With `split` the threads share
  /// each row, instead of the rows.
  RowKernel(OpBuilder &builder, RowLoopOp loop, const RowPlan &plan,
            const RowSpace &space, VectorTarget target, Value streaming,
            bool split);

  /// Whether the phases of rows that follow one another can overlap, if results
  /// are stored past the caches.
  static bool canOverlap(OpBuilder &builder, RowLoopOp loop,
                         const RowPlan &plan, const RowSpace &space,
                         const VectorTarget &target);

  /// Emits rows [first, end) at the builder's place.
  void emitRows(OpBuilder &builder, Value first, Value end);

private:
  /// The reductions of one sweep and what emits them.
  struct Sweep {
    const RowSweep *plan;
    RowReductions reductions;
    /// For moments: over the elements that give the shift.
    std::optional<RowReductions> shift;
  };
  /// A row that is being worked on.
  struct Row {
    RowBody body;
    RowFetch fetch;
    /// Whether it is asked for ahead of its use.
    bool fetches;
  };
  /// What one sweep adds up over one row.
  struct Terms {
    const Sweep *sweep;
    RowBody *body;
    SmallVector<Reduction> kinds;
    /// Of moments: what is subtracted from the values, and, for a second look,
    /// what they are multiplied by before.
    Value shift, shiftVector, scaleVector;
  };

  // One row (RowKernel.cpp).
  void emitRow(OpBuilder &builder, Value number);
  Row getRow(OpBuilder &builder, Value number);
  void startPhase(OpBuilder &builder, RowBody &body, unsigned phase);
  void emitFetches(OpBuilder &builder, Row &row, unsigned phase,
                   const Chunk &chunk);
  void emitKeeps(OpBuilder &builder, RowBody &body, unsigned phase,
                 ChunkValues &values);

  // Sweeps (RowSweeps.cpp).
  SmallVector<Value> emitSweep(OpBuilder &builder, Row &row, unsigned phase,
                               const Terms &terms);
  SmallVector<Value> emitSums(OpBuilder &builder, Row &row, unsigned phase);
  SmallVector<Value> emitResults(OpBuilder &builder, RowBody &body,
                                 unsigned phase, ValueRange sums);
  void setResults(OpBuilder &builder, RowBody &body, unsigned phase,
                  ValueRange results);
  Terms getTerms(OpBuilder &builder, RowBody &body, const Sweep &sweep);
  void setShift(OpBuilder &builder, Terms &terms, Value shift,
                Value scale = nullptr);
  SmallVector<Value> emitTerms(OpBuilder &builder, const Terms &terms,
                               ChunkValues &values, ValueRange accumulators);
  SmallVector<Value> emitShiftedTerms(OpBuilder &builder, const Terms &terms,
                                      ChunkValues &values,
                                      ValueRange accumulators);
  Value emitFirst(OpBuilder &builder, RowBody &body, Value value);
  SmallVector<Value> emitShiftTerms(OpBuilder &builder, RowBody &body,
                                    Value value, Value first,
                                    const Chunk &chunk,
                                    ValueRange accumulators);
  Value emitShift(OpBuilder &builder, RowBody &body, const Sweep &sweep);
  SmallVector<Value> emitMoments(OpBuilder &builder, RowBody &body,
                                 unsigned phase, const Sweep &sweep,
                                 ValueRange sums);
  Value getMask(OpBuilder &builder, const Chunk &chunk);

  // Rows whose phases overlap (RowPipeline.cpp).
  void emitOverlappedRows(OpBuilder &builder, Value first, Value end);
  SmallVector<Value> emitTogether(OpBuilder &builder, std::vector<Row> rows,
                                  Value head);
  SmallVector<Value> emitSweepsAndStores(OpBuilder &builder,
                                         std::vector<Row> &rows,
                                         ArrayRef<std::vector<Terms>> terms,
                                         ArrayRef<Reduction> kinds, Value head,
                                         Value besideEnd);
  SmallVector<Value> emitApart(OpBuilder &builder, std::vector<Row> rows,
                               ArrayRef<Value> exists);
  SmallVector<Type> getResultTypes(unsigned phase) const;

  // Short rows, several at a time (RowBatches.cpp).
  bool canBatch();
  bool isWorthBatches(int64_t length);
  void allocateBatch(OpBuilder &builder);
  void emitBatches(OpBuilder &builder, Value first, Value end);
  Row getRowOfBatch(OpBuilder &builder, unsigned phase, Value first,
                    Value number);
  void keepRowValues(OpBuilder &builder, RowBody &body, unsigned phase);
  void forEachRow(OpBuilder &builder, unsigned phase, Value first, Value count,
                  function_ref<void(OpBuilder &, Row &, Value number)> emit);
  void keepPartials(OpBuilder &builder, ArrayRef<Value> sums, Value number);
  void emitPartialsOfRow(OpBuilder &builder, const Terms &terms, Value number);
  Value combinePartials(OpBuilder &builder, Reduction kind, unsigned number);
  void emitReductionsOfRows(OpBuilder &builder, unsigned phase,
                            const Sweep &sweep, Value first, Value count);
  void emitMomentsOfRows(OpBuilder &builder, unsigned phase, const Sweep &sweep,
                         Value first, Value count);
  void emitFetchOfRow(OpBuilder &builder, Value number);

  // Stores (RowStores.cpp).
  void emitStores(OpBuilder &builder, Row &row, bool past);
  bool isVarying(unsigned output) const;
  void emitChunks(OpBuilder &builder, Row &row, ArrayRef<Chunk> chunks,
                  bool past);
  void emitClaims(OpBuilder &builder, Row &row, ArrayRef<Chunk> chunks,
                  Value end);
  void emitStoresBetween(OpBuilder &builder, Row &row, Value begin, Value end,
                         bool past);
  Value emitLines(OpBuilder &builder, Row &row, Value begin, Value end);
  void emitPieces(OpBuilder &builder, Row &row, Value begin, bool past);
  void emitSingleChunks(OpBuilder &builder, Row &row, Value begin, Value end);
  int64_t getLine(const RowAccess &output) const;
  int64_t getChunksPerLine() const;
  Value emitHead(OpBuilder &builder, const RowAccess &output);
  std::pair<Value, Value> emitCommonHead(OpBuilder &builder,
                                         const RowBody &body);
  void emitStoresPastCaches(OpBuilder &builder, Row &row);
  void emitRowValues(OpBuilder &builder, RowBody &body);

  RowLoopOp loop;
  Location loc;
  const RowPlan &plan;
  const RowSpace &space;
  Value rowLength;
  Value streaming;
  int64_t lanes;
  bool split, fences, halves;
  SmallVector<RowAccess> outputs;
  /// Whether the phases of rows overlap where results are stored past the
  /// caches; if not, whether they are.
  bool overlaps, streams;
  RowFetch fetch;
  RowBody body;
  /// Of each phase.
  std::vector<std::vector<Sweep>> sweeps;
  /// All sweeps over whole rows as one, for rows that overlap.
  std::optional<RowReductions> allSweeps;

  /// Whether rows are emitted several at a time.
  bool batches = false;
  /// Of these: vectors of partial sums, one for each row, of each reduction of
  /// a sweep.
  SmallVector<Value> partials;
  /// A value for each row: row values that a phase needs; of moments the shift
  /// and the distance; and the first elements.
  DenseMap<Value, Value> rowSlots;
  DenseMap<Operation *, std::pair<Value, Value>> centreSlots;
  Value firstSlot;
  /// Row values of the current rows, as vectors.
  DenseMap<Value, Value> valuesOfRows;
};

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWKERNEL_H
