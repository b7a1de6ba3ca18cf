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

  /// Loads row number `row`, if it is kept in registers.
  SmallVector<Value> loadRow(OpBuilder &builder, Value row);
  /// Values of the types that loadRow gives, for no row.
  SmallVector<Value> getNoRow(OpBuilder &builder);
  /// Emits row number `row`, of which loadRow gave `loaded`. It is computed in
  /// any case, as all threads take part in reductions, and stored if `stored`,
  /// an i1, or if that is null. `parity` is that of the row among those of the
  /// thread, or null.
  void emit(OpBuilder &builder, Value row, Value stored, ValueRange loaded,
            Value parity);

private:
  /// Combines the terms of one chunk with `accumulators`.
  using TermBuilder = function_ref<SmallVector<Value>(
      OpBuilder &, ChunkValues &, ValueRange accumulators)>;
  /// An input in a chunk: its number, and that of the chunk in registers, or
  /// kOrigin.
  using Load = std::pair<unsigned, int64_t>;
  static constexpr int64_t kOrigin = -1;

  void planLoads();
  ChunkValues &getHeld(int64_t chunk) {
    return chunk == kOrigin ? *origin : registers[chunk];
  }
  Chunk getChunk(OpBuilder &builder, Value base, bool whole);
  Chunk getHeldChunk(OpBuilder &builder, int64_t number);
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
  void allocateShared(OpBuilder &builder);
  void fetch(OpBuilder &builder, Value base,
             MutableArrayRef<ChunkValues> chunks);
  SmallVector<Value> loadShared(OpBuilder &builder, Value base,
                                ArrayRef<ChunkValues> chunks);
  void storeShared(OpBuilder &builder, Value base,
                   MutableArrayRef<ChunkValues> chunks);
  void emitStores(OpBuilder &builder);
  void emitRowValues(OpBuilder &builder);
  void storeChunk(OpBuilder &builder, ChunkValues &values);
  bool isVarying(unsigned output);

  RowLoopOp loop;
  Location loc;
  const RowPlan &plan;
  const RowSpace &space;
  RowStrategy strategy;
  Value rowLength;
  ThreadGroup group;
  RowBody body;
  SmallVector<RowAccess> outputs;
  SmallVector<Value> rowIndices;
  /// The first element of the thread's first chunk.
  Value first;
  /// What is loaded before the row's reductions, of each row and of what
  /// all rows have in common.
  SmallVector<Load> rowLoads, commonLoads;
  /// What is kept of the row, chunk by chunk, and of the chunk that gives
  /// moments their origin, the first of the row.
  SmallVector<ChunkValues> registers;
  std::optional<ChunkValues> origin;
  /// What is kept in shared memory, for each input of the strategy's, and
  /// whether it is there.
  SmallVector<Value> shared;
  bool sharedFilled = false;
};

} // namespace mlir::norm

#endif // NORM_LIB_GPU_THREADKERNEL_H
