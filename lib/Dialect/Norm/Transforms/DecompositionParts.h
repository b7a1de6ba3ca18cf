//===- DecompositionParts.h - steps to reuse --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Steps of the decomposition that other transformations of norm ops need too.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_DECOMPOSITIONPARTS_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_DECOMPOSITIONPARTS_H

#include "norm/Dialect/Norm/IR/NormOps.h"

namespace mlir::norm {

/// The number of elements that the statistic of `op` is the mean over, as a
/// value of C: k, or the row length.
Value emitStatisticCount(OpBuilder &builder, NormOpInterface op);

/// y of `op` from one mean (null where the op is not centred) and one rstd per
/// row, as a linalg op on tensors.
Value emitNormalizedRows(OpBuilder &builder, NormOpInterface op, Value mean,
                         Value rstd);

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_DECOMPOSITIONPARTS_H
