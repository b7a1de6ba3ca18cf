//===- LowerMath.cpp - log1p, expm1, and classes of floats ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Functions of math, in row loops and outside of them, that upstream lowers
// inexactly, or not at all (LLVM 22.1).
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Conversion/MathToLibm/MathToLibm.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMLOWERMATH
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// `number` in `type`, a float or a vector of floats.
static Value getConstant(OpBuilder &builder, Location loc, Type type,
                         const APFloat &number) {
  TypedAttr value = builder.getFloatAttr(getElementTypeOrSelf(type), number);
  if (auto vector = dyn_cast<VectorType>(type))
    value = DenseElementsAttr::get(vector, value);
  return arith::ConstantOp::create(builder, loc, value);
}

namespace {
/// isinf(x) -> |x| = inf
struct LowerIsInf : OpRewritePattern<math::IsInfOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::IsInfOp op,
                                PatternRewriter &rewriter) const override {
    Value x = op.getOperand();
    auto element = cast<FloatType>(getElementTypeOrSelf(x));
    if (!APFloat::semanticsHasInf(element.getFloatSemantics()))
      return rewriter.notifyMatchFailure(op, "a type without infinities");
    Value infinity = getConstant(rewriter, op.getLoc(), x.getType(),
                                 APFloat::getInf(element.getFloatSemantics()));
    rewriter.replaceOpWithNewOp<arith::CmpFOp>(
        op, arith::CmpFPredicate::OEQ,
        math::AbsFOp::create(rewriter, op.getLoc(), x), infinity);
    return success();
  }
};

/// isnormal(x) -> least normal number <= |x| <= largest number
struct LowerIsNormal : OpRewritePattern<math::IsNormalOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::IsNormalOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Value x = op.getOperand();
    const llvm::fltSemantics &semantics =
        cast<FloatType>(getElementTypeOrSelf(x)).getFloatSemantics();
    Value magnitude = math::AbsFOp::create(rewriter, loc, x);
    auto compare = [&](arith::CmpFPredicate predicate, const APFloat &bound) {
      return arith::CmpFOp::create(
          rewriter, loc, predicate, magnitude,
          getConstant(rewriter, loc, x.getType(), bound));
    };
    Value isLargeEnough = compare(arith::CmpFPredicate::OGE,
                                  APFloat::getSmallestNormalized(semantics));
    Value isFinite =
        compare(arith::CmpFPredicate::OLE, APFloat::getLargest(semantics));
    rewriter.replaceOpWithNewOp<arith::AndIOp>(op, isLargeEnough, isFinite);
    return success();
  }
};

struct LowerMath : norm::impl::NormLowerMathBase<LowerMath> {
  void runOnOperation() override {
    RewritePatternSet classes(&getContext());
    classes.add<LowerIsInf, LowerIsNormal>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(classes));
    callLibrary();
  }

  /// log1p, expm1 -> a call of libm: log(1 + x) and exp(x) - 1, which upstream
  /// makes of them, lose all digits near 0.
  void callLibrary() {
    WalkResult found = getOperation()->walk([](Operation *op) {
      return isa<math::Log1pOp, math::ExpM1Op>(op) ? WalkResult::interrupt()
                                                   : WalkResult::advance();
    });
    if (!found.wasInterrupted())
      return;
    RewritePatternSet patterns(&getContext());
    populateMathToLibmConversionPatterns(patterns);
    ConversionTarget target(getContext());
    target.markUnknownOpDynamicallyLegal([](Operation *) { return true; });
    target.addIllegalOp<math::Log1pOp, math::ExpM1Op>();
    if (failed(applyPartialConversion(getOperation(), target,
                                      std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace
