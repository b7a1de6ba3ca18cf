//===- PlainTensors.cpp - ops on tensors without a bufferization ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Ops that are defined by others, and have patterns for it upstream, but no
// pass: it bufferizes or lowers none of them (LLVM 22.1).
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/PatternMatch.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMPLAINTENSORS
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Whether `type` has bits that arith.bitcast takes.
static bool isPlain(Type type) {
  return isa<FloatType>(type) || type.isSignlessInteger();
}

/// A view of no elements  ->  tensor.empty
///
/// Upstream finds unknown extents by a division by the known ones.
template <typename ReshapeOp>
static void emptyView(RewriterBase &rewriter, ReshapeOp op) {
  RankedTensorType source = op.getSrcType();
  if (source.hasStaticShape() || !llvm::is_contained(source.getShape(), 0))
    return;
  ReifiedRankedShapedTypeDims sizes;
  if (failed(reifyResultShapes(rewriter, op, sizes)))
    return;
  Value empty = tensor::EmptyOp::create(rewriter, op.getLoc(), sizes.front(),
                                        source.getElementType());
  rewriter.replaceOp(op, rewriter.createOrFold<tensor::CastOp>(
                             op.getLoc(), op.getType(), empty));
}

namespace {
struct PlainTensors : norm::impl::NormPlainTensorsBase<PlainTensors> {
  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation()->walk([&](Operation *op) {
      rewriter.setInsertionPoint(op);
      if (auto cast = dyn_cast<tensor::BitcastOp>(op)) {
        if (isPlain(cast.getSource().getType().getElementType()) &&
            isPlain(cast.getType().getElementType()))
          rewriter.replaceOpWithNewOp<arith::BitcastOp>(cast, cast.getType(),
                                                        cast.getSource());
      } else if (auto pack = dyn_cast<linalg::PackOp>(op)) {
        (void)linalg::lowerPack(rewriter, pack);
      } else if (auto unpack = dyn_cast<linalg::UnPackOp>(op)) {
        (void)linalg::lowerUnPack(rewriter, unpack);
      } else if (auto view = dyn_cast<tensor::CollapseShapeOp>(op)) {
        emptyView(rewriter, view);
      } else if (auto softmax = dyn_cast<linalg::SoftmaxOp>(op)) {
        auto parts = softmax.decomposeOperation(rewriter);
        if (succeeded(parts))
          rewriter.replaceOp(op, *parts);
      } else if (auto filter =
                     dyn_cast<linalg::WinogradFilterTransformOp>(op)) {
        (void)linalg::decomposeWinogradFilterTransformOp(rewriter, filter);
      } else if (auto input = dyn_cast<linalg::WinogradInputTransformOp>(op)) {
        (void)linalg::decomposeWinogradInputTransformOp(rewriter, input);
      } else if (auto output =
                     dyn_cast<linalg::WinogradOutputTransformOp>(op)) {
        (void)linalg::decomposeWinogradOutputTransformOp(rewriter, output);
      }
    });
  }
};
} // namespace
