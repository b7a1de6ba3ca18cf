//===- RowOrders.h - orders of rows -----------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each order is a class in a file of its own, which interprets the same steps:
//
//   RowByRow        one row after the other
//   SharedRow       the same, each row shared by threads
//   OverlappedRows  the phases of rows that follow one another in one sweep
//   BatchedRows     short rows, several in each step
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_ROWORDERS_H
#define NORM_LIB_ROWS_CPU_ROWORDERS_H

#include "CPU/RowContext.h"

namespace mlir::norm {

/// Emits rows [first, end).
struct RowOrderEmitter {
  virtual ~RowOrderEmitter() = default;
  virtual void emitRows(OpBuilder &builder, Value first, Value end) = 0;
};

/// What emits the rows of `context` in the order of its schedule. What they
/// share is emitted at the builder's place. `streaming`, an i1, says whether
/// results are stored past the caches; it is a constant but for rows that
/// overlap.
std::unique_ptr<RowOrderEmitter>
makeRowOrder(OpBuilder &builder, const RowContext &context, Value streaming);

std::unique_ptr<RowOrderEmitter> makeRowByRow(const RowContext &context,
                                              bool streams);
std::unique_ptr<RowOrderEmitter> makeSharedRow(const RowContext &context,
                                               bool streams);
std::unique_ptr<RowOrderEmitter> makeOverlappedRows(OpBuilder &builder,
                                                    const RowContext &context,
                                                    Value streaming);
std::unique_ptr<RowOrderEmitter>
makeBatchedRows(OpBuilder &builder, const RowContext &context, bool streams);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_ROWORDERS_H
