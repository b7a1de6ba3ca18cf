//===- SharedFunctions.h - what several ops read as one value ---*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The gradient of silu(y) for y = norm(x) is dy = dz s (1 + y (1 - s)) with
// s = 1 / (1 + exp(-y)): it reads x and rstd, but not as a polynomial. The
// gradient of the norm is one in dy, so that dy is best read as a value. It is
// a function that more than one op reads: the term that rstd multiplies and the
// sum over the row, or the scale's gradient.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_READ_SHAREDFUNCTIONS_H
#define NORM_LIB_RAISE_READ_SHAREDFUNCTIONS_H

#include "Expr/Expr.h"

#include "llvm/ADT/DenseSet.h"

namespace mlir::norm::raise {

/// Whether `value`, a tensor that is `expr`, is read more than once, and is no
/// polynomial of first degree in `functions`, of those of its parts that vary
/// along all that it varies along. What is computed from dy alone, such as dy
/// scale, dy (x - mean), and dx, is of first degree in dy.
bool isSharedFunction(Value value, ExprRef expr,
                      const llvm::DenseSet<Value> &functions);

/// Whether `value`, a tensor that is `expr`, is the row of a norm and a sum:
/// its own sum, or sum of squares, is read back along the row. A term that does
/// not vary along the row, as in x - mean, is part of a norm.
bool isRowOfNorm(Value value, ExprRef expr);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_READ_SHAREDFUNCTIONS_H
