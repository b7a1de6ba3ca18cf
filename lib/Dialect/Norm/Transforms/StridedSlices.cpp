//===- StridedSlices.cpp - slices that step and drop dimensions -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A slice of sizes [1, 2, 1] may have the shape [1, 2] or [2, 1]. As a
// `memref.subview`, upstream tells which of the dimensions of size 1 are left
// by the strides of the result, which it looks for among those of the source. A
// slice with steps has others, and the first pass that asks reads an empty
// optional (LLVM 22.1). So the steps and the loss of dimensions become two ops.
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMSTRIDEDSLICES
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Whether `op` has steps, and more dimensions of size 1 than it drops.
template <typename SliceOp> static bool isAmbiguous(SliceOp op) {
  size_t dropped = op.getDroppedDims().count();
  return dropped > 0 && !llvm::all_of(op.getMixedStrides(), isOneInteger) &&
         static_cast<size_t>(llvm::count(op.getStaticSizes(), 1)) > dropped;
}

/// The dimensions of a slice that become one of its shape, for each of that:
/// a dropped one goes with what is before it, at the start with what is behind.
static SmallVector<ReassociationIndices>
getGroups(const llvm::SmallBitVector &dropped) {
  SmallVector<ReassociationIndices> groups;
  ReassociationIndices pending;
  for (int64_t dim = 0, rank = dropped.size(); dim < rank; ++dim) {
    if (dropped.test(dim) && !groups.empty()) {
      groups.back().push_back(dim);
      continue;
    }
    pending.push_back(dim);
    if (!dropped.test(dim))
      groups.push_back(std::exchange(pending, {}));
  }
  return groups;
}

/// slice of x  ->  slice without steps, of all dimensions of x, of a slice of x
static void splitExtraction(tensor::ExtractSliceOp op) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  SmallVector<OpFoldResult> zeros(op.getSourceType().getRank(),
                                  builder.getIndexAttr(0)),
      ones(zeros.size(), builder.getIndexAttr(1));
  Value whole = tensor::ExtractSliceOp::create(
      builder, loc, op.getSource(), op.getMixedOffsets(), op.getMixedSizes(),
      op.getMixedStrides());
  op.replaceAllUsesWith(
      tensor::ExtractSliceOp::create(builder, loc, op.getType(), whole, zeros,
                                     op.getMixedSizes(), ones)
          .getResult());
  op.erase();
}

/// insertion of s  ->  insertion of s with all dimensions of the destination
template <typename InsertOp>
static void expandSource(InsertOp op, Operation *before) {
  OpBuilder builder(before);
  auto type = RankedTensorType::get(op.getStaticSizes(),
                                    op.getSourceType().getElementType());
  op.getSourceMutable().assign(tensor::ExpandShapeOp::create(
      builder, op.getLoc(), type, op.getSource(),
      getGroups(op.getDroppedDims()), op.getMixedSizes()));
}

namespace {
struct StridedSlices : norm::impl::NormStridedSlicesBase<StridedSlices> {
  void runOnOperation() override {
    getOperation()->walk([](Operation *op) {
      if (auto extract = dyn_cast<tensor::ExtractSliceOp>(op)) {
        if (isAmbiguous(extract))
          splitExtraction(extract);
      } else if (auto insert = dyn_cast<tensor::InsertSliceOp>(op)) {
        if (isAmbiguous(insert))
          expandSource(insert, insert);
      } else if (auto insert = dyn_cast<tensor::ParallelInsertSliceOp>(op)) {
        if (isAmbiguous(insert))
          expandSource(insert, insert->getParentOp());
      }
    });
  }
};
} // namespace
