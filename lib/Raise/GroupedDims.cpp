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
    else if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op) ||
             op->hasTrait<OpTrait::Elementwise>())
      llvm::for_each(op->getOperands(), add);
  }
  return false;
}

std::optional<int64_t> mlir::norm::raise::getOnlyDim(RankedTensorType type,
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

/// How many ops are looked at from a dimension to where it is repeated.
static constexpr unsigned kMaxOpsToRepetition = 8;

/// The dimensions of what `op`, a reshape, reads that are `dims` of its result;
/// false where they are none of its own.
static bool takeReshape(Operation *op, MutableArrayRef<int64_t> dims) {
  auto collapse = dyn_cast<tensor::CollapseShapeOp>(op);
  for (int64_t &dim : dims) {
    std::optional<int64_t> below;
    if (collapse) {
      below = getOnlyDim(collapse.getSrcType(),
                         collapse.getReassociationIndices()[dim]);
    } else {
      auto expand = cast<tensor::ExpandShapeOp>(op);
      for (auto [own, group] :
           llvm::enumerate(expand.getReassociationIndices()))
        if (getOnlyDim(expand.getResultType(), group) == dim)
          below = own;
    }
    if (!below)
      return false;
    dim = *below;
  }
  return true;
}

static bool isRepeated(Value value, SmallVector<int64_t> dims, unsigned depth);

/// The same for an input of a structured op, of whose loops `dims` are two.
static bool isRepeatedBy(linalg::LinalgOp op, OpOperand *input,
                         ArrayRef<int64_t> dims, unsigned depth) {
  AffineMap map = op.getMatchingIndexingMap(input);
  if (!map.isFunctionOfDim(dims[0]))
    return false;
  if (!map.isFunctionOfDim(dims[1]))
    return readsSum(input->get());
  SmallVector<int64_t> own;
  for (int64_t dim : dims)
    for (auto [position, index] : llvm::enumerate(map.getResults()))
      if (index == getAffineDimExpr(dim, map.getContext()))
        own.push_back(position);
  return own.size() == 2 && isRepeated(input->get(), own, depth);
}

/// Whether a statistic that `value` is computed from, element by element, is
/// repeated along the second one of `dims`. Example: of r[n, g] w[g, c] that is
/// r.
static bool isRepeated(Value value, SmallVector<int64_t> dims, unsigned depth) {
  Operation *op = value.getDefiningOp();
  if (!op || depth == 0)
    return false;
  if (isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
    return takeReshape(op, dims) &&
           isRepeated(op->getOperand(0), dims, depth - 1);
  auto source = dyn_cast<linalg::LinalgOp>(op);
  if (!source)
    return op->hasTrait<OpTrait::Elementwise>() &&
           llvm::any_of(op->getOperands(), [&](Value operand) {
             return isRepeated(operand, dims, depth - 1);
           });
  if (source->getNumResults() != 1 || source.getNumReductionLoops() != 0 ||
      source.hasIndexSemantics() ||
      !source.getMatchingIndexingMap(source.getDpsInitOperand(0)).isIdentity())
    return false;
  return llvm::any_of(source.getDpsInputOperands(), [&](OpOperand *input) {
    return isRepeatedBy(source, input, dims, depth - 1);
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
    if (dims.size() == 2 && isRepeated(op.getSrc(), dims, kMaxOpsToRepetition))
      return GroupedDim{op.getResult(), unsigned(dim), type.getDimSize(dims[0]),
                        type.getDimSize(dims[1])};
  }
  return std::nullopt;
}
