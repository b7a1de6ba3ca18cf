//===- NormOps.cpp - row expressions of norm ops --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// y, rstd and the statistic of a norm op are leaves: a norm of y is a norm of a
// tensor, and what reads rstd need not take it once more. The mean is the sum
// of the row over n, so that a second layernorm that shares it is one, too.
// Example: with m = mean of norm.layernorm(x), (x - m) * rsqrt(mean((x - m)^2))
// is a layernorm of x, not an rmsnorm of x - m. For gradients rstd is the root
// of the statistic v that the op gives, too: rstd / (v + epsilon) is rstd^3.
//
//===----------------------------------------------------------------------===//

#include "Read/ExprReader.h"

#include "Expr/Polynomial.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// rstd = (v + epsilon)^(-1/2) where the op gives both.
void ExprReader::readRstd(NormOpInterface op) {
  Value statistic = op.getStatistic(), rstd = op.getRstd();
  if (!isOfGradients || !statistic || !rstd ||
      op.getEpsMode() != EpsMode::inside)
    return;
  APFloat epsilon = op.getEpsilon();
  bool losesInfo = false;
  epsilon.convert(
      cast<FloatType>(getElementTypeOrSelf(rstd)).getFloatSemantics(),
      APFloat::rmNearestTiesToEven, &losesInfo);
  ExprRef shift = context.constant(Coefficient::literal(epsilon));
  ExprRef sum = context.add(makeLeaf(statistic).relaxed, shift);
  ExprRef root = context.pow(sum, Rational(-1, 2));
  set(rstd, {root, root});
}

void ExprReader::visitNorm(NormOpInterface op) {
  readRstd(op);
  Value mean = op.getMeanResult();
  auto type = dyn_cast<RankedTensorType>(op.getInput().getType());
  if (!mean || !type)
    return;
  SmallVector<unsigned> rowDims;
  SmallVector<ExprRef> rowExtents;
  ExprRef inverse = context.constant(1.0);
  for (int64_t dim : op.getDimensions()) {
    rowDims.push_back(dim);
    rowExtents.push_back(getExtent(op.getInput(), dim));
    inverse = context.mul(inverse, context.pow(rowExtents.back(), -1));
  }
  // The other dimensions of the input are those of the mean.
  SmallVector<AffineExpr> positions(type.getRank());
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    positions[dim] = context.dim(dim);
  for (auto [position, dim] : llvm::enumerate(op.getRowDimensions()))
    positions[dim] = context.dim(position);
  auto meanOf = [&](ExprRef element) {
    ExprRef sum =
        distribute(context, inverse, context.sum(element, rowDims, rowExtents));
    return context.substitute(
        sum, positions, cast<RankedTensorType>(mean.getType()).getShape());
  };
  ValueExpr element = get(op.getInput());
  set(mean, {meanOf(element.relaxed), meanOf(element.exact)});
}
