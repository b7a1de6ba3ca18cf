//===- ShardingModels.h - how norms are split over processes ----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_SHARDING_SHARDINGMODELS_H
#define NORM_SHARDING_SHARDINGMODELS_H

namespace mlir {
class DialectRegistry;
} // namespace mlir

namespace mlir::norm {

/// Adds upstream's ShardingInterface to the norm ops, so that
/// `sharding-propagation` goes through them and `shard-partition` splits them:
/// with split rows, into a loop over the part of each row, one collective on
/// one value or a few per row, and a second loop.
void registerShardingInterfaceExternalModels(DialectRegistry &registry);

} // namespace mlir::norm

#endif // NORM_SHARDING_SHARDINGMODELS_H
