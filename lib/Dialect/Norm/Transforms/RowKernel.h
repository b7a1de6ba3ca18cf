//===- RowKernel.h - the code of one row ------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is emitted for each row of a norm op on memrefs: its statistics, then
// the sweep that stores y.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWKERNEL_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWKERNEL_H

#include "RowSums.h"
#include "VectorConversion.h"

namespace mlir::norm {

/// The statistics of one row, scalars of C.
struct RowStatistics {
  /// layernorm: a value near the mean, and mean - shift. Null otherwise.
  Value shift, shiftedMean;
  /// layernorm: the mean. Null otherwise.
  Value mean;
  /// s and rstd of the op's formula.
  Value statistic, rstd;
};

/// Emits the code of one row of a norm op.
class RowKernel {
public:
  /// Emits what all rows share at the builder's place, outside of their loop.
  RowKernel(OpBuilder &builder, NormOpInterface op, VectorTarget target,
            Value rowLength);

  /// Emits row number `row` at the builder's place.
  void emit(OpBuilder &builder, Value row);

private:
  RowStatistics emitStatistics(OpBuilder &builder, const RowAccess &x);
  RowStatistics emitMeanSquare(OpBuilder &builder, const RowAccess &x);
  RowStatistics emitVariance(OpBuilder &builder, const RowAccess &x);
  Value emitFirstElement(OpBuilder &builder, const RowAccess &x);
  void emitStores(OpBuilder &builder, const RowAccess &x, const RowAccess &y,
                  const RowStatistics &statistics);
  Value emitChunk(OpBuilder &builder, Value x, const RowStatistics &statistics,
                  const Chunk &chunk);
  Value loadCompute(OpBuilder &builder, const RowAccess &x,
                    const Chunk &chunk);
  Value broadcast(OpBuilder &builder, Value scalar);

  NormOpInterface op;
  Location loc;
  VectorEmitter emitter;
  RowPartition partition;
  RowAccess input, scale, bias, output, statistic, rstd, mean;
  /// n, and how many leading elements give the statistic.
  Value rowLength, statisticLength;
  RowSums sums;
};

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWKERNEL_H
