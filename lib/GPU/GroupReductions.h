//===- GroupReductions.h - reductions across threads ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_GPU_GROUPREDUCTIONS_H
#define NORM_LIB_GPU_GROUPREDUCTIONS_H

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::norm {

/// The threads of a block that share a row.
struct ThreadGroup {
  gpu::LaunchOp launch;
  /// A power of two. Up to a warp, groups are parts of one; beyond, the group
  /// is the block.
  int64_t threads;
  /// The number of this thread in its group, an index.
  Value thread;
};

/// Combines `values`, one for each of `kinds`, over the threads of the group,
/// which all get the results, with the same bits. Partners exchange values in a
/// butterfly; the warps of a block exchange theirs in workgroup memory of this
/// reduction's own, with one barrier.
SmallVector<Value> reduceOverGroup(OpBuilder &builder, Location loc,
                                   const ThreadGroup &group,
                                   ArrayRef<Reduction> kinds,
                                   ValueRange values);

} // namespace mlir::norm

#endif // NORM_LIB_GPU_GROUPREDUCTIONS_H
