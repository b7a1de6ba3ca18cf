//===- BoundIndices.h - how a sum uses its bound indices --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_EXPR_BOUNDINDICES_H
#define NORM_LIB_RAISE_EXPR_BOUNDINDICES_H

#include "Expr/Expr.h"

#include <tuple>

namespace mlir::norm::raise {

/// The extent as a number, or ShapedType::kDynamic.
int64_t getStaticExtent(ExprRef extent);

/// The leaves and indices of `body` that use one of `bounds`.
SmallVector<ExprRef> getIndexed(ExprRef body, ArrayRef<BoundIndex> bounds);

/// Whether every index that uses outer or inner uses extent * outer + inner,
/// with the extent of inner.
bool canMerge(ArrayRef<ExprRef> indexed, BoundIndex outer, BoundIndex inner);

/// An index r < a * b that is used as r floordiv b or r mod b.
struct SplitIndex {
  unsigned position;
  int64_t divisor;
};
std::optional<SplitIndex> findSplit(ArrayRef<ExprRef> indexed,
                                    ArrayRef<BoundIndex> bounds);

/// Where an index is first used: an order that does not depend on its number.
std::tuple<int64_t, size_t, int64_t> getKey(ArrayRef<ExprRef> indexed,
                                            unsigned dim);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_EXPR_BOUNDINDICES_H
