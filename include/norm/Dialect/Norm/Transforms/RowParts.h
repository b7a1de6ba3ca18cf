//===- RowParts.h - scalars of row loops ------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the conversions of norm ops and of their backwards to row loops share.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMS_ROWPARTS_H
#define NORM_DIALECT_NORM_TRANSFORMS_ROWPARTS_H

#include "norm/Dialect/Norm/Transforms/Formula.h"

namespace mlir::norm {

/// Scalars of a row_loop; its emitters know what multiply-add the target has.
struct RowEmitter : ScalarEmitter {
  Value multiplyAdd(OpBuilder &builder, Location loc, Value a, Value b,
                    Value c) const override;
};

/// The sum of `value` over the leading `count` elements of the row, or over all
/// of it, divided by how many they are.
Value emitRowMean(OpBuilder &builder, Location loc, Value value,
                  std::optional<int64_t> count);

/// The number of elements of a row as a value of type `type`.
Value emitRowLength(OpBuilder &builder, Location loc, Type type);

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_TRANSFORMS_ROWPARTS_H
