//===- IndexMath.h - index expressions with known ranges --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_EXPR_INDEXMATH_H
#define NORM_LIB_RAISE_EXPR_INDEXMATH_H

#include "mlir/IR/AffineExpr.h"
#include "llvm/ADT/SmallVector.h"

#include <functional>
#include <optional>

namespace mlir::norm::raise {

/// The extent of a dimension of index expressions, or ShapedType::kDynamic.
using ExtentOf = llvm::function_ref<int64_t(unsigned dim)>;

/// One summand `factor * atom` of a linear index expression; an atom is a
/// dimension, or a floordiv or mod that could not be resolved.
struct IndexTerm {
  AffineExpr atom;
  int64_t factor;
};

/// constant + sum of terms.
struct LinearIndex {
  llvm::SmallVector<IndexTerm> terms;
  int64_t constant = 0;
};

/// `expr` as a linear combination of atoms, sorted by their dimension numbers.
LinearIndex toLinear(AffineExpr expr);

/// `expr` simplified by the ranges of its dimensions: with d1 in [0, 128),
/// (d0 * 128 + d1) floordiv 128 is d0 and (d0 * 128 + d1) mod 128 is d1;
/// dimensions of extent 1 are 0.
AffineExpr simplifyIndex(AffineExpr expr, ExtentOf extentOf);

/// The closed range of values that `expr` takes; none where unknown.
std::optional<std::pair<int64_t, int64_t>> rangeOf(AffineExpr expr,
                                                   ExtentOf extentOf);

/// Whether a floordiv, ceildiv or mod occurs in `expr`.
bool hasDivision(AffineExpr expr);

/// The dimensions that occur in `expr`, as a bit mask.
uint64_t dimsOf(AffineExpr expr);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_EXPR_INDEXMATH_H
