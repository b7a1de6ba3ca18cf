//===- ExpandedViews.cpp - dimensions divided into several unknown ones ---===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A dimension of size s and stride t that is divided into sizes s0, s1, s2 has
// the strides s1 * s2 * t, s2 * t and t. Upstream's expand-strided-metadata
// finds the one size of a group that is not static by a division, and takes a
// null attribute for a second one, and divides by 0 where another is 0 (LLVM
// 22.1). The op names all of its sizes.
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMEXPANDEDVIEWS
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Whether one dimension of `op` becomes several of which upstream does not
/// find the sizes: of unknown ones, or of one beside 0.
static bool hasGroupOfUnknowns(memref::ExpandShapeOp op) {
  MemRefType type = op.getResultType();
  return llvm::any_of(
      op.getReassociationIndices(), [&](ArrayRef<int64_t> group) {
        auto unknown = llvm::count_if(
            group, [&](int64_t dim) { return type.isDynamicDim(dim); });
        return unknown > 1 ||
               (unknown == 1 && llvm::any_of(group, [&](int64_t dim) {
                  return type.getDimSize(dim) == 0;
                }));
      });
}

/// `op` as a reinterpret_cast of its source.
static void spellOut(memref::ExpandShapeOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  auto source =
      memref::ExtractStridedMetadataOp::create(builder, loc, op.getSrc());
  SmallVector<OpFoldResult> sizes = op.getMixedOutputShape();
  SmallVector<OpFoldResult> outer = source.getConstifiedMixedStrides();
  SmallVector<OpFoldResult> strides(sizes.size());
  AffineExpr a, b;
  bindSymbols(builder.getContext(), a, b);
  for (auto [group, stride] :
       llvm::zip_equal(op.getReassociationIndices(), outer))
    for (int64_t dim : llvm::reverse(group)) {
      strides[dim] = stride;
      if (dim != group.front())
        stride = affine::makeComposedFoldedAffineApply(builder, loc, a * b,
                                                       {stride, sizes[dim]});
    }
  Value view = memref::ReinterpretCastOp::create(
      builder, loc, source.getBaseBuffer(), source.getConstifiedMixedOffset(),
      sizes, strides);
  op.replaceAllUsesWith(
      builder.createOrFold<memref::CastOp>(loc, op.getResultType(), view));
  op.erase();
}

namespace {
struct ExpandedViews : norm::impl::NormExpandedViewsBase<ExpandedViews> {
  void runOnOperation() override {
    getOperation()->walk([](memref::ExpandShapeOp op) {
      if (hasGroupOfUnknowns(op))
        spellOut(op);
    });
  }
};
} // namespace
