//===- Witness.h - a value of the program that an expression is -*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The algebra says what the input, scale and bias of a norm are; a raise needs
// values of the program that are just that. A witness is a tensor read at
// indices, or a scalar in the body of a structured op at points of its loops.
// Running the body once more would make a tensor of the scalar; a plan only
// says so. Example: for y = (x[i, j] + r[i, j]) * rstd[i] in one body, the
// input is the scalar x + r at (d0, d1), and no op of the program holds it.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_WITNESS_H
#define NORM_LIB_RAISE_PLAN_WITNESS_H

#include "Read/ExprReader.h"

#include "llvm/ADT/SetVector.h"

namespace mlir::norm::raise {

/// A value whose element at `indices` (over positions of the root) is the
/// wanted expression. `indices` has one index for each dimension: of the
/// tensor, or of the tensor that would be made of the scalar.
struct Witness {
  /// A tensor, or a scalar in the body of `op`.
  Value value;
  SmallVector<AffineExpr> indices;
  /// Null for a tensor.
  linalg::LinalgOp op = nullptr;
  /// The loop of `op` that each dimension is.
  SmallVector<unsigned> loops;
  /// The norm takes `value` times this power of two.
  double multiple = 1.0;
  /// What a program adds may be a number, of which there is no value.
  std::optional<double> number = std::nullopt;

  /// Whether the tensor has to be made.
  bool isMade() const { return op || multiple != 1.0; }
};

/// The size of a dimension: that of dimension `dim` of the tensor `value`, or
/// `value` itself where that is an index, or the number `dim` where there is no
/// value.
struct Size {
  Value value;
  int64_t dim;
};

/// The type of the tensor that a witness is, or would be made into.
RankedTensorType getType(const Witness &witness);

/// The size of dimension `dim` of that tensor.
Size getSize(const Witness &witness, unsigned dim);

/// The same as an expression.
ExprRef getExtent(ExprReader &reader, const Witness &witness, unsigned dim);

/// The elements of the tensor as an expression in its dimensions.
ValueExpr getElement(ExprReader &reader, const Witness &witness);

/// The values of the body of `op` that `scalar` is computed from, itself
/// included.
llvm::SetVector<Value> getBodySlice(linalg::LinalgOp op, Value scalar);

/// The tensors that `value`, in the body of `op` or its result, is computed
/// from.
SmallVector<Value> getValuesRead(Operation *op, Value value);

/// The loops of `op` that `scalar`, of its body, varies along; none where it
/// depends on the accumulator of a reduction, or where the extent of such a
/// loop is that of no operand.
std::optional<SmallVector<unsigned>> getLoopsOf(linalg::LinalgOp op,
                                                Value scalar);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_WITNESS_H
