//===- RowReductions.cpp - blocked reductions of a row --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/RowReductions.h"

#include "CPU/UnrolledLoop.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// Levels of the tree over the blocks of a row; 2^48 blocks outlast any memory.
static constexpr int64_t kLevels = 48;
/// Blocks whose partial results threads that share a row keep, at most: 64 KiB
/// for each reduction with the widest vectors.
static constexpr int64_t kBlocksAtATime = 1024;

RowReductions::RowReductions(OpBuilder &builder, Location loc,
                             RowPartition partition, Value count,
                             unsigned maxReductions, bool split)
    : loc(loc), partition(partition), count(count) {
  std::optional<int64_t> known = getConstantIntValue(count);
  int64_t blockSize = partition.getBlockSize();
  if (known && *known <= blockSize)
    return;
  auto allocate = [&](int64_t size) {
    return memref::AllocaOp::create(
        builder, loc, MemRefType::get(size, partition.vectorType));
  };
  for (unsigned i = 0; i < maxReductions; ++i)
    stacks.push_back(allocate(kLevels));
  for (unsigned i = 0; split && i < maxReductions; ++i)
    blockResults.push_back(allocate(std::min<int64_t>(
        llvm::divideCeil(*known, blockSize), kBlocksAtATime)));
}

SmallVector<Value> RowReductions::emitPartials(OpBuilder &builder,
                                               ArrayRef<Reduction> kinds,
                                               ChunkBuilder chunk,
                                               Value besideEnd) const {
  if (stacks.empty())
    return emitBlock(builder, getIndex(builder, loc, 0), count, kinds, chunk,
                     besideEnd);
  Value blocks = builder.createOrFold<arith::CeilDivUIOp>(
      loc, count, getIndex(builder, loc, partition.getBlockSize()));
  emitBlocks(builder, blocks, kinds, chunk, besideEnd);
  return emitStackTop(builder, blocks, kinds);
}

SmallVector<Value> RowReductions::getNeutral(OpBuilder &builder,
                                             ArrayRef<Reduction> kinds) const {
  VectorType type = partition.vectorType;
  auto element = cast<FloatType>(type.getElementType());
  return llvm::map_to_vector(kinds, [&](Reduction kind) -> Value {
    return arith::ConstantOp::create(
        builder, loc,
        DenseElementsAttr::get(type, getNeutralElement(kind, element)));
  });
}

//===----------------------------------------------------------------------===//
// One block
//===----------------------------------------------------------------------===//

/// One chunk after the other, each into accumulators of its own; accumulator a
/// of reduction r is number a * numKinds + r.
SmallVector<Value> RowReductions::emitGroup(OpBuilder &builder,
                                            ValueRange accumulators,
                                            ArrayRef<Chunk> chunks,
                                            unsigned numKinds,
                                            ChunkBuilder chunk) const {
  SmallVector<Value> next(accumulators);
  for (auto [a, which] : llvm::enumerate(chunks))
    llvm::copy(
        chunk(builder, loc, which, accumulators.slice(a * numKinds, numKinds)),
        next.begin() + a * numKinds);
  return next;
}

/// A group of masked chunks, of which at most `length` elements from `start` on
/// exist. Chunks without elements start at the end, so that no address lies
/// beyond it.
SmallVector<Value> RowReductions::emitMaskedGroup(OpBuilder &builder,
                                                  Value start, Value length,
                                                  ValueRange accumulators,
                                                  unsigned numKinds,
                                                  ChunkBuilder chunk) const {
  int64_t lanes = partition.getLanes();
  SmallVector<Chunk> chunks;
  for (int64_t a = 0; a < RowPartition::kAccumulators; ++a) {
    Value offset = arith::MinUIOp::create(
        builder, loc, getIndex(builder, loc, a * lanes), length);
    Value position = arith::AddIOp::create(builder, loc, start, offset);
    Value remaining = arith::SubIOp::create(builder, loc, length, offset);
    chunks.push_back({position, remaining, lanes});
  }
  return emitGroup(builder, accumulators, chunks, numKinds, chunk);
}

/// What is less than a group, `length` elements from `start` on. If their
/// number is known these are whole chunks and at most one masked chunk, else a
/// group of masked chunks.
SmallVector<Value> RowReductions::emitRest(OpBuilder &builder, Value start,
                                           Value length,
                                           ValueRange accumulators,
                                           unsigned numKinds,
                                           ChunkBuilder chunk) const {
  int64_t lanes = partition.getLanes();
  if (std::optional<int64_t> known = getConstantIntValue(length)) {
    SmallVector<Chunk> chunks;
    for (int64_t offset = 0; offset < *known; offset += lanes) {
      Value position = builder.createOrFold<arith::AddIOp>(
          loc, start, getIndex(builder, loc, offset));
      int64_t remaining = *known - offset;
      chunks.push_back(
          {position,
           remaining < lanes ? getIndex(builder, loc, remaining) : Value(),
           lanes});
    }
    return emitGroup(builder, accumulators, chunks, numKinds, chunk);
  }
  Value rest = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ugt,
                                     length, getIndex(builder, loc, 0));
  auto tail = scf::IfOp::create(
      builder, loc, rest,
      [&](OpBuilder &body, Location loc) {
        scf::YieldOp::create(body, loc,
                             emitMaskedGroup(body, start, length, accumulators,
                                             numKinds, chunk));
      },
      [&](OpBuilder &body, Location loc) {
        scf::YieldOp::create(body, loc, accumulators);
      });
  return tail.getResults();
}

/// Whole groups of [begin, end), `count` in number.
SmallVector<Value> RowReductions::emitGroups(OpBuilder &builder, Value begin,
                                             Value end, Value count,
                                             ValueRange partials,
                                             unsigned numKinds, bool beside,
                                             ChunkBuilder chunk) const {
  return emitLoop(builder, loc, begin, end, count,
                  getIndex(builder, loc, partition.getGroupSize()), partials,
                  [&](OpBuilder &body, Value position, ValueRange carried) {
                    SmallVector<Chunk> chunks =
                        getGroup(body, loc, position, partition.getLanes(),
                                 RowPartition::kAccumulators, partition.halves);
                    for (Chunk &whole : chunks)
                      whole.beside = beside;
                    return emitGroup(body, carried, chunks, numKinds, chunk);
                  });
}

/// What comes behind the groups that have work of another row beside them, from
/// `begin` on: less than a group, and, where the other row's work begins late,
/// a group.
SmallVector<Value> RowReductions::emitMaskedGroups(OpBuilder &builder,
                                                   Value begin, Value end,
                                                   ValueRange partials,
                                                   unsigned numKinds,
                                                   ChunkBuilder chunk) const {
  auto loop = scf::ForOp::create(
      builder, loc, begin, end,
      getIndex(builder, loc, partition.getGroupSize()), partials,
      [&](OpBuilder &body, Location loc, Value position, ValueRange carried) {
        Value length = arith::SubIOp::create(body, loc, end, position);
        scf::YieldOp::create(
            body, loc,
            emitMaskedGroup(body, position, length, carried, numKinds, chunk));
      });
  return llvm::to_vector_of<Value>(loop.getResults());
}

/// Whether it is known that rows, and so all of their blocks, are whole groups.
bool RowReductions::isWholeGroups() const {
  std::optional<int64_t> known = getConstantIntValue(count);
  return known && *known % partition.getGroupSize() == 0;
}

/// The partial results of `length` elements from `start` on, at most one block,
/// a vector of lanes for each reduction.
SmallVector<Value> RowReductions::emitBlock(OpBuilder &builder, Value start,
                                            Value length,
                                            ArrayRef<Reduction> kinds,
                                            ChunkBuilder chunk,
                                            Value besideEnd) const {
  constexpr int64_t accumulators = RowPartition::kAccumulators;
  unsigned numKinds = kinds.size();
  Value group = getIndex(builder, loc, partition.getGroupSize());
  Value groups = builder.createOrFold<arith::DivUIOp>(loc, length, group);
  Value whole = builder.createOrFold<arith::MulIOp>(loc, groups, group);
  Value wholeEnd = builder.createOrFold<arith::AddIOp>(loc, start, whole);
  Value rest = isWholeGroups()
                   ? getIndex(builder, loc, 0)
                   : builder.createOrFold<arith::SubIOp>(loc, length, whole);

  SmallVector<Value> partials;
  for (int64_t a = 0; a < accumulators; ++a)
    llvm::append_range(partials, getNeutral(builder, kinds));
  if (besideEnd) {
    Value least = arith::MaxUIOp::create(builder, loc, besideEnd, start);
    Value middle = arith::MinUIOp::create(builder, loc, least, wholeEnd);
    partials = emitGroups(builder, start, middle, /*count=*/middle, partials,
                          numKinds, /*beside=*/true, chunk);
    if (getConstantIntValue(rest)) {
      partials = emitGroups(builder, middle, wholeEnd, /*count=*/middle,
                            partials, numKinds, /*beside=*/false, chunk);
      partials = emitRest(builder, wholeEnd, rest, partials, numKinds, chunk);
    } else {
      Value end = builder.createOrFold<arith::AddIOp>(loc, start, length);
      partials =
          emitMaskedGroups(builder, middle, end, partials, numKinds, chunk);
    }
  } else {
    partials = emitGroups(builder, start, wholeEnd, groups, partials, numKinds,
                          /*beside=*/false, chunk);
    partials = emitRest(builder, wholeEnd, rest, partials, numKinds, chunk);
  }

  for (int64_t width = accumulators / 2; width > 0; width /= 2)
    for (int64_t a = 0; a < width; ++a)
      for (auto [r, kind] : llvm::enumerate(kinds))
        partials[a * numKinds + r] =
            combine(builder, loc, kind, partials[2 * a * numKinds + r],
                    partials[(2 * a + 1) * numKinds + r]);
  partials.truncate(numKinds);
  return partials;
}

//===----------------------------------------------------------------------===//
// The tree over blocks and lanes
//===----------------------------------------------------------------------===//

/// Combines the trees on levels [0, level) of `stack` with `partial`; older
/// blocks are the left operands.
void RowReductions::emitPush(OpBuilder &builder, Value stack, Value level,
                             Reduction kind, Value partial) const {
  auto loop = scf::ForOp::create(
      builder, loc, getIndex(builder, loc, 0), level, getIndex(builder, loc, 1),
      partial, [&](OpBuilder &body, Location loc, Value i, ValueRange carried) {
        Value older = memref::LoadOp::create(body, loc, stack, i);
        scf::YieldOp::create(body, loc,
                             combine(body, loc, kind, older, carried[0]));
      });
  memref::StoreOp::create(builder, loc, loop.getResult(0), stack, level);
}

static Value countTrailingZeros(OpBuilder &builder, Location loc,
                                Value number) {
  Value zeros = math::CountTrailingZerosOp::create(builder, loc, number);
  return arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                    zeros);
}

/// Block number `block` into the stacks. After block b, level i of a stack
/// holds 2^i blocks if bit i of b + 1 is set: block b is combined with the
/// levels below the lowest zero bit of b.
void RowReductions::emitPushes(OpBuilder &builder, Value block,
                               ArrayRef<Reduction> kinds,
                               ArrayRef<Value> partials) const {
  Value number =
      arith::AddIOp::create(builder, loc, block, getIndex(builder, loc, 1));
  Value integer =
      arith::IndexCastOp::create(builder, loc, builder.getI64Type(), number);
  Value level = countTrailingZeros(builder, loc, integer);
  for (auto [stack, kind, partial] : llvm::zip(stacks, kinds, partials))
    emitPush(builder, stack, level, kind, partial);
}

/// All `number` blocks of the row into the stacks. The last, which may be in
/// part, has no code of its own: what fetches ahead for an instruction that
/// reads goes on from one row to the next.
void RowReductions::emitBlocks(OpBuilder &builder, Value number,
                               ArrayRef<Reduction> kinds, ChunkBuilder chunk,
                               Value besideEnd) const {
  Value zero = getIndex(builder, loc, 0), one = getIndex(builder, loc, 1);
  Value blockSize = getIndex(builder, loc, partition.getBlockSize());
  std::optional<int64_t> length = getConstantIntValue(count);
  bool allWhole = length && *length % partition.getBlockSize() == 0;
  auto emitOne = [&](OpBuilder &body, Value block) {
    Value start = arith::MulIOp::create(body, loc, block, blockSize);
    Value size = blockSize;
    if (!allWhole) {
      Value left = arith::SubIOp::create(body, loc, count, start);
      size = arith::MinUIOp::create(body, loc, left, blockSize);
    }
    return emitBlock(body, start, size, kinds, chunk, besideEnd);
  };
  // Blocks from `begin` on, whose partial results are there if threads share
  // them.
  auto push = [&](OpBuilder &body, Value begin, Value end) {
    scf::ForOp::create(
        body, loc, begin, end, one, ValueRange(),
        [&](OpBuilder &nested, Location, Value block, ValueRange) {
          SmallVector<Value> partials;
          Value slot =
              blockResults.empty()
                  ? Value()
                  : nested.createOrFold<arith::SubIOp>(loc, block, begin);
          for (Value results :
               ArrayRef(blockResults)
                   .take_front(std::min(blockResults.size(), kinds.size())))
            partials.push_back(
                memref::LoadOp::create(nested, loc, results, slot));
          if (partials.empty())
            partials = emitOne(nested, block);
          emitPushes(nested, block, kinds, partials);
          scf::YieldOp::create(nested, loc);
        });
  };
  if (blockResults.empty())
    return push(builder, zero, number);
  auto share = [&](OpBuilder &body, Value begin, Value end) {
    scf::ParallelOp::create(
        body, loc, begin, end, one,
        [&](OpBuilder &nested, Location, ValueRange block) {
          SmallVector<Value> partials = emitOne(nested, block[0]);
          Value slot = nested.createOrFold<arith::SubIOp>(loc, block[0], begin);
          for (auto [partial, results] : llvm::zip(partials, blockResults))
            memref::StoreOp::create(nested, loc, partial, results, slot);
        });
    push(body, begin, end);
  };
  std::optional<int64_t> known = getConstantIntValue(number);
  if (known && *known <= kBlocksAtATime)
    return share(builder, zero, number);
  Value step = getIndex(builder, loc, kBlocksAtATime);
  scf::ForOp::create(
      builder, loc, zero, number, step, ValueRange(),
      [&](OpBuilder &body, Location, Value begin, ValueRange) {
        Value next = arith::AddIOp::create(body, loc, begin, step);
        share(body, begin, arith::MinUIOp::create(body, loc, next, number));
        scf::YieldOp::create(body, loc);
      });
}

/// The levels of the set bits of `blocks`, combined.
SmallVector<Value>
RowReductions::emitStackTop(OpBuilder &builder, Value blocks,
                            ArrayRef<Reduction> kinds) const {
  Value number =
      arith::IndexCastOp::create(builder, loc, builder.getI64Type(), blocks);
  Value levels =
      arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                 math::CtPopOp::create(builder, loc, number));
  SmallVector<Value> carried = getNeutral(builder, kinds);
  carried.push_back(number);
  auto loop = scf::ForOp::create(
      builder, loc, getIndex(builder, loc, 0), levels,
      getIndex(builder, loc, 1), carried,
      [&](OpBuilder &body, Location loc, Value, ValueRange values) {
        Value bits = values.back();
        Value level = countTrailingZeros(body, loc, bits);
        SmallVector<Value> next;
        for (auto [stack, kind, value] : llvm::zip(stacks, kinds, values)) {
          Value older = memref::LoadOp::create(body, loc, stack, level);
          next.push_back(combine(body, loc, kind, older, value));
        }
        Value minusOne =
            arith::ConstantOp::create(body, loc, body.getI64IntegerAttr(-1));
        Value below = arith::AddIOp::create(body, loc, bits, minusOne);
        next.push_back(arith::AndIOp::create(body, loc, bits, below));
        scf::YieldOp::create(body, loc, next);
      });
  return llvm::to_vector_of<Value>(loop.getResults().take_front(kinds.size()));
}
