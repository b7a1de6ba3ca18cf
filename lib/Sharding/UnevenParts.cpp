//===- UnevenParts.cpp - extents that processes do not divide -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "UnevenParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::sharding;

bool sharding::hasTensors(Operation *op) {
  return llvm::any_of(op->getOperandTypes(), isRanked) ||
         llvm::any_of(op->getResultTypes(), isRanked);
}

size_t sharding::countAxes(shard::ShardOp op) {
  size_t count = 0;
  for (shard::GridAxesAttr axes :
       shard::Sharding(op.getSharding()).getSplitAxes())
    count += axes.size();
  return count;
}

ArrayRef<shard::GridAxis>
sharding::getSplitAxes(const shard::Sharding &sharding, size_t dim) {
  return dim < sharding.getSplitAxes().size()
             ? sharding.getSplitAxes()[dim].asArrayRef()
             : ArrayRef<shard::GridAxis>();
}

SmallVector<int64_t> sharding::getWholeExtents(NormRowsOpInterface op) {
  if (auto whole = op->getAttrOfType<DenseI64ArrayAttr>("norm.whole"))
    return llvm::to_vector(whole.asArrayRef());
  return llvm::to_vector(op.getInputType().getShape());
}

//===----------------------------------------------------------------------===//
// Which tensors
//===----------------------------------------------------------------------===//

/// The type of what `op` annotates, with extents that its processes divide.
static RankedTensorType getFilledType(shard::ShardOp op,
                                      SymbolTableCollection &symbols) {
  shard::Sharding sharding(op.getSharding());
  auto type = cast<RankedTensorType>(op.getSrc().getType());
  SmallVector<int64_t> shape = llvm::to_vector(type.getShape());
  for (auto [dim, extent] : llvm::enumerate(shape))
    if (!ShapedType::isDynamic(extent))
      extent = llvm::alignTo(extent, shard::collectiveProcessGroupSize(
                                         getSplitAxes(sharding, dim),
                                         shard::getGrid(op, symbols)));
  return type.clone(shape);
}

namespace {
/// The types that values are about to get.
using FilledTypes = llvm::MapVector<Value, RankedTensorType>;
} // namespace

static bool isFilled(const FilledTypes &types, Value value) {
  const auto *it = types.find(value);
  return it != types.end() && it->second != value.getType();
}

/// Adds the type of `value`; fails where it has another one already.
static bool addType(FilledTypes &types, Value value, RankedTensorType type) {
  auto [it, isNew] = types.try_emplace(value, type);
  return isNew || it->second == type;
}

/// Each value on both sides of an annotation gets the same type. A constant
/// that is cut is filled up before.
static FailureOr<FilledTypes> findTypes(func::FuncOp function,
                                        SymbolTableCollection &symbols) {
  FilledTypes types;
  // The last annotations first: those of constants follow.
  SmallVector<shard::ShardOp> annotations;
  function.walk([&](shard::ShardOp op) { annotations.push_back(op); });
  for (shard::ShardOp annotation : llvm::reverse(annotations)) {
    RankedTensorType type = getFilledType(annotation, symbols);
    auto *it = types.find(annotation.getResult());
    Operation *source = annotation.getSrc().getDefiningOp();
    if (it != types.end() && source &&
        source->hasTrait<OpTrait::ConstantLike>())
      type = it->second;
    if (!addType(types, annotation.getResult(), type) ||
        !addType(types, annotation.getSrc(), type))
      return annotation.emitOpError("expected an extent that the processes "
                                    "divide of a tensor that is moved, got ")
             << annotation.getSrc().getType();
  }
  return types;
}

//===----------------------------------------------------------------------===//
// What ops do with filling
//===----------------------------------------------------------------------===//

/// Whether `op` has none of the filled dims as one that it reduces or counts.
static bool leavesFillingApart(linalg::LinalgOp op, const FilledTypes &types) {
  if (op->walk([](linalg::IndexOp) {
          return WalkResult::interrupt();
        }).wasInterrupted())
    return false;
  SmallVector<utils::IteratorType> loops = op.getIteratorTypesArray();
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isFilled(types, operand.get()))
      continue;
    auto from = cast<RankedTensorType>(operand.get().getType());
    auto to = types.find(operand.get())->second;
    AffineMap map = op.getMatchingIndexingMap(&operand);
    for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
      auto loop = dyn_cast<AffineDimExpr>(expr);
      if (from.getDimSize(dim) != to.getDimSize(dim) &&
          (!loop || loops[loop.getPosition()] != utils::IteratorType::parallel))
        return false;
    }
  }
  return true;
}

/// Whether a norm's row is filled up at its end, or only rows are added.
static bool isFilledAtTheEnd(NormRowsOpInterface op, const FilledTypes &types) {
  auto to = types.find(op.getInput())->second;
  return llvm::none_of(op.getDimensions().drop_front(), [&](int64_t dim) {
    return op.getInputType().getDimSize(dim) != to.getDimSize(dim);
  });
}

/// The larger tensor of a slice, or null.
static Value getSliced(Operation *op) {
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return slice.getSource();
  if (auto slice = dyn_cast<tensor::InsertSliceOp>(op))
    return slice.getDest();
  return nullptr;
}

/// The sizes of the slice `op` once its tensors are filled up; none where it
/// takes a part of a dim that is, or another slice is filled up than all of it.
static std::optional<SmallVector<int64_t>>
getFilledSizes(OffsetSizeAndStrideOpInterface op, const FilledTypes &types) {
  Value whole = getSliced(op);
  auto from = cast<RankedTensorType>(whole.getType());
  RankedTensorType to = from;
  if (const auto *found = types.find(whole); found != types.end())
    to = found->second;
  SmallVector<int64_t> sizes = llvm::to_vector(op.getStaticSizes());
  bool changes = false;
  for (auto [dim, size] : llvm::enumerate(sizes)) {
    if (from.getDimSize(dim) == to.getDimSize(dim))
      continue;
    if (size != from.getDimSize(dim))
      return std::nullopt;
    size = to.getDimSize(dim);
    changes = true;
  }
  if (!changes)
    return std::nullopt;
  return sizes;
}

static LogicalResult checkOp(Operation *op, const FilledTypes &types) {
  auto isAnyFilled = [&](ValueRange values) {
    return llvm::any_of(values,
                        [&](Value value) { return isFilled(types, value); });
  };
  if (!isAnyFilled(op->getOperands()) && !isAnyFilled(op->getResults()))
    return success();
  if (isa<shard::ShardOp, tensor::EmptyOp, func::ReturnOp, scf::ForOp,
          scf::IfOp, scf::YieldOp>(op) ||
      op->hasTrait<OpTrait::ConstantLike>() ||
      OpTrait::hasElementwiseMappableTraits(op))
    return success();
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    if (leavesFillingApart(linalgOp, types))
      return success();
  if (auto norm = dyn_cast<NormRowsOpInterface>(op))
    if (isFilledAtTheEnd(norm, types))
      return success();
  // A dynamic extent is not filled up, and a static one is a number by now.
  if (auto extent = dyn_cast<tensor::DimOp>(op))
    if (extent.getConstantIndex())
      return success();
  if (getSliced(op) &&
      getFilledSizes(cast<OffsetSizeAndStrideOpInterface>(op), types))
    return success();
  return op->emitError("expected extents that the processes divide: here "
                       "parts of unequal extents are for norms, along the "
                       "first dimension of their rows, and elementwise ops");
}

//===----------------------------------------------------------------------===//
// The change
//===----------------------------------------------------------------------===//

/// `elements` with zeros for what `type` has more.
static DenseElementsAttr fillUp(DenseElementsAttr elements,
                                RankedTensorType type) {
  if (elements.isSplat())
    return elements.resizeSplat(type);
  auto from = cast<RankedTensorType>(elements.getType());
  SmallVector<Attribute> values(
      type.getNumElements(),
      Builder(type.getContext()).getZeroAttr(type.getElementType()));
  SmallVector<int64_t> strides = computeSuffixProduct(type.getShape());
  SmallVector<int64_t> sourceStrides = computeSuffixProduct(from.getShape());
  for (auto [i, value] : llvm::enumerate(elements.getValues<Attribute>()))
    values[linearize(delinearize(i, sourceStrides), strides)] = value;
  return DenseElementsAttr::get(type, values);
}

static void changeOp(Operation &op, const FilledTypes &types) {
  if (auto norm = dyn_cast<NormRowsOpInterface>(op))
    if (isFilled(types, norm.getInput()))
      op.setAttr("norm.whole",
                 DenseI64ArrayAttr::get(op.getContext(),
                                        norm.getInputType().getShape()));
  if (getSliced(&op)) {
    auto sizes =
        getFilledSizes(cast<OffsetSizeAndStrideOpInterface>(op), types);
    if (sizes)
      op.setAttr("static_sizes",
                 DenseI64ArrayAttr::get(op.getContext(), *sizes));
  }
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    if (isFilled(types, constant))
      constant.setValueAttr(fillUp(cast<DenseElementsAttr>(constant.getValue()),
                                   types.find(constant)->second));
}

LogicalResult sharding::fillUpParts(func::FuncOp function,
                                    SymbolTableCollection &symbols) {
  FailureOr<FilledTypes> types = findTypes(function, symbols);
  if (failed(types))
    return failure();
  SmallVector<Operation *> ops;
  function.getBody().walk([&](Operation *op) { ops.push_back(op); });
  for (Operation *op : ops)
    if (failed(checkOp(op, *types)))
      return failure();
  for (Operation *op : ops)
    changeOp(*op, *types);
  for (auto &[value, type] : *types)
    value.setType(type);
  function.setType(FunctionType::get(
      function.getContext(), function.getBody().front().getArgumentTypes(),
      function.getBody().front().getTerminator()->getOperandTypes()));
  return success();
}
