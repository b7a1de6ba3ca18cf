//===- PackedCopy.cpp - rows to buffers and back --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/PackedCopy.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// The row of the memory that lies `row` rows behind the first one.
RowAccess PackedCopy::getMemory(OpBuilder &builder, Value row) const {
  SmallVector<Value> moved = indices;
  moved[dim] = builder.createOrFold<arith::AddIOp>(loc, moved[dim], row);
  return memory.at(moved);
}

/// Squares of `lanes` rows and as many elements, then what is left of rows and
/// of elements one by one.
void PackedCopy::emit(OpBuilder &builder, Value rows, Value length) const {
  Value zero = getIndex(builder, loc, 0), step = getIndex(builder, loc, lanes);
  Value wholeRows = roundDown(builder, loc, rows, lanes);
  Value wholeLength = roundDown(builder, loc, length, lanes);
  scf::buildLoopNest(builder, loc, {zero, zero}, {wholeLength, wholeRows},
                     {step, step},
                     [&](OpBuilder &body, Location, ValueRange at) {
                       emitSquare(body, /*row=*/at[1], /*position=*/at[0]);
                     });
  emitElements(builder, {zero, wholeRows}, {wholeLength, length});
  emitElements(builder, {wholeRows, rows}, {zero, length});
}

/// The transposed square of `vectors`, a power of two of them, as long as they
/// are many: log2 steps, each of which puts the vectors of one half between
/// those of the other, as a pack of cards is shuffled. Upstream's lowerings of
/// vector.transpose have squares of 32-bit elements alone, or one shuffle of
/// all elements.
static SmallVector<Value> transpose(OpBuilder &builder, Location loc,
                                    ArrayRef<Value> vectors) {
  int64_t count = vectors.size(), half = count / 2;
  SmallVector<int64_t> low, high;
  for (int64_t i = 0; i < half; ++i) {
    low.append({i, count + i});
    high.append({half + i, count + half + i});
  }
  SmallVector<Value> now(vectors);
  for (int64_t step = 1; step < count; step *= 2) {
    SmallVector<Value> next;
    for (int64_t i = 0; i < half; ++i)
      for (ArrayRef<int64_t> part : {low, high})
        next.push_back(vector::ShuffleOp::create(builder, loc, now[i],
                                                 now[half + i], part));
    now = next;
  }
  return now;
}

void PackedCopy::emitSquare(OpBuilder &builder, Value row,
                            Value position) const {
  auto type = VectorType::get(lanes, memory.getElementType());
  RowAccess across = getMemory(builder, row);
  auto add = [&](Value value, int64_t i) {
    return builder.createOrFold<arith::AddIOp>(loc, value,
                                               getIndex(builder, loc, i));
  };
  Chunk chunk{position, Value(), lanes};
  SmallVector<Value> vectors;
  for (int64_t i = 0; i < lanes; ++i)
    vectors.push_back(packs ? across.loadAcross(builder, type, add(position, i))
                            : getBuffer(add(row, i)).load(builder, chunk));
  for (auto [i, vector] : llvm::enumerate(transpose(builder, loc, vectors)))
    if (packs)
      getBuffer(add(row, i)).store(builder, vector, chunk);
    else
      across.storeAcross(builder, vector, add(position, i));
}

void PackedCopy::emitElements(OpBuilder &builder, std::pair<Value, Value> rows,
                              std::pair<Value, Value> positions) const {
  if (rows.first == rows.second || positions.first == positions.second)
    return;
  Value one = getIndex(builder, loc, 1);
  scf::buildLoopNest(
      builder, loc, {positions.first, rows.first},
      {positions.second, rows.second}, {one, one},
      [&](OpBuilder &body, Location, ValueRange at) {
        RowAccess outside = getMemory(body, at[1]), inside = getBuffer(at[1]);
        const RowAccess &from = packs ? outside : inside;
        const RowAccess &to = packs ? inside : outside;
        to.storeScalar(body, from.loadElement(body, at[0]), at[0]);
      });
}
