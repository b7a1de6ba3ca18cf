//===- GradientFactors.h - dy and scale of a gradient -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_GRADIENTFACTORS_H
#define NORM_LIB_RAISE_PLAN_GRADIENTFACTORS_H

#include "Expr/Expr.h"

namespace mlir::norm::raise {

/// gradient = dy * scale; scale is null for 1.
struct GradientFactors {
  ExprRef dy, scale;
};

/// How `gradient` may be dy * scale, where the scale varies along the positions
/// in `rowMask` alone; the last one is without a scale. A number goes with
/// either. Example: dz + dz w, with dz over rows and w over the row alone, is
/// dz * (1 + w).
SmallVector<GradientFactors> splitGradient(ExprContext &context,
                                           ExprRef gradient, uint32_t rowMask);

/// `expr` as a product: of a sum the factors that all its products have, and
/// what is left. Example: w y + w s y has w, y and 1 + s.
SmallVector<Factor> factorOut(ExprContext &context, ExprRef expr,
                              Coefficient &coefficient);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_GRADIENTFACTORS_H
