//===- CanonicalizeBackward.cpp - backward ops ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Results, operands and attributes of backward ops that say nothing, and casts
// around them.
//
//===----------------------------------------------------------------------===//

#include "Canonicalize.h"

#include "Neighbours.h"
#include "norm/Dialect/Norm/IR/BackwardDescription.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::detail;

/// Replaces `op` by the op of `description`, whose results are those of `op`,
/// in the same order.
static void replaceBackward(PatternRewriter &rewriter,
                            NormBackwardOpInterface op,
                            const BackwardDescription &description) {
  NormBackwardOpInterface replacement =
      description.create(rewriter, op.getLoc());
  rewriter.replaceOp(op, replacement->getResults());
}

namespace {

/// dx, dscale, dbias = backward(dy, x, g, r) -> dx = backward(dy, x, g, r)
/// for each of dx, dscale and dbias that has no use, where another has one
///
/// A result on tensors is a value: without a use it is not observed. What is
/// added to dx goes with it.
struct DropUnusedGradients
    : OpInterfaceRewritePattern<NormBackwardOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormBackwardOpInterface op,
                                PatternRewriter &rewriter) const override {
    BackwardDescription description = BackwardDescription::get(op);
    SmallVector<Value> kept;
    for (auto [result, init] :
         {std::pair(op.getDx(), &description.dxInit),
          std::pair(op.getDscale(), &description.dscaleInit),
          std::pair(op.getDbias(), &description.dbiasInit)}) {
      if (!result)
        continue;
      if (result.use_empty())
        *init = nullptr;
      else
        kept.push_back(result);
    }
    if (kept.empty() || kept.size() == op->getNumResults())
      return rewriter.notifyMatchFailure(op,
                                         "no unused gradient beside others");
    if (!description.dxInit)
      description.dres = nullptr;
    NormBackwardOpInterface replacement =
        description.create(rewriter, op.getLoc());
    for (auto [from, to] : llvm::zip_equal(kept, replacement->getResults()))
      rewriter.replaceAllUsesWith(from, to);
    rewriter.eraseOp(op);
    return success();
  }
};

/// dscale = backward(dy, x, g, r) -> dscale = backward(dy, x, r)
/// dx = backward(dy, x, g, r), scale_rounding -> dx = backward(dy, x, g, r)
///
/// Only dx depends on the scale, and only dscale on scale_rounding.
struct DropUnreadScale : OpInterfaceRewritePattern<NormBackwardOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormBackwardOpInterface op,
                                PatternRewriter &rewriter) const override {
    BackwardDescription description = BackwardDescription::get(op);
    bool unreadScale = op.getScale() && !op.getDxInit();
    bool unreadRounding = op.getScaleRounding() && !op.getDscaleInit();
    if (!unreadScale && !unreadRounding)
      return rewriter.notifyMatchFailure(op, "scale and its rounding are read");
    if (unreadScale) {
      description.scale = nullptr;
      description.scaleOffset = 0;
    }
    if (unreadRounding)
      description.scaleRounding = FloatType();
    replaceBackward(rewriter, op, description);
    return success();
  }
};

/// backward(dy, x, scale = 1) -> backward(dy, x)
/// backward(dy, x, scale = 0, scale_offset = 1) -> backward(dy, x)
///
/// dy * 1 = dy exactly; dscale reads no scale.
struct DropUnitScaleOfGradient
    : OpInterfaceRewritePattern<NormBackwardOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormBackwardOpInterface op,
                                PatternRewriter &rewriter) const override {
    std::optional<double> scale;
    if (op.getScale())
      scale = getSplat(op.getScale());
    if (!scale || *scale + double(op.getScaleOffset()) != 1.0)
      return rewriter.notifyMatchFailure(op, "scale is not 1");
    BackwardDescription description = BackwardDescription::get(op);
    description.scale = nullptr;
    description.scaleOffset = 0;
    replaceBackward(rewriter, op, description);
    return success();
  }
};

/// prmsnorm_backward(x, k = n) -> rmsnorm_backward(x)
/// for a static row length n
///
/// Every i is below n: both have the term x_i r^3/n * sum m x.
struct WholeRowPartialBackward : OpRewritePattern<PRMSNormBackwardOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(PRMSNormBackwardOp op,
                                PatternRewriter &rewriter) const override {
    NormBackwardOpInterface backward = op;
    if (backward.getRowLength() != static_cast<int64_t>(op.getK()))
      return rewriter.notifyMatchFailure(op, "k is not the row length");
    BackwardDescription description = BackwardDescription::get(backward);
    description.kind = NormKind::rmsnorm;
    replaceBackward(rewriter, backward, description);
    return success();
  }
};

/// backward(extf(dy), extf(x), extf(g), dres = extf(d))
///   -> backward(dy, x, g, dres = d)
/// each alone, and x where C is the same for both
///
/// The op converts its operands to C itself, and a widening changes no number.
struct AbsorbGradientCasts
    : OpInterfaceRewritePattern<NormBackwardOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormBackwardOpInterface op,
                                PatternRewriter &rewriter) const override {
    SmallVector<std::pair<unsigned, Value>> sources;
    auto dps = cast<DestinationStyleOpInterface>(op.getOperation());
    for (OpOperand *operand : dps.getDpsInputOperands()) {
      unsigned number = operand->getOperandNumber();
      OperandKind kind = op.getOperandKind(number);
      std::optional<Cast> match = matchCast(operand->get().getDefiningOp());
      if (kind.role == OperandRole::row || !match || !match->isExact)
        continue;
      if (kind.name == "input" &&
          getComputeType(getElementType(match->source)) != op.getComputeType())
        continue;
      sources.emplace_back(number, match->source);
    }
    if (sources.empty())
      return rewriter.notifyMatchFailure(op, "no operand is widened");
    rewriter.modifyOpInPlace(op, [&] {
      for (auto [number, source] : sources)
        op->setOperand(number, source);
    });
    return success();
  }
};

/// cast(backward(x)) -> backward(x) with a result of the type of the cast
/// where the type before the cast holds C
///
/// The cast makes the only rounding on both sides.
struct AbsorbGradientResultCast
    : OpInterfaceRewritePattern<NormBackwardOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormBackwardOpInterface op,
                                PatternRewriter &rewriter) const override {
    BackwardDescription description = BackwardDescription::get(op);
    for (auto [result, init] :
         {std::pair(op.getDx(), &description.dxInit),
          std::pair(op.getDscale(), &description.dscaleInit),
          std::pair(op.getDbias(), &description.dbiasInit)}) {
      if (!result || !result.hasOneUse() ||
          !isHeldBy(op.getComputeType(), getElementType(result)))
        continue;
      Operation *user = *result.user_begin();
      std::optional<Cast> match = matchCast(user);
      if (!match || match->source != result)
        continue;
      Value destination = getDestination(user);
      if (!destination || user->getBlock() != op->getBlock() ||
          !isDefinedBefore(destination, op))
        destination = tensor::EmptyOp::create(
            rewriter, op.getLoc(),
            tensor::getMixedSizes(rewriter, op.getLoc(), *init),
            getElementType(user->getResult(0)));
      *init = destination;
      replace(rewriter, op, cast<OpResult>(result), user, description);
      return success();
    }
    return rewriter.notifyMatchFailure(op, "no gradient is only cast");
  }

  /// Replaces `op`, and `user` of its result `cast`.
  static void replace(PatternRewriter &rewriter, NormBackwardOpInterface op,
                      OpResult cast, Operation *user,
                      const BackwardDescription &description) {
    NormBackwardOpInterface replacement = description.create(
        rewriter, rewriter.getFusedLoc({op.getLoc(), user->getLoc()}));
    for (auto [from, to] :
         llvm::zip_equal(op->getResults(), replacement->getResults()))
      if (from != cast)
        rewriter.replaceAllUsesWith(from, to);
    rewriter.replaceOp(user, replacement->getResult(cast.getResultNumber()));
    rewriter.eraseOp(op);
  }
};

} // namespace

void norm::detail::populateBackwardPatterns(RewritePatternSet &patterns) {
  patterns.add<DropUnusedGradients, DropUnreadScale, DropUnitScaleOfGradient,
               WholeRowPartialBackward, AbsorbGradientCasts,
               AbsorbGradientResultCast>(patterns.getContext());
}
