//===- Neighbours.h - ops that a norm may absorb ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What stands beside a norm op and could be part of it: casts, products and
// sums with a vector along the row, scalings and shifts. A matcher looks at one
// op and returns what a rewrite needs of it; whether a rewrite is allowed is
// not decided here. A neighbour is a linalg op (generic or named) whose body is
// that one operation on parallel loops, or the arith op on tensors.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_IR_NEIGHBOURS_H
#define NORM_LIB_DIALECT_NORM_IR_NEIGHBOURS_H

#include "norm/Dialect/Norm/IR/NormOps.h"

#include <optional>

namespace mlir::norm::detail {

/// `result = cast(source)` element by element, either way, to nearest even.
struct Cast {
  Value source;
  /// Whether every value of the source's type is one of the result's.
  bool isExact;
};
std::optional<Cast> matchCast(Operation *op);

/// `result = value * vector` or `value + vector`, the vector being broadcast
/// along the dimensions of the rows.
struct RowOperation {
  /// Shaped as the normalized dimensions.
  Value vector;
  /// The type in which the product or sum is computed, to which it is rounded.
  FloatType computed;
  /// The element type of the result.
  FloatType stored;
};
std::optional<RowOperation> matchRowProduct(Operation *op, Value value,
                                            ArrayRef<int64_t> dimensions);
std::optional<RowOperation> matchRowSum(Operation *op, Value value,
                                        ArrayRef<int64_t> dimensions);

/// `result = 1 + source`, computed in `computed`, which the result stores.
struct OnePlus {
  Value source;
  FloatType computed;
};
std::optional<OnePlus> matchOnePlus(Value result);

/// `result = factor * source` for a constant factor.
struct ScaledValue {
  Value source;
  double factor;
};
std::optional<ScaledValue> matchConstantScaling(Value result);

/// `result = source + shift` or `source - shift` for a shift that is the same
/// for all elements of a row.
struct ShiftedValue {
  Value source;
  /// Null where the shift is a constant.
  Value shift;
  /// Whether the shift is subtracted.
  bool isDifference;
};
std::optional<ShiftedValue> matchRowShift(Value result,
                                          ArrayRef<int64_t> dimensions);

/// Whether `value` is (1/n) * sum over the row of `source`, n static.
bool isRowMean(Value value, Value source, ArrayRef<int64_t> dimensions);

/// The number that all elements of `value` are, if that is known.
std::optional<double> getSplat(Value value);

/// The destination that `op` writes its only result to, or null for arith ops.
Value getDestination(Operation *op);

} // namespace mlir::norm::detail

#endif // NORM_LIB_DIALECT_NORM_IR_NEIGHBOURS_H
