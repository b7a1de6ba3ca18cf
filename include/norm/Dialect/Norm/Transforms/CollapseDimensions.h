//===- CollapseDimensions.h - rows and row ----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMS_COLLAPSEDIMENSIONS_H
#define NORM_DIALECT_NORM_TRANSFORMS_COLLAPSEDIMENSIONS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::norm {

/// Adds the pattern that brings norms of trailing dimensions on tensors to two
/// dimensions, rows and row, with reshapes around the op.
void populateNormCollapseDimensionsPatterns(RewritePatternSet &patterns);

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_TRANSFORMS_COLLAPSEDIMENSIONS_H
