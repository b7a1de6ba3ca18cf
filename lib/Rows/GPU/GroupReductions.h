//===- GroupReductions.h - reductions across threads ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_GPU_GROUPREDUCTIONS_H
#define NORM_LIB_ROWS_GPU_GROUPREDUCTIONS_H

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::norm {

/// The threads that share a row.
struct ThreadGroup {
  gpu::LaunchOp launch;
  /// Threads in one block. Up to a warp, groups are parts of one, a power of
  /// two; beyond, the group is the block, of whole warps.
  int64_t threads;
  /// Blocks, a cluster; 1 if there is none.
  int64_t blocks;
  /// The number of this thread among those of its block, an index.
  Value thread;
  /// The number of this block in its cluster, an index; null if there is none.
  Value rank;
  /// 0 and 1 in turn for rows that a block computes one after the other, an
  /// index; null if there is one row.
  Value parity;
  /// Whether all blocks of the cluster are known to run.
  bool started = false;
};

/// Tells the other blocks of a cluster that this one runs. Nothing waits for it
/// before the first reduction does.
void announceBlock(OpBuilder &builder, Location loc, const ThreadGroup &group);

/// Combines `values`, one for each of `kinds`, over the threads of the group,
/// which all get the results, with the same bits. Partners exchange values in a
/// butterfly; warps exchange theirs in shared memory of this reduction's own,
/// with one barrier of the block or the cluster. That of a cluster is written
/// by the other blocks and read by its own, so that a block may end while
/// others still read.
SmallVector<Value> reduceOverGroup(OpBuilder &builder, Location loc,
                                   ThreadGroup &group,
                                   ArrayRef<Reduction> kinds,
                                   ValueRange values);

/// Shared memory in the numbered address space, which convert-vector-to-llvm
/// wants for vectors.
Value castToNumber(OpBuilder &builder, Value memory);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_GPU_GROUPREDUCTIONS_H
