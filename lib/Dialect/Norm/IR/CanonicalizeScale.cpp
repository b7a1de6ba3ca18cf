//===- CanonicalizeScale.cpp - scale and bias absorption ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A product with a vector after the norm is its scale, a sum its bias, and 1 +
// w before it is `scale_offset`. The only question is how often, and to what,
// the two spellings round.
//
//===----------------------------------------------------------------------===//

#include "Canonicalize.h"

#include "Neighbours.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::detail;

/// Whether an operation on numbers of type `to`, computed in `computed` and
/// then rounded to `stored`, gives what rounding the exact result to `to`, and
/// then to `stored`, gives.
///
/// So where `computed` is `to`. And where it is wider and `stored` is `to`: two
/// roundings are one if the wider has at least 2p + 2 digits of the p of the
/// narrower (Figueroa, "When is double rounding innocuous?", 1995); so for f32
/// over f16 (24 >= 24) and bf16, and f64 over f32.
static bool roundsTo(FloatType to, FloatType computed, FloatType stored) {
  if (computed == to)
    return true;
  return stored == to && isHeldBy(to, computed) &&
         computed.getFPMantissaWidth() >= 2 * to.getFPMantissaWidth() + 2;
}

namespace {

/// mul(norm(x), g) -> norm(x, scale = g)
/// where Y = C and the product is computed in C
///   both sides are Z(t * C(g)), Z the type of the product's result
/// where Y is narrower than C and the product rounds to P, the wider of Y and G
///   -> norm(x, scale = g, scale_rounding = Y): both sides are Z(P(Y(t) * g))
/// for a y without other uses, no scale and no bias before
struct AbsorbScale : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (op.getScale() || op.getBias())
      return rewriter.notifyMatchFailure(op, "has a scale or a bias");
    Operation *user = getOnlyUser(op);
    if (!user)
      return rewriter.notifyMatchFailure(op, "y has no user or many");
    std::optional<RowOperation> product =
        matchRowProduct(user, op.getY(), op.getDimensions());
    if (!product)
      return rewriter.notifyMatchFailure(op, "user is no product with a row");
    NormDescription description = NormDescription::get(op);
    FailureOr<FloatType> rounding = getScaleRounding(op, *product);
    if (failed(rounding))
      return rewriter.notifyMatchFailure(op, "product rounds otherwise");
    description.scale = product->vector;
    description.scaleRounding = *rounding;
    return replaceNormAndUser(rewriter, op, user, std::move(description));
  }

  /// The scale_rounding, null for none, under which the op rounds as `product`.
  static FailureOr<FloatType> getScaleRounding(NormOpInterface op,
                                               const RowOperation &product) {
    FloatType y = getElementType(op.getInit());
    FloatType compute = op.getComputeType();
    FloatType vector = getElementType(product.vector);
    if (!isHeldBy(vector, compute))
      return failure();
    if (y == compute && product.computed == compute)
      return FloatType();
    if (y == compute)
      return failure();
    FloatType productType = getProductType(y, vector);
    if (!isHeldBy(y, compute) || !productType ||
        !roundsTo(productType, product.computed, product.stored))
      return failure();
    return y;
  }
};

/// add(norm(x, g), b) -> norm(x, g, bias = b)
/// without scale_rounding, where Y = C and the sum is computed in C
///   both sides are Z(t * g + C(b)), Z the type of the sum's result
/// with scale_rounding, where Y holds P and the sum rounds to P
///   both sides are Z(P(P(R(t) * g) + b))
/// for a y without other uses and no bias before
struct AbsorbBias : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (op.getBias())
      return rewriter.notifyMatchFailure(op, "has a bias");
    Operation *user = getOnlyUser(op);
    if (!user)
      return rewriter.notifyMatchFailure(op, "y has no user or many");
    std::optional<RowOperation> sum =
        matchRowSum(user, op.getY(), op.getDimensions());
    if (!sum)
      return rewriter.notifyMatchFailure(op, "user is no sum with a row");
    NormDescription description = NormDescription::get(op);
    if (!roundsAlike(op, description.scaleRounding, *sum))
      return rewriter.notifyMatchFailure(op, "sum rounds otherwise");
    description.bias = sum->vector;
    return replaceNormAndUser(rewriter, op, user, std::move(description));
  }

  static bool roundsAlike(NormOpInterface op, FloatType rounding,
                          const RowOperation &sum) {
    FloatType y = getElementType(op.getInit());
    FloatType compute = op.getComputeType();
    FloatType vector = getElementType(sum.vector);
    if (!isHeldBy(vector, compute))
      return false;
    if (!rounding)
      return y == compute && sum.computed == compute;
    FloatType product = getProductType(rounding, getElementType(op.getScale()));
    if (!product || !isHeldBy(product, y))
      return false;
    return sum.computed == product ||
           (isHeldBy(vector, product) &&
            roundsTo(product, sum.computed, sum.stored));
  }
};

/// norm(x, scale = 1 + w) -> norm(x, scale = w, scale_offset = 1)
/// where 1 + w is computed and stored in C, without scale_rounding
///
/// Both sides take t * (1 + C(w)) with the sum rounded to C. A sum in a
/// narrower type rounds 1 + w more than the op does, one in a wider type less.
/// With scale_rounding, P depends on the type of the scale, which changes.
struct AbsorbScaleOffset : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (!op.getScale() || op.getScaleOffset() != 0 || op.getScaleRounding())
      return rewriter.notifyMatchFailure(op, "no plain scale");
    std::optional<OnePlus> sum = matchOnePlus(op.getScale());
    if (!sum || sum->computed != op.getComputeType())
      return rewriter.notifyMatchFailure(op, "scale is not 1 + w in C");
    NormDescription description = NormDescription::get(op);
    description.scale = sum->source;
    description.scaleOffset = 1;
    replaceNorm(rewriter, op, description);
    return success();
  }
};

} // namespace

void norm::detail::populateScalePatterns(RewritePatternSet &patterns) {
  patterns.add<AbsorbScale, AbsorbBias, AbsorbScaleOffset>(
      patterns.getContext());
}
