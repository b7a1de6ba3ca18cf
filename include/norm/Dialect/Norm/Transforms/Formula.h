//===- Formula.h - one element of y -----------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// y_i from t_i, scale_i and bias_i with the roundings of the op's definition.
// The decomposition writes it as scalars of linalg ops, norm-fuse-rows as
// scalars of row loops.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMS_FORMULA_H
#define NORM_DIALECT_NORM_TRANSFORMS_FORMULA_H

#include "norm/Dialect/Norm/IR/NormOps.h"

namespace mlir::norm {

/// How the operations of a formula are emitted.
struct FormulaEmitter {
  virtual ~FormulaEmitter() = default;
  /// `value`, a float or a vector of floats, with elements of type `element`,
  /// rounded once, to nearest even.
  virtual Value convert(OpBuilder &builder, Location loc, Value value,
                        FloatType element) const = 0;
  /// a * b + c.
  virtual Value multiplyAdd(OpBuilder &builder, Location loc, Value a, Value b,
                            Value c) const = 0;
};

/// Scalars, by the ops that front ends use.
struct ScalarEmitter : FormulaEmitter {
  Value convert(OpBuilder &builder, Location loc, Value value,
                FloatType element) const override;
  Value multiplyAdd(OpBuilder &builder, Location loc, Value a, Value b,
                    Value c) const override;
};

/// y_i in the element type of y, from `normalized` (t_i, in C) and the elements
/// of scale and bias as stored; null where the op has none.
Value emitElement(OpBuilder &builder, NormOpInterface op,
                  const FormulaEmitter &emitter, Value normalized, Value scale,
                  Value bias);

/// o + scale, of the type of `scale`.
Value addScaleOffset(OpBuilder &builder, NormRowsOpInterface op, Value scale);

/// rstd from the statistic s, as eps_mode says. `s` is a scalar of C.
Value emitRstd(OpBuilder &builder, NormOpInterface op, Value statistic);

/// sum / count, the mean of a row. Multiplying by the reciprocal of a constant
/// count is allowed, which is off by one unit in the last place.
Value emitQuotient(OpBuilder &builder, Location loc, Value sum, Value count);

/// The constant `value` of type `type`, a float or a vector of floats.
Value emitConstant(OpBuilder &builder, Location loc, Type type, double value);

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_TRANSFORMS_FORMULA_H
