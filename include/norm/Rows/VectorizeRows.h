//===- VectorizeRows.h - row loops of vector code ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_ROWS_VECTORIZEROWS_H
#define NORM_ROWS_VECTORIZEROWS_H

#include "norm/Target/VectorTarget.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::norm {

/// A row loop without vector code, and why, in words.
struct RowObstacle {
  Operation *op;
  std::string reason;
};

/// Turns each norm op and each row loop on memrefs under `root` into a parallel
/// loop over its rows, as the pass norm-vectorize-rows does. If one of them has
/// no vector code it is returned, and norm ops have become row loops, but no
/// more.
std::optional<RowObstacle> vectorizeRows(Operation *root,
                                         const VectorTarget &target);

/// Adds the pattern that replaces a norm op on memrefs of f64, f32, f16 and
/// bf16 by a parallel loop over its rows.
void populateNormVectorizeRowsPatterns(RewritePatternSet &patterns,
                                       VectorTarget target);

} // namespace mlir::norm

#endif // NORM_ROWS_VECTORIZEROWS_H
