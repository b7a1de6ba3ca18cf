//===- CanonicalizeCasts.cpp - casts around a norm ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The op converts its operands to C itself and rounds its result itself, so
// casts around it are its own unless they change C or add a rounding.
//
//===----------------------------------------------------------------------===//

#include "Canonicalize.h"

#include "Neighbours.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::detail;

/// The source of a widening cast that gives `value`, or null.
static Value getNarrowSource(Value value) {
  std::optional<Cast> match;
  if (value)
    match = matchCast(value.getDefiningOp());
  return match && match->isExact ? match->source : Value();
}

namespace {

/// norm(extf(x)) -> norm(x)
/// where C is the same for both
///
/// h = C(extf(x)) = C(x), since a widening changes no number. From f32 to f64 C
/// would change.
struct AbsorbInputCast : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    Value source = getNarrowSource(op.getInput());
    if (!source)
      return rewriter.notifyMatchFailure(op, "input is not widened");
    if (getComputeType(getElementType(source)) != op.getComputeType())
      return rewriter.notifyMatchFailure(op, "compute type would change");
    rewriter.modifyOpInPlace(op, [&] { op->getOpOperand(0).set(source); });
    return success();
  }
};

/// norm(x, scale = extf(g)) -> norm(x, scale = g)
/// without scale_rounding, or where P is the same for both
///
/// C(extf(g)) = C(g), but P is the wider of R and the type of the scale.
struct AbsorbScaleCast : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    Value source = getNarrowSource(op.getScale());
    if (!source)
      return rewriter.notifyMatchFailure(op, "scale is not widened");
    NormDescription description = NormDescription::get(op);
    if (FloatType rounding = description.scaleRounding;
        rounding && getProductType(rounding, getElementType(source)) !=
                        getProductType(rounding, getElementType(op.getScale())))
      return rewriter.notifyMatchFailure(op, "product type would change");
    description.scale = source;
    replaceNorm(rewriter, op, description);
    return success();
  }
};

/// norm(x, bias = extf(b)) -> norm(x, bias = b)
///
/// The bias takes part with its exact value, whatever its type.
struct AbsorbBiasCast : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    Value source = getNarrowSource(op.getBias());
    if (!source)
      return rewriter.notifyMatchFailure(op, "bias is not widened");
    NormDescription description = NormDescription::get(op);
    description.bias = source;
    replaceNorm(rewriter, op, description);
    return success();
  }
};

/// cast(norm(x)) -> norm(x) with a result of the type of the cast
/// where Y holds what is rounded to it: C, or P with scale_rounding
///
/// Then Y() is no rounding and the cast makes the only one on both sides. A Y
/// that rounds, then a cast, would be two roundings where one remains.
struct AbsorbResultCast : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    Operation *user = getOnlyUser(op);
    if (!user)
      return rewriter.notifyMatchFailure(op, "y has no user or many");
    std::optional<Cast> match = matchCast(user);
    if (!match || match->source != op.getY())
      return rewriter.notifyMatchFailure(op, "user is no cast");
    NormDescription description = NormDescription::get(op);
    FloatType unrounded = op.getComputeType();
    if (FloatType rounding = description.scaleRounding)
      unrounded = getProductType(rounding, getElementType(op.getScale()));
    if (!unrounded || !isHeldBy(unrounded, getElementType(op.getInit())))
      return rewriter.notifyMatchFailure(op, "y is rounded before the cast");
    return replaceNormAndUser(rewriter, op, user, std::move(description));
  }
};

} // namespace

void norm::detail::populateCastPatterns(RewritePatternSet &patterns) {
  patterns
      .add<AbsorbInputCast, AbsorbScaleCast, AbsorbBiasCast, AbsorbResultCast>(
          patterns.getContext());
}
