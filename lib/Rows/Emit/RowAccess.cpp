//===- RowAccess.cpp - elements of the rows of a memref -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emit/RowAccess.h"

#include "Emit/StridedRow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

Value norm::roundDown(OpBuilder &builder, Location loc, Value value,
                      int64_t divisor) {
  Value unit = getIndex(builder, loc, divisor);
  return builder.createOrFold<arith::MulIOp>(
      loc, builder.createOrFold<arith::DivUIOp>(loc, value, unit), unit);
}

Value mlir::norm::isBelow(OpBuilder &builder, Location loc, Value a, Value b) {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, a, b);
}

SmallVector<Chunk> mlir::norm::getGroup(OpBuilder &builder, Location loc,
                                        Value position, int64_t lanes,
                                        int64_t count, bool halves) {
  SmallVector<Chunk> chunks;
  for (int64_t i = 0; i < count; ++i) {
    Chunk &chunk = chunks.emplace_back();
    chunk.position = builder.createOrFold<arith::AddIOp>(
        loc, position, getIndex(builder, loc, i * lanes));
    chunk.lanes = lanes;
    if (halves)
      chunk.half = i % 2;
    chunk.groupSize = count * lanes;
    chunk.number = i;
  }
  return chunks;
}

RowAccess::RowAccess(Location loc, const RowSpace &space, unsigned operand)
    : loc(loc), memref(space.operands[operand]),
      map(space.layout.getMaps()[operand]),
      elementDims(space.layout.getElementDims()), extents(space.extents),
      runLength(space.layout.getRunLength(operand)),
      contiguous(space.layout.isContiguous(operand)) {
  SmallVector<AffineExpr> inOrder;
  for (ArrayRef<int64_t> dims :
       {space.layout.getRowDims(), space.layout.getElementDims()})
    for (int64_t dim : dims)
      inOrder.push_back(getAffineDimExpr(dim, loc.getContext()));
  auto type = dyn_cast<MemRefType>(memref.getType());
  dense = contiguous && type && type.getLayout().isIdentity() &&
          map.getResults() == ArrayRef(inOrder);
}

RowAccess::RowAccess(Location loc, Value buffer)
    : loc(loc), memref(buffer),
      map(AffineMap::getMultiDimIdentityMap(2, loc.getContext())),
      elementDims({1}), contiguous(true) {}

Type RowAccess::getElementType() const {
  return getElementTypeOrSelf(memref.getType());
}

RowAccess RowAccess::at(ArrayRef<Value> rowIndices) const {
  RowAccess access = *this;
  access.rowIndices = llvm::to_vector(rowIndices);
  return access;
}

/// The indices of element number `position` of the row, in row-major order of
/// the element dims.
SmallVector<Value> RowAccess::getIndices(OpBuilder &builder,
                                         Value position) const {
  SmallVector<Value> indices = rowIndices;
  if (position) {
    for (size_t i = elementDims.size(); i-- > 1;) {
      Value extent = extents[elementDims[i]];
      indices[elementDims[i]] =
          builder.createOrFold<arith::RemUIOp>(loc, position, extent);
      position = builder.createOrFold<arith::DivUIOp>(loc, position, extent);
    }
    indices[elementDims.front()] = position;
  }
  return llvm::map_to_vector(map.getResults(), [&](AffineExpr expr) -> Value {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      return indices[dim.getPosition()];
    return arith::ConstantIndexOp::create(builder, loc, 0);
  });
}

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

Value norm::getMask(OpBuilder &builder, Location loc, const Chunk &chunk) {
  auto type = VectorType::get(chunk.lanes, builder.getI1Type());
  if (!chunk.remaining)
    return arith::ConstantOp::create(builder, loc,
                                     DenseElementsAttr::get(type, true));
  return vector::CreateMaskOp::create(builder, loc, type,
                                      ValueRange{chunk.remaining});
}

Value norm::getZeros(OpBuilder &builder, Location loc, VectorType type) {
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

/// One lane after the other, as long as there are elements.
static scf::ForOp
forEachLane(OpBuilder &builder, Location loc, const Chunk &chunk,
            ValueRange carried,
            function_ref<SmallVector<Value>(OpBuilder &, Value lane,
                                            Value position, ValueRange)>
                emit) {
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  return scf::ForOp::create(
      builder, loc, zero, getLaneCount(builder, loc, chunk), one, carried,
      [&](OpBuilder &body, Location loc, Value lane, ValueRange values) {
        Value position = arith::AddIOp::create(body, loc, chunk.position, lane);
        scf::YieldOp::create(body, loc, emit(body, lane, position, values));
      });
}

void RowAccess::assumeAlignedChunks(int64_t lanes) {
  auto type = dyn_cast<MemRefType>(memref.getType());
  SmallVector<int64_t> strides;
  int64_t elements;
  if (!contiguous || failed(type.getStridesAndOffset(strides, elements)))
    return;
  // The greatest power of two that divides all distances; 1 if one is unknown.
  // Those of an array without gaps are multiples of the row length, and so of
  // `lanes`.
  auto getPowerOfTwo = [&](int64_t distance) -> int64_t {
    if (ShapedType::isDynamic(distance))
      return type.getLayout().isIdentity() ? lanes : 1;
    return distance & -distance;
  };
  int64_t divisor = lanes;
  // The last stride is 1 and counts chunks; the offset takes its place.
  strides.back() = elements;
  for (int64_t distance : strides)
    if (distance != 0)
      divisor = std::min(divisor, getPowerOfTwo(distance));
  constexpr int64_t kBaseAlignment = 16;
  int64_t size = getElementType().getIntOrFloatBitWidth() / 8;
  alignment = llvm::Align(std::min(divisor * size, kBaseAlignment));
}

/// A chunk of which all elements exist, and are consecutive.
Value RowAccess::loadWhole(OpBuilder &builder, VectorType type,
                           Value position) const {
  return vector::LoadOp::create(builder, loc, type, memref,
                                getIndices(builder, position),
                                /*nontemporal=*/false, alignment);
}

void RowAccess::storeWhole(OpBuilder &builder, Value vector,
                           Value position) const {
  vector::StoreOp::create(builder, loc, vector, memref,
                          getIndices(builder, position),
                          /*nontemporal=*/false, alignment);
}

Value RowAccess::load(OpBuilder &builder, const Chunk &chunk) const {
  auto type = VectorType::get(chunk.lanes, getElementType());
  if (chunk.exists) {
    auto guarded = scf::IfOp::create(
        builder, loc, chunk.exists,
        [&](OpBuilder &body, Location loc) {
          Chunk inner{chunk.position, chunk.remaining, chunk.lanes};
          scf::YieldOp::create(body, loc, load(body, inner));
        },
        [&](OpBuilder &body, Location loc) {
          scf::YieldOp::create(body, loc, getZeros(body, loc, type));
        });
    return guarded.getResult(0);
  }
  if (hasWholeChunks(chunk.lanes)) {
    if (!chunk.remaining)
      return loadWhole(builder, type, chunk.position);
    SmallVector<Value> indices = getIndices(builder, chunk.position);
    return vector::MaskedLoadOp::create(builder, loc, type, memref, indices,
                                        getMask(builder, loc, chunk),
                                        getZeros(builder, loc, type));
  }
  if (isGathered())
    return getStridedRow(builder).load(builder, chunk);
  auto loop = forEachLane(
      builder, loc, chunk, getZeros(builder, loc, type),
      [&](OpBuilder &body, Value lane, Value position,
          ValueRange vector) -> SmallVector<Value> {
        return {vector::InsertOp::create(body, loc, loadElement(body, position),
                                         vector[0], OpFoldResult(lane))};
      });
  return loop.getResult(0);
}

Value norm::widenHalf(OpBuilder &builder, Location loc, Value pair,
                      int64_t half) {
  int64_t lanes = cast<VectorType>(pair.getType()).getNumElements() / 2;
  auto words = VectorType::get(lanes, builder.getI32Type());
  pair = vector::BitCastOp::create(builder, loc, words, pair);
  auto constant = [&](uint32_t value) {
    return arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(words, APInt(32, value)));
  };
  Value bits =
      half == 0
          ? arith::ShLIOp::create(builder, loc, pair, constant(16)).getResult()
          : arith::AndIOp::create(builder, loc, pair, constant(0xffff0000u));
  return arith::BitcastOp::create(builder, loc,
                                  words.clone(builder.getF32Type()), bits);
}

Value RowAccess::loadHalf(OpBuilder &builder, const Chunk &chunk) const {
  Value distance =
      arith::ConstantIndexOp::create(builder, loc, *chunk.half * chunk.lanes);
  Value first =
      builder.createOrFold<arith::SubIOp>(loc, chunk.position, distance);
  Chunk pair{first, /*remaining=*/nullptr, 2 * chunk.lanes};
  Value all = load(builder, pair);
  if (getElementType().isBF16())
    return widenHalf(builder, loc, all, *chunk.half);
  SmallVector<int64_t> order;
  for (int64_t i = 0; i < chunk.lanes; ++i)
    order.push_back(2 * i + *chunk.half);
  return vector::ShuffleOp::create(builder, loc, all, all, order);
}

void RowAccess::store(OpBuilder &builder, Value vector, const Chunk &chunk,
                      int64_t streamAlignment) const {
  if (chunk.exists) {
    scf::IfOp::create(
        builder, loc, chunk.exists, [&](OpBuilder &body, Location loc) {
          Chunk inner{chunk.position, chunk.remaining, chunk.lanes};
          store(body, vector, inner, streamAlignment);
          scf::YieldOp::create(body, loc);
        });
    return;
  }
  if (hasWholeChunks(cast<VectorType>(vector.getType()).getNumElements())) {
    if (!chunk.remaining && streamAlignment == 0)
      return storeWhole(builder, vector, chunk.position);
    SmallVector<Value> indices = getIndices(builder, chunk.position);
    if (chunk.remaining)
      vector::MaskedStoreOp::create(builder, loc, memref, indices,
                                    getMask(builder, loc, chunk), vector);
    else
      vector::StoreOp::create(builder, loc, vector, memref, indices,
                              /*nontemporal=*/true,
                              llvm::MaybeAlign(streamAlignment));
    return;
  }
  // Of a pair of chunks, all elements.
  Chunk all = chunk;
  all.lanes = cast<VectorType>(vector.getType()).getNumElements();
  if (isGathered()) {
    getStridedRow(builder).store(builder, vector, all);
    return;
  }
  forEachLane(builder, loc, all, ValueRange(),
              [&](OpBuilder &body, Value lane, Value position,
                  ValueRange) -> SmallVector<Value> {
                Value element = vector::ExtractOp::create(body, loc, vector,
                                                          OpFoldResult(lane));
                memref::StoreOp::create(body, loc, element, memref,
                                        getIndices(body, position));
                return {};
              });
}

StridedRow RowAccess::getStridedRow(OpBuilder &builder) const {
  auto results = map.getResults();
  const auto *along = llvm::find_if(results, [&](AffineExpr expr) {
    return expr.isFunctionOfDim(elementDims.front());
  });
  std::optional<unsigned> dim;
  if (along != results.end())
    dim = along - results.begin();
  return StridedRow(builder, loc, memref,
                    getIndices(builder, getIndex(builder, loc, 0)), dim);
}

Value RowAccess::getRowAddress(OpBuilder &builder) const {
  auto metadata =
      memref::ExtractStridedMetadataOp::create(builder, loc, memref);
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value offset = metadata.getOffset();
  for (auto [index, stride] :
       llvm::zip(getIndices(builder, zero), metadata.getStrides())) {
    Value distance = arith::MulIOp::create(builder, loc, index, stride);
    offset = arith::AddIOp::create(builder, loc, offset, distance);
  }
  Value size = arith::ConstantIndexOp::create(
      builder, loc, getElementType().getIntOrFloatBitWidth() / 8);
  Value base =
      memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, memref);
  return arith::AddIOp::create(
      builder, loc, base, arith::MulIOp::create(builder, loc, offset, size));
}

void RowAccess::prefetch(OpBuilder &builder, Value position, bool near,
                         bool writes) const {
  memref::PrefetchOp::create(
      builder, loc, memref, getIndices(builder, position), /*isWrite=*/writes,
      /*localityHint=*/near ? 3 : 2, /*isDataCache=*/true);
}

Value RowAccess::loadElement(OpBuilder &builder, Value position) const {
  if (!isa<MemRefType>(memref.getType()))
    return memref;
  return memref::LoadOp::create(builder, loc, memref,
                                getIndices(builder, position));
}

void RowAccess::storeScalar(OpBuilder &builder, Value value,
                            Value position) const {
  memref::StoreOp::create(builder, loc, value, memref,
                          getIndices(builder, position));
}
