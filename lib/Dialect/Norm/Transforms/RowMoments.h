//===- RowMoments.h - mean and variance from sums ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWMOMENTS_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWMOMENTS_H

#include "Formula.h"

namespace mlir::norm {

/// What the sums of d and d^2 give, for d = v - c with c near the mean.
struct ShiftedMoments {
  /// mean(d), the distance from c to the mean.
  Value distance;
  /// max(0, mean(d^2) - mean(d)^2), NaN kept.
  Value variance;
};

/// sum / count, for an index `count`; of a vector, for each lane.
Value divideByCount(OpBuilder &builder, Location loc, Value sum, Value count);

/// Mean and variance from the sums of `count` elements, of a row or, as
/// vectors, of several.
ShiftedMoments emitShiftedMoments(OpBuilder &builder, Location loc,
                                  const FormulaEmitter &emitter, Value sum,
                                  Value sumOfSquares, Value count);

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_ROWMOMENTS_H
