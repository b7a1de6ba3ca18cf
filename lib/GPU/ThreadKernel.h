//===- ThreadKernel.h - the code of one thread ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a thread does for its row of a row_loop on memrefs: the phases of the
// plan on its chunks, with reductions across the threads of the row.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_GPU_THREADKERNEL_H
#define NORM_LIB_GPU_THREADKERNEL_H

#include "../Dialect/Norm/Transforms/RowBody.h"
#include "GroupReductions.h"
#include "RowStrategy.h"

namespace mlir::norm {

/// Emits the code of one thread.
class ThreadKernel {
public:
  /// `space` and `rowLength` come from outside of the kernel.
  ThreadKernel(OpBuilder &builder, RowLoopOp loop, const RowPlan &plan,
               const RowSpace &space, const RowStrategy &strategy,
               Value rowLength, ThreadGroup group);

  /// Emits row number `row`. It is computed in any case, as all threads take
  /// part in reductions, and stored if `stored`, an i1, or if that is null.
  void emit(OpBuilder &builder, Value row, Value stored);

private:
  /// Combines the terms of one chunk with `accumulators`.
  using TermBuilder = function_ref<SmallVector<Value>(
      OpBuilder &, ChunkValues &, ValueRange accumulators)>;

  Chunk getChunk(OpBuilder &builder, Value base, bool whole);
  void loadAhead(OpBuilder &builder);
  void emitReductions(OpBuilder &builder, const RowSweep &sweep);
  void emitMoments(OpBuilder &builder, RowMomentsOp op);
  SmallVector<Value> reduceRow(OpBuilder &builder, ArrayRef<Reduction> kinds,
                               Type type, std::optional<int64_t> length,
                               TermBuilder terms);
  SmallVector<Value> accumulate(OpBuilder &builder, ChunkValues &values,
                                std::optional<int64_t> length, bool whole,
                                ValueRange accumulators, TermBuilder terms);
  SmallVector<Value> reduceRegisters(OpBuilder &builder,
                                     ArrayRef<Reduction> kinds, Type type,
                                     std::optional<int64_t> length,
                                     TermBuilder terms);
  SmallVector<Value> reduceByReading(OpBuilder &builder,
                                     ArrayRef<Reduction> kinds, Type type,
                                     std::optional<int64_t> length,
                                     TermBuilder terms);
  SmallVector<Value>
  forEachChunk(OpBuilder &builder, Value begin, Value end, ValueRange carried,
               function_ref<SmallVector<Value>(OpBuilder &, ChunkValues &,
                                               bool whole, ValueRange)>
                   emit);
  void emitStores(OpBuilder &builder);
  void emitRowValues(OpBuilder &builder);
  void storeChunk(OpBuilder &builder, ChunkValues &values);
  bool isVarying(unsigned output);
  /// Elements that all threads of the row take at once.
  int64_t getStep() const { return strategy.lanes * strategy.threads; }

  RowLoopOp loop;
  Location loc;
  const RowPlan &plan;
  const RowSpace &space;
  RowStrategy strategy;
  Value rowLength;
  std::optional<int64_t> knownLength;
  ThreadGroup group;
  RowBody body;
  SmallVector<RowAccess> outputs;
  SmallVector<Value> rowIndices;
  /// The first element of the thread's first chunk.
  Value first;
  /// What is kept of the row, chunk by chunk.
  SmallVector<ChunkValues> registers;
};

} // namespace mlir::norm

#endif // NORM_LIB_GPU_THREADKERNEL_H
