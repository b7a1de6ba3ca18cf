//===- RowAccess.h - elements of the rows of a memref -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A memref seen as rows: loads and stores of chunks of a row, whatever its dims
// and strides are.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWACCESS_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWACCESS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::norm {

/// A chunk of a row: the elements [position, position + lanes).
struct Chunk {
  Value position;
  /// How many of them exist, at most `lanes`; null if all do. Missing elements
  /// read as zero and are not written.
  Value remaining;
  int64_t lanes;
};

/// Access to the rows of one memref. Position p of a row is the p-th element of
/// its normalized dims in row-major order, row r the r-th of the other dims.
class RowAccess {
public:
  /// Looks at `memref`, of which `dimensions` make up a row; a null memref is
  /// no access. Emits what does not depend on the row.
  RowAccess(OpBuilder &builder, Location loc, Value memref,
            ArrayRef<int64_t> dimensions);

  explicit operator bool() const { return static_cast<bool>(memref); }

  /// The access to row number `row`.
  RowAccess at(OpBuilder &builder, Value row) const;

  /// The chunk as a vector of the element type.
  Value load(OpBuilder &builder, const Chunk &chunk) const;
  void store(OpBuilder &builder, Value vector, const Chunk &chunk) const;

  /// One element.
  Value loadElement(OpBuilder &builder, Value position) const;
  /// Stores the only element of a row without dims.
  void storeScalar(OpBuilder &builder, Value value) const;

private:
  void collapse(OpBuilder &builder);
  SmallVector<Value> getIndices(OpBuilder &builder, Value position) const;
  Value getMask(OpBuilder &builder, const Chunk &chunk) const;
  MemRefType getType() const { return cast<MemRefType>(memref.getType()); }

  Location loc;
  Value memref;
  SmallVector<int64_t> rowDims, elementDims;
  SmallVector<Value> rowExtents, elementExtents;
  SmallVector<Value> rowIndices;
  /// Whether consecutive elements of a row are consecutive in memory.
  bool contiguous = false;
};

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWACCESS_H
