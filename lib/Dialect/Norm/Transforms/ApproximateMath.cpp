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

namespace mlir::norm {
#define GEN_PASS_DEF_NORMAPPROXIMATEMATH
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Functions that have polynomials in f32, by name.
static bool hasPolynomial(StringRef name) {
  static const StringRef names[] = {
      math::ExpOp::getOperationName(),   math::ExpM1Op::getOperationName(),
      math::TanhOp::getOperationName(),  math::ErfOp::getOperationName(),
      math::LogOp::getOperationName(),   math::Log2Op::getOperationName(),
      math::Log1pOp::getOperationName(), math::SinOp::getOperationName(),
      math::CosOp::getOperationName()};
  return llvm::is_contained(names, name);
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
    RewritePatternSet patterns(&getContext());
    populateMathPolynomialApproximationPatterns(patterns, hasPolynomial);
    GreedyRewriteConfig config;
    config.setStrictness(GreedyRewriteStrictness::ExistingAndNewOps);
    if (failed(applyOpPatternsGreedily(functions, std::move(patterns), config)))
      signalPassFailure();
  }
};
} // namespace
