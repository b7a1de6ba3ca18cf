//===- WeightArguments.h - weights that are arguments -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An exporter hands weights in as arguments, transposes them on their way to a
// product and spreads biases over all rows:
//
//   %t = linalg.transpose ins(%w : tensor<96x32xf32>) ... permutation = [1, 0]
//   %p = linalg.matmul ins(%x, %t : ...)
//
// Such copies belong to the argument: what is done to dimension 0 of %t is done
// to dimension 1 of %w.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_MODELS_WEIGHTARGUMENTS_H
#define NORM_LIB_MODELS_WEIGHTARGUMENTS_H

#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "llvm/ADT/DenseSet.h"

#include <optional>
#include <string>

namespace mlir::norm::models {

/// A dimension of an argument of a function.
struct ArgumentDim {
  BlockArgument argument;
  int64_t dim;
};

/// The argument that `value` is a copy of, where it is one of the first
/// `numWeights` of its function, and the dimension that `dim` was there.
std::optional<ArgumentDim> traceArgument(Value value, int64_t dim,
                                         unsigned numWeights);

/// The uses of `value` and of its copies that make no copies themselves.
SmallVector<OpOperand *> getFinalUses(Value value);

/// Why `argument` cannot change, if `uses` are the ones that ask for it: it has
/// others; empty if it can.
std::string getTiedObstacle(BlockArgument argument,
                            const llvm::DenseSet<OpOperand *> &uses);

} // namespace mlir::norm::models

#endif // NORM_LIB_MODELS_WEIGHTARGUMENTS_H
