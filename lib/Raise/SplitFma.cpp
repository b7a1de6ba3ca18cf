//===- SplitFma.cpp - fused multiply-adds as products and sums ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitFma.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// On the product and on the sum; bodies that are rebuilt keep it.
static constexpr StringLiteral kMark = "norm.fma";

void mlir::norm::raise::splitFmas(ModuleOp module) {
  module->walk([](math::FmaOp fma) {
    if (getElementTypeOrSelf(fma.getType()).getIntOrFloatBitWidth() < 32)
      return;
    OpBuilder builder(fma);
    auto product = arith::MulFOp::create(builder, fma.getLoc(), fma.getA(),
                                         fma.getB(), fma.getFastmathAttr());
    auto sum = arith::AddFOp::create(builder, fma.getLoc(), product, fma.getC(),
                                     fma.getFastmathAttr());
    // What else the op carries is kept with the sum.
    sum->setDiscardableAttrs(fma->getDiscardableAttrDictionary());
    for (Operation *op : {product.getOperation(), sum.getOperation()})
      op->setDiscardableAttr(kMark, builder.getUnitAttr());
    fma->replaceAllUsesWith(sum);
    fma->erase();
  });
}

void mlir::norm::raise::joinFmas(ModuleOp module) {
  module->walk([](arith::AddFOp sum) {
    if (!sum->removeDiscardableAttr(kMark))
      return;
    auto product = sum.getLhs().getDefiningOp<arith::MulFOp>();
    if (!product || !product->hasOneUse() ||
        !product->getDiscardableAttr(kMark))
      return;
    OpBuilder builder(sum);
    auto fma = math::FmaOp::create(builder, sum.getLoc(), product.getLhs(),
                                   product.getRhs(), sum.getRhs(),
                                   sum.getFastmathAttr());
    fma->setDiscardableAttrs(sum->getDiscardableAttrDictionary());
    sum->replaceAllUsesWith(fma);
    sum->erase();
    product->erase();
  });
  module->walk(
      [](arith::MulFOp product) { product->removeDiscardableAttr(kMark); });
}
