//===- RowWriter.cpp - the stores of a row --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/RowWriter.h"

#include "CPU/UnrolledLoop.h"
#include "Emit/RowTerms.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// How far ahead, in bytes, lines are asked for that are written plainly, and
/// bytes of a row that is more than the first-level cache deals with alone.
static constexpr int64_t kClaim = 512, kClaimRow = 8192;
/// Elements of a row that is a few lines, at most.
static constexpr int64_t kShortRow = 1024;

void norm::emitStreamFence(OpBuilder &builder, Location loc) {
  LLVM::CallIntrinsicOp::create(
      builder, loc, builder.getStringAttr("llvm.x86.sse.sfence"), ValueRange());
}

/// Bytes that are stored past the caches at a time: a line, as parts of one may
/// be written one by one; or what a group of chunks has.
int64_t RowWriter::getLine(const RowAccess &output) const {
  int64_t bytes = lanes * output.getElementBytes();
  return std::max(bytes, std::min(line, kStoreChunks * bytes));
}

/// Chunks that make whole lines of all outputs; a power of two.
int64_t RowWriter::getChunksPerLine() const {
  int64_t chunks = pairs ? 2 : 1;
  for (auto [number, output] : llvm::enumerate(context.outputs))
    if (context.isStored(number))
      chunks = std::max(chunks,
                        getLine(output) / (lanes * output.getElementBytes()));
  return chunks;
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

void RowWriter::emitChunks(OpBuilder &builder, ArrayRef<CPURow *> rows,
                           ArrayRef<Chunk> chunks, bool past) {
  std::vector<ValuesOfRow> values(rows.size());
  SmallVector<SmallVector<SmallVector<Value>>> vectors;
  for (auto [row, own] : llvm::zip(rows, values)) {
    for (const Chunk &chunk : chunks)
      own.emplace_back(chunk);
    vectors.push_back(computeChunks(builder, *row, own));
  }
  SmallVector<AddedChunk> sums = addChunks(builder, rows, values);
  for (auto [row, own] : llvm::zip(rows, vectors))
    storeChunks(builder, *row, chunks, own, past);
  for (const AddedChunk &sum : sums)
    context.sums->store(builder, sum.output, rows.front()->getBlock(),
                        sum.vector, sum.chunk);
}

/// The values for each output that is stored along the row.
SmallVector<SmallVector<Value>>
RowWriter::computeChunks(OpBuilder &builder, CPURow &row,
                         MutableArrayRef<ChunkValues> values) {
  SmallVector<SmallVector<Value>> vectors(context.outputs.size());
  for (ChunkValues &own : values)
    for (auto [number, value] : llvm::enumerate(loop.getYield().getValues())) {
      if (!context.isStored(number))
        continue;
      if (!own.chunk.half)
        vectors[number].push_back(row.getBody().getVector(builder, value, own));
      else if (*own.chunk.half == 1)
        vectors[number].push_back(
            row.getBody().getRoundedPair(builder, value, own));
    }
  return vectors;
}

/// Adds `rows`, which are of one block, to the sums over rows, one after the
/// other: each sum is read and written once for all of them.
SmallVector<RowWriter::AddedChunk>
RowWriter::addChunks(OpBuilder &builder, ArrayRef<CPURow *> rows,
                     MutableArrayRef<ValuesOfRow> values) {
  SmallVector<AddedChunk> sums;
  auto add = [&](unsigned output, size_t number, bool other) {
    Value value = loop.getYield().getValues()[output], sum;
    Chunk chunk;
    for (auto [row, own] : llvm::zip(rows, values)) {
      RowBody &body = row->getBody();
      ChunkValues &mine =
          other ? body.getOther(builder, own[number]) : own[number];
      if (!sum) {
        chunk = mine.chunk;
        sum = context.sums->load(builder, output, row->getBlock(), chunk);
      }
      sum = emitCombined(builder, body, Reduction::add, value, mine, sum);
    }
    sums.push_back({output, chunk, sum});
  };
  for (unsigned output = 0; output < context.outputs.size(); ++output) {
    if (!loop.isAccumulated(output))
      continue;
    for (size_t i = 0; i < values.front().size(); ++i) {
      std::optional<int64_t> half = values.front()[i].chunk.half;
      if (half == 0)
        continue;
      if (half)
        add(output, i, /*other=*/true);
      add(output, i, /*other=*/false);
    }
  }
  return sums;
}

/// Stores what computeChunks() gave.
void RowWriter::storeChunks(OpBuilder &builder, CPURow &row,
                            ArrayRef<Chunk> chunks,
                            ArrayRef<SmallVector<Value>> vectors, bool past) {
  for (auto [output, parts] : llvm::zip(context.outputs, vectors)) {
    if (parts.empty())
      continue;
    RowAccess access = output.at(row.getBody().getRowIndices());
    size_t chunksPerPart = chunks.size() / parts.size();
    size_t together = past ? getLine(output) / output.getElementBytes() /
                                 lanes / chunksPerPart
                           : 1;
    for (size_t i = 0; i < parts.size(); i += together)
      access.store(
          builder,
          concatenate(builder, loc, ArrayRef<Value>(parts).slice(i, together)),
          chunks[i * chunksPerPart], past ? getLine(output) : 0);
  }
}

/// Asks for the lines that are written plainly some way behind a group of
/// chunks, before `end`. A core with a third level nearby gets them in time,
/// and is held up by the asking (docs/Rationale.md, "In a cache").
void RowWriter::emitClaims(OpBuilder &builder, ArrayRef<CPURow *> rows,
                           ArrayRef<Chunk> chunks, Value end) {
  if (context.getTarget().caches.hasNearThird())
    return;
  std::optional<int64_t> length = getConstantIntValue(rowLength);
  const Chunk &first = chunks.front();
  Value last = builder.createOrFold<arith::SubIOp>(
      loc, end, getIndex(builder, loc, first.groupSize));
  for (auto [number, output] : llvm::enumerate(context.outputs)) {
    if (!context.isStored(number) || !output.isContiguous())
      continue;
    int64_t bytes = output.getElementBytes();
    if (length && *length * bytes <= kClaimRow)
      continue;
    Value ahead = arith::AddIOp::create(builder, loc, first.position,
                                        getIndex(builder, loc, kClaim / bytes));
    Value position = arith::MinUIOp::create(builder, loc, ahead, last);
    for (int64_t offset = 0; offset < first.groupSize; offset += line / bytes)
      for (CPURow *row : rows)
        output.at(row->getBody().getRowIndices())
            .prefetch(builder,
                      builder.createOrFold<arith::AddIOp>(
                          loc, position, getIndex(builder, loc, offset)),
                      /*near=*/true, /*writes=*/true);
  }
}

/// The elements of [begin, end), in groups of chunks, then one chunk at a time,
/// of which the last may be masked.
void RowWriter::emitBetween(OpBuilder &builder, ArrayRef<CPURow *> rows,
                            Value begin, Value end, bool past) {
  int64_t groupSize = kStoreChunks * lanes;
  Value group = getIndex(builder, loc, groupSize);
  Value length = builder.createOrFold<arith::SubIOp>(loc, end, begin);
  Value groups = builder.createOrFold<arith::DivUIOp>(loc, length, group);
  Value whole = builder.createOrFold<arith::MulIOp>(loc, groups, group);
  Value wholeEnd = builder.createOrFold<arith::AddIOp>(loc, begin, whole);
  // Past the caches, what is fetched, read and stored alternates line by line.
  size_t together = past ? getChunksPerLine() : kStoreChunks;
  emitLoop(builder, loc, begin, wholeEnd, groups, group, ValueRange(),
           [&](OpBuilder &nested, Value position, ValueRange) {
             SmallVector<Chunk> chunks =
                 getGroup(nested, loc, position, lanes, kStoreChunks, pairs);
             if (!past)
               emitClaims(nested, rows, chunks, end);
             for (size_t i = 0; i < chunks.size(); i += together) {
               ArrayRef<Chunk> line = ArrayRef(chunks).slice(i, together);
               for (const Chunk &chunk : line)
                 for (CPURow *row : rows)
                   row->emitPrefetches(nested, schedule.getStore(), chunk);
               emitChunks(nested, rows, line, past);
             }
             return SmallVector<Value>();
           });

  if (past) {
    // Long rows of whole groups have a rest only where none begins with a line.
    std::optional<int64_t> known = getConstantIntValue(rowLength);
    if (!known || *known <= kShortRow || *known % groupSize != 0)
      wholeEnd = emitLines(builder, rows, wholeEnd, end);
  } else if (std::optional<int64_t> known = getConstantIntValue(length)) {
    SmallVector<Chunk> chunks;
    int64_t rest = *known % groupSize;
    for (int64_t offset = 0; offset < rest; offset += lanes)
      chunks.push_back(
          {builder.createOrFold<arith::AddIOp>(loc, wholeEnd,
                                               getIndex(builder, loc, offset)),
           rest - offset < lanes ? getIndex(builder, loc, rest - offset)
                                 : Value(),
           lanes});
    emitChunks(builder, rows, chunks, /*past=*/false);
    return;
  }
  emitSingleChunks(builder, rows, wholeEnd, end);
}

/// Whole lines from `begin`, where one begins, past the caches; where they end.
/// A masked load of a sum over rows would wait for the masked store before it.
Value RowWriter::emitLines(OpBuilder &builder, ArrayRef<CPURow *> rows,
                           Value begin, Value end) {
  int64_t size = getChunksPerLine() * lanes;
  if (size == kStoreChunks * lanes)
    return begin;
  Value line = getIndex(builder, loc, size);
  Value length = builder.createOrFold<arith::SubIOp>(loc, end, begin);
  Value lines = builder.createOrFold<arith::DivUIOp>(loc, length, line);
  Value whole = builder.createOrFold<arith::MulIOp>(loc, lines, line);
  Value linesEnd = builder.createOrFold<arith::AddIOp>(loc, begin, whole);
  emitLoop(builder, loc, begin, linesEnd, lines, line, ValueRange(),
           [&](OpBuilder &nested, Value position, ValueRange) {
             SmallVector<Chunk> chunks =
                 getGroup(nested, loc, position, lanes, size / lanes,
                          pairs && !beginsAtGroups());
             emitChunks(nested, rows, chunks, /*past=*/true);
             return SmallVector<Value>();
           });
  return linesEnd;
}

void RowWriter::emitFrom(OpBuilder &builder, CPURow &row, Value begin,
                         bool past) {
  emitBetween(builder, {&row}, begin, rowLength, past);
}

/// The elements of [begin, end), one masked chunk at a time.
void RowWriter::emitSingleChunks(OpBuilder &builder, ArrayRef<CPURow *> rows,
                                 Value begin, Value end) {
  scf::ForOp::create(
      builder, loc, begin, end, getIndex(builder, loc, lanes), ValueRange(),
      [&](OpBuilder &nested, Location, Value position, ValueRange) {
        Value remaining = arith::SubIOp::create(nested, loc, end, position);
        emitChunks(nested, rows, Chunk{position, remaining, lanes},
                   /*past=*/false);
        scf::YieldOp::create(nested, loc);
      });
}

//===----------------------------------------------------------------------===//
// Past the caches
//===----------------------------------------------------------------------===//

/// Asks for the line that `row` shares with the next one, if rows are not whole
/// lines. Its parts are stored plainly, and all stores behind one to a line
/// that is not there wait for it. A core that nothing holds back then runs
/// ahead of its buffers in rows that are not long (docs/Rationale.md).
void RowWriter::emitClaimOfEnd(OpBuilder &builder, CPURow &row) {
  if (!context.getTarget().caches.hasNearThird())
    return;
  std::optional<int64_t> length = getConstantIntValue(rowLength);
  for (auto [number, output] : llvm::enumerate(context.outputs)) {
    if (!context.isStored(number) || !output.isContiguous() || !length)
      continue;
    int64_t bytes = *length * output.getElementBytes();
    if (bytes % line == 0 || (!schedule.isPaced() && bytes < kClaimRow))
      continue;
    output.at(row.getBody().getRowIndices())
        .prefetch(builder, getIndex(builder, loc, *length - 1), /*near=*/true,
                  /*writes=*/true);
  }
}

/// How many elements come before the first of `output`, at its row, at which a
/// line begins.
Value RowWriter::emitHead(OpBuilder &builder, const RowAccess &output) {
  Value address = output.getRowAddress(builder);
  Value zero = getIndex(builder, loc, 0);
  Value negated = arith::SubIOp::create(builder, loc, zero, address);
  Value missing = arith::AndIOp::create(
      builder, loc, negated, getIndex(builder, loc, getLine(output) - 1));
  return arith::DivUIOp::create(
      builder, loc, missing, getIndex(builder, loc, output.getElementBytes()));
}

/// The elements of the row of `body` before those at which lines of all results
/// begin, and whether there is such a place, an i1.
std::pair<Value, Value> RowWriter::emitCommonHead(OpBuilder &builder,
                                                  const RowBody &body) {
  Value head, alike;
  for (auto [number, output] : llvm::enumerate(context.outputs)) {
    if (!context.isStored(number))
      continue;
    Value own = emitHead(builder, output.at(body.getRowIndices()));
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
  if (head && beginsAtGroups()) {
    Value none = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                       head, getIndex(builder, loc, 0));
    alike = arith::AndIOp::create(builder, loc, alike, none);
  }
  return {head, alike};
}

/// Whether a row is a few lines, as far as its length goes: then what there is
/// to do at its ends takes as long as the rest, and where it begins with a line
/// there is nothing to do.
bool RowWriter::isShortAndWhole() const {
  std::optional<int64_t> length = getConstantIntValue(rowLength);
  return length && *length <= kShortRow &&
         *length % (getChunksPerLine() * lanes) == 0;
}

/// Stores past the caches: masked chunks up to an aligned address, then whole
/// aligned chunks. Where the results of the row are not aligned alike they are
/// stored plainly.
void RowWriter::emitPastCaches(OpBuilder &builder, CPURow &row) {
  emitClaimOfEnd(builder, row);
  auto [head, alike] = emitCommonHead(builder, row.getBody());
  Value first = head, zero = getIndex(builder, loc, 0);
  auto emitFromHead = [&](OpBuilder &nested) {
    emitSingleChunks(nested, {&row}, zero, first);
    emitFrom(nested, row, first, /*past=*/true);
  };
  scf::IfOp::create(
      builder, loc, alike,
      [&](OpBuilder &nested, Location) {
        if (isShortAndWhole())
          scf::IfOp::create(
              nested, loc,
              arith::CmpIOp::create(nested, loc, arith::CmpIPredicate::eq,
                                    first, zero),
              [&](OpBuilder &inner, Location) {
                emitFrom(inner, row, zero, /*past=*/true);
                scf::YieldOp::create(inner, loc);
              },
              [&](OpBuilder &inner, Location) {
                emitFromHead(inner);
                scf::YieldOp::create(inner, loc);
              });
        else
          emitFromHead(nested);
        scf::YieldOp::create(nested, loc);
      },
      [&](OpBuilder &nested, Location) {
        emitFrom(nested, row, zero, /*past=*/false);
        scf::YieldOp::create(nested, loc);
      });
}

void RowWriter::emit(OpBuilder &builder, CPURow &row, bool past) {
  bool some = false, stores = false;
  for (auto [number, output] : llvm::enumerate(context.outputs)) {
    some |= context.isWritten(number);
    if (context.isStored(number)) {
      stores = true;
      past &= output.isContiguous();
    }
  }
  if (stores && past)
    emitPastCaches(builder, row);
  else if (some)
    emitFrom(builder, row, getIndex(builder, loc, 0), /*past=*/false);
  emitRowValues(builder, row.getBody());
}

/// Stores the results that the row has one of.
void RowWriter::emitRowValues(OpBuilder &builder, RowBody &body) {
  for (auto [number, value] : llvm::enumerate(loop.getYield().getValues()))
    if (!context.isVarying(number))
      context.outputs[number]
          .at(body.getRowIndices())
          .storeScalar(builder, body.getRowValue(builder, value));
}
