//===- GroupedDims.cpp - where groups of channels are one dimension -------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GroupedDims.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

bool mlir::norm::raise::readsIndices(linalg::LinalgOp op) {
  return op.getBlock()
      ->walk([](linalg::IndexOp) { return WalkResult::interrupt(); })
      .wasInterrupted();
}

/// How many ops are looked at from a tensor to a sum that it is computed from.
static constexpr unsigned kMaxOpsToSum = 16;

/// Whether `value` is computed from a sum by ops that are none.
static bool readsSum(Value value) {
  llvm::SetVector<Operation *> reached;
  auto add = [&](Value operand) {
    if (Operation *op = operand.getDefiningOp())
      reached.insert(op);
  };
  add(value);
  for (unsigned i = 0; i < reached.size() && i < kMaxOpsToSum; ++i) {
    Operation *op = reached[i];
    auto structured = dyn_cast<linalg::LinalgOp>(op);
    if (structured && structured.getNumReductionLoops() > 0)
      return true;
    if (structured)
      llvm::for_each(structured.getDpsInputs(), add);
    else if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
      add(op->getOperand(0));
  }
  return false;
}

std::optional<int64_t>
mlir::norm::raise::getOnlyExtent(RankedTensorType type,
                                 ArrayRef<int64_t> dims) {
  std::optional<int64_t> found;
  for (int64_t dim : dims) {
    if (type.getDimSize(dim) == 1)
      continue;
    if (found)
      return std::nullopt;
    found = dim;
  }
  return found;
}

/// The op that computes what `value` is in another shape, and its dimensions
/// that are `dims` of `value`; null where they are none of its own.
static linalg::LinalgOp getSource(Value value, MutableArrayRef<int64_t> dims) {
  for (unsigned i = 0; i < kMaxOpsToSum; ++i) {
    if (auto structured = value.getDefiningOp<linalg::LinalgOp>())
      return structured;
    auto expand = value.getDefiningOp<tensor::ExpandShapeOp>();
    auto collapse = value.getDefiningOp<tensor::CollapseShapeOp>();
    if (!expand && !collapse)
      return nullptr;
    for (int64_t &dim : dims) {
      std::optional<int64_t> below;
      if (collapse)
        below = getOnlyExtent(collapse.getSrcType(),
                              collapse.getReassociationIndices()[dim]);
      else
        for (auto [own, group] :
             llvm::enumerate(expand.getReassociationIndices()))
          if (getOnlyExtent(expand.getResultType(), group) == dim)
            below = own;
      if (!below)
        return nullptr;
      dim = *below;
    }
    value = expand ? expand.getSrc() : collapse.getSrc();
  }
  return nullptr;
}

/// Whether a statistic that the source of `value` reads is repeated along the
/// second one of `dims`. Example: of r[n, g] w[g, c] that is r.
static bool isRepeated(Value value, ArrayRef<int64_t> dims) {
  SmallVector<int64_t> own(dims);
  linalg::LinalgOp source = getSource(value, own);
  if (!source || source->getNumResults() != 1 ||
      source.getNumReductionLoops() != 0 || readsIndices(source) ||
      !source.getMatchingIndexingMap(source.getDpsInitOperand(0)).isIdentity())
    return false;
  return llvm::any_of(source.getDpsInputOperands(), [&](OpOperand *input) {
    AffineMap map = source.getMatchingIndexingMap(input);
    return map.isFunctionOfDim(own[0]) && !map.isFunctionOfDim(own[1]) &&
           readsSum(input->get());
  });
}

std::optional<GroupedDim>
mlir::norm::raise::getRepeated(tensor::CollapseShapeOp op) {
  RankedTensorType type = op.getSrcType();
  if (!type.hasStaticShape())
    return std::nullopt;
  for (auto [dim, group] : llvm::enumerate(op.getReassociationIndices())) {
    SmallVector<int64_t> dims = llvm::filter_to_vector(
        group, [&](int64_t inner) { return type.getDimSize(inner) != 1; });
    if (dims.size() == 2 && isRepeated(op.getSrc(), dims))
      return GroupedDim{op.getResult(), unsigned(dim), type.getDimSize(dims[0]),
                        type.getDimSize(dims[1])};
  }
  return std::nullopt;
}
