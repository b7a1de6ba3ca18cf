//===- View.h - how a tensor is brought into another shape ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A plan decides here, from types and indices alone, what a rewrite will build:
// a reshape, or a copy through an index map. Example: a scale of type
// tensor<1x64xf32>, read at (0, d1), becomes the tensor<64xf32> that a norm of
// tensor<4x64xf32> takes by collapsing [0, 1]; one read at (d1, d0) of a norm
// over both dimensions is copied through (d0, d1) -> (d1, d0). An rstd of type
// tensor<2x6x1xf32>, read at (d0, d1, 0), becomes that of the twelve rows of an
// x that is read at (d0 * 6 + d1, d2) by collapsing [0, 1, 2].
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_VIEW_H
#define NORM_LIB_RAISE_PLAN_VIEW_H

#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinTypes.h"

#include <optional>

namespace mlir::norm::raise {

/// How a tensor of one type becomes one of `type`.
struct View {
  enum class Kind {
    Same,     ///< it is of that type
    Cast,     ///< tensor.cast
    Collapse, ///< tensor.collapse_shape by `groups`
    Expand,   ///< tensor.expand_shape by `groups`
    Copy,     ///< result[d0, d1, ..] = source[map(d0, d1, ..)]
  };
  Kind kind = Kind::Same;
  RankedTensorType type;
  SmallVector<ReassociationIndices> groups;
  AffineMap map;
};

/// A tensor and the indices at which it is read, over positions of a root.
struct IndexedType {
  ArrayRef<AffineExpr> indices;
  RankedTensorType type;
};

/// The reshape of what is read as `from` into what is read as `to`: both have
/// the same elements in the same order. None where that is not so, or where
/// dimensions are merged and others divided.
std::optional<View> getReshape(IndexedType from, IndexedType to);

/// The copy that reads a tensor at `from` where a tensor of type `type` is read
/// at `to`, both indices over the same positions, which have these extents;
/// none where an index of `from` is not computed from those of `to`.
std::optional<View> getCopy(ArrayRef<AffineExpr> from, ArrayRef<AffineExpr> to,
                            RankedTensorType type, ArrayRef<int64_t> extents);

/// How an operand that is read as `from` becomes what an op takes, which is
/// read as `to`: by a reshape, else by a copy.
std::optional<View> getOperandView(IndexedType from, IndexedType to,
                                   ArrayRef<int64_t> extents);

/// Whether `lhs` and `rhs`, indices into two tensors, are the same in the same
/// order but for unit dimensions on either side.
bool isSameButForUnits(ArrayRef<AffineExpr> lhs, ArrayRef<AffineExpr> rhs);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_VIEW_H
