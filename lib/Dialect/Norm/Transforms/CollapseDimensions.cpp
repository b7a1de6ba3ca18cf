//===- CollapseDimensions.cpp - rows and row ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/CollapseDimensions.h"

#include "norm/Dialect/Norm/IR/NormDescription.h"
#include "norm/Dialect/Norm/Transforms/Passes.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Transforms/WalkPatternRewriteDriver.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMCOLLAPSEDIMENSIONS
#include "norm/Dialect/Norm/Transforms/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// The groups of dimensions, rows first, of a tensor with `numRows` dimensions
/// of rows and `numRow` of the row: at most two, none of them empty.
static SmallVector<ReassociationIndices> getGroups(int64_t numRows,
                                                   int64_t numRow) {
  SmallVector<ReassociationIndices> groups;
  for (auto [from, to] :
       {std::pair<int64_t, int64_t>(0, numRows),
        std::pair<int64_t, int64_t>(numRows, numRows + numRow)})
    if (from != to)
      groups.push_back(llvm::to_vector<2>(llvm::seq(from, to)));
  return groups;
}

static Value collapse(OpBuilder &builder, Location loc, Value value,
                      int64_t numRows, int64_t numRow) {
  SmallVector<ReassociationIndices> groups = getGroups(numRows, numRow);
  if (!value || static_cast<int64_t>(groups.size()) ==
                    cast<RankedTensorType>(value.getType()).getRank())
    return value;
  return tensor::CollapseShapeOp::create(builder, loc, value, groups);
}

/// `value` in the shape of `original`, the tensor that collapse() was given.
static Value expand(OpBuilder &builder, Location loc, Value value,
                    Value original, int64_t numRows, int64_t numRow) {
  if (value.getType() == original.getType())
    return value;
  return tensor::ExpandShapeOp::create(
      builder, loc, original.getType(), value, getGroups(numRows, numRow),
      tensor::getMixedSizes(builder, loc, original));
}

namespace {

/// norm(x[a1, ..., ap, n1, ..., nq]) -> expand(norm(collapse(x)[a1*...*ap,
/// n1*...*nq])) for normalized dimensions n1 to nq that are the trailing ones,
/// on tensors
///
/// A row is its elements in row-major order, which is the order of the
/// collapsed dimension, and so are scale and bias; prmsnorm's first k elements
/// stay the first. The rows are the same set in another shape.
struct CollapseDimensions : OpInterfaceRewritePattern<NormOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (!op.getY())
      return rewriter.notifyMatchFailure(op, "not on tensors");
    int64_t rank = op.getInputType().getRank();
    int64_t numRow = op.getDimensions().size();
    int64_t numRows = rank - numRow;
    if (op.getDimensions().front() != numRows)
      return rewriter.notifyMatchFailure(op, "dimensions are not trailing");
    if (numRow == 1 && numRows <= 1)
      return rewriter.notifyMatchFailure(op, "nothing to collapse");

    Location loc = op.getLoc();
    NormDescription original = NormDescription::get(op);
    NormDescription collapsed = original;
    for (Value *value : {&collapsed.input, &collapsed.init})
      *value = collapse(rewriter, loc, *value, numRows, numRow);
    for (Value *value : {&collapsed.scale, &collapsed.bias})
      *value = collapse(rewriter, loc, *value, 0, numRow);
    for (Value *value :
         {&collapsed.statisticInit, &collapsed.rstdInit, &collapsed.meanInit})
      *value = collapse(rewriter, loc, *value, numRows, 0);
    collapsed.dimensions = {numRows == 0 ? 0 : 1};
    NormOpInterface replacement = collapsed.create(rewriter, loc);

    SmallVector<Value> results = {expand(rewriter, loc, replacement.getY(),
                                         original.init, numRows, numRow)};
    for (auto [result, init] :
         {std::pair(replacement.getStatistic(), original.statisticInit),
          std::pair(replacement.getRstd(), original.rstdInit),
          std::pair(replacement.getMeanResult(), original.meanInit)})
      if (result)
        results.push_back(expand(rewriter, loc, result, init, numRows, 0));
    rewriter.replaceOp(op, results);
    return success();
  }
};

struct CollapseDimensionsPass
    : norm::impl::NormCollapseDimensionsBase<CollapseDimensionsPass> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateNormCollapseDimensionsPatterns(patterns);
    walkAndApplyPatterns(getOperation(), std::move(patterns));
  }
};

} // namespace

void norm::populateNormCollapseDimensionsPatterns(RewritePatternSet &patterns) {
  patterns.add<CollapseDimensions>(patterns.getContext());
}
