//===- Partial.h - statistics of the first elements -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_MODELS_PARTIAL_H
#define NORM_MODELS_PARTIAL_H

#include "norm/Models/Profile.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::norm {

/// Why the rmsnorm `op`, of which `profile` was measured, stays one; empty if
/// no row changes by more than `threshold`.
std::string getPartialObstacle(NormOpInterface op, const NormProfile &profile,
                               double threshold);

/// rmsnorm(x) -> prmsnorm(x, k)
void makePartial(RewriterBase &rewriter, NormOpInterface op, int64_t k);

} // namespace mlir::norm

#endif // NORM_MODELS_PARTIAL_H
