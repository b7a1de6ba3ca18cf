//===- StridedRow.cpp - rows whose elements lie apart ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Emit/StridedRow.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

StridedRow::StridedRow(OpBuilder &builder, Location loc, Value memref,
                       ArrayRef<Value> indices, std::optional<unsigned> dim)
    : loc(loc) {
  auto metadata =
      memref::ExtractStridedMetadataOp::create(builder, loc, memref);
  Value one = getIndex(builder, loc, 1), size = one;
  first = metadata.getOffset();
  for (auto [index, extent, distance] :
       llvm::zip(indices, metadata.getSizes(), metadata.getStrides())) {
    first = arith::AddIOp::create(
        builder, loc, first,
        arith::MulIOp::create(builder, loc, index, distance));
    Value last = arith::SubIOp::create(builder, loc, extent, one);
    size = arith::AddIOp::create(
        builder, loc, size,
        arith::MulIOp::create(builder, loc, last, distance));
  }
  size = arith::AddIOp::create(builder, loc, size, metadata.getOffset());
  stride = dim ? metadata.getStrides()[*dim] : getIndex(builder, loc, 0);

  auto source = cast<MemRefType>(memref.getType());
  SmallVector<int64_t> strides;
  int64_t offset;
  if (dim && succeeded(source.getStridesAndOffset(strides, offset)) &&
      !ShapedType::isDynamic(strides[*dim]))
    knownStride = strides[*dim];
  auto type =
      MemRefType::get(ShapedType::kDynamic, source.getElementType(),
                      MemRefLayoutAttrInterface(), source.getMemorySpace());
  memory = memref::ReinterpretCastOp::create(
      builder, loc, type, memref,
      /*offset=*/OpFoldResult(builder.getIndexAttr(0)),
      /*sizes=*/OpFoldResult(size),
      /*strides=*/OpFoldResult(builder.getIndexAttr(1)));
}

/// The number of the first element of a chunk.
Value StridedRow::getFirst(OpBuilder &builder, const Chunk &chunk) const {
  return arith::AddIOp::create(
      builder, loc, first,
      arith::MulIOp::create(builder, loc, chunk.position, stride));
}

/// 0, stride, 2 stride, ..., for each lane.
Value StridedRow::getDistances(OpBuilder &builder, int64_t lanes) const {
  auto type = VectorType::get(lanes, builder.getIndexType());
  Value numbers = vector::StepOp::create(builder, loc, type);
  Value distance = vector::BroadcastOp::create(builder, loc, type, stride);
  return builder.createOrFold<arith::MulIOp>(loc, numbers, distance);
}

/// A vector of the array from `first` + `start` on. Lanes behind the last
/// element of the chunk, (remaining - 1) stride behind the first, are zeros.
Value StridedRow::loadPart(OpBuilder &builder, const Chunk &chunk, Value first,
                           int64_t start) const {
  auto type = VectorType::get(
      chunk.lanes, cast<MemRefType>(memory.getType()).getElementType());
  Chunk part{
      arith::AddIOp::create(builder, loc, first, getIndex(builder, loc, start)),
      /*remaining=*/nullptr, chunk.lanes};
  if (!chunk.remaining)
    return vector::LoadOp::create(builder, loc, type, memory, part.position);
  Value count = arith::MulIOp::create(builder, loc, chunk.remaining,
                                      getIndex(builder, loc, knownStride));
  part.remaining = arith::SubIOp::create(
      builder, loc, count, getIndex(builder, loc, knownStride - 1 + start));
  return vector::MaskedLoadOp::create(builder, loc, type, memory, part.position,
                                      getMask(builder, loc, part),
                                      getZeros(builder, loc, type));
}

/// Lane i is element i stride of the array from the chunk's first on. Vectors
/// are loaded one after the other, and the last one such that it ends with the
/// last element: nothing behind that is read. With four lanes and a stride of
/// 2, [x0 x1 x2 x3] and [x3 x4 x5 x6] give [x0 x2 x4 x6].
Value StridedRow::loadShuffled(OpBuilder &builder, const Chunk &chunk) const {
  Value begin = getFirst(builder, chunk);
  int64_t lanes = chunk.lanes, numParts = knownStride;
  auto getStart = [&](int64_t part) {
    return part + 1 < numParts ? part * lanes : (numParts - 1) * (lanes - 1);
  };
  Value result = loadPart(builder, chunk, begin, 0);
  for (int64_t part = 1; part < numParts; ++part) {
    Value vector = loadPart(builder, chunk, begin, getStart(part));
    SmallVector<int64_t> order;
    for (int64_t lane = 0; lane < lanes; ++lane) {
      int64_t number = lane * knownStride;
      int64_t source = std::min(number / lanes, numParts - 1);
      // The first vector is as it was loaded, later results are in order.
      if (source == part)
        order.push_back(lanes + number - getStart(part));
      else
        order.push_back(part == 1 && source == 0 ? number : lane);
    }
    result = vector::ShuffleOp::create(builder, loc, result, vector, order);
  }
  return result;
}

/// The strides up to which all elements between those of a chunk are loaded,
/// too: a load and a shuffle for each vector are faster than one for each
/// element, which is what a gather is on all processors known (Agner Fog,
/// "Instruction tables": vgatherdps).
static constexpr int64_t kMaxShuffledStride = 4;

Value StridedRow::load(OpBuilder &builder, const Chunk &chunk) const {
  Type element = cast<MemRefType>(memory.getType()).getElementType();
  if (knownStride > 1 && knownStride <= kMaxShuffledStride &&
      element.getIntOrFloatBitWidth() >= 8)
    return loadShuffled(builder, chunk);
  auto type = VectorType::get(chunk.lanes, element);
  return vector::GatherOp::create(
      builder, loc, type, memory, getFirst(builder, chunk),
      getDistances(builder, chunk.lanes), getMask(builder, loc, chunk),
      getZeros(builder, loc, type));
}

void StridedRow::store(OpBuilder &builder, Value vector,
                       const Chunk &chunk) const {
  vector::ScatterOp::create(
      builder, loc, /*resultType=*/Type(), memory, getFirst(builder, chunk),
      getDistances(builder, chunk.lanes), getMask(builder, loc, chunk), vector);
}
