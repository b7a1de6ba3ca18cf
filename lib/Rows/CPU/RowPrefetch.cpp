//===- RowPrefetch.cpp - rows asked for ahead of their use ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/RowPrefetch.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm;

/// How far ahead, in bytes, lines are asked for from memory, and from the
/// second-level cache: what arrives while one line is on its way. A core reads
/// up to 30 bytes a nanosecond and waits 100 to 250 ns for memory, 30 to 70 ns
/// for what another core's cache or the next level has. docs/Rationale.md has
/// what other distances gave.
static constexpr int64_t kFar = 8192, kNear = 2048;
/// Bytes of a row that is asked for as a whole, at most.
static constexpr int64_t kWholeRow = 16384;

RowPrefetch::RowPrefetch(OpBuilder &builder, Location loc,
                         const RowSpace &space, int64_t line, bool wholeRows,
                         int64_t rowsAhead)
    : loc(loc), space(&space), line(line), wholeRows(wholeRows),
      rowsAhead(rowsAhead), rowLength(space.getRowLength(builder, loc)) {
  lastRow = builder.createOrFold<arith::SubIOp>(
      loc, space.getRowCount(builder, loc), getIndex(builder, loc, 1));
  // Rows without elements are not prefetched, but their code is there.
  divisor = builder.createOrFold<arith::MaxUIOp>(loc, rowLength,
                                                 getIndex(builder, loc, 1));
}

/// How many elements ahead.
Value RowPrefetch::getDistance(OpBuilder &builder, int64_t bytes,
                               bool near) const {
  Value distance = getIndex(builder, loc, (near ? kNear : kFar) / bytes);
  if (near || !wholeRows)
    return distance;
  Value rows = builder.createOrFold<arith::CeilDivUIOp>(loc, distance, divisor);
  Value rounded = builder.createOrFold<arith::MulIOp>(loc, rows, divisor);
  Value isShort = builder.createOrFold<arith::CmpIOp>(
      loc, arith::CmpIPredicate::ule, rowLength,
      getIndex(builder, loc, kWholeRow / bytes));
  return builder.createOrFold<arith::SelectOp>(loc, isShort, rounded, distance);
}

void RowPrefetch::startRow(OpBuilder &builder, Value row,
                           ArrayRef<int64_t> sizes) {
  ahead.clear();
  currentRow = space->getRowIndices(builder, loc, row);
  Value rows = builder.createOrFold<arith::SubIOp>(
      loc, space->getRowCount(builder, loc), row);
  left = builder.createOrFold<arith::MulIOp>(loc, rows, rowLength);
  if (rowsAhead) {
    Value next = builder.createOrFold<arith::AddIOp>(
        loc, row, getIndex(builder, loc, rowsAhead));
    next = builder.createOrFold<arith::MinUIOp>(loc, next, lastRow);
    for (int64_t bytes : sizes) {
      Ahead &place = ahead.emplace_back();
      place.bytes = bytes;
      place.near = false;
      place.rest = getIndex(builder, loc, 0);
      place.rows[0] = space->getRowIndices(builder, loc, next);
    }
    return;
  }
  for (int64_t bytes : sizes)
    for (bool near : {false, true}) {
      Value distance = getDistance(builder, bytes, near);
      Value behind =
          builder.createOrFold<arith::DivUIOp>(loc, distance, divisor);
      Ahead &place = ahead.emplace_back();
      place.bytes = bytes;
      place.near = near;
      place.distance = getIndex(builder, loc, (near ? kNear : kFar) / bytes);
      place.rest = builder.createOrFold<arith::RemUIOp>(loc, distance, divisor);
      for (SmallVector<Value> &indices : place.rows) {
        Value next = builder.createOrFold<arith::AddIOp>(loc, row, behind);
        // There is no row after the last one; it is in the caches.
        next = builder.createOrFold<arith::MinUIOp>(loc, next, lastRow);
        indices = space->getRowIndices(builder, loc, next);
        behind = builder.createOrFold<arith::AddIOp>(loc, behind,
                                                     getIndex(builder, loc, 1));
      }
    }
}

/// The place that lies ahead of a group that begins with `chunk`. Where rows
/// follow one another in memory (`dense`) it is so many elements on, as far as
/// there are any: each line is asked for once.
void RowPrefetch::startGroup(OpBuilder &builder, Ahead &ahead,
                             const Chunk &chunk, bool dense) const {
  if (dense) {
    ahead.row = currentRow;
    Value last = builder.createOrFold<arith::SubIOp>(
        loc, left, getIndex(builder, loc, chunk.groupSize));
    Value position =
        arith::AddIOp::create(builder, loc, chunk.position, ahead.distance);
    ahead.position = arith::MinUIOp::create(builder, loc, position, last);
    return;
  }
  ahead.position = chunk.position;
  ahead.row = ahead.rows[0];
  if (getConstantIntValue(ahead.rest) == 0)
    return;
  Value position =
      arith::AddIOp::create(builder, loc, chunk.position, ahead.rest);
  Value inside = isBelow(builder, loc, position, rowLength);
  Value behind = arith::SubIOp::create(builder, loc, position, rowLength);
  position = arith::SelectOp::create(builder, loc, inside, position, behind);
  // A group at the end of a row is prefetched as far as the row goes.
  Value last = builder.createOrFold<arith::SubIOp>(
      loc, rowLength, getIndex(builder, loc, chunk.groupSize));
  ahead.position = arith::MinUIOp::create(builder, loc, position, last);
  for (auto [index, own, next] :
       llvm::zip(ahead.row, ahead.rows[0], ahead.rows[1]))
    if (index)
      index = arith::SelectOp::create(builder, loc, inside, own, next);
}

void RowPrefetch::emit(OpBuilder &builder, const RowAccess &input,
                       const Chunk &chunk) {
  int64_t bytes = input.getElementBytes();
  if (chunk.groupSize == 0 || !input.isContiguous() ||
      getConstantIntValue(lastRow) == 0 ||
      chunk.number * chunk.lanes * bytes % line != 0)
    return;
  int64_t step = std::max<int64_t>(line / bytes, 1);
  for (Ahead &place : ahead) {
    if (place.bytes != bytes)
      continue;
    if (chunk.number == 0)
      startGroup(builder, place, chunk, input.isDense() && !rowsAhead);
    for (int64_t offset = 0; offset < chunk.lanes; offset += step)
      input.at(place.row).prefetch(
          builder,
          builder.createOrFold<arith::AddIOp>(
              loc, place.position,
              getIndex(builder, loc, chunk.number * chunk.lanes + offset)),
          place.near);
  }
}
