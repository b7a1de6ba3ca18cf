//===- WholeGradients.h - a gradient that reads the norm --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The loss of y = x r g has a gradient dy that reads y, such as y - t. So dy
// has r, too, and the root, multiplied out, is no polynomial of degree 1 and 3
// in r:
//   r g (x r g - t) - x r^3/n sum(g (x r g - t) x)
// What is summed over the row says what dy may be: a factor that is a sum of
// terms and reads r. Where such a factor stays whole, as one atom, the root is
// that of any other dy.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_MATCH_WHOLEGRADIENTS_H
#define NORM_LIB_RAISE_MATCH_WHOLEGRADIENTS_H

#include "Expr/Expr.h"

namespace mlir::norm::raise {

/// Expressions in the place of others.
using Replacements = llvm::DenseMap<ExprRef, ExprRef>;

/// `expr` with the parts of its sums and products replaced that are keys of
/// `replacements`.
ExprRef replaceParts(ExprContext &context, ExprRef expr,
                     const Replacements &replacements);

/// Whether `part` is `expr` or a part of it.
bool readsPart(ExprRef expr, ExprRef part);

/// A root in which what may be dy is whole.
struct WholeGradients {
  ExprRef root;
  /// From what stands for it, at positions of the root, to what it is.
  Replacements opened;
};

/// `root` with each factor whole that row sums have, that is a sum of terms and
/// reads `rstd`; none where there is no such factor.
std::optional<WholeGradients> keepGradientsWhole(ExprContext &context,
                                                 ExprRef root, ExprRef rstd,
                                                 uint32_t rowMask);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_MATCH_WHOLEGRADIENTS_H
