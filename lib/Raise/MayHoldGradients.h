//===- MayHoldGradients.h - programs that have no gradients -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MAYHOLDGRADIENTS_H
#define NORM_LIB_RAISE_MAYHOLDGRADIENTS_H

#include "mlir/IR/Operation.h"

namespace mlir::norm::raise {

/// Whether some op of `ops` sums up products of different values along a
/// dimension, which are no product of matrices: what a gradient does. It looks
/// at single ops, not at expressions.
bool mayHoldGradients(ArrayRef<Operation *> ops);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MAYHOLDGRADIENTS_H
