//===- ApproximateMath.cpp - functions of vectors as polynomials ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "norm/Target/RowCode.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <numbers>

namespace mlir::norm {
#define GEN_PASS_DEF_NORMAPPROXIMATEMATH
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

static bool isF32Vector(Operation *op) {
  Type type = op->getResult(0).getType();
  return isa<VectorType>(type) && getElementTypeOrSelf(type).isF32();
}

static Value getConstant(OpBuilder &builder, Location loc, Type type,
                         float value) {
  return arith::ConstantOp::create(
      builder, loc, DenseElementsAttr::get(cast<VectorType>(type), value));
}

namespace {
/// exp(x) = 2^n * exp(r),    n = round(x / log(2)),    r = x - n * log(2)
///
/// with a polynomial of degree 6 in r, off by 0.05 * 2^-24 relative to exp(r)
/// on |r| <= log(2) / 2, and sixteen operations in all; upstream's takes twice
/// as many. n is rounded by the addition of a number whose last place is 1,
/// where its bits, with the bias of the exponent, are found, too: the shift
/// drops what else they have. The factor 2 of the polynomial lets 2^(n - 1) be
/// a float for n = 128.
struct ExpToPolynomial : OpRewritePattern<math::ExpOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::ExpOp op,
                                PatternRewriter &rewriter) const override {
    if (!isF32Vector(op))
      return failure();
    Location loc = op.getLoc();
    auto type = cast<VectorType>(op.getType());
    auto constant = [&](float value) {
      return getConstant(rewriter, loc, type, value);
    };
    auto fma = [&](Value a, Value b, Value c) -> Value {
      return math::FmaOp::create(rewriter, loc, a, b, c);
    };
    auto compare = [&](arith::CmpFPredicate predicate, Value a, Value b) {
      return arith::CmpFOp::create(rewriter, loc, predicate, a, b);
    };
    // NaN stays: it is not above the bound.
    Value most = constant(kMost), x = op.getOperand();
    Value bounded = arith::SelectOp::create(
        rewriter, loc, compare(arith::CmpFPredicate::OLT, most, x), most, x);
    // 1.5 * 2^23 and the bias of n - 1.
    Value shifter = constant(0x1.8p23f + 126);
    Value shifted = fma(bounded, constant(llvm::numbers::log2ef), shifter);
    Value n = arith::SubFOp::create(rewriter, loc, shifted, shifter);
    // n * 0.693359375 has no rounding.
    Value r = fma(n, constant(-0x1.63p-1f), bounded);
    r = fma(n, constant(0x1.bd0106p-13f), r);

    static const float coefficients[] = {2 * 0.0083687454f,
                                         2 * 0.04166838899f,
                                         2 * 0.1666652113f,
                                         2 * 0.49999994039f,
                                         2,
                                         2};
    Value sum = constant(2 * 0.0013814540579915047f);
    for (float coefficient : coefficients)
      sum = fma(sum, r, constant(coefficient));

    Type bits = type.clone(rewriter.getI32Type());
    Value places = arith::ConstantOp::create(
        rewriter, loc,
        DenseElementsAttr::get(cast<VectorType>(bits), int32_t(23)));
    Value power = arith::ShLIOp::create(
        rewriter, loc, arith::BitcastOp::create(rewriter, loc, bits, shifted),
        places);
    Value y = arith::MulFOp::create(
        rewriter, loc, sum,
        arith::BitcastOp::create(rewriter, loc, type, power));
    rewriter.replaceOpWithNewOp<arith::SelectOp>(
        op, compare(arith::CmpFPredicate::OLT, x, constant(kLeast)),
        constant(0), y);
    return success();
  }

private:
  /// Above it exp(x) is infinite, and so is what is computed.
  static constexpr float kMost = 89;
  /// 2^(n - 1) is 0 here, and no float further below.
  static constexpr float kLeast = -87.3f;
};
} // namespace

/// log(x)  ->  log(2^23 x) - log(2^23)    where x is less than 2^-126
///
/// The polynomials take denormal numbers for the least normal one.
static void scaleDenormals(Operation *op, double logOfScale) {
  OpBuilder builder(op);
  Location loc = op->getLoc();
  auto constant = [&](double value) {
    return getConstant(builder, loc, op->getResult(0).getType(), value);
  };
  Value x = op->getOperand(0);
  Value isSmall = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT,
                                        x, constant(0x1p-126));
  Value scaled = arith::MulFOp::create(builder, loc, x, constant(0x1p23));
  op->setOperand(0, arith::SelectOp::create(builder, loc, isSmall, scaled, x));
  Value excess = arith::SelectOp::create(builder, loc, isSmall,
                                         constant(logOfScale), constant(0.0));
  builder.setInsertionPointAfter(op);
  auto result = arith::SubFOp::create(builder, loc, op->getResult(0), excess);
  op->getResult(0).replaceAllUsesExcept(result, result);
}

/// a * b + c with two roundings, where one would be a call for each element.
static void splitMultiplyAdd(math::FmaOp op) {
  OpBuilder builder(op);
  Value product =
      arith::MulFOp::create(builder, op.getLoc(), op.getA(), op.getB());
  Value sum = arith::AddFOp::create(builder, op.getLoc(), product, op.getC());
  op.replaceAllUsesWith(sum);
  op.erase();
}

namespace {
struct ApproximateMath : norm::impl::NormApproximateMathBase<ApproximateMath> {
  using NormApproximateMathBase::NormApproximateMathBase;

  void runOnOperation() override {
    SmallVector<Operation *> functions;
    DenseSet<Operation *> ofProgram;
    getOperation()->walk([&](Operation *op) {
      if (isa<math::FmaOp>(op))
        ofProgram.insert(op);
      if ((isa<math::ExpOp>(op) ||
           hasPolynomial(op->getName().getStringRef())) &&
          isF32Vector(op))
        functions.push_back(op);
    });
    for (Operation *op : functions)
      if (isa<math::LogOp>(op))
        scaleDenormals(op, 23 * llvm::numbers::ln2);
      else if (isa<math::Log2Op>(op))
        scaleDenormals(op, 23);
    RewritePatternSet patterns(&getContext());
    patterns.add<ExpToPolynomial>(&getContext());
    populateMathPolynomialApproximationPatterns(patterns, hasPolynomial);
    GreedyRewriteConfig config;
    config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps);
    if (failed(applyOpPatternsGreedily(functions, std::move(patterns), config)))
      return signalPassFailure();
    if (fusedMultiplyAdd)
      return;
    getOperation()->walk([&](math::FmaOp op) {
      if (!ofProgram.contains(op))
        splitMultiplyAdd(op);
    });
  }
};
} // namespace
