//===- SplitNorm.h - norms and backwards of split rows ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_SHARDING_SPLITNORM_H
#define NORM_LIB_SHARDING_SPLITNORM_H

#include "RowLoopBuilder.h"
#include "ShardedRow.h"

namespace mlir::norm::sharding {

/// What a row gives to all of its elements, in the compute type, one value per
/// row each: the centre is shift + distance, both null where nothing is
/// centred.
struct RowStatistics {
  Value statistic, shift, distance;
};

/// The mean and the variance of each row of the value that `emitValue` makes of
/// the arguments of `loop`, of type `compute`: a second loop, one all-gather.
RowStatistics emitSplitMoments(const RowLoopBuilder &loop,
                               const ShardedRow &row, FloatType compute,
                               llvm::function_ref<Value(ValueRange)> emitValue);

/// What `op` is on the part of each row that a process has; the values of its
/// results, in order.
SmallVector<Value> splitNorm(NormOpInterface op, const ShardedRow &row,
                             const Partition &partition);

/// What `op` is on parts of rows and columns, as `loops` says; an error where
/// that is not done.
FailureOr<SmallVector<Value>> splitBackward(NormBackwardOpInterface op,
                                            const LoopAxes &loops,
                                            const Partition &partition);

/// What the loop `op` is on parts, whose rows are split where `loops` says so;
/// an error where that is not done.
FailureOr<SmallVector<Value>> splitRowLoop(RowLoopOp op, const LoopAxes &loops,
                                           const Partition &partition);

} // namespace mlir::norm::sharding

#endif // NORM_LIB_SHARDING_SPLITNORM_H
