//===- RowReductions.cpp - blocked reductions of a row --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowReductions.h"

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

Value norm::combine(OpBuilder &builder, Location loc, Reduction kind, Value a,
                    Value b) {
  switch (kind) {
  case Reduction::add:
    return arith::AddFOp::create(builder, loc, a, b);
  case Reduction::maximumf:
    return arith::MaximumFOp::create(builder, loc, a, b);
  case Reduction::minimumf:
    return arith::MinimumFOp::create(builder, loc, a, b);
  case Reduction::maxnumf:
    return arith::MaxNumFOp::create(builder, loc, a, b);
  case Reduction::minnumf:
    return arith::MinNumFOp::create(builder, loc, a, b);
  }
  llvm_unreachable("unknown reduction");
}

/// What changes no value that it is combined with.
static APFloat getNeutralElement(Reduction kind, FloatType type) {
  const llvm::fltSemantics &semantics = type.getFloatSemantics();
  switch (kind) {
  case Reduction::add:
    return APFloat::getZero(semantics);
  case Reduction::maximumf:
  case Reduction::maxnumf:
    return APFloat::getInf(semantics, /*Negative=*/true);
  case Reduction::minimumf:
  case Reduction::minnumf:
    return APFloat::getInf(semantics);
  }
  llvm_unreachable("unknown reduction");
}

RowReductions::RowReductions(OpBuilder &builder, Location loc,
                             RowPartition partition, Value count,
                             unsigned maxReductions)
    : loc(loc), partition(partition), count(count) {
  std::optional<int64_t> known = getConstantIntValue(count);
  if (known && *known <= partition.getBlockSize())
    return;
  auto type = MemRefType::get(kLevels, partition.vectorType);
  for (unsigned i = 0; i < maxReductions; ++i)
    stacks.push_back(memref::AllocaOp::create(builder, loc, type));
}

SmallVector<Value> RowReductions::emit(OpBuilder &builder,
                                       ArrayRef<Reduction> kinds,
                                       ChunkBuilder chunk) const {
  SmallVector<Value> partials =
      stacks.empty()
          ? emitBlock(builder, getIndex(builder, loc, 0), count, kinds, chunk)
          : emitBlocks(builder, kinds, chunk);
  for (auto [partial, kind] : llvm::zip(partials, kinds))
    partial = emitLanes(builder, kind, partial);
  return partials;
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

/// The partial results of [start, end), at most one block, a vector of lanes
/// for each reduction.
SmallVector<Value> RowReductions::emitBlock(OpBuilder &builder, Value start,
                                            Value end,
                                            ArrayRef<Reduction> kinds,
                                            ChunkBuilder chunk) const {
  unsigned numKinds = kinds.size();
  constexpr int64_t accumulators = RowPartition::kAccumulators;
  int64_t lanes = partition.getLanes();
  Value group = getIndex(builder, loc, partition.getGroupSize());
  Value length = builder.createOrFold<arith::SubIOp>(loc, end, start);
  Value groups = builder.createOrFold<arith::DivUIOp>(loc, length, group);
  Value fullLength = builder.createOrFold<arith::MulIOp>(loc, groups, group);
  Value fullEnd = builder.createOrFold<arith::AddIOp>(loc, start, fullLength);

  // Accumulator a of reduction s is number a * numKinds + s.
  auto emitGroup = [&](OpBuilder &body, Location loc, ValueRange sums,
                       function_ref<Chunk(int64_t)> getChunk) {
    SmallVector<Value> next;
    for (int64_t a = 0; a < accumulators; ++a)
      llvm::append_range(next, chunk(body, loc, getChunk(a),
                                     sums.slice(a * numKinds, numKinds)));
    scf::YieldOp::create(body, loc, next);
  };
  auto getOffset = [&](OpBuilder &body, Value base, int64_t a) {
    return body.createOrFold<arith::AddIOp>(loc, base,
                                            getIndex(body, loc, a * lanes));
  };

  SmallVector<Value> first;
  for (int64_t a = 0; a < accumulators; ++a)
    llvm::append_range(first, getNeutral(builder, kinds));
  auto loop = scf::ForOp::create(
      builder, loc, start, fullEnd, group, first,
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

  SmallVector<Value> partials;
  for (auto [s, kind] : llvm::enumerate(kinds)) {
    auto pair = [&, s = s, kind = kind](int64_t a) {
      return combine(builder, loc, kind, tail.getResult(a * numKinds + s),
                     tail.getResult((a + 1) * numKinds + s));
    };
    Value front = pair(0), back = pair(2);
    partials.push_back(combine(builder, loc, kind, front, back));
  }
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

/// All blocks of the row. After block b, level i of a stack holds 2^i
/// blocks if bit i of b + 1 is set: block b is combined with the levels below
/// the lowest zero bit of b; at the end, the levels of the set bits are.
SmallVector<Value> RowReductions::emitBlocks(OpBuilder &builder,
                                             ArrayRef<Reduction> kinds,
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
        SmallVector<Value> partials = emitBlock(body, start, end, kinds, chunk);
        Value number = arith::AddIOp::create(body, loc, block, one);
        Value level = countTrailingZeros(
            body, arith::IndexCastOp::create(body, loc, integer, number));
        for (auto [stack, kind, partial] : llvm::zip(stacks, kinds, partials))
          emitPush(body, stack, level, kind, partial);
        scf::YieldOp::create(body, loc);
      });

  Value number = arith::IndexCastOp::create(builder, loc, integer, blocks);
  Value levels =
      arith::IndexCastOp::create(builder, loc, builder.getIndexType(),
                                 math::CtPopOp::create(builder, loc, number));
  SmallVector<Value> carried = getNeutral(builder, kinds);
  carried.push_back(number);
  auto loop = scf::ForOp::create(
      builder, loc, zero, levels, one, carried,
      [&](OpBuilder &body, Location loc, Value, ValueRange values) {
        Value bits = values.back();
        Value level = countTrailingZeros(body, bits);
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

/// Halves are combined until one lane is left.
Value RowReductions::emitLanes(OpBuilder &builder, Reduction kind,
                               Value vector) const {
  for (int64_t half = partition.getLanes() / 2; half > 0; half /= 2) {
    auto slice = [&](int64_t offset) {
      return vector::ExtractStridedSliceOp::create(builder, loc, vector, offset,
                                                   half, 1);
    };
    Value front = slice(0), back = slice(half);
    vector = combine(builder, loc, kind, front, back);
  }
  return vector::ExtractOp::create(builder, loc, vector, 0);
}
