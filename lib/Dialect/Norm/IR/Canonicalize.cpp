//===- Canonicalize.cpp - canonicalizations of the ops --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Canonicalize.h"

#include "Neighbours.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;

FloatType norm::detail::getElementType(Value value) {
  return cast<FloatType>(cast<ShapedType>(value.getType()).getElementType());
}

void norm::detail::replaceNorm(PatternRewriter &rewriter, NormOpInterface op,
                               const NormDescription &description) {
  NormOpInterface replacement = description.create(rewriter, op.getLoc());
  rewriter.replaceOp(op, replacement->getResults());
}

Operation *norm::detail::getOnlyUser(NormOpInterface op) {
  Value y = op.getY();
  if (!y || y.use_empty())
    return nullptr;
  Operation *user = *y.user_begin();
  bool isOnly = llvm::all_of(y.getUsers(),
                             [&](Operation *other) { return other == user; });
  return isOnly && user->getBlock() == op->getBlock() ? user : nullptr;
}

bool norm::detail::isDefinedBefore(Value value, Operation *op) {
  Operation *definition = value.getDefiningOp();
  return !definition || definition->getBlock() != op->getBlock() ||
         definition->isBeforeInBlock(op);
}

LogicalResult norm::detail::replaceNormAndUser(PatternRewriter &rewriter,
                                               NormOpInterface op,
                                               Operation *user,
                                               NormDescription description) {
  Value destination = getDestination(user);
  if (destination == op.getY())
    destination = op.getInit();
  bool statisticsUnused =
      llvm::all_of(op->getResults().drop_front(),
                   [](Value result) { return result.use_empty(); });
  // Where a statistic is used, perhaps before `user`, the new op stands in the
  // place of the old one.
  if (!statisticsUnused)
    for (Value operand : {description.scale, description.bias, destination})
      if (operand && !isDefinedBefore(operand, op))
        return rewriter.notifyMatchFailure(
            op, "operand is defined after a use of a statistic");

  OpBuilder::InsertionGuard guard(rewriter);
  if (statisticsUnused)
    rewriter.setInsertionPoint(user);
  else
    rewriter.setInsertionPoint(op);
  if (!destination) {
    auto type = cast<RankedTensorType>(user->getResult(0).getType());
    destination = tensor::EmptyOp::create(
        rewriter, user->getLoc(),
        tensor::getMixedSizes(rewriter, op.getLoc(), op.getInit()),
        type.getElementType());
  }
  description.init = destination;
  NormOpInterface replacement = description.create(
      rewriter, rewriter.getFusedLoc({op.getLoc(), user->getLoc()}));
  rewriter.replaceOp(user, replacement.getY());
  for (auto [from, to] :
       llvm::zip_equal(op->getResults().drop_front(),
                       replacement->getResults().drop_front()))
    rewriter.replaceAllUsesWith(from, to);
  rewriter.eraseOp(op);
  return success();
}

void NormDialect::getCanonicalizationPatterns(
    RewritePatternSet &results) const {
  norm::detail::populateIdentityPatterns(results);
  norm::detail::populateScalePatterns(results);
  norm::detail::populateCastPatterns(results);
  norm::detail::populateInvariancePatterns(results);
  norm::detail::populateSharingPatterns(results);
  norm::detail::populateBackwardPatterns(results);
}
