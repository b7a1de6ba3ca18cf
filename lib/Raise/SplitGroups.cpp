//===- SplitGroups.cpp - groups of channels as a dimension ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SplitGroups.h"

#include "GroupedDims.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/ReshapeOpsUtils.h"
#include "mlir/IR/Iterators.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Ops over groups
//===----------------------------------------------------------------------===//

/// The dimension of an expanded tensor that is dimension `dim` of its source
/// beside dimensions of one element.
static std::optional<unsigned> getExpandedDim(tensor::ExpandShapeOp op,
                                              unsigned dim) {
  return getOnlyDim(op.getResultType(), op.getReassociationIndices()[dim]);
}

/// The dimension of a collapsed tensor that is dimension `dim` of its source
/// beside dimensions of one element.
static std::optional<unsigned> getCollapsedDim(tensor::CollapseShapeOp op,
                                               unsigned dim) {
  for (auto [own, dims] : llvm::enumerate(op.getReassociationIndices()))
    if (getOnlyDim(op.getSrcType(), dims) == int64_t(dim))
      return own;
  return std::nullopt;
}

/// Groups of dimensions of a tensor in which `dim` is two.
static SmallVector<ReassociationIndices> getSplit(unsigned rank, unsigned dim) {
  SmallVector<ReassociationIndices> groups;
  int64_t next = 0;
  for (unsigned i = 0; i < rank; ++i) {
    groups.push_back({next++});
    if (i == dim)
      groups.back().push_back(next++);
  }
  return groups;
}

static RankedTensorType getSplitType(RankedTensorType type,
                                     const GroupedDim &group, unsigned dim) {
  SmallVector<int64_t> shape(type.getShape());
  shape[dim] = group.groups;
  shape.insert(shape.begin() + dim + 1, group.channels);
  return RankedTensorType::get(shape, type.getElementType());
}

/// Which dimension of an operand with `map` is loop `loop`; none where it is
/// not read along that, and false where it is in another way.
static bool findLoop(AffineMap map, unsigned loop,
                     std::optional<unsigned> &dim) {
  for (auto [position, index] : llvm::enumerate(map.getResults())) {
    if (!index.isFunctionOfDim(loop))
      continue;
    if (dim || !isa<AffineDimExpr>(index))
      return false;
    dim = position;
  }
  return true;
}

/// `map` with `loop` as two loops, where dimension `dim` of the operand is it.
static AffineMap splitMap(AffineMap map, unsigned loop,
                          std::optional<unsigned> dim) {
  MLIRContext *context = map.getContext();
  SmallVector<AffineExpr> dims;
  for (unsigned i = 0; i < map.getNumDims(); ++i)
    dims.push_back(getAffineDimExpr(i > loop ? i + 1 : i, context));
  SmallVector<AffineExpr> results;
  for (auto [position, index] : llvm::enumerate(map.getResults())) {
    results.push_back(index.replaceDims(dims));
    if (dim == position)
      results.push_back(getAffineDimExpr(loop + 1, context));
  }
  return AffineMap::get(map.getNumDims() + 1, 0, results, context);
}

/// The operand of an op over groups.
static Value splitOperand(OpBuilder &builder, Value value,
                          const GroupedDim &group, unsigned dim) {
  auto type = cast<RankedTensorType>(value.getType());
  RankedTensorType split = getSplitType(type, group, dim);
  auto groups = getSplit(type.getRank(), dim);
  if (auto collapse = value.getDefiningOp<tensor::CollapseShapeOp>();
      collapse && collapse.getSrcType() == split &&
      collapse.getReassociationIndices() == groups)
    return collapse.getSrc();
  return tensor::ExpandShapeOp::create(builder, value.getLoc(), split, value,
                                       groups);
}

/// Writes `op` over groups, of which `loop` is the dimension; the results that
/// still have it are added to `results`.
static bool splitOp(linalg::LinalgOp op, unsigned loop, const GroupedDim &group,
                    SmallVectorImpl<GroupedDim> &results) {
  if (!op.hasPureTensorSemantics() || op.hasIndexSemantics() ||
      op.getBlock()->getNumArguments() != op->getNumOperands())
    return false;
  SmallVector<std::optional<unsigned>> dims;
  for (OpOperand &operand : op->getOpOperands()) {
    dims.emplace_back();
    auto type = dyn_cast<RankedTensorType>(operand.get().getType());
    if (!findLoop(op.getMatchingIndexingMap(&operand), loop, dims.back()) ||
        (dims.back() && (!type || !type.hasStaticShape())))
      return false;
  }
  OpBuilder builder(op);
  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;
  for (auto [operand, dim] : llvm::zip(op->getOpOperands(), dims)) {
    operands.push_back(dim ? splitOperand(builder, operand.get(), group, *dim)
                           : operand.get());
    maps.push_back(splitMap(op.getMatchingIndexingMap(&operand), loop, dim));
  }
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  iterators.insert(iterators.begin() + loop, iterators[loop]);
  unsigned numInputs = op.getNumDpsInputs();
  SmallVector<Type> types;
  for (Value init : ArrayRef<Value>(operands).drop_front(numInputs))
    types.push_back(init.getType());
  auto split = linalg::GenericOp::create(
      builder, op.getLoc(), types,
      ArrayRef<Value>(operands).take_front(numInputs),
      ArrayRef<Value>(operands).drop_front(numInputs), maps, iterators);
  split.getRegion().takeBody(op->getRegion(0));
  for (auto [number, result] : llvm::enumerate(op->getResults())) {
    Value value = split->getResult(number);
    if (std::optional<unsigned> dim = dims[numInputs + number]) {
      auto type = cast<RankedTensorType>(result.getType());
      value = tensor::CollapseShapeOp::create(builder, op.getLoc(), type, value,
                                              getSplit(type.getRank(), *dim));
      results.push_back({value, *dim, group.groups, group.channels});
    }
    result.replaceAllUsesWith(value);
  }
  op->erase();
  return true;
}

/// The same for an op on whole tensors.
static bool splitElementwise(Operation *op, const GroupedDim &group,
                             SmallVectorImpl<GroupedDim> &results) {
  auto isSplittable = [&](Type type) {
    auto ranked = dyn_cast<RankedTensorType>(type);
    return ranked && ranked.hasStaticShape();
  };
  if (op->getNumResults() != 1 || op->getNumRegions() != 0 ||
      !op->hasTrait<OpTrait::Elementwise>() || !isMemoryEffectFree(op) ||
      !llvm::all_of(op->getOperandTypes(), isSplittable) ||
      !isSplittable(op->getResult(0).getType()))
    return false;
  OpBuilder builder(op);
  Operation *split = op->clone();
  for (OpOperand &operand : split->getOpOperands())
    operand.set(splitOperand(builder, operand.get(), group, group.dim));
  Value result = split->getResult(0);
  auto type = cast<RankedTensorType>(result.getType());
  result.setType(getSplitType(type, group, group.dim));
  builder.insert(split);
  Value whole = tensor::CollapseShapeOp::create(
      builder, op->getLoc(), type, result, getSplit(type.getRank(), group.dim));
  results.push_back({whole, group.dim, group.groups, group.channels});
  op->getResult(0).replaceAllUsesWith(whole);
  op->erase();
  return true;
}

/// [n, g, c] -> [n g c] -> [n, 1, g c] as [n, g, c] -> [n, g c] -> [n, 1, g c].
static void collapseApart(tensor::ExpandShapeOp op) {
  auto collapse = op.getSrc().getDefiningOp<tensor::CollapseShapeOp>();
  if (!collapse || !collapse.getSrcType().hasStaticShape())
    return;
  RankedTensorType type = op.getResultType();
  auto shape = llvm::filter_to_vector(
      type.getShape(), [](int64_t extent) { return extent != 1; });
  auto inner = RankedTensorType::get(shape, type.getElementType());
  auto groups = getReassociationIndicesForCollapse(
      collapse.getSrcType().getShape(), shape);
  auto outer = getReassociationIndicesForReshape(inner, type);
  if (!groups || !outer || inner == collapse.getResultType() || inner == type)
    return;
  OpBuilder builder(op);
  Value value = tensor::CollapseShapeOp::create(
      builder, collapse.getLoc(), inner, collapse.getSrc(), *groups);
  value =
      tensor::ExpandShapeOp::create(builder, op.getLoc(), type, value, *outer);
  op.replaceAllUsesWith(value);
}

/// Takes out reshapes of `function` that nothing reads: they are uses of what
/// they read.
static void eraseUnusedReshapes(func::FuncOp function) {
  function.walk<WalkOrder::PostOrder, ReverseIterator>([](Operation *op) {
    if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op) &&
        op->use_empty())
      op->erase();
  });
}

bool mlir::norm::raise::splitGroups(func::FuncOp function) {
  function.walk([](tensor::ExpandShapeOp op) { collapseApart(op); });
  SmallVector<GroupedDim> todo;
  function.walk([&](tensor::CollapseShapeOp op) {
    if (std::optional<GroupedDim> group = getRepeated(op))
      todo.push_back(*group);
  });
  bool hasSplit = false;
  while (!todo.empty()) {
    GroupedDim group = todo.pop_back_val();
    // One use at a time: an op that is written anew is another user.
    SmallVector<Operation *> users(group.value.getUsers());
    llvm::SmallPtrSet<Operation *, 8> seen;
    for (Operation *user : users) {
      if (!seen.insert(user).second)
        continue;
      if (auto expand = dyn_cast<tensor::ExpandShapeOp>(user)) {
        if (auto dim = getExpandedDim(expand, group.dim))
          todo.push_back(
              {expand.getResult(), *dim, group.groups, group.channels});
        continue;
      }
      if (auto collapse = dyn_cast<tensor::CollapseShapeOp>(user)) {
        if (auto dim = getCollapsedDim(collapse, group.dim))
          todo.push_back(
              {collapse.getResult(), *dim, group.groups, group.channels});
        continue;
      }
      auto op = dyn_cast<linalg::LinalgOp>(user);
      if (!op) {
        hasSplit |= splitElementwise(user, group, todo);
        continue;
      }
      OpOperand *operand =
          llvm::find_if(op->getOpOperands(), [&](OpOperand &own) {
            return own.get() == group.value;
          });
      auto index = dyn_cast<AffineDimExpr>(
          op.getMatchingIndexingMap(operand).getResult(group.dim));
      hasSplit |= index && splitOp(op, index.getPosition(), group, todo);
    }
  }
  eraseUnusedReshapes(function);
  return hasSplit;
}

//===----------------------------------------------------------------------===//
// Functions with norms of groups
//===----------------------------------------------------------------------===//

void mlir::norm::raise::splitGroupsOfNorms(
    ModuleOp module, llvm::function_ref<unsigned(ModuleOp)> countNorms) {
  auto countIn = [&](func::FuncOp function) {
    OwningOpRef<ModuleOp> copy = ModuleOp::create(function.getLoc());
    OpBuilder(copy->getBodyRegion()).clone(*function);
    return countNorms(*copy);
  };
  SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
  for (func::FuncOp function : functions) {
    OwningOpRef<func::FuncOp> split = function.clone();
    if (splitGroups(*split) && countIn(*split) > countIn(function))
      function.getBody().takeBody(split->getBody());
  }
}
