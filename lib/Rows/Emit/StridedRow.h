//===- StridedRow.h - rows whose elements lie apart -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_EMIT_STRIDEDROW_H
#define NORM_LIB_ROWS_EMIT_STRIDEDROW_H

#include "Emit/RowAccess.h"

namespace mlir::norm {

/// A row whose elements lie apart: element j is number first + j stride of an
/// array.
class StridedRow {
public:
  /// The row of `memref` along its dim `dim` that begins at `indices`; without
  /// a dim all of its elements are that one.
  StridedRow(OpBuilder &builder, Location loc, Value memref,
             ArrayRef<Value> indices, std::optional<unsigned> dim);

  /// The chunk as a vector of the element type.
  Value load(OpBuilder &builder, const Chunk &chunk) const;
  /// Stores the elements of the chunk, and nothing between them.
  void store(OpBuilder &builder, Value vector, const Chunk &chunk) const;

private:
  Value getFirst(OpBuilder &builder, const Chunk &chunk) const;
  Value getDistances(OpBuilder &builder, int64_t lanes) const;
  Value loadPart(OpBuilder &builder, const Chunk &chunk, Value first,
                 int64_t start) const;
  Value loadShuffled(OpBuilder &builder, const Chunk &chunk) const;

  Location loc;
  Value memory, first, stride;
  /// The stride if it is known, else 0.
  int64_t knownStride = 0;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_EMIT_STRIDEDROW_H
