//===- BackwardFormula.h - one element of dx, dscale, dbias -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The gradients from scalars. With r the operand rstd (q, with epsilon
// outside), m_i = dy_i (o + g_i), xh_i = x_i r or (x_i - mu) r and S = sum_j
// m_j xh_j, all norms have one form:
//
//   inside    dx_i = r (m_i - mean(m) - [i < k] xh_i c),  c = S / k
//   outside   dx_i = q (m_i - mean(m)) - [i < k] xh_i c,  c = S / (k rms)
//
// where mean(m) is layernorm's alone, k is n but for prmsnorm, rms = 1/q - eps
// and c = 0 for rms = 0. Against x r^3/n * sum m x, no product leaves the range
// of C: for r = 1e15, x = 1e-15 it has r^3.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMS_BACKWARDFORMULA_H
#define NORM_DIALECT_NORM_TRANSFORMS_BACKWARDFORMULA_H

#include "norm/Dialect/Norm/Transforms/Formula.h"

namespace mlir::norm {

/// One value for each input of a backward op, null where it is not at hand.
struct BackwardScalars {
  Value dy, x, scale, rstd, mean, dres;
};

/// Which of them a formula reads.
enum class BackwardPart { rowSum, gradientSum, dx, dscale, dbias };

/// Inputs of a backward op as those of a linalg op or row_loop.
class BackwardInputs {
public:
  /// Those that `part` reads.
  BackwardInputs(NormBackwardOpInterface op, BackwardPart part);

  SmallVector<Value> values;
  /// From the dimensions of x.
  SmallVector<AffineMap> maps;

  /// The scalars among `arguments`, of which the first are those of `values`.
  BackwardScalars getScalars(ValueRange arguments) const;

private:
  SmallVector<Value BackwardScalars::*> members;
};

/// What dx reads of its row: mean(m), null but for layernorm, and c.
struct RowTerms {
  Value meanOfGradient, coefficient;
};

/// m_i, in C.
Value emitGradient(OpBuilder &builder, NormBackwardOpInterface op,
                   const FormulaEmitter &emitter, const BackwardScalars &at);

/// xh_i, in C.
Value emitNormalized(OpBuilder &builder, NormBackwardOpInterface op,
                     const FormulaEmitter &emitter, const BackwardScalars &at);

/// c from S and the count that it is divided by.
Value emitCoefficient(OpBuilder &builder, NormBackwardOpInterface op, Value sum,
                      Value count, Value rstd);

/// dx_i, rounded once. `leading` is [i < k], an i1, or null where all are.
Value emitInputGradient(OpBuilder &builder, NormBackwardOpInterface op,
                        const FormulaEmitter &emitter,
                        const BackwardScalars &at, const RowTerms &terms,
                        Value leading);

/// dy_i xh_i, in C, xh_i rounded as scale_rounding says.
Value emitScaleGradient(OpBuilder &builder, NormBackwardOpInterface op,
                        const FormulaEmitter &emitter,
                        const BackwardScalars &at);

/// Where a sum over rows in C goes whose result is that of `destination`: there
/// itself, or to memory of its own where that has another type.
Value emitSumDestination(OpBuilder &builder, NormBackwardOpInterface op,
                         Value destination);

/// `sum`, which went there, in `destination`: rounded, and its memory freed.
Value emitRoundedSum(OpBuilder &builder, NormBackwardOpInterface op, Value sum,
                     Value destination);

/// Whether a row may have elements behind the first k.
bool hasTrailingElements(NormBackwardOpInterface op);

/// 1 for the first k elements of the row and 0 for the others, of type C and
/// shaped as the scale; null where all elements are among the first k.
Value emitLeadingMask(OpBuilder &builder, NormBackwardOpInterface op);

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_TRANSFORMS_BACKWARDFORMULA_H
