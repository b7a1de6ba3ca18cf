//===- ApproximateMath.cpp - functions of vectors as polynomials ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMAPPROXIMATEMATH
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Functions that have polynomials in f32, by name. Those of sin and cos lose
/// digits by their reduction of the argument from the first period on, and all
/// of them from 1e5 on.
static bool hasPolynomial(StringRef name) {
  static const StringRef names[] = {
      math::ExpOp::getOperationName(),  math::ExpM1Op::getOperationName(),
      math::TanhOp::getOperationName(), math::ErfOp::getOperationName(),
      math::LogOp::getOperationName(),  math::Log2Op::getOperationName(),
      math::Log1pOp::getOperationName()};
  return llvm::is_contained(names, name);
}

/// log(x)  ->  log(2^23 x) - log(2^23)    where x is less than 2^-126
///
/// The polynomials take denormal numbers for the least normal one.
static void scaleDenormals(Operation *op, double logOfScale) {
  OpBuilder builder(op);
  Location loc = op->getLoc();
  auto type = cast<VectorType>(op->getResult(0).getType());
  auto getConstant = [&](double value) -> Value {
    return arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(type, static_cast<float>(value)));
  };
  Value x = op->getOperand(0);
  Value isSmall = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OLT,
                                        x, getConstant(0x1p-126));
  Value scaled = arith::MulFOp::create(builder, loc, x, getConstant(0x1p23));
  op->setOperand(0, arith::SelectOp::create(builder, loc, isSmall, scaled, x));
  Value excess = arith::SelectOp::create(
      builder, loc, isSmall, getConstant(logOfScale), getConstant(0.0));
  builder.setInsertionPointAfter(op);
  auto result = arith::SubFOp::create(builder, loc, op->getResult(0), excess);
  op->getResult(0).replaceAllUsesExcept(result, result);
}

namespace {
struct ApproximateMath : norm::impl::NormApproximateMathBase<ApproximateMath> {
  void runOnOperation() override {
    SmallVector<Operation *> functions;
    getOperation()->walk([&](Operation *op) {
      if (hasPolynomial(op->getName().getStringRef()) &&
          isa<VectorType>(op->getResult(0).getType()) &&
          getElementTypeOrSelf(op->getResult(0).getType()).isF32())
        functions.push_back(op);
    });
    for (Operation *op : functions)
      if (isa<math::LogOp>(op))
        scaleDenormals(op, 23 * llvm::numbers::ln2);
      else if (isa<math::Log2Op>(op))
        scaleDenormals(op, 23);
    RewritePatternSet patterns(&getContext());
    populateMathPolynomialApproximationPatterns(patterns, hasPolynomial);
    GreedyRewriteConfig config;
    config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps);
    if (failed(applyOpPatternsGreedily(functions, std::move(patterns), config)))
      signalPassFailure();
  }
};
} // namespace
