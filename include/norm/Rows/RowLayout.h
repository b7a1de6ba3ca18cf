//===- RowLayout.h - how the rows of a loop lie in memory -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dims of a row_loop, with as few of them as the layouts of all operands
// allow. Emitters reshape operands accordingly (RowSpace); what is decided
// before anything is emitted asks here. The rows of
//
//   norm.row_loop ins(%x : memref<4x8x16x4xf32>) outs(%y :
//   memref<4x8x16x4xf32>)
//       dimensions = [2, 3]
//
// are 32 of 64 elements each, side by side: dims (i, j, k, l) become (ij, kl).
// Tensors are taken to be dense.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_ROWS_ROWLAYOUT_H
#define NORM_ROWS_ROWLAYOUT_H

#include "norm/Dialect/Norm/IR/RowShape.h"

#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"

namespace mlir::norm {

/// The dims of a row_loop and how its operands lie along them.
class RowLayout {
public:
  RowLayout(RowLoopOp loop, const RowShape &shape);

  /// Which dims are merged, in turn: `dim` and `dim + 1` of those that the
  /// merges before left become `dim`.
  ArrayRef<int64_t> getMerges() const { return merges; }
  /// From the dims that are left to those of each operand.
  ArrayRef<AffineMap> getMaps() const { return maps; }
  /// Dims of rows and of elements, and the extents of all, kDynamic where
  /// unknown. Rows that are added up follow one another: the dims over which
  /// they are come last.
  ArrayRef<int64_t> getRowDims() const { return rowDims; }
  ArrayRef<int64_t> getAccumulatedDims() const {
    return getRowDims().take_back(numAccumulated);
  }
  ArrayRef<int64_t> getSumDims() const {
    return getRowDims().drop_back(numAccumulated);
  }
  ArrayRef<int64_t> getElementDims() const { return elementDims; }
  ArrayRef<int64_t> getExtents() const { return extents; }
  /// The number of rows and of the elements of each, if they are known.
  std::optional<int64_t> getRowCount() const;
  /// The number of rows that are added up to one sum, if it is known.
  std::optional<int64_t> getAccumulatedCount() const;
  std::optional<int64_t> getRowLength() const;
  /// Whether consecutive elements of a row of an operand are consecutive in
  /// memory.
  bool isContiguous(unsigned operand) const {
    return sideBySide[operand] && elementDims.size() == 1;
  }
  /// Where a row of an operand falls into runs of so many elements that are
  /// consecutive in memory, their length; 1 where it does not or it is unknown.
  int64_t getRunLength(unsigned operand) const;

private:
  SmallVector<int64_t> merges;
  SmallVector<AffineMap> maps;
  SmallVector<int64_t> rowDims, elementDims, extents;
  /// Whether elements along the last dim of a row are consecutive in memory.
  SmallVector<bool> sideBySide;
  size_t numAccumulated = 0;
};

/// Dims `position` and `position + 1` of `rank` as one.
SmallVector<ReassociationIndices> mergePositions(int64_t rank,
                                                 int64_t position);

/// The position in the results of `map` of dim `dim`.
std::optional<unsigned> getDimPosition(AffineMap map, int64_t dim);

/// `map` with dims `dim` and `dim + 1` as one.
AffineMap mergeDims(AffineMap map, int64_t dim);

} // namespace mlir::norm

#endif // NORM_ROWS_ROWLAYOUT_H
