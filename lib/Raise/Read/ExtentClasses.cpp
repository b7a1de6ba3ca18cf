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

ExtentOrigin mlir::norm::raise::trace(Value shaped, int64_t dim) {
  for (;;) {
    auto type = cast<ShapedType>(shaped.getType());
    if (!type.isDynamicDim(dim))
      return {shaped, dim, type.getDimSize(dim)};
    Operation *op = shaped.getDefiningOp();
    OpFoldResult size;
    if (auto cast = dyn_cast_or_null<tensor::CastOp>(op)) {
      if (!isa<RankedTensorType>(cast.getSource().getType()))
        return {shaped, dim, std::nullopt};
      shaped = cast.getSource();
      continue;
    }
    if (auto destination = dyn_cast_or_null<DestinationStyleOpInterface>(op)) {
      shaped =
          destination.getTiedOpOperand(llvm::cast<OpResult>(shaped))->get();
      continue;
    }
    if (auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op)) {
      // Of a group only one dimension may count.
      SmallVector<int64_t> varying;
      ReassociationIndices group = collapse.getReassociationIndices()[dim];
      for (int64_t source : group)
        if (collapse.getSrcType().getDimSize(source) != 1)
          varying.push_back(source);
      if (varying.size() != 1)
        return {shaped, dim, std::nullopt};
      shaped = collapse.getSrc();
      dim = varying.front();
      continue;
    }
    size = getSize(op, dim);
    if (size) {
      if (std::optional<int64_t> number = getConstantIntValue(size))
        return {shaped, dim, number};
      auto source = dyn_cast<Value>(size).getDefiningOp<tensor::DimOp>();
      if (!source || !source.getConstantIndex() ||
          !isa<RankedTensorType>(source.getSource().getType()))
        return {shaped, dim, std::nullopt};
      shaped = source.getSource();
      dim = *source.getConstantIndex();
      continue;
    }
    // An elementwise op has one shape.
    if (op && op->hasTrait<OpTrait::Elementwise>()) {
      auto operands = llvm::make_filter_range(op->getOperands(), [](Value v) {
        return isa<RankedTensorType>(v.getType());
      });
      if (!operands.empty()) {
        shaped = *operands.begin();
        continue;
      }
    }
    return {shaped, dim, std::nullopt};
  }
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

ExtentOrigin ExtentClasses::getRepresentative(ExtentOrigin origin) {
  while (!origin.number) {
    auto found = parents.find({origin.value, origin.dim});
    if (found == parents.end())
      return origin;
    origin = found->second;
  }
  return origin;
}

void ExtentClasses::merge(ExtentOrigin lhs, ExtentOrigin rhs) {
  lhs = getRepresentative(lhs);
  rhs = getRepresentative(rhs);
  bool isSame = lhs.value == rhs.value && lhs.dim == rhs.dim;
  if (isSame || (lhs.number && rhs.number))
    return;
  if (getRank(rhs) < getRank(lhs))
    std::swap(lhs, rhs);
  parents[{rhs.value, rhs.dim}] = lhs;
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
      merge(trace(cast, dim), trace(cast.getSource(), dim));
    return;
  }
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
        ExtentOrigin origin = trace(operand.get(), dim);
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
      merge(trace(first, dim), trace(operand, dim));
    first = operand;
  }
}

void ExtentClasses::scan(Operation *function) {
  if (!function || !scanned.insert(function).second ||
      function->getNumRegions() != 1 || function->getRegion(0).empty())
    return;
  for (Operation &op : function->getRegion(0).front())
    scanOp(&op);
}

ExtentOrigin ExtentClasses::find(Value shaped, int64_t dim) {
  ExtentOrigin origin = trace(shaped, dim);
  if (origin.number)
    return origin;
  Region *region = origin.value.getParentRegion();
  Operation *function = region->getParentOp();
  if (function && !function->hasTrait<OpTrait::IsIsolatedFromAbove>())
    function = function->getParentWithTrait<OpTrait::IsIsolatedFromAbove>();
  scan(function);
  return getRepresentative(origin);
}
