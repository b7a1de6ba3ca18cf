//===- RowMoments.h - mean and variance from sums ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The moments of a row come from sums of d = v - c and of d^2, for a shift c
// that is near the mean (semantics.md, "A large mean"). Two things can be wrong
// with c:
//
//   far      c is not like the row, as where outliers come first. The mean that
//            the sums give is a better c.
//   outside  d or its sum leaves the range of the type, as in [3e38, -3e38,
//   1e38,
//            -1e38] for c = 3e38. Then mean(d) is inf or NaN, and the variance
//            NaN. The definition has a number here: the mean of the row exists,
//            the variance is inf, and rstd 0.
//
// Both are seen in the results of a row and mended by a second look at it.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMS_ROWMOMENTS_H
#define NORM_DIALECT_NORM_TRANSFORMS_ROWMOMENTS_H

#include "norm/Dialect/Norm/Transforms/Formula.h"

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

/// Sums of this times v_i stay in range, for as many elements as memory holds.
/// It is a power of two, so that products are exact.
constexpr double kSumScale = 0x1p-40;

/// A second look at a row adds up d = v * scale - shift, and d^2.
struct SecondLook {
  /// Whether it is needed, and whether the reason is that the first look left
  /// the range of the type: i1.
  Value needed, outside;
  /// The mean that the first look found, and 1; or 0, and kSumScale.
  Value shift, scale;
};

/// What the first look, about `shift`, leaves to do.
SecondLook emitSecondLook(OpBuilder &builder, Location loc, Value shift,
                          ShiftedMoments first);

/// v - shift - distance is the centred value.
struct RowCentre {
  Value shift, distance, variance;
};

/// What the second look found.
RowCentre emitRowCentre(OpBuilder &builder, Location loc,
                        const SecondLook &look, ShiftedMoments second);

/// The moments about `shift`, which is the mean but for a rounding, where sums
/// of differences from it may be outside of the range of the type.
RowCentre emitRowCentre(OpBuilder &builder, Location loc, Value shift,
                        ShiftedMoments moments);

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_TRANSFORMS_ROWMOMENTS_H
