//===- FoldParameters.h - scale and bias of a norm in its readers - C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Let n be the normalized row. A product that reads g * n + b is one that reads
// n, with other weights and a constant row more:
//
//   (g * n + b) W + c = n (diag(g) W) + (b W + c)
//
// Where c is a vector that is added behind the product, b W joins it. All
// readers of the norm are such products, or none changes.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_MODELS_FOLDPARAMETERS_H
#define NORM_LIB_MODELS_FOLDPARAMETERS_H

#include "WeightFunction.h"

namespace mlir::norm::models {

/// norm(x, g, b) -> norm(x) and other weights of what reads it, or in the
/// outcome why not. Weights that are arguments change by `weights`.
FoldOutcome foldParameters(RewriterBase &rewriter, NormOpInterface op,
                           const FoldOptions &options, WeightFunction &weights);

} // namespace mlir::norm::models

#endif // NORM_LIB_MODELS_FOLDPARAMETERS_H
