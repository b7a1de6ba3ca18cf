//===- RowBody.h - the body of a row loop on vectors ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Values of the body of a row_loop: those that vary along the row as vectors,
// one for each chunk, those of the row as scalars. Arithmetic on 16-bit floats
// is done in f32 and rounded, which for the operations admitted is exact.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_EMIT_ROWBODY_H
#define NORM_LIB_ROWS_EMIT_ROWBODY_H

#include "Emit/RowAccess.h"
#include "norm/Dialect/Norm/Transforms/VectorConversion.h"
#include "norm/Rows/RowSchedule.h"

namespace mlir::norm {

/// The vectors of one chunk.
struct ChunkValues {
  explicit ChunkValues(const Chunk &chunk) : chunk(chunk) {}

  Chunk chunk;
  DenseMap<Value, Value> vectors;
  /// The other chunk of a pair of even and odd elements, and what both round to
  /// bf16, in the order of the row.
  std::unique_ptr<ChunkValues> other;
  DenseMap<Value, Value> roundedPairs;
};

/// Emits values of the body for one row after the other. A copy stands for
/// another row with the same row buffers.
class RowBody {
public:
  /// `inputs` are those of the loop, read in chunks of `lanes`, `rowLength` is
  /// n. Row buffers are allocated at the builder's place, outside of the loop,
  /// for `rowsInFlight` rows.
  RowBody(OpBuilder &builder, const RowSchedule &schedule,
          const VectorTarget &target, int64_t lanes,
          SmallVector<RowAccess> inputs, Value rowLength,
          unsigned rowsInFlight = 1);

  /// Forgets the values of the last row.
  void startRow(ArrayRef<Value> rowIndices);
  /// Chooses the row buffers of row number `row`, of those in flight.
  void chooseBuffers(OpBuilder &builder, Value row);
  ArrayRef<Value> getRowIndices() const { return rowIndices; }
  /// Sets a value of the row that a reduction gave.
  void setRowValue(Value value, Value scalar) { rowValues[value] = scalar; }
  /// For moments: v - shift - distance is the centred value.
  void setCentre(RowMomentsOp moments, Value shift, Value distance);

  /// A value of the row as a scalar.
  Value getRowValue(OpBuilder &builder, Value value);
  /// A value of the row for as many rows as there are lanes, a vector. `known`
  /// has what reductions gave, and takes what is emitted here. Scalar inputs
  /// are the same for all rows.
  Value getValueOfRows(OpBuilder &builder, Value value,
                       DenseMap<Value, Value> &known);
  /// Emits, outside of loops over chunks, the row code that begins a phase,
  /// which is the phase from here on.
  void startPhase(OpBuilder &builder, const RowStep &rowCode);
  /// A value of the body in one chunk. startPhase has seen it.
  Value getVector(OpBuilder &builder, Value value, ChunkValues &chunk);
  /// A bf16 value of the body in a pair of chunks, in the order of the row.
  Value getRoundedPair(OpBuilder &builder, Value value, ChunkValues &chunk);
  /// The other chunk of the pair that `chunk` belongs to.
  ChunkValues &getOther(OpBuilder &builder, ChunkValues &chunk);
  /// Stores a value that the schedule keeps in its row buffer.
  void keep(OpBuilder &builder, Value value, ChunkValues &chunk);

  /// The positions of a whole chunk from `position` on, of type index.
  Value emitPositions(OpBuilder &builder, Value position) const;
  /// `scalar` in each lane.
  Value broadcast(OpBuilder &builder, Value scalar) const;
  int64_t getLanes() const { return lanes; }
  const VectorEmitter &getEmitter() const { return emitter; }
  const RowShape &getShape() const { return schedule.getShape(); }
  const RowAccess &getInput(unsigned number) const { return inputs[number]; }
  /// Takes the results of the loop, for values that are stored early.
  void setOutputs(ArrayRef<RowAccess> all) { outputs = llvm::to_vector(all); }
  /// The result that a sweep stores `value` to.
  const RowAccess &getOutput(Value value) const;

private:
  /// The operand that the current phase reads `value` from along the row: an
  /// input, or a result that has it since an earlier phase; null if none does.
  const RowAccess *findMemory(Value value) const;
  Value emitVector(OpBuilder &builder, Value value, ChunkValues &chunk);
  Value emitScaledCentre(OpBuilder &builder, Operation *op, ChunkValues &chunk);
  Value emitUnrounded(OpBuilder &builder, Operation *op,
                      ArrayRef<Value> operands, bool vector);
  Value emitOperation(OpBuilder &builder, Operation *op,
                      ArrayRef<Value> operands, bool vector);
  Value getWideHalf(OpBuilder &builder, Value value, ChunkValues &chunk);
  SmallVector<Value> getOperands(OpBuilder &builder, Operation *op,
                                 ChunkValues &chunk);
  bool isHalfOfPair(Value value, const ChunkValues &chunk);
  int64_t getBufferLength() const;
  Value getBufferPosition(OpBuilder &builder, const ChunkValues &chunk) const;

  RowLoopOp loop;
  const RowSchedule &schedule;
  VectorEmitter emitter;
  int64_t lanes;
  SmallVector<RowAccess> inputs, outputs;
  Value rowLength;
  unsigned rowsInFlight, phase = 0;
  SmallVector<Value> rowIndices;
  /// Where the row's part of each row buffer begins; null if at 0.
  Value bufferStart;
  DenseMap<Value, Value> rowValues, rowVectors, buffers;
  /// Shift and distance of moments, as vectors.
  DenseMap<Operation *, std::pair<Value, Value>> centres;
  /// For the scale r of a centred row, -distance * r as a vector.
  DenseMap<Value, Value> scaledDistances;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_EMIT_ROWBODY_H
