//===- RowDomain.h - the iteration space of ops over rows -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Norm ops and row loops as one thing: operands that maps of an iteration space
// reach, and the dimensions of it that make up a row. For
//
//   norm.layernorm ins(%x : 4x8x64) scale(%g : 64) outs(%y : 4x8x64)
//       mean(%m : 4x8)
//
// the space is (i, j, k), a row runs along k, and the maps of %x, %g, %y and %m
// are (i, j, k), (k), (i, j, k) and (i, j).
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_IR_ROWDOMAIN_H
#define NORM_LIB_DIALECT_NORM_IR_ROWDOMAIN_H

#include "norm/Dialect/Norm/IR/NormOps.h"

namespace mlir::norm::detail {

/// The iteration space of a norm op or of a row_loop.
class RowDomain {
public:
  explicit RowDomain(Operation *op);

  Operation *getOperation() const { return op; }
  int64_t getNumDims() const { return maps.front().getNumDims(); }
  /// The dimensions that a tile spans, and the others, ascending: those that
  /// make up a row, and those over which rows are added up.
  ArrayRef<int64_t> getDimensions() const { return dimensions; }
  SmallVector<int64_t> getTiledDimensions() const {
    return getComplement(getNumDims(), dimensions);
  }
  /// Whether dimension `dim` is one of those that make up a row.
  bool isAlongRow(int64_t dim) const {
    return llvm::is_contained(rowDimensions, dim);
  }
  /// Whether a result reduces over dimension `dim`: along the row, or over rows
  /// for dscale, dbias and what a row_loop accumulates.
  bool isReduced(int64_t dim) const {
    return sumsRows || llvm::is_contained(dimensions, dim);
  }
  /// From the space to operand number `operand`: a projected permutation, in
  /// which a dimension of extent 1 may be 0.
  AffineMap getMap(unsigned operand) const { return maps[operand]; }
  AffineMap getResultMap(unsigned result) const;
  /// The extent of dimension `dim`, or kDynamic.
  int64_t getStaticExtent(int64_t dim) const { return extents[dim]; }
  /// An operand that has dimension `dim`, and where.
  std::pair<Value, unsigned> findOperand(int64_t dim) const;

private:
  Operation *op;
  SmallVector<AffineMap> maps;
  SmallVector<int64_t> rowDimensions, dimensions, extents;
  bool sumsRows = false;
};

} // namespace mlir::norm::detail

#endif // NORM_LIB_DIALECT_NORM_IR_ROWDOMAIN_H
