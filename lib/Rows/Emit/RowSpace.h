//===- RowSpace.h - the dims of a row loop as code --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_EMIT_ROWSPACE_H
#define NORM_LIB_ROWS_EMIT_ROWSPACE_H

#include "norm/Rows/RowLayout.h"

namespace mlir::norm {

/// A constant position or count.
Value getIndex(OpBuilder &builder, Location loc, int64_t value);

/// The dims of a row_loop on memrefs and its operands, as RowLayout has them.
struct RowSpace {
  /// Emits the reshapes and extents at the builder's place.
  RowSpace(OpBuilder &builder, RowLoopOp loop, const RowLayout &layout);

  /// The number of rows, and n.
  Value getRowCount(OpBuilder &builder, Location loc) const;
  Value getRowLength(OpBuilder &builder, Location loc) const;
  /// The number of sums over rows, and of rows that make one.
  Value getSumCount(OpBuilder &builder, Location loc) const;
  Value getAccumulatedCount(OpBuilder &builder, Location loc) const;
  /// The index along each dim of a row that sum number `sum` has; null for
  /// other dims.
  SmallVector<Value> getSumIndices(OpBuilder &builder, Location loc,
                                   Value sum) const;
  /// The index along each row dim of row number `row`; null for other dims.
  SmallVector<Value> getRowIndices(OpBuilder &builder, Location loc,
                                   Value row) const;

  const RowLayout &layout;
  SmallVector<Value> operands;
  /// Extents of all dims, constants where the layout knows them.
  SmallVector<Value> extents;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_EMIT_ROWSPACE_H
