//===- Canonicalize.h - canonicalizations of the ops ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each file of canonicalizations has one subject and one populate function. All
// patterns are rooted at the norm op and treat the three ops alike where the
// mathematics does. `C`, `X`, `G`, `Y`, `R`, `P` are the types of semantics.md.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_IR_CANONICALIZE_H
#define NORM_LIB_DIALECT_NORM_IR_CANONICALIZE_H

#include "norm/Dialect/Norm/IR/NormDescription.h"
#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::norm::detail {

/// Unit scales, zero biases, k = n, statistics that nobody uses.
void populateIdentityPatterns(RewritePatternSet &patterns);

/// Products and sums with a vector after the norm, 1 + w before it.
void populateScalePatterns(RewritePatternSet &patterns);

/// Casts of x, scale and bias before the norm, of y after it.
void populateCastPatterns(RewritePatternSet &patterns);

/// Scalings and shifts of the input, to which a norm is blind (under reassoc).
void populateInvariancePatterns(RewritePatternSet &patterns);

/// Norms of one input that differ in scale and bias only.
void populateSharingPatterns(RewritePatternSet &patterns);

/// The same for backward ops, where it holds.
void populateBackwardPatterns(RewritePatternSet &patterns);

//===----------------------------------------------------------------------===//
// What the patterns have in common
//===----------------------------------------------------------------------===//

/// Replaces `op` by the op of `description`, whose results are those of `op`,
/// in the same order.
void replaceNorm(PatternRewriter &rewriter, NormOpInterface op,
                 const NormDescription &description);

/// The only op that uses y, in the block of the norm and more than zero times.
Operation *getOnlyUser(NormOpInterface op);

/// Replaces `op` and `user`, its only user, by the op of `description`, whose y
/// is the result of `user`; the destination is that of `user`. Fails, changing
/// nothing, where that op would stand before an operand of it or after a use of
/// a statistic.
LogicalResult replaceNormAndUser(PatternRewriter &rewriter, NormOpInterface op,
                                 Operation *user, NormDescription description);

/// Whether `value`, which is visible at a later op of the block, is visible at
/// `op` already.
bool isDefinedBefore(Value value, Operation *op);

/// The element type of a shaped value.
FloatType getElementType(Value value);

} // namespace mlir::norm::detail

#endif // NORM_LIB_DIALECT_NORM_IR_CANONICALIZE_H
