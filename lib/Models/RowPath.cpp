//===- RowPath.cpp - reshapes that leave rows alone -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowPath.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

static SmallVector<ReassociationIndices> getGroups(Operation *reshape) {
  if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(reshape))
    return collapse.getReassociationIndices();
  return cast<tensor::ExpandShapeOp>(reshape).getReassociationIndices();
}

namespace {
/// A dimension that a reshape leaves alone: its number before and after.
struct KeptDim {
  int64_t from;
  int64_t to;
};
} // namespace

/// The dimensions that are alone in their groups; none if `op` is no reshape.
static SmallVector<KeptDim> getKeptDims(Operation *op) {
  SmallVector<KeptDim> kept;
  if (!isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
    return kept;
  // The groups list the dimensions of the tensor that has more of them.
  bool collapses = isa<tensor::CollapseShapeOp>(op);
  for (auto [i, group] : llvm::enumerate(getGroups(op)))
    if (group.size() == 1)
      kept.push_back(collapses ? KeptDim{group.front(), int64_t(i)}
                               : KeptDim{int64_t(i), group.front()});
  return kept;
}

std::optional<RowPath> RowPath::extend(Operation *reshape) const {
  for (KeptDim dim : getKeptDims(reshape)) {
    if (dim.from != getRowDim())
      continue;
    RowPath longer = *this;
    longer.reshapes.push_back(reshape);
    longer.rowDims.push_back(dim.to);
    return longer;
  }
  return std::nullopt;
}

std::optional<int64_t> models::getSourceRowDim(Operation *reshape,
                                               int64_t dim) {
  for (KeptDim kept : getKeptDims(reshape))
    if (kept.to == dim)
      return kept.from;
  return std::nullopt;
}

Value RowPath::followElements(OpBuilder &builder, Value value) const {
  for (Operation *reshape : reshapes) {
    Operation *copy = builder.clone(*reshape);
    copy->setOperand(0, value);
    value = copy->getResult(0);
  }
  return value;
}

/// `groups` without the group of the dimension `dim`, which is alone in it.
static SmallVector<ReassociationIndices>
dropGroup(ArrayRef<ReassociationIndices> groups, int64_t dim) {
  SmallVector<ReassociationIndices> kept;
  for (const ReassociationIndices &group : groups) {
    if (llvm::is_contained(group, dim))
      continue;
    ReassociationIndices &moved = kept.emplace_back();
    for (int64_t index : group)
      moved.push_back(index - (index > dim));
  }
  return kept;
}

Value RowPath::followRows(OpBuilder &builder, Value value) const {
  for (auto [i, reshape] : llvm::enumerate(reshapes)) {
    Location loc = reshape->getLoc();
    int64_t from = rowDims[i], to = rowDims[i + 1];
    if (isa<tensor::CollapseShapeOp>(reshape)) {
      value = tensor::CollapseShapeOp::create(
          builder, loc, value, dropGroup(getGroups(reshape), from));
      continue;
    }
    auto expand = cast<tensor::ExpandShapeOp>(reshape);
    SmallVector<int64_t> shape(expand.getResultType().getShape());
    SmallVector<OpFoldResult> sizes = expand.getMixedOutputShape();
    shape.erase(shape.begin() + to);
    sizes.erase(sizes.begin() + to);
    auto type = RankedTensorType::get(shape, getElementTypeOrSelf(value));
    value = tensor::ExpandShapeOp::create(
        builder, loc, type, value, dropGroup(getGroups(reshape), to), sizes);
  }
  return value;
}
