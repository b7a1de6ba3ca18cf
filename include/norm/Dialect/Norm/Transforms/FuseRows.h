//===- FuseRows.h - norms and their neighbours as row loops -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMS_FUSEROWS_H
#define NORM_DIALECT_NORM_TRANSFORMS_FUSEROWS_H

#include "norm/Dialect/Norm/IR/NormOps.h"
#include "norm/Target/RowTarget.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::norm {

/// The norm op `op`, on tensors or on memrefs, as a row_loop at the builder's
/// place, with the same results in the same order. `op` is left as it is.
RowLoopOp convertNormToRows(OpBuilder &builder, NormOpInterface op);

/// The backward op `op`, on tensors or on memrefs, as a row_loop at the
/// builder's place, which adds up dscale and dbias. Where these have another
/// type than C, they are rounded behind it: by a linalg op, or by a row_loop if
/// `isForGPU`, as kernels are made of these alone. Returns the results of `op`
/// in order, none on memrefs. `op` is left as it is.
SmallVector<Value> convertBackwardToRows(OpBuilder &builder,
                                         NormBackwardOpInterface op,
                                         bool isForGPU);

/// A neighbour of a row loop that stayed outside, and why, in words.
struct UnfusedNeighbour {
  Operation *op;
  std::string reason;
};

/// Turns each norm op on tensors under `root` into a row_loop and takes its
/// row-local neighbours in, as the pass norm-fuse-rows does: those that have
/// code for `target`. Returns what stayed outside.
SmallVector<UnfusedNeighbour>
fuseRows(RewriterBase &rewriter, Operation *root,
         const RowTarget &target = VectorTarget());

/// Emits a missed remark of the category `norm-fuse-rows` for each neighbour.
void emitRemarks(ArrayRef<UnfusedNeighbour> neighbours);

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_TRANSFORMS_FUSEROWS_H
