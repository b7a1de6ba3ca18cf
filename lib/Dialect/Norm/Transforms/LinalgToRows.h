//===- LinalgToRows.h - linalg ops as loops over rows -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_LINALGTOROWS_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_LINALGTOROWS_H

#include "norm/Dialect/Norm/Transforms/FuseRows.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::norm {

/// The dims of an op in terms of the dims of a row loop.
struct RowDims {
  /// For each dim of the op, a dim of the loop, or 0 for one of extent 1.
  SmallVector<AffineExpr> exprs;
  /// Number of dims of the loop, and those that make up a row.
  int64_t numDims;
  SmallVector<int64_t> dimensions;

  /// `map` of the op as one of the loop.
  AffineMap translate(AffineMap map) const;
  /// Some of the op's dims, which are dims of the loop, ascending.
  SmallVector<int64_t> translate(ArrayRef<int64_t> own) const;
  /// Whether a dim of the op is along the row.
  bool isAlongRow(unsigned dim) const;
};

/// Solves for the dims of an op: its map `own` and the loop's map `map` are
/// those of one tensor. None if a dim of the op is left, as it iterates over
/// more.
std::optional<RowDims> matchRowDims(AffineMap own, AffineMap map,
                                    ArrayRef<int64_t> dimensions);

/// The dims of the loop over which `op` adds up rows, ascending; none if it
/// adds up something else, or nothing.
SmallVector<int64_t> getAddedUpDims(linalg::LinalgOp op, const RowDims &dims);

/// Why `op` cannot be a loop over rows with the dims of `dims`; empty if it
/// can.
std::string getRowObstacle(linalg::LinalgOp op, const RowDims &dims,
                           const RowTarget &target);

/// `op`, which has no obstacle, as a row_loop at the builder's place.
RowLoopOp convertLinalgToRows(OpBuilder &builder, linalg::LinalgOp op,
                              const RowDims &dims);

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_LINALGTOROWS_H
