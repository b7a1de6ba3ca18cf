//===- ThreadKernel.h - the code of one thread ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a thread does for its row of a row_loop on memrefs: the steps of the
// schedule on its chunks, with reductions across the threads of the row.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_GPU_THREADKERNEL_H
#define NORM_LIB_ROWS_GPU_THREADKERNEL_H

#include "Emit/StepInterpreter.h"
#include "GPU/BlockSums.h"
#include "GPU/ThreadChunks.h"

namespace mlir::norm {

/// Sums over the rows of a block, as one of its threads has them.
struct ThreadSums {
  /// The numbers of the results that are summed up, and the rows of the buffers
  /// that get their sums.
  ArrayRef<unsigned> outputs;
  ArrayRef<RowAccess> partials;
  /// Whether the row is the first of the block, an i1.
  Value isFirst;
  /// The sums so far, those of all chunks for each result, where a thread keeps
  /// its part of a row in registers; elsewhere the buffers have them.
  SmallVector<Value> totals;
};

/// Emits the code of one thread.
class ThreadKernel : public StepInterpreter {
public:
  /// `space` and `rowLength` come from outside of the kernel; `strategy` is one
  /// of the schedule's.
  ThreadKernel(OpBuilder &builder, const RowSchedule &schedule,
               const RowSpace &space, const RowStrategy &strategy,
               Value rowLength, ThreadGroup group);

  /// Loads row number `row`, if it is kept in registers.
  SmallVector<Value> loadRow(OpBuilder &builder, Value row);
  /// Values of the types that loadRow gives, for no row.
  SmallVector<Value> getNoRow(OpBuilder &builder);
  /// Emits row number `row`, of which loadRow gave `loaded`. It is computed in
  /// any case, as all threads take part in reductions, and stored if `stored`,
  /// an i1, or if that is null. `parity` is that of the row among those of the
  /// thread, or null. The row is added to `sums`, if that is not null.
  void emit(OpBuilder &builder, Value row, Value stored, ValueRange loaded,
            Value parity, ThreadSums *sums = nullptr);

  /// Sums over no rows for the results `outputs`.
  SmallVector<Value> getNoSums(OpBuilder &builder, ArrayRef<unsigned> outputs);
  /// Stores the sums that are kept in registers.
  void storeSums(OpBuilder &builder, const ThreadSums &sums);

private:
  /// An input in a chunk: its number, and that of the chunk in registers, or
  /// kOrigin.
  using Load = std::pair<unsigned, int64_t>;
  static constexpr int64_t kOrigin = -1;

  void planLoads();
  ChunkValues &getHeld(int64_t chunk) {
    return chunk == kOrigin ? *origin : registers[chunk];
  }
  Chunk getChunk(OpBuilder &builder, int64_t held) const {
    return held == kOrigin ? chunks.getOrigin(builder)
                           : chunks.getHeld(builder, held);
  }

  // The verbs.
  void emitRowCode(OpBuilder &builder, const RowStep &step) override {
    body.startPhase(builder, step);
  }
  Value emitFirst(OpBuilder &builder, RowMomentsOp op) override;
  SmallVector<Value> emitSweep(OpBuilder &builder, const RowStep &sweep,
                               const MomentsOperands &operands,
                               bool again) override;
  SmallVector<Value> emitCombine(OpBuilder &builder, const RowStep &sweep,
                                 ArrayRef<Value> partials) override {
    return reduceOverGroup(builder, loc, group, getKinds(sweep), partials);
  }
  Value getCount(const RowStep &) override { return rowLength; }
  const FormulaEmitter &getEmitter() override { return body.getEmitter(); }
  void setResult(OpBuilder &builder, Operation *reduction,
                 Value result) override {
    body.setRowValue(reduction->getResult(0), result);
  }
  void setCentre(OpBuilder &builder, RowMomentsOp op,
                 const RowCentre &centre) override;

  // Sweeps.
  SmallVector<Value> accumulate(OpBuilder &builder, ChunkValues &values,
                                const TermEmitter &terms, bool whole,
                                ValueRange accumulators);
  SmallVector<Value> reduceRegisters(OpBuilder &builder,
                                     const TermEmitter &terms);
  SmallVector<Value> reduceByReading(OpBuilder &builder,
                                     const TermEmitter &terms);

  // Stores.
  void addToRegisters(OpBuilder &builder, Value stored, ThreadSums &sums);
  void addToBuffers(OpBuilder &builder, const ThreadSums &sums,
                    ChunkValues &values);
  void emitStores(OpBuilder &builder, const ThreadSums *sums);
  void emitRowValues(OpBuilder &builder);
  void storeChunk(OpBuilder &builder, ChunkValues &values,
                  const ThreadSums *sums);
  /// Whether it has an element for each of a row, and is no sum over rows.
  bool isStored(unsigned output) {
    return isVarying(output) && !loop.isAccumulated(output);
  }
  bool isVarying(unsigned output) {
    return schedule.getShape().variesAlongRow(loop.getInputs().size() + output);
  }

  RowLoopOp loop;
  const RowSpace &space;
  const RowStrategy &strategy;
  Value rowLength;
  ThreadGroup group;
  RowBody body;
  SmallVector<RowAccess> outputs;
  ThreadChunks chunks;
  /// What is loaded before the row's reductions, of each row and of what
  /// all rows have in common.
  SmallVector<Load> rowLoads, commonLoads;
  /// What is kept of the row, chunk by chunk, and of the chunk that gives
  /// moments their origin.
  SmallVector<ChunkValues> registers;
  std::optional<ChunkValues> origin;
  SharedPart shared;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_GPU_THREADKERNEL_H
