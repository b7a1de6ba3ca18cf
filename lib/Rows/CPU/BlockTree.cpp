//===- BlockTree.cpp - blocks of rows added up pairwise -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/BlockTree.h"

#include "CPU/UnrolledLoop.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::norm;

static Value toInteger(OpBuilder &builder, Location loc, Value index) {
  return builder.createOrFold<arith::IndexCastOp>(loc, builder.getI64Type(),
                                                  index);
}

static Value toIndex(OpBuilder &builder, Location loc, Value integer) {
  return builder.createOrFold<arith::IndexCastOp>(loc, builder.getIndexType(),
                                                  integer);
}

/// How many bits of `number` are set.
static Value countBits(OpBuilder &builder, Location loc, Value number) {
  return toIndex(builder, loc,
                 builder.createOrFold<math::CtPopOp>(
                     loc, toInteger(builder, loc, number)));
}

/// 2^(bits of b - 1), and for one task, which takes all, of 2 b - 1.
Value BlockTree::chooseBlocksPerTask(OpBuilder &builder, Value blocks,
                                     bool isOne) {
  Value one = getIndex(builder, loc, 1);
  if (isOne)
    blocks = builder.createOrFold<arith::SubIOp>(
        loc, builder.createOrFold<arith::AddIOp>(loc, blocks, blocks), one);
  blocks = builder.createOrFold<arith::MaxUIOp>(loc, blocks, one);
  if (std::optional<int64_t> known = getConstantIntValue(blocks)) {
    perTask = getIndex(builder, loc, llvm::bit_floor<uint64_t>(*known));
    return perTask;
  }
  Value zeros = builder.createOrFold<math::CountLeadingZerosOp>(
      loc, toInteger(builder, loc, blocks));
  Value bits = arith::SubIOp::create(builder, loc, getIndex(builder, loc, 63),
                                     toIndex(builder, loc, zeros));
  perTask = arith::ShLIOp::create(builder, loc, one, bits);
  return perTask;
}

/// The number of `block` in its task.
Value BlockTree::getNumberInTask(OpBuilder &builder, Value block) const {
  return builder.createOrFold<arith::RemUIOp>(loc, block, perTask);
}

/// There is one for each bit of the number of blocks that the task had before.
Value BlockTree::getPlace(OpBuilder &builder, Value block) const {
  Value number = getNumberInTask(builder, block);
  Value first = builder.createOrFold<arith::SubIOp>(loc, block, number);
  return builder.createOrFold<arith::AddIOp>(loc, first,
                                             countBits(builder, loc, number));
}

/// Columns [begin, end): row number `left` += row number `right`.
void BlockTree::emitRowAdded(OpBuilder &builder, Value buffer, Value left,
                             Value right, Value begin, Value end) const {
  RowAccess rows(loc, buffer);
  RowAccess sum = rows.at({left, Value()}), other = rows.at({right, Value()});
  forEachChunk(builder, loc, lanes, begin, end,
               [&](OpBuilder &nested, const Chunk &chunk) {
                 Value both =
                     arith::AddFOp::create(nested, loc, sum.load(nested, chunk),
                                           other.load(nested, chunk));
                 sum.store(nested, both, chunk);
               });
}

/// As many rows are added up, from the last one on, as a carry clears bits of
/// the number of blocks; behind the last block all that there are.
void BlockTree::emitCarries(OpBuilder &builder, ArrayRef<Value> buffers,
                            Value block, Value end) const {
  Value one = getIndex(builder, loc, 1);
  Value number = getNumberInTask(builder, block);
  Value next = arith::AddIOp::create(builder, loc, block, one);
  Value isLast =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, next, end);
  Value bits = countBits(builder, loc, number);
  Value after =
      countBits(builder, loc, arith::AddIOp::create(builder, loc, number, one));
  Value cleared = arith::SubIOp::create(
      builder, loc, arith::AddIOp::create(builder, loc, bits, one), after);
  Value count = arith::SelectOp::create(builder, loc, isLast, bits, cleared);
  Value place = getPlace(builder, block);
  scf::ForOp::create(
      builder, loc, getIndex(builder, loc, 0), count, one, ValueRange(),
      [&](OpBuilder &body, Location, Value i, ValueRange) {
        Value right = arith::SubIOp::create(body, loc, place, i);
        Value left = arith::SubIOp::create(body, loc, right, one);
        for (Value buffer : buffers)
          emitRowAdded(body, buffer, left, right, getIndex(body, loc, 0),
                       rowLength);
        scf::YieldOp::create(body, loc);
      });
}

void BlockTree::emitPairs(OpBuilder &builder, Value buffer, Value first,
                          Value count, Value begin, Value end) const {
  scf::WhileOp::create(
      builder, loc, builder.getIndexType(), perTask,
      [&](OpBuilder &nested, Location, ValueRange distance) {
        scf::ConditionOp::create(
            nested, loc, isBelow(nested, loc, distance[0], count), distance);
      },
      [&](OpBuilder &nested, Location, ValueRange distance) {
        Value last = arith::SubIOp::create(nested, loc, count, distance[0]);
        Value next =
            arith::AddIOp::create(nested, loc, distance[0], distance[0]);
        scf::ForOp::create(
            nested, loc, getIndex(nested, loc, 0), last, next, ValueRange(),
            [&](OpBuilder &body, Location, Value a, ValueRange) {
              Value left = arith::AddIOp::create(body, loc, first, a);
              Value right = arith::AddIOp::create(body, loc, left, distance[0]);
              emitRowAdded(body, buffer, left, right, begin, end);
              scf::YieldOp::create(body, loc);
            });
        scf::YieldOp::create(nested, loc, next);
      });
}
