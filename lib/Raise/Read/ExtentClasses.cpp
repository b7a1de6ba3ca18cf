//===- ExtentClasses.cpp - dynamic extents that are the same --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Read/ExtentClasses.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

using namespace mlir;
using namespace mlir::norm::raise;

OpFoldResult mlir::norm::raise::getSize(Operation *op, int64_t dim) {
  if (auto empty = dyn_cast_or_null<tensor::EmptyOp>(op))
    return empty.getMixedSizes()[dim];
  if (auto expand = dyn_cast_or_null<tensor::ExpandShapeOp>(op))
    return expand.getMixedOutputShape()[dim];
  if (auto splat = dyn_cast_or_null<tensor::SplatOp>(op))
    return splat.getDynamicSizes()[splat.getType().getDynamicDimIndex(dim)];
  if (auto slice = dyn_cast_or_null<tensor::ExtractSliceOp>(op)) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    for (unsigned source = 0; source < dropped.size(); ++source)
      if (!dropped.test(source) && dim-- == 0)
        return slice.getMixedSizes()[source];
  }
  return {};
}

/// The dimension of another tensor that dimension `dim` of `shaped` copies its
/// extent from, or the origin where there is none.
static std::pair<ExtentOrigin, bool> stepBack(Value shaped, int64_t dim) {
  auto isEnd = [](ExtentOrigin origin) { return std::make_pair(origin, true); };
  auto goOn = [](Value value, int64_t dim) {
    return std::make_pair(ExtentOrigin{value, dim, std::nullopt}, false);
  };
  auto type = cast<ShapedType>(shaped.getType());
  if (!type.isDynamicDim(dim))
    return isEnd({shaped, dim, type.getDimSize(dim)});
  ExtentOrigin itself = {shaped, dim, std::nullopt};
  Operation *op = shaped.getDefiningOp();
  if (auto cast = dyn_cast_or_null<tensor::CastOp>(op))
    return isa<RankedTensorType>(cast.getSource().getType())
               ? goOn(cast.getSource(), dim)
               : isEnd(itself);
  if (auto destination = dyn_cast_or_null<DestinationStyleOpInterface>(op))
    return goOn(destination.getTiedOpOperand(cast<OpResult>(shaped))->get(),
                dim);
  if (auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op)) {
    // Of a group only one dimension may count.
    SmallVector<int64_t> varying;
    ReassociationIndices group = collapse.getReassociationIndices()[dim];
    for (int64_t source : group)
      if (collapse.getSrcType().getDimSize(source) != 1)
        varying.push_back(source);
    return varying.size() == 1 ? goOn(collapse.getSrc(), varying.front())
                               : isEnd(itself);
  }
  if (OpFoldResult size = getSize(op, dim)) {
    if (std::optional<int64_t> number = getConstantIntValue(size))
      return isEnd({shaped, dim, number});
    auto source = dyn_cast<Value>(size).getDefiningOp<tensor::DimOp>();
    if (!source || !source.getConstantIndex() ||
        !isa<RankedTensorType>(source.getSource().getType()))
      return isEnd(itself);
    return goOn(source.getSource(), *source.getConstantIndex());
  }
  // An elementwise op has one shape.
  if (op && op->hasTrait<OpTrait::Elementwise>())
    for (Value operand : op->getOperands())
      if (isa<RankedTensorType>(operand.getType()))
        return goOn(operand, dim);
  return isEnd(itself);
}

ExtentOrigin mlir::norm::raise::trace(Value shaped, int64_t dim) {
  for (;;) {
    auto [origin, isEnd] = stepBack(shaped, dim);
    if (isEnd)
      return origin;
    std::tie(shaped, dim) = std::make_pair(origin.value, origin.dim);
  }
}

ExtentOrigin ExtentClasses::traceOnce(Value shaped, int64_t dim) {
  SmallVector<Key> path;
  ExtentOrigin end;
  for (Key key = {shaped, dim};;) {
    auto found = traced.find(key);
    if (found != traced.end()) {
      end = found->second;
      break;
    }
    ++numSteps;
    path.push_back(key);
    auto [origin, isEnd] = stepBack(key.first, key.second);
    end = origin;
    if (isEnd)
      break;
    key = {origin.value, origin.dim};
  }
  for (Key key : path)
    traced[key] = end;
  return end;
}

/// What is best known comes first: numbers, then products, whose factors can be
/// named, then dimensions of given tensors, then what is computed.
static unsigned getRank(const ExtentOrigin &origin) {
  if (origin.number)
    return 0;
  Operation *op = origin.value.getDefiningOp();
  if (isa_and_nonnull<tensor::CollapseShapeOp>(op))
    return 1;
  return getSize(op, origin.dim) ? 3 : 2;
}

/// The number of an origin in the classes, which may be new.
unsigned ExtentClasses::getNumber(const ExtentOrigin &origin) {
  auto [entry, isNew] =
      numbers.try_emplace({origin.value, origin.dim}, best.size());
  if (isNew) {
    best.push_back(origin);
    classes.grow(best.size());
  }
  return entry->second;
}

ExtentOrigin ExtentClasses::getRepresentative(const ExtentOrigin &origin) {
  auto found = numbers.find({origin.value, origin.dim});
  if (origin.number || found == numbers.end())
    return origin;
  return best[classes.findLeader(found->second)];
}

void ExtentClasses::merge(const ExtentOrigin &lhs, const ExtentOrigin &rhs) {
  if (lhs.number && rhs.number)
    return;
  unsigned left = classes.findLeader(getNumber(lhs));
  unsigned right = classes.findLeader(getNumber(rhs));
  // What a class with a number agrees with is that number, too.
  bool areNumbers = best[left].number && best[right].number;
  if (left == right || areNumbers)
    return;
  bool isRightBetter = getRank(best[right]) < getRank(best[left]);
  ExtentOrigin better = best[isRightBetter ? right : left];
  best[classes.join(left, right)] = better;
}

/// A slice of k elements is one of an extent of at least k.
void ExtentClasses::scanSlice(tensor::ExtractSliceOp slice) {
  for (auto [dim, size] : llvm::enumerate(slice.getMixedSizes())) {
    ExtentOrigin origin = traceOnce(slice.getSource(), dim);
    std::optional<int64_t> count = getConstantIntValue(size);
    if (!origin.number && count)
      sliced.push_back({getNumber(origin), *count});
  }
}

int64_t ExtentClasses::getLeast(Value shaped, int64_t dim) {
  ExtentOrigin origin = find(shaped, dim);
  auto found = numbers.find({origin.value, origin.dim});
  if (found == numbers.end())
    return 0;
  unsigned leader = classes.findLeader(found->second);
  int64_t least = 0;
  for (auto [number, count] : sliced)
    if (classes.findLeader(number) == leader)
      least = std::max(least, count);
  return least;
}

/// Extents that `op` makes agree.
void ExtentClasses::scanOp(Operation *op) {
  auto isDynamic = [](Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type && !type.hasStaticShape();
  };
  if (llvm::none_of(op->getOperands(), isDynamic))
    return;
  if (auto cast = dyn_cast<tensor::CastOp>(op)) {
    auto type = dyn_cast<RankedTensorType>(cast.getType());
    bool isRanked = type && isa<RankedTensorType>(cast.getSource().getType());
    for (int64_t dim = 0; isRanked && dim < type.getRank(); ++dim)
      merge(traceOnce(cast, dim), traceOnce(cast.getSource(), dim));
    return;
  }
  if (auto expand = dyn_cast<tensor::ExpandShapeOp>(op)) {
    // Of a group only one dimension may count.
    for (auto [source, group] :
         llvm::enumerate(expand.getReassociationIndices())) {
      SmallVector<int64_t> varying;
      for (int64_t dim : group)
        if (expand.getResultType().getDimSize(dim) != 1)
          varying.push_back(dim);
      if (varying.size() == 1)
        merge(traceOnce(expand.getSrc(), source),
              traceOnce(expand, varying.front()));
    }
    return;
  }
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return scanSlice(slice);
  if (auto structured = dyn_cast<linalg::LinalgOp>(op)) {
    if (!structured.hasPureTensorSemantics())
      return;
    SmallVector<std::optional<ExtentOrigin>> loops(structured.getNumLoops());
    for (OpOperand &operand : op->getOpOperands()) {
      if (!isa<RankedTensorType>(operand.get().getType()))
        continue;
      AffineMap map = structured.getMatchingIndexingMap(&operand);
      for (auto [dim, index] : llvm::enumerate(map.getResults())) {
        auto loop = dyn_cast<AffineDimExpr>(index);
        if (!loop)
          continue;
        ExtentOrigin origin = traceOnce(operand.get(), dim);
        std::optional<ExtentOrigin> &first = loops[loop.getPosition()];
        if (first)
          merge(*first, origin);
        else
          first = origin;
      }
    }
    return;
  }
  if (!op->hasTrait<OpTrait::Elementwise>())
    return;
  Value first;
  for (Value operand : op->getOperands()) {
    auto type = dyn_cast<RankedTensorType>(operand.getType());
    if (!type)
      continue;
    for (int64_t dim = 0; first && dim < type.getRank(); ++dim)
      merge(traceOnce(first, dim), traceOnce(operand, dim));
    first = operand;
  }
}

/// The block that runs whenever `op` does: that of scf.execute_region; null for
/// a loop, which may have no round, and for a branch.
static Block *getBlockThatRuns(Operation *op) {
  auto branch = dyn_cast<RegionBranchOpInterface>(op);
  if (!branch)
    return nullptr;
  SmallVector<RegionSuccessor> successors;
  branch.getSuccessorRegions(RegionBranchPoint::parent(), successors);
  if (successors.size() != 1 || !successors.front().getSuccessor())
    return nullptr;
  return &successors.front().getSuccessor()->front();
}

void ExtentClasses::scan(Operation *function) {
  if (!function || !scanned.insert(function).second ||
      function->getNumRegions() != 1 || function->getRegion(0).empty())
    return;
  SmallVector<Block *> blocks = {&function->getRegion(0).front()};
  while (!blocks.empty())
    for (Operation &op : *blocks.pop_back_val()) {
      scanOp(&op);
      if (Block *inner = getBlockThatRuns(&op))
        blocks.push_back(inner);
    }
}

ExtentOrigin ExtentClasses::find(Value shaped, int64_t dim) {
  ExtentOrigin origin = traceOnce(shaped, dim);
  if (origin.number)
    return origin;
  Region *region = origin.value.getParentRegion();
  Operation *function = region->getParentOp();
  if (function && !function->hasTrait<OpTrait::IsIsolatedFromAbove>())
    function = function->getParentWithTrait<OpTrait::IsIsolatedFromAbove>();
  scan(function);
  return getRepresentative(origin);
}
