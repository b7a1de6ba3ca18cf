//===- RowSums.cpp - blocked sums over a row ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowSums.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// Levels of the tree over the blocks of a row; 2^48 blocks outlast any memory.
static constexpr int64_t kLevels = 48;

static Value getIndex(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

static Value add(OpBuilder &builder, Location loc, Value a, Value b) {
  return arith::AddFOp::create(builder, loc, a, b);
}

RowSums::RowSums(OpBuilder &builder, Location loc, RowPartition partition,
                 Value count, unsigned maxSums)
    : loc(loc), partition(partition), count(count) {
  std::optional<int64_t> known = getConstantIntValue(count);
  if (known && *known <= partition.getBlockSize())
    return;
  auto type = MemRefType::get(kLevels, partition.vectorType);
  for (unsigned i = 0; i < maxSums; ++i)
    stacks.push_back(memref::AllocaOp::create(builder, loc, type));
}

SmallVector<Value> RowSums::emit(OpBuilder &builder, unsigned numSums,
                                 ChunkBuilder chunk) const {
  SmallVector<Value> sums = needsStacks()
                                ? emitBlocks(builder, numSums, chunk)
                                : emitBlock(builder, getIndex(builder, loc, 0),
                                            count, numSums, chunk);
  for (Value &sum : sums)
    sum = emitLaneSum(builder, sum);
  return sums;
}

//===----------------------------------------------------------------------===//
// One block
//===----------------------------------------------------------------------===//

/// The sums of [start, end), at most one block, a vector of lanes for each.
SmallVector<Value> RowSums::emitBlock(OpBuilder &builder, Value start,
                                      Value end, unsigned numSums,
                                      ChunkBuilder chunk) const {
  constexpr int64_t accumulators = RowPartition::kAccumulators;
  int64_t lanes = partition.getLanes();
  Value group = getIndex(builder, loc, partition.getGroupSize());
  Value length = builder.createOrFold<arith::SubIOp>(loc, end, start);
  Value groups = builder.createOrFold<arith::DivUIOp>(loc, length, group);
  Value fullLength = builder.createOrFold<arith::MulIOp>(loc, groups, group);
  Value fullEnd = builder.createOrFold<arith::AddIOp>(loc, start, fullLength);

  // Accumulator a of sum s is number a * numSums + s.
  auto emitGroup = [&](OpBuilder &body, Location loc, ValueRange sums,
                       function_ref<Chunk(int64_t)> getChunk) {
    SmallVector<Value> next;
    for (int64_t a = 0; a < accumulators; ++a)
      llvm::append_range(next, chunk(body, loc, getChunk(a),
                                     sums.slice(a * numSums, numSums)));
    scf::YieldOp::create(body, loc, next);
  };
  auto getOffset = [&](OpBuilder &body, Value base, int64_t a) {
    return body.createOrFold<arith::AddIOp>(loc, base,
                                            getIndex(body, loc, a * lanes));
  };

  Value zero = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(partition.vectorType));
  SmallVector<Value> zeros(accumulators * numSums, zero);
  auto loop = scf::ForOp::create(
      builder, loc, start, fullEnd, group, zeros,
      [&](OpBuilder &body, Location loc, Value position, ValueRange sums) {
        emitGroup(body, loc, sums, [&](int64_t a) {
          return Chunk{getOffset(body, position, a), nullptr, lanes};
        });
      });

  // The rest of the row is one group of masked chunks. Chunks without elements
  // start at the end of the row, so that no address lies beyond it.
  Value rest = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                     fullEnd, end);
  auto tail = scf::IfOp::create(
      builder, loc, rest,
      [&](OpBuilder &body, Location loc) {
        emitGroup(body, loc, loop.getResults(), [&](int64_t a) {
          Value begin = body.createOrFold<arith::MinUIOp>(
              loc, getOffset(body, fullEnd, a), end);
          Value remaining = arith::SubIOp::create(body, loc, end, begin);
          return Chunk{begin, remaining, lanes};
        });
      },
      [&](OpBuilder &body, Location loc) {
        scf::YieldOp::create(body, loc, loop.getResults());
      });

  SmallVector<Value> sums;
  for (unsigned s = 0; s < numSums; ++s) {
    auto get = [&](int64_t a) { return tail.getResult(a * numSums + s); };
    sums.push_back(add(builder, loc, add(builder, loc, get(0), get(1)),
                       add(builder, loc, get(2), get(3))));
  }
  return sums;
}

//===----------------------------------------------------------------------===//
// The tree over blocks and lanes
//===----------------------------------------------------------------------===//

/// Adds the sums of the trees on levels [0, level) of `stack` to `sum`; older
/// blocks are the left operands.
Value RowSums::emitPush(OpBuilder &builder, Value stack, Value level,
                        Value sum) const {
  auto loop = scf::ForOp::create(
      builder, loc, getIndex(builder, loc, 0), level, getIndex(builder, loc, 1),
      sum, [&](OpBuilder &body, Location loc, Value i, ValueRange carried) {
        Value older = memref::LoadOp::create(body, loc, stack, i);
        scf::YieldOp::create(body, loc, add(body, loc, older, carried[0]));
      });
  memref::StoreOp::create(builder, loc, loop.getResult(0), stack, level);
  return loop.getResult(0);
}

/// All blocks of the row. After block b, level i of a stack holds the sum of
/// 2^i blocks if bit i of b + 1 is set: block b is added to the levels below
/// the lowest zero bit of b. At the end the levels of the set bits are added.
SmallVector<Value> RowSums::emitBlocks(OpBuilder &builder, unsigned numSums,
                                       ChunkBuilder chunk) const {
  Value zero = getIndex(builder, loc, 0), one = getIndex(builder, loc, 1);
  Value blockSize = getIndex(builder, loc, partition.getBlockSize());
  Value blocks =
      builder.createOrFold<arith::CeilDivUIOp>(loc, count, blockSize);
  Type integer = builder.getI64Type();
  auto countTrailingZeros = [&](OpBuilder &body, Value number) -> Value {
    Value zeros = math::CountTrailingZerosOp::create(body, loc, number);
    return arith::IndexCastOp::create(body, loc, body.getIndexType(), zeros);
  };

  scf::ForOp::create(
      builder, loc, zero, blocks, one, ValueRange(),
      [&](OpBuilder &body, Location loc, Value block, ValueRange) {
        Value start = arith::MulIOp::create(body, loc, block, blockSize);
        Value next = arith::AddIOp::create(body, loc, start, blockSize);
        Value end = arith::MinUIOp::create(body, loc, next, count);
        SmallVector<Value> sums = emitBlock(body, start, end, numSums, chunk);
        Value number = arith::AddIOp::create(body, loc, block, one);
        Value level = countTrailingZeros(
            body, arith::IndexCastOp::create(body, loc, integer, number));
        for (unsigned s = 0; s < numSums; ++s)
          emitPush(body, stacks[s], level, sums[s]);
        scf::YieldOp::create(body, loc);
      });

  Value number = arith::IndexCastOp::create(builder, loc, integer, blocks);
  Value levels =
      arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                 math::CtPopOp::create(builder, loc, number));
  Value empty = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(partition.vectorType));
  SmallVector<Value> carried(numSums, empty);
  carried.push_back(number);
  auto loop = scf::ForOp::create(
      builder, loc, zero, levels, one, carried,
      [&](OpBuilder &body, Location loc, Value, ValueRange values) {
        Value bits = values.back();
        Value level = countTrailingZeros(body, bits);
        SmallVector<Value> next;
        for (unsigned s = 0; s < numSums; ++s) {
          Value older = memref::LoadOp::create(body, loc, stacks[s], level);
          next.push_back(add(body, loc, older, values[s]));
        }
        Value minusOne =
            arith::ConstantOp::create(body, loc, body.getI64IntegerAttr(-1));
        Value below = arith::AddIOp::create(body, loc, bits, minusOne);
        next.push_back(arith::AndIOp::create(body, loc, bits, below));
        scf::YieldOp::create(body, loc, next);
      });
  return llvm::to_vector_of<Value>(loop.getResults().take_front(numSums));
}

/// Halves are added until one lane is left.
Value RowSums::emitLaneSum(OpBuilder &builder, Value vector) const {
  for (int64_t half = partition.getLanes() / 2; half > 0; half /= 2) {
    auto slice = [&](int64_t offset) {
      return vector::ExtractStridedSliceOp::create(builder, loc, vector, offset,
                                                   half, 1);
    };
    vector = add(builder, loc, slice(0), slice(half));
  }
  return vector::ExtractOp::create(builder, loc, vector, 0);
}
