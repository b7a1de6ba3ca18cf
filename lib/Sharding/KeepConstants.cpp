//===- KeepConstants.cpp - constants that upstream does not partition -----===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// shard-partition takes a constant that is a splat or no dense elements at all.
// Others are annotated as whole (norm-prepare-shardings), are resources while
// it runs, and are cut like any whole tensor.
//
//===----------------------------------------------------------------------===//

#include "UnevenParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"

using namespace mlir;
using namespace mlir::norm;

static constexpr StringLiteral kResource = "norm_kept_constant";

void sharding::keepConstants(func::FuncOp function) {
  function.walk([](arith::ConstantOp op) {
    auto elements = dyn_cast<DenseIntOrFPElementsAttr>(op.getValue());
    if (!elements || elements.isSplat() || !isRanked(elements.getType()) ||
        elements.getElementType().isInteger(1))
      return;
    op.setValueAttr(DenseResourceElementsAttr::get(
        elements.getType(), kResource,
        HeapAsmResourceBlob::allocateAndCopyWithAlign(elements.getRawData(),
                                                      /*align=*/64)));
  });
}

void sharding::restoreConstants(Operation *root) {
  root->walk([](arith::ConstantOp op) {
    auto resource = dyn_cast<DenseResourceElementsAttr>(op.getValue());
    if (!resource || !resource.getRawHandle().getKey().starts_with(kResource))
      return;
    op.setValueAttr(DenseElementsAttr::getFromRawBuffer(
        resource.getType(), resource.getRawHandle().getBlob()->getData()));
  });
}
