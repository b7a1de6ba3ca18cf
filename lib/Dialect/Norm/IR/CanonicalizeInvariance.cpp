//===- CanonicalizeInvariance.cpp - what a norm is blind to ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A norm divides by the size of the row and layernorm subtracts its mean, so
// they are blind to a common factor or shift. In floating point the two sides
// round differently before the op: all of these need reassoc.
//
//===----------------------------------------------------------------------===//

#include "Canonicalize.h"

#include "Neighbours.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::detail;

static bool allowsReassociation(NormOpInterface op) {
  return bitEnumContainsAny(op.getFastmath(), arith::FastMathFlags::reassoc);
}

/// Whether values that `op` depends on are taken for numbers: then one of them
/// may vanish.
static bool allowsNumbersOnly(NormOpInterface op) {
  return bitEnumContainsAll(op.getFastmath(), arith::FastMathFlags::nnan |
                                                  arith::FastMathFlags::ninf);
}

static bool isUsed(Value result) { return result && !result.use_empty(); }

/// Whether `number` is 0 or a normal number of `type`.
static bool isZeroOrNormal(double number, FloatType type) {
  if (number == 0.0)
    return true;
  return type.isF64() ? std::isnormal(number)
                      : std::isnormal(static_cast<float>(number));
}

/// -value, element by element.
static Value createNegation(OpBuilder &builder, Location loc, Value value) {
  auto type = cast<RankedTensorType>(value.getType());
  Value init = tensor::EmptyOp::create(
      builder, loc, tensor::getMixedSizes(builder, loc, value),
      type.getElementType());
  AffineMap map = builder.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> loops(type.getRank(),
                                         utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             builder, loc, TypeRange{type}, ValueRange{value}, ValueRange{init},
             ArrayRef{map, map}, loops,
             [](OpBuilder &body, Location loc, ValueRange arguments) {
               Value negated = arith::NegFOp::create(body, loc, arguments[0]);
               linalg::YieldOp::create(body, loc, negated);
             })
      .getResult(0);
}

namespace {

/// norm(c * x, epsilon) -> sign(c) * norm(x, epsilon')
/// with epsilon' = epsilon / c^2 inside, epsilon / |c| outside of the root
/// for a constant c != 0, epsilon' 0 or a normal number of C, no statistic
/// used, no bias where c < 0, the same C for x and c * x, under reassoc
///
/// The statistic of c x is c^2 s (layernorm: its mean is c mean), and
///   c x / sqrt(c^2 s + epsilon) = (c / |c|) x / sqrt(s + epsilon / c^2)
///   c x / (|c| sqrt(s) + epsilon) = (c / |c|) x / (sqrt(s) + epsilon / |c|).
/// The sign passes the scale and every rounding, which are odd, but not the
/// bias. Exact but for the rounding of c * x, which the left side makes and the
/// right side does not; hence reassoc.
struct DropInputScaling : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (!allowsReassociation(op))
      return rewriter.notifyMatchFailure(op, "needs reassoc");
    if (isUsed(op.getStatistic()) || isUsed(op.getRstd()) ||
        isUsed(op.getMeanResult()))
      return rewriter.notifyMatchFailure(op, "a statistic is used");
    std::optional<ScaledValue> scaled = matchConstantScaling(op.getInput());
    if (!scaled || !std::isnormal(scaled->factor))
      return rewriter.notifyMatchFailure(op, "input is no constant multiple");
    if (getComputeType(getElementType(scaled->source)) != op.getComputeType())
      return rewriter.notifyMatchFailure(op, "compute type would change");
    if (scaled->factor < 0 && op.getBias())
      return rewriter.notifyMatchFailure(op, "sign does not pass the bias");
    NormDescription description = NormDescription::get(op);
    double divisor = std::abs(scaled->factor);
    description.epsilon /= divisor;
    if (description.epsMode == EpsMode::inside)
      description.epsilon /= divisor;
    if (!isZeroOrNormal(description.epsilon, op.getComputeType()))
      return rewriter.notifyMatchFailure(op, "epsilon would leave its range");

    description.input = scaled->source;
    NormOpInterface replacement = description.create(
        rewriter, rewriter.getFusedLoc({op.getInput().getLoc(), op.getLoc()}));
    SmallVector<Value> results(replacement->getResults());
    if (scaled->factor < 0)
      results[0] = createNegation(rewriter, op.getLoc(), results[0]);
    rewriter.replaceOp(op, results);
    return success();
  }
};

/// layernorm(x + c) -> layernorm(x)
/// for a c that is constant along each row, the mean unused, the same C for x
/// and x + c, under reassoc
///
/// mean(x + c) = mean(x) + c, so (x + c) - mean(x + c) = x - mean(x), and the
/// variance, of that difference, is the same. Exact but for the rounding of
/// x + c; hence reassoc.
struct DropInputShift : OpRewritePattern<LayerNormOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(LayerNormOp op,
                                PatternRewriter &rewriter) const override {
    NormOpInterface norm = op;
    if (!allowsReassociation(norm))
      return rewriter.notifyMatchFailure(op, "needs reassoc");
    if (isUsed(op.getMean()))
      return rewriter.notifyMatchFailure(op, "the mean is used");
    std::optional<ShiftedValue> shifted =
        matchRowShift(op.getInput(), op.getDimensions());
    if (!shifted)
      return rewriter.notifyMatchFailure(op, "input is not shifted");
    // NaN and inf of the shift make the row NaN; the mean of a row has none but
    // those of the row.
    if (shifted->shift && !allowsNumbersOnly(norm) &&
        !isRowMean(shifted->shift, shifted->source, op.getDimensions()))
      return rewriter.notifyMatchFailure(op, "the shift may be NaN or inf");
    if (getComputeType(getElementType(shifted->source)) !=
        norm.getComputeType())
      return rewriter.notifyMatchFailure(op, "compute type would change");
    rewriter.modifyOpInPlace(
        op, [&] { op.getInputMutable().assign(shifted->source); });
    return success();
  }
};

/// layernorm(v) -> rmsnorm(v), scale and bias as they are
/// for a v whose rows have mean 0, the mean unused, under reassoc: v is the y,
/// in C, of a layernorm along the same dimensions without scale and bias, or
/// x - mean(x) that has other uses (without them DropInputShift, which reads x
/// itself, leaves less to do)
///
/// v - mean(v) = v and mean((v - mean(v))^2) = mean(v^2). The mean of v is 0
/// but for the roundings in v, which the left side takes out once more; hence
/// reassoc.
struct CentredInput : OpRewritePattern<LayerNormOp> {
  CentredInput(MLIRContext *context)
      : OpRewritePattern(context, /*benefit=*/2) {}

  LogicalResult matchAndRewrite(LayerNormOp op,
                                PatternRewriter &rewriter) const override {
    if (!allowsReassociation(op))
      return rewriter.notifyMatchFailure(op, "needs reassoc");
    if (isUsed(op.getMean()))
      return rewriter.notifyMatchFailure(op, "the mean is used");
    if (!isCentredResult(op) && !isCentredDifference(op))
      return rewriter.notifyMatchFailure(op, "input is not known as centred");
    NormDescription description = NormDescription::get(op);
    description.kind = NormKind::rmsnorm;
    description.meanInit = nullptr;
    NormOpInterface replacement = description.create(rewriter, op.getLoc());
    size_t kept = replacement->getNumResults();
    for (auto [from, to] : llvm::zip_equal(op->getResults().take_front(kept),
                                           replacement->getResults()))
      rewriter.replaceAllUsesWith(from, to);
    rewriter.eraseOp(op);
    return success();
  }

  static bool isCentredResult(LayerNormOp op) {
    auto inner = op.getInput().getDefiningOp<LayerNormOp>();
    return inner && inner.getY() == op.getInput() && !inner.getScale() &&
           !inner.getBias() && inner.getDimensions() == op.getDimensions() &&
           getElementType(op.getInput()) ==
               NormOpInterface(inner).getComputeType();
  }

  static bool isCentredDifference(LayerNormOp op) {
    if (op.getInput().hasOneUse())
      return false;
    std::optional<ShiftedValue> shifted =
        matchRowShift(op.getInput(), op.getDimensions());
    return shifted && shifted->isDifference && shifted->shift &&
           isRowMean(shifted->shift, shifted->source, op.getDimensions());
  }
};

} // namespace

void norm::detail::populateInvariancePatterns(RewritePatternSet &patterns) {
  patterns.add<DropInputScaling, DropInputShift, CentredInput>(
      patterns.getContext());
}
