//===- RowKernel.h - the code of one row ------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is emitted for each row of a row_loop on memrefs: the phases of its
// plan, the last of which stores the results.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWKERNEL_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWKERNEL_H

#include "RowBody.h"
#include "RowReductions.h"

namespace mlir::norm {

/// Other threads see what was stored past the caches only after a fence.
void emitStreamFence(OpBuilder &builder, Location loc);

/// Emits the code of one row.
class RowKernel {
public:
  /// Emits what all rows share at the builder's place, outside of their loop.
  /// Where `streaming`, an i1, holds, results are stored past the caches. With
  /// `split` the threads share each row, instead of the rows.
  RowKernel(OpBuilder &builder, RowLoopOp loop, const RowPlan &plan,
            const RowSpace &space, VectorTarget target, Value streaming,
            bool split);

  /// Emits row number `row` at the builder's place.
  void emit(OpBuilder &builder, Value row);

private:
  /// The reductions of one sweep and what emits them.
  struct Sweep {
    const RowSweep *plan;
    RowReductions reductions;
    /// For moments: over the elements that give the shift.
    std::optional<RowReductions> shift;
  };
  /// Mean, variance, and how they were found.
  struct Moments {
    Value shift, distance, variance;
  };

  void emitSweep(OpBuilder &builder, const Sweep &sweep,
                 const RowPhase *keeping);
  void emitBesides(OpBuilder &builder, const RowPhase *phase,
                   ChunkValues &values);
  void emitReductions(OpBuilder &builder, const Sweep &sweep,
                      const RowPhase *keeping);
  void emitMoments(OpBuilder &builder, const Sweep &sweep,
                   const RowPhase *keeping);
  Moments emitShiftedMoments(OpBuilder &builder, const Sweep &sweep,
                             Value value, Value shift, const RowPhase *keeping);
  Value emitFirst(OpBuilder &builder, Value value);
  void emitStores(OpBuilder &builder);
  bool isVarying(unsigned output);
  void emitChunks(OpBuilder &builder, ArrayRef<Chunk> chunks, bool streams);
  void emitStoresBetween(OpBuilder &builder, Value begin, Value end,
                         bool streams);
  void emitPieces(OpBuilder &builder, Value begin, bool streams);
  void emitSingleChunks(OpBuilder &builder, Value begin, Value end);
  int64_t getLine(const RowAccess &output) const;
  bool spreadsFetches() const;
  void emitPrefetches(OpBuilder &builder, const RowPhase &phase, Value position,
                      int64_t count);
  Value emitHead(OpBuilder &builder, const RowAccess &output);
  void emitStreamingStores(OpBuilder &builder);
  Value getMask(OpBuilder &builder, const Chunk &chunk);

  RowLoopOp loop;
  Location loc;
  const RowPlan &plan;
  const RowSpace &space;
  Value rowLength, streaming;
  bool split, fences, halves = false;
  RowBody body;
  int64_t lanes;
  SmallVector<RowAccess> outputs;
  /// Of each phase.
  std::vector<std::vector<Sweep>> sweeps;
  SmallVector<Value> rowIndices, nextRowIndices;
  Value row, lastRow;
};

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWKERNEL_H
