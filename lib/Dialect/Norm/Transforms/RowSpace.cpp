//===- RowSpace.cpp - the dims of a row loop ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowAccess.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

/// The position in the results of `map` of dim `dim`.
static std::optional<unsigned> getPosition(AffineMap map, int64_t dim) {
  return map.getResultPosition(getAffineDimExpr(dim, map.getContext()));
}

/// The dims of `type`, with `position` and the next one as one.
static SmallVector<ReassociationIndices> getReassociation(int64_t rank,
                                                          int64_t position) {
  SmallVector<ReassociationIndices> groups;
  for (int64_t i = 0; i < rank; ++i)
    if (i == position + 1)
      groups.back().push_back(i);
    else
      groups.push_back({i});
  return groups;
}

/// Whether dims `dim` and `dim + 1` are one in an operand: neither of them is
/// there, or both are, one after the other in memory.
static bool canMerge(Value operand, AffineMap map, int64_t dim) {
  std::optional<unsigned> first = getPosition(map, dim);
  std::optional<unsigned> second = getPosition(map, dim + 1);
  if (!first && !second)
    return true;
  if (!first || !second || *second != *first + 1)
    return false;
  auto type = cast<MemRefType>(operand.getType());
  return memref::CollapseShapeOp::isGuaranteedCollapsible(
      type, getReassociation(type.getRank(), *first));
}

/// `map` with dims `dim` and `dim + 1` as one.
static AffineMap mergeDims(AffineMap map, int64_t dim) {
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

RowSpace::RowSpace(OpBuilder &builder, RowLoopOp loop, const RowShape &shape)
    : operands(loop.getOperands()), maps(loop.getMaps()),
      rowDims(loop.getRowDimensions()), elementDims(loop.getDimensions()) {
  Location loc = loop.getLoc();
  int64_t numDims = loop.getNumDims();
  SmallVector<int64_t> known(shape.getExtents());
  for (int64_t dim = 0; dim + 1 < numDims;) {
    bool element = llvm::is_contained(elementDims, dim);
    bool sameKind = element == llvm::is_contained(elementDims, dim + 1);
    if (!sameKind || !llvm::all_of(llvm::zip(operands, maps), [&](auto pair) {
          return canMerge(std::get<0>(pair), std::get<1>(pair), dim);
        })) {
      ++dim;
      continue;
    }
    for (auto [operand, map] : llvm::zip(operands, maps)) {
      if (std::optional<unsigned> position = getPosition(map, dim))
        operand = memref::CollapseShapeOp::create(
            builder, loc, operand,
            getReassociation(map.getNumResults(), *position));
      map = mergeDims(map, dim);
    }
    --numDims;
    known[dim] = multiplyExtents(known[dim], known[dim + 1]);
    known.erase(known.begin() + dim + 1);
    for (SmallVector<int64_t> *dims : {&rowDims, &elementDims}) {
      llvm::erase(*dims, dim + 1);
      for (int64_t &d : *dims)
        d -= d > dim;
    }
  }
  for (int64_t dim = 0; dim < numDims; ++dim) {
    if (!ShapedType::isDynamic(known[dim])) {
      extents.push_back(getIndex(builder, loc, known[dim]));
      continue;
    }
    for (auto [operand, map] : llvm::zip(operands, maps))
      if (std::optional<unsigned> position = getPosition(map, dim)) {
        extents.push_back(
            builder.createOrFold<memref::DimOp>(loc, operand, *position));
        break;
      }
  }
}

static Value getProduct(OpBuilder &builder, Location loc,
                        ArrayRef<int64_t> dims, ArrayRef<Value> extents) {
  Value product = arith::ConstantIndexOp::create(builder, loc, 1);
  for (int64_t dim : dims)
    product = builder.createOrFold<arith::MulIOp>(loc, product, extents[dim]);
  return product;
}

Value RowSpace::getRowCount(OpBuilder &builder, Location loc) const {
  return getProduct(builder, loc, rowDims, extents);
}

Value RowSpace::getRowLength(OpBuilder &builder, Location loc) const {
  return getProduct(builder, loc, elementDims, extents);
}

SmallVector<Value> RowSpace::getRowIndices(OpBuilder &builder, Location loc,
                                           Value row) const {
  SmallVector<Value> indices(extents.size());
  for (size_t i = rowDims.size(); i-- > 1;) {
    Value extent = extents[rowDims[i]];
    indices[rowDims[i]] =
        builder.createOrFold<arith::RemUIOp>(loc, row, extent);
    row = builder.createOrFold<arith::DivUIOp>(loc, row, extent);
  }
  if (!rowDims.empty())
    indices[rowDims.front()] = row;
  return indices;
}
