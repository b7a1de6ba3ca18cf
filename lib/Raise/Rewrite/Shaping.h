//===- Shaping.h - tensors in the shape that a norm wants -------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_REWRITE_SHAPING_H
#define NORM_LIB_RAISE_REWRITE_SHAPING_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::norm::raise {

/// `value` with unit dimensions put in or taken out so that it has `type`; null
/// where that does not make it so.
Value reshapeTo(OpBuilder &opBuilder, Location loc, Value value,
                RankedTensorType type);

/// Whether `lhs` and `rhs`, indices into two tensors, are the same in the same
/// order but for unit dimensions on either side.
bool isSameButForUnits(ArrayRef<AffineExpr> lhs, ArrayRef<AffineExpr> rhs);

/// The tensor over `to` (indices of a new tensor of the given sizes) that reads
/// `value` at `from`, as a copying generic op; null where an index of `from` is
/// none of `to`.
Value copyThroughMaps(OpBuilder &opBuilder, Location loc, Value value,
                      ArrayRef<AffineExpr> from, ArrayRef<AffineExpr> to,
                      ArrayRef<OpFoldResult> sizes);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_REWRITE_SHAPING_H
