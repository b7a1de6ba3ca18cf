//===- LinearSum.h - elementwise ops that are linear ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_MODELS_LINEARSUM_H
#define NORM_LIB_MODELS_LINEARSUM_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace mlir::norm::models {

/// What the body of `op` yields first.
Value getYielded(linalg::LinalgOp op);

/// Whether `op` is elementwise and linear in its inputs without a constant
/// term: sums, differences, multiples by numbers; broadcasts and transposes,
/// too.
bool isLinearSum(linalg::LinalgOp op);

/// Whether `op` gives its one input, at other places.
bool isCopy(linalg::LinalgOp op);

/// Whether `op` is the sum of its two inputs.
bool isPlainSum(linalg::LinalgOp op);

/// Whether `value`, of the body of `op`, has other values along loop `loop`.
bool variesAlong(Value value, linalg::LinalgOp op, unsigned loop);

} // namespace mlir::norm::models

#endif // NORM_LIB_MODELS_LINEARSUM_H
