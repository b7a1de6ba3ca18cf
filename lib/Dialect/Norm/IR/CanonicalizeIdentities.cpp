//===- CanonicalizeIdentities.cpp - parts that say nothing ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Operands, results and attributes that say nothing.
//
//===----------------------------------------------------------------------===//

#include "Canonicalize.h"

#include "Neighbours.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::detail;

namespace {

/// norm(x, scale = 1) -> norm(x)
/// norm(x, scale = 0, scale_offset = 1) -> norm(x)
/// without scale_rounding, or with R = C, or with R = Y and no bias
///
/// t * 1 = t exactly. With scale_rounding the left side is
/// Y(P(P(R(t)) + b)), the right side Y(t + b); R = C makes R and P no roundings
/// (P = C, or wider, which C(t + b) needs not), and without bias R = Y makes
/// both sides Y(t), since P holds R.
struct DropUnitScale : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    NormDescription description = NormDescription::get(op);
    if (!op.getScale())
      return rewriter.notifyMatchFailure(op, "no scale");
    std::optional<double> scale = getSplat(op.getScale());
    if (!scale || *scale + double(op.getScaleOffset()) != 1.0)
      return rewriter.notifyMatchFailure(op, "scale is not 1");
    if (FloatType rounding = description.scaleRounding) {
      bool isCompute =
          rounding == op.getComputeType() &&
          isHeldBy(getElementType(op.getScale()), op.getComputeType());
      bool isResult = rounding == getElementType(op.getInit()) && !op.getBias();
      if (!isCompute && !isResult)
        return rewriter.notifyMatchFailure(op, "scale_rounding rounds");
    }
    description.scale = nullptr;
    description.scaleOffset = 0;
    description.scaleRounding = FloatType();
    replaceNorm(rewriter, op, description);
    return success();
  }
};

/// norm(x, bias = -0) -> norm(x); with bias = 0 under nsz
///
/// v + -0 = v for every v. v + 0 = v for every v but -0, of which it makes 0.
/// With scale_rounding the sum rounds P(v) to P, which is P(v).
struct DropZeroBias : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    std::optional<double> bias;
    if (op.getBias())
      bias = getSplat(op.getBias());
    if (bias != 0.0)
      return rewriter.notifyMatchFailure(op, "bias is not 0");
    if (!std::signbit(*bias) &&
        !bitEnumContainsAny(op.getFastmath(), arith::FastMathFlags::nsz))
      return rewriter.notifyMatchFailure(op, "0 needs nsz");
    NormDescription description = NormDescription::get(op);
    description.bias = nullptr;
    replaceNorm(rewriter, op, description);
    return success();
  }
};

/// prmsnorm(x, k = n) -> rmsnorm(x)
/// for a static row length n
///
/// The first n elements of the row are the row: both take (1/n) sum x_i^2.
struct WholeRowPartial : OpRewritePattern<PRMSNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PRMSNormOp op,
                                PatternRewriter &rewriter) const override {
    NormOpInterface norm = op;
    if (norm.getRowLength() != static_cast<int64_t>(op.getK()))
      return rewriter.notifyMatchFailure(op, "k is not the row length");
    NormDescription description = NormDescription::get(norm);
    description.kind = NormKind::rmsnorm;
    replaceNorm(rewriter, norm, description);
    return success();
  }
};

/// y, statistic, rstd, mean = norm(x) -> y = norm(x)
/// for each of statistic, rstd and mean that has no use
///
/// A result on tensors is a value: without a use it is not observed.
struct DropUnusedStatistics : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    auto isUnused = [](Value result) { return result && result.use_empty(); };
    NormDescription description = NormDescription::get(op);
    SmallVector<Value> kept = {op.getY()};
    bool changed = false;
    for (auto [result, init] :
         {std::pair(op.getStatistic(), &description.statisticInit),
          std::pair(op.getRstd(), &description.rstdInit),
          std::pair(op.getMeanResult(), &description.meanInit)}) {
      if (isUnused(result)) {
        *init = nullptr;
        changed = true;
      } else if (result) {
        kept.push_back(result);
      }
    }
    if (!changed)
      return rewriter.notifyMatchFailure(op, "no unused statistic");
    NormOpInterface replacement = description.create(rewriter, op.getLoc());
    for (auto [from, to] : llvm::zip_equal(kept, replacement->getResults()))
      rewriter.replaceAllUsesWith(from, to);
    rewriter.eraseOp(op);
    return success();
  }
};

} // namespace

void norm::detail::populateIdentityPatterns(RewritePatternSet &patterns) {
  patterns
      .add<DropUnitScale, DropZeroBias, WholeRowPartial, DropUnusedStatistics>(
          patterns.getContext());
}
