//===- Fold.h - layernorms that are rmsnorms --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_MODELS_FOLD_H
#define NORM_MODELS_FOLD_H

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/IR/PatternMatch.h"

#include <string>

namespace mlir::norm {

/// What became of a layernorm and of those that read the same stream.
struct FoldOutcome {
  /// The rmsnorms that took their places, none where they stayed.
  SmallVector<NormOpInterface> norms;
  /// Uses of weights that were centred.
  unsigned terms = 0;
  /// Why they stayed, in words.
  std::string reason;
};

/// layernorm(sum of terms) -> rmsnorm(sum of centred terms), for the layernorm
/// `op` and all that reads the same sums, or none. The constants themselves
/// stay, for other uses.
FoldOutcome foldLayerNorm(RewriterBase &rewriter, NormOpInterface op);

} // namespace mlir::norm

#endif // NORM_MODELS_FOLD_H
