//===- MergeRows.h - two row loops as one -----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_MERGEROWS_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_MERGEROWS_H

#include "LinalgToRows.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::norm {

/// A place for both ops, of which `first` comes first: that of `second` if all
/// other uses of `first` come after it, or that of `first` if what `second`
/// needs can be moved before it. Null, with the reason, if there is none, or if
/// the body of both would be too large.
Operation *findPlace(RewriterBase &rewriter, Operation *first,
                     Operation *second, std::string &obstacle);

/// One row_loop at `place` for `first` and `second`, a row_loop or linalg op
/// each; one of them, `dims` are those of the other in terms of its own. All
/// other uses of the two are replaced; they are left for the caller to erase.
RowLoopOp mergeRows(RewriterBase &rewriter, Operation *first, Operation *second,
                    const RowDims &dims, Operation *place);

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_MERGEROWS_H
