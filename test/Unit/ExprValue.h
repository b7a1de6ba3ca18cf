//===- ExprValue.h - what row expressions compute ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_UNIT_EXPRVALUE_H
#define NORM_TEST_UNIT_EXPRVALUE_H

#include "Expr/Expr.h"

#include <array>

namespace mlir::norm::raise {

/// Values of the dimensions: positions, and bound indices from kFirstBound on.
using Point = std::array<int64_t, kMaxDims>;

/// The element of a leaf at indices that are numbers.
using ElementOf =
    llvm::function_ref<double(ExprRef leaf, ArrayRef<int64_t> indices)>;

/// The value of `expr` at `point`; opaque functions have none.
double evaluate(ExprRef expr, Point point, ElementOf elementOf);

} // namespace mlir::norm::raise

#endif // NORM_TEST_UNIT_EXPRVALUE_H
