//===- Passes.cpp - passes of a compiler that uses norm -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Patterns of norm, of upstream and of this compiler in drivers of its own.
//
//===----------------------------------------------------------------------===//

#include "Passes.h"

#include "norm/Dialect/Norm/IR/NormOps.h"
#include "norm/Dialect/Norm/Transforms/CollapseDimensions.h"
#include "norm/Dialect/Norm/Transforms/Decompose.h"
#include "norm/Rows/VectorizeRows.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace {
/// norm op -> the same with fastmath<reassoc>
///
/// A pattern of this compiler on the interface that the three norm ops share.
struct AllowReassociation : OpInterfaceRewritePattern<norm::NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(norm::NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    auto math = cast<arith::ArithFastMathInterface>(op.getOperation());
    arith::FastMathFlags flags = math.getFastMathFlagsAttr().getValue();
    if (bitEnumContainsAny(flags, arith::FastMathFlags::reassoc))
      return rewriter.notifyMatchFailure(op, "may be reassociated");
    auto allowed = arith::FastMathFlagsAttr::get(
        op.getContext(), flags | arith::FastMathFlags::reassoc);
    rewriter.modifyOpInPlace(
        op, [&] { op->setAttr(math.getFastMathAttrName(), allowed); });
    return success();
  }
};

struct PrepareNorms : PassWrapper<PrepareNorms, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(PrepareNorms)

  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<tensor::TensorDialect>();
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<AllowReassociation>(&getContext());
    norm::populateNormCollapseDimensionsPatterns(patterns);
    tensor::populateReassociativeReshapeFoldingPatterns(patterns);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

struct SpellOutNorms : PassWrapper<SpellOutNorms, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SpellOutNorms)

  explicit SpellOutNorms(int64_t longest) : longest(longest) {}

  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect,
                    math::MathDialect, tensor::TensorDialect>();
  }

  void runOnOperation() override {
    SmallVector<Operation *> norms;
    getOperation().walk([&](norm::NormOpInterface op) {
      int64_t length = op.getRowLength();
      if (!ShapedType::isDynamic(length) && length <= longest)
        norms.push_back(op);
    });
    RewritePatternSet patterns(&getContext());
    norm::populateNormDecomposePatterns(patterns);
    GreedyRewriteConfig config;
    config.setStrictness(GreedyRewriteStrictness::ExistingOps);
    if (failed(applyOpPatternsGreedily(norms, std::move(patterns), config)))
      signalPassFailure();
  }

  int64_t longest;
};

struct EmitRows : PassWrapper<EmitRows, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(EmitRows)

  explicit EmitRows(unsigned bits) : bits(bits) {}

  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, LLVM::LLVMDialect, math::MathDialect,
                    memref::MemRefDialect, scf::SCFDialect,
                    vector::VectorDialect>();
  }

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    norm::populateNormVectorizeRowsPatterns(patterns,
                                            norm::VectorTarget::get(bits));
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }

  unsigned bits;
};
} // namespace

std::unique_ptr<Pass> downstream::createPrepareNorms() {
  return std::make_unique<PrepareNorms>();
}

std::unique_ptr<Pass> downstream::createSpellOutNorms(int64_t longest) {
  return std::make_unique<SpellOutNorms>(longest);
}

std::unique_ptr<Pass> downstream::createEmitRows(unsigned bits) {
  return std::make_unique<EmitRows>(bits);
}
