//===- View.h - how a tensor is brought into another shape ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A plan decides here, from types and indices alone, what a rewrite will build:
// a reshape by unit dimensions, or a copy through an index map. Example: a
// scale of type tensor<1x64xf32>, read at (0, d1), becomes the tensor<64xf32>
// that a norm of tensor<4x64xf32> takes by collapsing [0, 1]; one read at (d1,
// d0) of a norm over both dimensions is copied through (d0, d1) -> (d1, d0).
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

/// The reshape that puts unit dimensions in or takes them out; none where that
/// does not give `to`.
std::optional<View> getReshape(RankedTensorType from, RankedTensorType to);

/// The copy that reads a tensor at `from` where a tensor of type `type` is read
/// at `to`, both indices over the same positions; none where an index of `from`
/// is not computed from those of `to`.
std::optional<View> getCopy(ArrayRef<AffineExpr> from, ArrayRef<AffineExpr> to,
                            RankedTensorType type);

/// Whether `lhs` and `rhs`, indices into two tensors, are the same in the same
/// order but for unit dimensions on either side.
bool isSameButForUnits(ArrayRef<AffineExpr> lhs, ArrayRef<AffineExpr> rhs);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_VIEW_H
