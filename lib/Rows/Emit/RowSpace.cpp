//===- RowSpace.cpp - the dims of a row loop ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emit/RowSpace.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace mlir::norm;

Value mlir::norm::getIndex(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

RowSpace::RowSpace(OpBuilder &builder, RowLoopOp loop, const RowLayout &layout)
    : layout(layout), operands(loop.getOperands()) {
  Location loc = loop.getLoc();
  SmallVector<AffineMap> maps = loop.getMaps();
  for (int64_t dim : layout.getMerges())
    for (auto [operand, map] : llvm::zip(operands, maps)) {
      if (std::optional<unsigned> position = getDimPosition(map, dim))
        operand = memref::CollapseShapeOp::create(
            builder, loc, operand,
            mergePositions(map.getNumResults(), *position));
      map = mergeDims(map, dim);
    }
  for (auto [dim, extent] : llvm::enumerate(layout.getExtents())) {
    if (!ShapedType::isDynamic(extent)) {
      extents.push_back(getIndex(builder, loc, extent));
      continue;
    }
    for (auto [operand, map] : llvm::zip(operands, maps))
      if (std::optional<unsigned> position = getDimPosition(map, dim)) {
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
  return getProduct(builder, loc, layout.getRowDims(), extents);
}

Value RowSpace::getRowLength(OpBuilder &builder, Location loc) const {
  return getProduct(builder, loc, layout.getElementDims(), extents);
}

Value RowSpace::getSumCount(OpBuilder &builder, Location loc) const {
  return getProduct(builder, loc, layout.getSumDims(), extents);
}

Value RowSpace::getAccumulatedCount(OpBuilder &builder, Location loc) const {
  return getProduct(builder, loc, layout.getAccumulatedDims(), extents);
}

/// `number` as one index for each of `dims`, in row-major order.
static SmallVector<Value> delinearize(OpBuilder &builder, Location loc,
                                      Value number, ArrayRef<int64_t> dims,
                                      ArrayRef<Value> extents) {
  SmallVector<Value> indices(extents.size());
  for (size_t i = dims.size(); i-- > 1;) {
    Value extent = extents[dims[i]];
    indices[dims[i]] =
        builder.createOrFold<arith::RemUIOp>(loc, number, extent);
    number = builder.createOrFold<arith::DivUIOp>(loc, number, extent);
  }
  if (!dims.empty())
    indices[dims.front()] = number;
  return indices;
}

SmallVector<Value> RowSpace::getSumIndices(OpBuilder &builder, Location loc,
                                           Value sum) const {
  return delinearize(builder, loc, sum, layout.getSumDims(), extents);
}

SmallVector<Value> RowSpace::getRowIndices(OpBuilder &builder, Location loc,
                                           Value row) const {
  return delinearize(builder, loc, row, layout.getRowDims(), extents);
}
