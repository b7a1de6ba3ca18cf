//===- PackedCopy.h - rows to buffers and back ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_PACKEDCOPY_H
#define NORM_LIB_ROWS_CPU_PACKEDCOPY_H

#include "Emit/RowAccess.h"

namespace mlir::norm {

/// Copies rows that lie side by side in memory to a buffer that has a row in
/// each of its own, or back.
class PackedCopy {
public:
  /// Rows of `memory` from the one at `indices` on, which are counted by dim
  /// `dim`, and those of `buffer`; to the buffer if `packs`. Vectors have
  /// `lanes` elements.
  PackedCopy(RowAccess memory, RowAccess buffer, ArrayRef<Value> indices,
             int64_t dim, int64_t lanes, bool packs)
      : loc(memory.getOperand().getLoc()), memory(std::move(memory)),
        buffer(std::move(buffer)), indices(indices), dim(dim), lanes(lanes),
        packs(packs) {}

  /// Copies `rows` rows of `length` elements.
  void emit(OpBuilder &builder, Value rows, Value length) const;

private:
  void emitSquare(OpBuilder &builder, Value row, Value position) const;
  void emitElements(OpBuilder &builder, std::pair<Value, Value> rows,
                    std::pair<Value, Value> positions) const;
  RowAccess getMemory(OpBuilder &builder, Value row) const;
  RowAccess getBuffer(Value row) const { return buffer.at({row, Value()}); }

  Location loc;
  RowAccess memory, buffer;
  SmallVector<Value> indices;
  int64_t dim, lanes;
  bool packs;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_PACKEDCOPY_H
