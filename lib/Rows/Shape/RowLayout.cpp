//===- RowLayout.cpp - how the rows of a loop lie in memory ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Rows/RowLayout.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

std::optional<unsigned> norm::getDimPosition(AffineMap map, int64_t dim) {
  return map.getResultPosition(getAffineDimExpr(dim, map.getContext()));
}

SmallVector<ReassociationIndices> norm::mergePositions(int64_t rank,
                                                       int64_t position) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < rank; ++i)
    if (i == position + 1)
      groups.back().push_back(i);
    else
      groups.push_back({i});
  return groups;
}

/// Whether dims `dim` and `dim + 1` are one in an operand of type `type`:
/// neither of them is there, or both are, one after the other in memory.
static bool canMerge(Type type, AffineMap map, int64_t dim) {
  std::optional<unsigned> first = getDimPosition(map, dim);
  std::optional<unsigned> second = getDimPosition(map, dim + 1);
  if (!first && !second)
    return true;
  if (!first || !second || *second != *first + 1)
    return false;
  auto memref = dyn_cast<MemRefType>(type);
  return !memref || memref::CollapseShapeOp::isGuaranteedCollapsible(
                        memref, mergePositions(map.getNumResults(), *first));
}

AffineMap norm::mergeDims(AffineMap map, int64_t dim) {
  MLIRContext *context = map.getContext();
  SmallVector<AffineExpr> results;
  for (AffineExpr result : map.getResults()) {
    auto expr = dyn_cast<AffineDimExpr>(result);
    if (!expr) {
      results.push_back(result);
      continue;
    }
    int64_t position = expr.getPosition();
    if (position == dim + 1)
      continue;
    results.push_back(
        getAffineDimExpr(position > dim ? position - 1 : position, context));
  }
  return AffineMap::get(map.getNumDims() - 1, 0, results, context);
}

/// a * b, of extents that may be unknown.
static int64_t multiplyExtents(int64_t a, int64_t b) {
  int64_t product;
  if (ShapedType::isDynamic(a) || ShapedType::isDynamic(b) ||
      llvm::MulOverflow(a, b, product))
    return ShapedType::kDynamic;
  return product;
}

/// Whether the innermost dim of an operand of type `type` is `dim`, with
/// elements side by side.
static bool hasElementsSideBySide(Type type, AffineMap map, int64_t dim) {
  if (!isa<ShapedType>(type) || map.getNumResults() == 0 ||
      map.getResults().back() != getAffineDimExpr(dim, map.getContext()))
    return false;
  auto memref = dyn_cast<MemRefType>(type);
  if (!memref)
    return true;
  SmallVector<int64_t> strides;
  int64_t offset;
  return succeeded(memref.getStridesAndOffset(strides, offset)) &&
         strides.back() == 1;
}

RowLayout::RowLayout(RowLoopOp loop, const RowShape &shape)
    : maps(loop.getMaps()), rowDims(loop.getRowDimensions()),
      elementDims(loop.getDimensions()), extents(shape.getExtents()) {
  SmallVector<Type> types(loop->getOperandTypes());
  SmallVector<int64_t> accumulated(loop.getAccumulate());
  for (int64_t dim = 0; dim + 1 < static_cast<int64_t>(extents.size());) {
    bool element = llvm::is_contained(elementDims, dim);
    bool sameKind = element == llvm::is_contained(elementDims, dim + 1);
    if (!sameKind || !llvm::all_of(llvm::zip(types, maps), [&](auto pair) {
          return canMerge(std::get<0>(pair), std::get<1>(pair), dim);
        })) {
      ++dim;
      continue;
    }
    merges.push_back(dim);
    for (auto [type, map] : llvm::zip(types, maps)) {
      std::optional<unsigned> position = getDimPosition(map, dim);
      if (auto memref = dyn_cast<MemRefType>(type); memref && position)
        type = memref::CollapseShapeOp::computeCollapsedType(
            memref, mergePositions(map.getNumResults(), *position));
      map = mergeDims(map, dim);
    }
    extents[dim] = multiplyExtents(extents[dim], extents[dim + 1]);
    extents.erase(extents.begin() + dim + 1);
    for (SmallVector<int64_t> *dims : {&rowDims, &elementDims, &accumulated}) {
      llvm::erase(*dims, dim + 1);
      for (int64_t &d : *dims)
        d -= d > dim;
    }
  }
  llvm::erase_if(rowDims, [&](int64_t dim) {
    return llvm::is_contained(accumulated, dim);
  });
  llvm::append_range(rowDims, accumulated);
  numAccumulated = accumulated.size();
  for (auto [type, map] : llvm::zip(types, maps))
    sideBySide.push_back(!elementDims.empty() &&
                         hasElementsSideBySide(type, map, elementDims.back()));
}

int64_t RowLayout::getRunLength(unsigned operand) const {
  if (!sideBySide[operand])
    return 1;
  int64_t extent = extents[elementDims.back()];
  return ShapedType::isDynamic(extent) ? 1 : extent;
}

static std::optional<int64_t> getKnownProduct(ArrayRef<int64_t> dims,
                                              ArrayRef<int64_t> extents) {
  int64_t product = 1;
  for (int64_t dim : dims)
    product = multiplyExtents(product, extents[dim]);
  if (ShapedType::isDynamic(product))
    return std::nullopt;
  return product;
}

std::optional<int64_t> RowLayout::getRowCount() const {
  return getKnownProduct(rowDims, extents);
}

std::optional<int64_t> RowLayout::getAccumulatedCount() const {
  return getKnownProduct(getAccumulatedDims(), extents);
}

std::optional<int64_t> RowLayout::getRowLength() const {
  return getKnownProduct(elementDims, extents);
}
