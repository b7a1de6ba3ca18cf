//===- LowerMath.cpp - functions of kernels without a library -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Upstream's lowering to NVVM calls libdevice, which is linked from a toolkit
// if there is one; if not, PTX keeps calls that fail when it is loaded.
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"
#include "norm/GPU/Passes.h"
#include "norm/Target/RowCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"
#include "llvm/ADT/TypeSwitch.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMLOWERGPUMATH
#include "norm/GPU/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

namespace {
/// math.rsqrt -> rsqrt.approx, off by 2^-22.9 at most in f32; denormals are
/// kept. In f64 it is 1 / sqrt, two roundings.
struct LowerRsqrt : OpRewritePattern<math::RsqrtOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(math::RsqrtOp op,
                                PatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    Type element = getElementTypeOrSelf(op.getType());
    auto vector = dyn_cast<VectorType>(op.getType());
    if (element.isF64()) {
      TypedAttr one = rewriter.getF64FloatAttr(1.0);
      if (vector)
        one = DenseElementsAttr::get(vector, one);
      Value root = math::SqrtOp::create(rewriter, loc, op.getOperand());
      rewriter.replaceOpWithNewOp<arith::DivFOp>(
          op, arith::ConstantOp::create(rewriter, loc, one), root);
      return success();
    }
    if (!element.isF32() || (vector && vector.getRank() != 1))
      return rewriter.notifyMatchFailure(op, "not f32");
    auto call = [&](Value value) {
      return LLVM::CallIntrinsicOp::create(
                 rewriter, loc, element,
                 rewriter.getStringAttr("llvm.nvvm.rsqrt.approx.f"), value)
          .getResult(0);
    };
    if (!vector) {
      rewriter.replaceOp(op, call(op.getOperand()));
      return success();
    }
    Value result = op.getOperand();
    for (int64_t i = 0; i < vector.getNumElements(); ++i) {
      Value value =
          vector::ExtractOp::create(rewriter, loc, op.getOperand(), i);
      result = vector::InsertOp::create(rewriter, loc, call(value), result, i);
    }
    rewriter.replaceOp(op, result);
    return success();
  }
};

/// x / c -> x * (1 / c) for a constant where the division allows it, as that of
/// a sum by the length of the row does: one instruction for some ten and a
/// branch that the other threads wait for.
struct LowerDivF : OpRewritePattern<arith::DivFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::DivFOp op,
                                PatternRewriter &rewriter) const override {
    APFloat divisor(0.0f);
    if (!op.getType().isF32() ||
        !bitEnumContainsAny(op.getFastmath(), arith::FastMathFlags::arcp) ||
        !matchPattern(op.getRhs(), m_ConstantFloat(&divisor)))
      return rewriter.notifyMatchFailure(op, "not f32 by a constant with arcp");
    APFloat reciprocal(1.0f);
    reciprocal.divide(divisor, APFloat::rmNearestTiesToEven);
    if (!reciprocal.isNormal() || !divisor.isNormal())
      return rewriter.notifyMatchFailure(op, "a reciprocal that loses digits");
    Value factor = arith::ConstantOp::create(
        rewriter, op.getLoc(), rewriter.getFloatAttr(op.getType(), reciprocal));
    rewriter.replaceOpWithNewOp<arith::MulFOp>(op, op.getLhs(), factor);
    return success();
  }
};

struct LowerGPUMath : norm::impl::NormLowerGPUMathBase<LowerGPUMath> {
  /// f(a) -> f(vector of a)[0] for functions of f32 without an instruction,
  /// as norm-approximate-math takes vectors.
  void widenScalars() {
    getOperation()->walk([](Operation *op) {
      if (!isa<math::MathDialect>(op->getDialect()) || isa<math::RsqrtOp>(op) ||
          !getGPUIntrinsic(op).empty() || op->getNumOperands() != 1 ||
          !op->getResult(0).getType().isF32())
        return;
      OpBuilder builder(op);
      Location loc = op->getLoc();
      auto type = VectorType::get(1, builder.getF32Type());
      op->setOperand(0, vector::BroadcastOp::create(builder, loc, type,
                                                    op->getOperand(0)));
      op->getResult(0).setType(type);
      builder.setInsertionPointAfter(op);
      auto scalar =
          vector::ExtractOp::create(builder, loc, op->getResult(0), 0);
      op->getResult(0).replaceAllUsesExcept(scalar, scalar);
    });
  }

  void runOnOperation() override {
    widenScalars();
    OpPassManager approximate(gpu::GPUModuleOp::getOperationName());
    approximate.addPass(createNormApproximateMath());
    if (failed(runPipeline(approximate, getOperation())))
      return signalPassFailure();

    RewritePatternSet patterns(&getContext());
    patterns.add<LowerDivF, LowerRsqrt>(&getContext());
    walkAndApplyPatterns(getOperation(), std::move(patterns));
    WalkResult checked = getOperation()->walk([](Operation *op) {
      if (!isa<math::MathDialect>(op->getDialect()) || isIntegerFunction(op))
        return WalkResult::advance();
      if (StringRef name = getGPUIntrinsic(op); !name.empty()) {
        OpBuilder builder(op);
        // Calls of intrinsics pass through convert-gpu-to-nvvm, which turns
        // other forms into libdevice's.
        auto call = LLVM::CallIntrinsicOp::create(
            builder, op->getLoc(), op->getResult(0).getType(),
            builder.getStringAttr(name), op->getOperands());
        op->replaceAllUsesWith(call);
        op->erase();
        return WalkResult::advance();
      }
      op->emitError("expected a function that has GPU code, got ")
          << op->getName() << " of " << op->getResult(0).getType();
      return WalkResult::interrupt();
    });
    if (checked.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
