//===- KernelAttribute.h - what is known of a kernel ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_ROWS_KERNELATTRIBUTE_H
#define NORM_ROWS_KERNELATTRIBUTE_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"

namespace mlir::norm {

/// The attribute of a launch, and then of its kernel, that says how threads
/// share rows: a dictionary.
///
///   strategy         in words
///   reads            how many times an element of an input is loaded at most
///   block_size       threads of a block
///   rows_per_block   rows that a block computes at a time
///   cluster_size     blocks that share a row; 1: blocks are alone. More than 8
///                    need the permission for clusters of non-portable size
///   side_by_side     blocks for which a multiprocessor has registers: the
///                    kernel is assembled so that they suffice
///   max_groups       0, or the number of blocks that take rows in turn where
///                    there are more of them. All take equally many: of
///                    m = ceil(rows / rows_per_block) rows, or groups of them,
///                    ceil(m / ceil(m / max_groups)) blocks have some
///   row_length       n, or -1 if it is not known
///   shared_length    elements of a row that are kept in dynamic shared memory
///   dependent_launch whether the kernel waits for the grids before it by
///                    griddepcontrol, so that it may be launched early
constexpr StringLiteral kKernelAttrName = "norm.kernel";

/// The attribute of a memref.alloc of memory that kernels alone use, between
/// two launches: it is device memory.
constexpr StringLiteral kWorkspaceAttrName = "norm.workspace";

} // namespace mlir::norm

#endif // NORM_ROWS_KERNELATTRIBUTE_H
