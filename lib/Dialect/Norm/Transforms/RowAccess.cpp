//===- RowAccess.cpp - elements of the rows of a memref -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowAccess.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Shape of the access
//===----------------------------------------------------------------------===//

/// Maximal runs of dims of one kind; dims of a kind that is not merged stay
/// alone.
static SmallVector<ReassociationIndices> getRuns(int64_t rank,
                                                 ArrayRef<int64_t> dimensions,
                                                 bool mergeRows,
                                                 bool mergeElements) {
  SmallVector<ReassociationIndices> runs;
  for (int64_t dim = 0; dim < rank; ++dim) {
    bool element = llvm::is_contained(dimensions, dim);
    bool sameKind =
        dim > 0 && element == llvm::is_contained(dimensions, dim - 1);
    if (sameKind && (element ? mergeElements : mergeRows))
      runs.back().push_back(dim);
    else
      runs.push_back({dim});
  }
  return runs;
}

/// Merges neighbouring dims of one kind where the layout allows it: both kinds,
/// or else those of the row alone.
void RowAccess::collapse(OpBuilder &builder) {
  MemRefType type = getType();
  for (bool mergeRows : {true, false}) {
    SmallVector<ReassociationIndices> runs =
        getRuns(type.getRank(), elementDims, mergeRows, /*mergeElements=*/true);
    if (static_cast<int64_t>(runs.size()) == type.getRank() ||
        !memref::CollapseShapeOp::isGuaranteedCollapsible(type, runs))
      continue;
    SmallVector<int64_t> merged;
    for (auto [index, run] : llvm::enumerate(runs))
      if (llvm::is_contained(elementDims, run.front()))
        merged.push_back(index);
    memref = memref::CollapseShapeOp::create(builder, loc, memref, runs);
    elementDims = merged;
    return;
  }
}

RowAccess::RowAccess(OpBuilder &builder, Location loc, Value memref,
                     ArrayRef<int64_t> dimensions)
    : loc(loc), memref(memref), elementDims(dimensions) {
  if (!memref)
    return;
  collapse(builder);
  MemRefType type = getType();
  rowDims = getComplement(type.getRank(), elementDims);
  auto getExtents = [&](ArrayRef<int64_t> dims) {
    return llvm::map_to_vector(dims, [&](int64_t dim) -> Value {
      return builder.createOrFold<memref::DimOp>(loc, this->memref, dim);
    });
  };
  rowExtents = getExtents(rowDims);
  elementExtents = getExtents(elementDims);

  SmallVector<int64_t> strides;
  int64_t offset;
  contiguous = elementDims.size() == 1 &&
               elementDims.front() == type.getRank() - 1 &&
               succeeded(type.getStridesAndOffset(strides, offset)) &&
               strides.back() == 1;
}

/// The index along each of the dims with `extents` of element number `number`
/// in row-major order.
static SmallVector<Value> delinearize(OpBuilder &builder, Location loc,
                                      Value number, ArrayRef<Value> extents) {
  SmallVector<Value> indices(extents.size());
  for (size_t i = extents.size(); i-- > 1;) {
    indices[i] = builder.createOrFold<arith::RemUIOp>(loc, number, extents[i]);
    number = builder.createOrFold<arith::DivUIOp>(loc, number, extents[i]);
  }
  if (!indices.empty())
    indices[0] = number;
  return indices;
}

RowAccess RowAccess::at(OpBuilder &builder, Value row) const {
  RowAccess access = *this;
  if (memref)
    access.rowIndices = delinearize(builder, loc, row, rowExtents);
  return access;
}

SmallVector<Value> RowAccess::getIndices(OpBuilder &builder,
                                         Value position) const {
  SmallVector<Value> indices(getType().getRank());
  for (auto [dim, index] : llvm::zip(rowDims, rowIndices))
    indices[dim] = index;
  SmallVector<Value> inner =
      delinearize(builder, loc, position, elementExtents);
  for (auto [dim, index] : llvm::zip(elementDims, inner))
    indices[dim] = index;
  return indices;
}

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

Value RowAccess::getMask(OpBuilder &builder, const Chunk &chunk) const {
  auto type = VectorType::get(chunk.lanes, builder.getI1Type());
  return vector::CreateMaskOp::create(builder, loc, type,
                                      ValueRange{chunk.remaining});
}

static Value getZeros(OpBuilder &builder, Location loc, VectorType type) {
  return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
}

/// The number of elements of a chunk that exist, at least 0.
static Value getLaneCount(OpBuilder &builder, Location loc,
                          const Chunk &chunk) {
  Value lanes = arith::ConstantIndexOp::create(builder, loc, chunk.lanes);
  return chunk.remaining
             ? arith::MinSIOp::create(builder, loc, lanes, chunk.remaining)
             : lanes;
}

Value RowAccess::load(OpBuilder &builder, const Chunk &chunk) const {
  auto type = VectorType::get(chunk.lanes, getType().getElementType());
  if (contiguous) {
    SmallVector<Value> indices = getIndices(builder, chunk.position);
    if (!chunk.remaining)
      return vector::LoadOp::create(builder, loc, type, memref, indices);
    return vector::MaskedLoadOp::create(builder, loc, type, memref, indices,
                                        getMask(builder, chunk),
                                        getZeros(builder, loc, type));
  }
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  auto loop = scf::ForOp::create(
      builder, loc, zero, getLaneCount(builder, loc, chunk), one,
      getZeros(builder, loc, type),
      [&](OpBuilder &body, Location loc, Value lane, ValueRange vector) {
        Value position = arith::AddIOp::create(body, loc, chunk.position, lane);
        Value element = loadElement(body, position);
        Value next = vector::InsertOp::create(body, loc, element, vector[0],
                                              OpFoldResult(lane));
        scf::YieldOp::create(body, loc, next);
      });
  return loop.getResult(0);
}

void RowAccess::store(OpBuilder &builder, Value vector,
                      const Chunk &chunk) const {
  if (contiguous) {
    SmallVector<Value> indices = getIndices(builder, chunk.position);
    if (!chunk.remaining)
      vector::StoreOp::create(builder, loc, vector, memref, indices);
    else
      vector::MaskedStoreOp::create(builder, loc, memref, indices,
                                    getMask(builder, chunk), vector);
    return;
  }
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  scf::ForOp::create(
      builder, loc, zero, getLaneCount(builder, loc, chunk), one, ValueRange(),
      [&](OpBuilder &body, Location loc, Value lane, ValueRange) {
        Value position = arith::AddIOp::create(body, loc, chunk.position, lane);
        Value element =
            vector::ExtractOp::create(body, loc, vector, OpFoldResult(lane));
        memref::StoreOp::create(body, loc, element, memref,
                                getIndices(body, position));
        scf::YieldOp::create(body, loc);
      });
}

Value RowAccess::loadElement(OpBuilder &builder, Value position) const {
  return memref::LoadOp::create(builder, loc, memref,
                                getIndices(builder, position));
}

void RowAccess::storeScalar(OpBuilder &builder, Value value) const {
  memref::StoreOp::create(builder, loc, value, memref,
                          getIndices(builder, Value()));
}
