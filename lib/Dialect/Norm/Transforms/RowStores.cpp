//===- RowStores.cpp - the last phase of a row ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Results are stored plainly, or, where they will not stay in a cache anyway,
// past the caches, while the next row is fetched.
//
//===----------------------------------------------------------------------===//

#include "RowKernel.h"
#include "Steps.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// Chunks that are computed together.
static constexpr int64_t kStoreChunks = 4;
/// Elements of the piece of a row that a thread takes.
static constexpr int64_t kPiece = 16384;
/// Bytes of a cache line.
static constexpr int64_t kLine = 64;
/// Bytes of a row that is fetched into the first-level cache, at most; longer
/// ones would push out what the current row reads again.
static constexpr int64_t kNearRow = 2048;
/// Elements of a row that is fetched in all phases, at least.
static constexpr int64_t kSpreadRow = 1024;

static int64_t getBytes(const RowAccess &access) {
  return access.getElementType().getIntOrFloatBitWidth() / 8;
}

void norm::emitStreamFence(OpBuilder &builder, Location loc) {
  LLVM::CallIntrinsicOp::create(
      builder, loc, builder.getStringAttr("llvm.x86.sse.sfence"), ValueRange());
}

/// Bytes that are stored past the caches at a time: a line, as parts of one may
/// be written one by one; or what a group of chunks has.
int64_t RowKernel::getLine(const RowAccess &output) const {
  int64_t bytes = lanes * getBytes(output);
  return std::max(bytes, std::min(kLine, kStoreChunks * bytes));
}

/// Vectors one after the other; their number is a power of two.
static Value concatenate(OpBuilder &builder, Location loc,
                         ArrayRef<Value> parts) {
  if (parts.size() == 1)
    return parts.front();
  Value front = concatenate(builder, loc, parts.take_front(parts.size() / 2));
  Value back = concatenate(builder, loc, parts.drop_front(parts.size() / 2));
  int64_t count = 2 * cast<VectorType>(front.getType()).getNumElements();
  return vector::ShuffleOp::create(
      builder, loc, front, back, llvm::to_vector(llvm::seq<int64_t>(0, count)));
}

bool RowKernel::isVarying(unsigned output) {
  return loop.variesAlongRow(loop.getMap(loop.getInputs().size() + output));
}

/// Results of some chunks. All are computed, and so all inputs read, before the
/// first is stored; a result may take the memory of an input.
void RowKernel::emitChunks(OpBuilder &builder, ArrayRef<Chunk> chunks,
                           bool streams) {
  SmallVector<ChunkValues, 4> values;
  for (const Chunk &chunk : chunks)
    values.emplace_back(chunk);
  SmallVector<SmallVector<Value>> vectors(outputs.size());
  for (size_t i = 0; i < chunks.size(); ++i)
    for (auto [number, value] : llvm::enumerate(loop.getYield().getValues())) {
      if (!isVarying(number))
        continue;
      if (!chunks[i].half)
        vectors[number].push_back(body.getVector(builder, value, values[i]));
      else if (*chunks[i].half == 1)
        vectors[number].push_back(
            body.getRoundedPair(builder, value, values[i]));
    }
  for (auto [output, parts] : llvm::zip(outputs, vectors)) {
    if (parts.empty())
      continue;
    RowAccess access = output.at(rowIndices);
    size_t chunksPerPart = chunks.size() / parts.size();
    size_t together =
        streams ? getLine(output) / getBytes(output) / lanes / chunksPerPart
                : 1;
    for (size_t i = 0; i < parts.size(); i += together)
      access.store(
          builder,
          concatenate(builder, loc, ArrayRef(parts).slice(i, together)),
          chunks[i * chunksPerPart], streams ? getLine(output) : 0);
  }
}

/// The elements of [begin, end), in groups of chunks, then one chunk at a time,
/// of which the last may be masked.
void RowKernel::emitStoresBetween(OpBuilder &builder, Value begin, Value end,
                                  bool streams) {
  Value group = getIndex(builder, loc, kStoreChunks * lanes);
  Value length = builder.createOrFold<arith::SubIOp>(loc, end, begin);
  Value groups = builder.createOrFold<arith::DivUIOp>(loc, length, group);
  Value whole = builder.createOrFold<arith::MulIOp>(loc, groups, group);
  Value wholeEnd = builder.createOrFold<arith::AddIOp>(loc, begin, whole);
  emitSteps(builder, loc, begin, wholeEnd, groups, group, ValueRange(),
            [&](OpBuilder &nested, Value position, ValueRange) {
              SmallVector<Chunk> chunks;
              for (int64_t i = 0; i < kStoreChunks; ++i)
                chunks.push_back(
                    {nested.createOrFold<arith::AddIOp>(
                         loc, position, getIndex(nested, loc, i * lanes)),
                     nullptr, lanes,
                     halves ? std::optional(i % 2) : std::nullopt});
              if (streams && !split)
                emitPrefetches(nested, plan.getPhases().back(), position,
                               kStoreChunks * lanes);
              emitChunks(nested, chunks, streams);
              return SmallVector<Value>();
            });

  if (std::optional<int64_t> known = getConstantIntValue(length)) {
    SmallVector<Chunk> chunks;
    int64_t rest = *known % (kStoreChunks * lanes);
    for (int64_t offset = 0; offset < rest; offset += lanes)
      chunks.push_back(
          {builder.createOrFold<arith::AddIOp>(loc, wholeEnd,
                                               getIndex(builder, loc, offset)),
           rest - offset < lanes ? getIndex(builder, loc, rest - offset)
                                 : Value(),
           lanes});
    emitChunks(builder, chunks, /*streams=*/false);
    return;
  }
  emitSingleChunks(builder, wholeEnd, end);
}

/// The elements from `begin` on; threads that share the row take pieces of it.
void RowKernel::emitPieces(OpBuilder &builder, Value begin, bool streams) {
  if (!split) {
    emitStoresBetween(builder, begin, rowLength, streams);
    return;
  }
  Value piece = getIndex(builder, loc, kPiece);
  scf::ParallelOp::create(
      builder, loc, begin, rowLength, piece,
      [&](OpBuilder &nested, Location, ValueRange position) {
        Value next = arith::AddIOp::create(nested, loc, position[0], piece);
        Value end = arith::MinUIOp::create(nested, loc, next, rowLength);
        emitStoresBetween(nested, position[0], end, streams);
        if (streams && fences)
          emitStreamFence(nested, loc);
      });
}

/// The elements of [begin, end), one masked chunk at a time.
void RowKernel::emitSingleChunks(OpBuilder &builder, Value begin, Value end) {
  scf::ForOp::create(
      builder, loc, begin, end, getIndex(builder, loc, lanes), ValueRange(),
      [&](OpBuilder &nested, Location, Value position, ValueRange) {
        Value remaining = arith::SubIOp::create(nested, loc, end, position);
        emitChunks(nested, Chunk{position, remaining, lanes},
                   /*streams=*/false);
        scf::YieldOp::create(nested, loc);
      });
}

//===----------------------------------------------------------------------===//
// Past the caches
//===----------------------------------------------------------------------===//

/// Whether phases before the last fetch their part of the next row: where rows
/// are long and known to come from memory. Others had better stay where they
/// are; where that is found out at run time only the last phase asks.
bool RowKernel::spreadsFetches() const {
  std::optional<int64_t> streams = getConstantIntValue(streaming);
  std::optional<int64_t> length = getConstantIntValue(rowLength);
  return streams && *streams != 0 && !split &&
         (!length || *length >= kSpreadRow);
}

/// Asks for what `phase` fetches of the next row while it is at the `count`
/// elements from `position` on.
void RowKernel::emitPrefetches(OpBuilder &builder, const RowPhase &phase,
                               Value position, int64_t count) {
  if (getConstantIntValue(lastRow) == 0)
    return;
  if (spreadsFetches()) {
    auto quarters = [&](Value value, int64_t number) {
      Value product = builder.createOrFold<arith::MulIOp>(
          loc, value, getIndex(builder, loc, number));
      return builder.createOrFold<arith::DivUIOp>(loc, product,
                                                  getIndex(builder, loc, 4));
    };
    int64_t share = phase.fetchEnd - phase.fetchBegin;
    count = llvm::divideCeil(count * share, 4);
    position = builder.createOrFold<arith::AddIOp>(
        loc, quarters(rowLength, phase.fetchBegin), quarters(position, share));
  }
  for (unsigned i = 0, end = loop.getInputs().size(); i < end; ++i) {
    const RowAccess &input = body.getInput(i);
    if (!loop.getMap(i).isPermutation() || !input.isContiguous())
      continue;
    RowAccess next = input.at(nextRowIndices);
    std::optional<int64_t> length = getConstantIntValue(rowLength);
    bool near = length && *length * getBytes(input) <= kNearRow;
    int64_t step = std::max<int64_t>(kLine / getBytes(input), 1);
    for (int64_t offset = 0; offset < count; offset += step)
      next.prefetch(builder,
                    builder.createOrFold<arith::AddIOp>(
                        loc, position, getIndex(builder, loc, offset)),
                    near);
  }
}

/// How many elements of the row come before the first of `output` at which a
/// line begins.
Value RowKernel::emitHead(OpBuilder &builder, const RowAccess &output) {
  Value address = output.at(rowIndices).getRowAddress(builder);
  Value zero = getIndex(builder, loc, 0);
  Value negated = arith::SubIOp::create(builder, loc, zero, address);
  Value missing = arith::AndIOp::create(
      builder, loc, negated, getIndex(builder, loc, getLine(output) - 1));
  return arith::DivUIOp::create(builder, loc, missing,
                                getIndex(builder, loc, getBytes(output)));
}

/// Stores past the caches: a masked chunk up to an aligned address, then whole
/// aligned chunks. Where the results of the row are not aligned alike they are
/// stored plainly.
void RowKernel::emitStreamingStores(OpBuilder &builder) {
  Value head, alike;
  for (auto [number, output] : llvm::enumerate(outputs)) {
    if (!isVarying(number))
      continue;
    Value own = emitHead(builder, output);
    if (!head) {
      head = own;
      alike = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ule,
                                    head, rowLength);
      continue;
    }
    Value same = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                       head, own);
    alike = arith::AndIOp::create(builder, loc, alike, same);
  }
  Value zero = getIndex(builder, loc, 0);
  scf::IfOp::create(
      builder, loc, alike,
      [&](OpBuilder &nested, Location) {
        Value some = arith::CmpIOp::create(
            nested, loc, arith::CmpIPredicate::ugt, head, zero);
        scf::IfOp::create(nested, loc, some, [&](OpBuilder &first, Location) {
          emitSingleChunks(first, zero, head);
          scf::YieldOp::create(first, loc);
        });
        emitPieces(nested, head, /*streams=*/true);
        scf::YieldOp::create(nested, loc);
      },
      [&](OpBuilder &nested, Location) {
        emitPieces(nested, zero, /*streams=*/false);
        scf::YieldOp::create(nested, loc);
      });
}

void RowKernel::emitStores(OpBuilder &builder) {
  bool some = false, contiguous = true;
  for (auto [number, output] : llvm::enumerate(outputs))
    if (isVarying(number)) {
      some = true;
      contiguous &= output.isContiguous();
    }
  std::optional<int64_t> streams = getConstantIntValue(streaming);
  if (some && (!contiguous || streams == 0)) {
    emitPieces(builder, getIndex(builder, loc, 0), /*streams=*/false);
  } else if (some && streams) {
    emitStreamingStores(builder);
  } else if (some) {
    scf::IfOp::create(
        builder, loc, streaming,
        [&](OpBuilder &nested, Location) {
          emitStreamingStores(nested);
          scf::YieldOp::create(nested, loc);
        },
        [&](OpBuilder &nested, Location) {
          emitPieces(nested, getIndex(nested, loc, 0), /*streams=*/false);
          scf::YieldOp::create(nested, loc);
        });
  }
  for (auto [number, value] : llvm::enumerate(loop.getYield().getValues()))
    if (!isVarying(number))
      outputs[number]
          .at(rowIndices)
          .storeScalar(builder, body.getRowValue(builder, value));
}
