//===- BlockSums.h - sums over rows in kernels ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The rows of a sum are cut into blocks of RowBlocks::kRowsOnGPU. The threads
// of a row take the rows of a block one after the other, and store its sum to
// the row of a buffer in device memory; a second kernel adds up the rows of the
// buffer, of which each warp takes every 16th. Of 64 rows:
//
//   b_0 = ((0 + row_0) + row_1) + ... + row_15,    b_1, b_2, b_3 alike
//   w_i = 0 + b_i (+ b_(i+16) + ...),   sum = pairwise (w_0, w_1, ..., w_15)
//
// Nothing of this depends on how many blocks run at a time.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_GPU_BLOCKSUMS_H
#define NORM_LIB_ROWS_GPU_BLOCKSUMS_H

#include "Emit/RowAccess.h"
#include "norm/Rows/RowSchedule.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::norm {

/// The blocks of rows of a loop that accumulates, and the buffers of their
/// sums.
class BlockSums {
public:
  /// Computes at the builder's place how many blocks there are, and allocates
  /// buffers for their sums, but where they are those of `other`.
  BlockSums(OpBuilder &builder, const RowSchedule &schedule,
            const RowSpace &space, const BlockSums *other = nullptr);

  /// A row of a block, which is the last row of all where there is none.
  struct Row {
    Value number;
    /// Whether there is such a row, an i1.
    Value exists;
  };
  /// Row number `turn` of block number `block`.
  Row getRow(OpBuilder &builder, Value block, Value turn) const;
  /// Whether there is a block of this number, an i1.
  Value hasBlock(OpBuilder &builder, Value block) const;
  /// Rows of the blocks that have most.
  Value getTurns(OpBuilder &builder) const;
  Value getBlockCount() const { return blocks; }

  /// The numbers of the results that are summed up.
  ArrayRef<unsigned> getOutputs() const { return outputs; }
  /// The sum of block number `block` for each of them, in chunks of `lanes`.
  SmallVector<RowAccess> getPartials(Value block, int64_t lanes) const;

  /// Launches the kernel that adds up the blocks, and frees the buffers.
  void emitTree(OpBuilder &builder) const;

private:
  void emitColumn(OpBuilder &builder, gpu::LaunchOp launch) const;

  const RowSchedule &schedule;
  const RowSpace &space;
  Location loc;
  SmallVector<unsigned> outputs;
  Value rowCount, rowsPerSum, blocksPerSum, blocks;
  SmallVector<Value> buffers;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_GPU_BLOCKSUMS_H
