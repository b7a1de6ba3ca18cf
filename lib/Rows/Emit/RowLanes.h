//===- RowLanes.h - the lanes of partial sums combined ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_EMIT_ROWLANES_H
#define NORM_LIB_ROWS_EMIT_ROWLANES_H

#include "norm/Dialect/Norm/IR/NormOps.h"

namespace mlir::norm {

/// a combined with b: a + b, or the greater or lesser of them.
Value combine(OpBuilder &builder, Location loc, Reduction kind, Value a,
              Value b);

/// What changes no value that it is combined with.
APFloat getNeutralElement(Reduction kind, FloatType type);

/// The lanes of `vector` combined pairwise, half with half, until one is left.
/// Their number is a power of two.
Value combineLanes(OpBuilder &builder, Location loc, Reduction kind,
                   Value vector);

/// The same for as many vectors as they have lanes: lane i of the result is
/// what combineLanes makes of vector i, with fewer operations.
Value combineLanesOfAll(OpBuilder &builder, Location loc, Reduction kind,
                        SmallVector<Value> vectors);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_EMIT_ROWLANES_H
