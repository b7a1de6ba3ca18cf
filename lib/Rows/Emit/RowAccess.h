//===- RowAccess.h - elements of the rows of a memref -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The operands of a row_loop seen from one row: loads and stores of chunks of
// it, whatever their dims and strides are.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_EMIT_ROWACCESS_H
#define NORM_LIB_ROWS_EMIT_ROWACCESS_H

#include "Emit/RowSpace.h"

namespace mlir::norm {

/// a < b, of positions.
Value isBelow(OpBuilder &builder, Location loc, Value a, Value b);

/// `value` down to a multiple of `divisor`.
Value roundDown(OpBuilder &builder, Location loc, Value value, int64_t divisor);

/// A chunk of a row: the elements [position, position + lanes).
struct Chunk {
  Value position;
  /// How many of them exist, at most `lanes`; null if all do. Missing elements
  /// read as zero and are not written.
  Value remaining;
  int64_t lanes;
  /// Of bf16 rows that are run through in pairs of chunks: 0 for the even, 1
  /// for the odd elements of [position - half * lanes, position + (2 - half) *
  /// lanes).
  std::optional<int64_t> half = std::nullopt;
  /// Whether any of them exist, an i1; null if so. If not, they read as zero
  /// and are not written.
  Value exists = {};
  /// Of whole chunks that are emitted in groups: the elements of the group, and
  /// the chunk's number in it.
  int64_t groupSize = 0, number = 0;
  /// Whether work of another row goes beside this chunk.
  bool beside = false;
};

/// A group of `count` whole chunks from `position` on, one after the other;
/// with `halves`, pairs of even and odd elements.
SmallVector<Chunk> getGroup(OpBuilder &builder, Location loc, Value position,
                            int64_t lanes, int64_t count, bool halves);

/// Which lanes of a chunk exist, and a vector of zeros.
Value getMask(OpBuilder &builder, Location loc, const Chunk &chunk);
Value getZeros(OpBuilder &builder, Location loc, VectorType type);

/// The even (`half` 0) or odd (1) elements of a vector of bf16, as f32. Two
/// bf16 are the halves of a 32-bit word, and the upper half of an f32 is a
/// bf16: a shift gives the even elements, a mask the odd ones.
Value widenHalf(OpBuilder &builder, Location loc, Value pair, int64_t half);

class StridedRow;

/// Access to the rows of one memref.
class RowAccess {
public:
  RowAccess(Location loc, const RowSpace &space, unsigned operand);
  /// To a buffer that has a row in each of its own.
  RowAccess(Location loc, Value buffer);

  /// The access to the row at `rowIndices`, as RowSpace gives them.
  RowAccess at(ArrayRef<Value> rowIndices) const;

  /// The chunk as a vector of the element type.
  Value load(OpBuilder &builder, const Chunk &chunk) const;
  /// The even or odd elements of a pair of chunks of bf16 or f32, as f32.
  Value loadHalf(OpBuilder &builder, const Chunk &chunk) const;
  /// With `streamAlignment`, a non-temporal store to an address that is a
  /// multiple of that many bytes; the chunk is whole and consecutive.
  void store(OpBuilder &builder, Value vector, const Chunk &chunk,
             int64_t streamAlignment = 0) const;
  /// From here on, whole chunks start at a multiple of `lanes` elements of a
  /// row, and the memory of the operand at a multiple of 16 bytes: accesses
  /// have the alignment that follows.
  void assumeAlignedChunks(int64_t lanes);
  /// From here on, elements that lie apart are loaded and stored one by one:
  /// code for GPUs has no instruction for several.
  void takeOneByOne() { gathers = false; }
  /// The address of the first element of the row, an index.
  Value getRowAddress(OpBuilder &builder) const;
  /// Asks for the element at `position`, in the first-level cache if `near`,
  /// else in the second; to write it if `writes`.
  void prefetch(OpBuilder &builder, Value position, bool near,
                bool writes = false) const;

  /// Element number `position` of the rows from this one on as a vector, where
  /// rows lie side by side.
  Value loadAcross(OpBuilder &builder, VectorType type, Value position) const {
    return loadWhole(builder, type, position);
  }
  void storeAcross(OpBuilder &builder, Value vector, Value position) const {
    storeWhole(builder, vector, position);
  }
  /// One element; no position for an operand that has one for each row.
  Value loadElement(OpBuilder &builder, Value position = nullptr) const;
  /// Stores one element, or the only one of the row.
  void storeScalar(OpBuilder &builder, Value value,
                   Value position = nullptr) const;

  /// Whether consecutive elements of a row are consecutive in memory.
  bool isContiguous() const { return contiguous; }
  /// Whether, besides, the first element of a row follows the last of the row
  /// before it: element n of a row is the first of the next one.
  bool isDense() const { return dense; }
  Type getElementType() const;
  int64_t getElementBytes() const {
    return getElementType().getIntOrFloatBitWidth() / 8;
  }
  Value getOperand() const { return memref; }

private:
  /// Of rows with one dim.
  StridedRow getStridedRow(OpBuilder &builder) const;
  bool isGathered() const { return gathers && elementDims.size() == 1; }
  /// Whether chunks of so many elements, each at a multiple of that, are
  /// consecutive in memory.
  bool hasWholeChunks(int64_t lanes) const {
    return contiguous || (runLength > 1 && runLength % lanes == 0);
  }
  SmallVector<Value> getIndices(OpBuilder &builder, Value position) const;
  Value loadWhole(OpBuilder &builder, VectorType type, Value position) const;
  void storeWhole(OpBuilder &builder, Value vector, Value position) const;

  Location loc;
  Value memref;
  AffineMap map;
  SmallVector<int64_t> elementDims;
  SmallVector<Value> extents, rowIndices;
  /// As RowLayout::getRunLength.
  int64_t runLength = 1;
  bool contiguous, dense = false, gathers = true;
  /// Of whole chunks, in bytes; none is that of an element.
  llvm::MaybeAlign alignment;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_EMIT_ROWACCESS_H
