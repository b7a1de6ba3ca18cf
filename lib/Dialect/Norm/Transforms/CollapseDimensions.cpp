//===- CollapseDimensions.cpp - rows and row ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/CollapseDimensions.h"

#include "norm/Dialect/Norm/IR/NormOps.h"
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
  if (static_cast<int64_t>(groups.size()) ==
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
/// on tensors; a backward likewise
///
/// A row is its elements in row-major order, which is the order of the
/// collapsed dimension, and so are scale and bias; prmsnorm's first k elements
/// stay the first. The rows are the same set in another shape.
struct CollapseDimensions : OpInterfaceRewritePattern<NormRowsOpInterface> {
  using OpInterfaceRewritePattern::OpInterfaceRewritePattern;

  LogicalResult matchAndRewrite(NormRowsOpInterface op,
                                PatternRewriter &rewriter) const override {
    if (!isa<RankedTensorType>(op.getInput().getType()))
      return rewriter.notifyMatchFailure(op, "not on tensors");
    int64_t rank = op.getInputType().getRank();
    int64_t numRow = op.getDimensions().size();
    int64_t numRows = rank - numRow;
    if (op.getDimensions().front() != numRows)
      return rewriter.notifyMatchFailure(op, "dimensions are not trailing");
    if (numRow == 1 && numRows <= 1)
      return rewriter.notifyMatchFailure(op, "nothing to collapse");

    Location loc = op.getLoc();
    // How many dimensions of an operand are of the rows and of the row.
    auto getRanks = [&](OpOperand &operand) -> std::pair<int64_t, int64_t> {
      OperandRole role = op.getOperandKind(operand.getOperandNumber()).role;
      return {role == OperandRole::position ? 0 : numRows,
              role == OperandRole::row ? 0 : numRow};
    };
    auto dps = cast<DestinationStyleOpInterface>(op.getOperation());
    SmallVector<Value> operands;
    SmallVector<Type> types;
    for (OpOperand &operand : op->getOpOperands()) {
      auto [ofRows, ofRow] = getRanks(operand);
      operands.push_back(collapse(rewriter, loc, operand.get(), ofRows, ofRow));
      if (dps.isDpsInit(&operand))
        types.push_back(operands.back().getType());
    }
    Operation *collapsed = clone(rewriter, op, types, operands);
    collapsed->setAttr("dimensions",
                       rewriter.getDenseI64ArrayAttr({numRows == 0 ? 0 : 1}));
    SmallVector<Value> results;
    for (auto [before, after] :
         llvm::zip_equal(op->getResults(), collapsed->getResults())) {
      OpOperand *init = dps.getTiedOpOperand(before);
      auto [ofRows, ofRow] = getRanks(*init);
      results.push_back(
          expand(rewriter, loc, after, init->get(), ofRows, ofRow));
    }
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
