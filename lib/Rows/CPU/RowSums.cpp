//===- RowSums.cpp - sums over rows ---------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/RowSums.h"

#include "Schedule/RowPartition.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::norm;

/// Elements of a buffer that a task of the tree reads, at least, and columns.
static constexpr int64_t kTreeElements = 32768, kTreeColumns = 1024;

/// Bytes of which a processor takes two addresses for the same where their
/// remainders are: a load waits for earlier stores to such a one (4-KByte
/// aliasing in Intel's optimization manual). Large buffers begin at the same
/// place of a page, and a row is added to the same place of all sums at a time:
/// they are kept apart. docs/Rationale.md has what that gave.
static constexpr int64_t kAliasing = 4096;

static Value selectByLength(OpBuilder &builder, Location loc, Value length) {
  if (std::optional<int64_t> known = getConstantIntValue(length))
    return getIndex(builder, loc, RowBlocks::getRows(*known));
  Value isLong =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::uge, length,
                            getIndex(builder, loc, RowBlocks::kLong));
  return arith::SelectOp::create(builder, loc, isLong,
                                 getIndex(builder, loc, RowBlocks::kRowsOfLong),
                                 getIndex(builder, loc, RowBlocks::kRows));
}

/// Whether each sum is known to have one block; none would leave a destination
/// unwritten.
bool RowSums::hasOneBlock() const {
  std::optional<int64_t> rows = getConstantIntValue(rowsPerSum);
  std::optional<int64_t> perBlock = getConstantIntValue(rowsPerBlock);
  return rows && perBlock && *rows >= 1 && *rows <= *perBlock;
}

RowSums::RowSums(OpBuilder &builder, const RowSchedule &schedule,
                 const RowSpace &space)
    : schedule(schedule), space(space),
      loc(RowLoopOp(schedule.getLoop()).getLoc()), lanes(schedule.getLanes()),
      rowLength(space.getRowLength(builder, loc)),
      rowsPerSum(space.getAccumulatedCount(builder, loc)),
      rowsPerBlock(selectByLength(builder, loc, rowLength)),
      blocksPerSum(builder.createOrFold<arith::CeilDivUIOp>(loc, rowsPerSum,
                                                            rowsPerBlock)),
      allBlocks(builder.createOrFold<arith::MulIOp>(
          loc, space.getSumCount(builder, loc), blocksPerSum)) {
  blocksPerTask = getIndex(builder, loc, 1);
  RowLoopOp loop = schedule.getLoop();
  unsigned numInputs = loop.getInputs().size();
  ArrayRef<unsigned> outputs = schedule.getSteps().back().outputs;
  for (auto [number, output] : llvm::enumerate(outputs)) {
    Sum sum{RowAccess(loc, space, numInputs + output), Value(), Value()};
    if (!hasOneBlock() || !sum.output.isContiguous() || schedule.runsInPairs())
      allocate(builder, sum, number * kAliasing / outputs.size());
    sums.try_emplace(output, sum);
  }
}

/// Allocates the buffer of `sum`, whose rows begin `part` bytes behind those of
/// the memory, as far as whole lines go. There is a row and a column of it
/// where there are none to add up: a view has to lie inside.
void RowSums::allocate(OpBuilder &builder, Sum &sum, int64_t part) const {
  constexpr int64_t line = 64;
  int64_t bytes = sum.output.getElementBytes();
  Value before =
      getIndex(builder, loc, llvm::alignDown(part, uint64_t(line)) / bytes);
  auto type = MemRefType::get({ShapedType::kDynamic, ShapedType::kDynamic},
                              sum.output.getElementType());
  auto getAtLeastOne = [&](Value count) -> Value {
    return builder.createOrFold<arith::MaxUIOp>(loc, count,
                                                getIndex(builder, loc, 1));
  };
  Value blocks = getAtLeastOne(allBlocks), columns = getAtLeastOne(rowLength);
  Value length = builder.createOrFold<arith::AddIOp>(loc, columns, before);
  sum.memory =
      memref::AllocOp::create(builder, loc, type, ValueRange{blocks, length},
                              builder.getI64IntegerAttr(line));
  OpFoldResult zero = builder.getIndexAttr(0), one = builder.getIndexAttr(1);
  sum.buffer = memref::SubViewOp::create(
      builder, loc, sum.memory,
      ArrayRef<OpFoldResult>{zero, getAsOpFoldResult(before)},
      ArrayRef<OpFoldResult>{blocks, columns},
      ArrayRef<OpFoldResult>{one, one});
}

Value RowSums::getFirstRow(OpBuilder &builder, Value block) const {
  // Sums without rows have no blocks.
  Value divisor = builder.createOrFold<arith::MaxUIOp>(
      loc, blocksPerSum, getIndex(builder, loc, 1));
  Value sum = builder.createOrFold<arith::DivUIOp>(loc, block, divisor);
  Value ofSum = builder.createOrFold<arith::RemUIOp>(loc, block, divisor);
  Value before = builder.createOrFold<arith::MulIOp>(loc, sum, rowsPerSum);
  Value inside = builder.createOrFold<arith::MulIOp>(loc, ofSum, rowsPerBlock);
  return builder.createOrFold<arith::AddIOp>(loc, before, inside);
}

RowSums::Block RowSums::findBlock(OpBuilder &builder, Value row,
                                  ArrayRef<Value> indices) const {
  Value divisor = builder.createOrFold<arith::MaxUIOp>(
      loc, rowsPerSum, getIndex(builder, loc, 1));
  Value sum = builder.createOrFold<arith::DivUIOp>(loc, row, divisor);
  Value ofSum = builder.createOrFold<arith::RemUIOp>(loc, row, divisor);
  Value before = builder.createOrFold<arith::MulIOp>(loc, sum, blocksPerSum);
  Value own = builder.createOrFold<arith::DivUIOp>(loc, ofSum, rowsPerBlock);
  if (areAddedUpByTasks())
    own = getPlaceInBuffer(builder, own);
  Value inBlock =
      builder.createOrFold<arith::RemUIOp>(loc, ofSum, rowsPerBlock);
  Value goesOn = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                       inBlock, getIndex(builder, loc, 0));
  auto type = VectorType::get(lanes, builder.getI1Type());
  return {{builder.createOrFold<arith::AddIOp>(loc, before, own), Value()},
          llvm::to_vector(indices),
          vector::BroadcastOp::create(builder, loc, type, goesOn)};
}

RowAccess RowSums::getAccess(unsigned output, const Block &block) const {
  const Sum &sum = sums.at(output);
  return sum.buffer ? RowAccess(loc, sum.buffer).at(block.buffer)
                    : sum.output.at(block.destination);
}

/// A masked load, where there are masks.
Value RowSums::load(OpBuilder &builder, unsigned output, const Block &block,
                    const Chunk &chunk) const {
  Value before = getAccess(output, block).load(builder, chunk);
  Value zeros = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(before.getType()));
  return arith::SelectOp::create(builder, loc, block.goesOn, before, zeros);
}

void RowSums::store(OpBuilder &builder, unsigned output, const Block &block,
                    Value vector, const Chunk &chunk) const {
  getAccess(output, block).store(builder, vector, chunk);
}

//===----------------------------------------------------------------------===//
// The tree
//===----------------------------------------------------------------------===//

/// Emits `body` for the chunks of the elements [begin, end), of which the last
/// may be masked.
static void forEachChunk(OpBuilder &builder, Location loc, int64_t lanes,
                         Value begin, Value end,
                         function_ref<void(OpBuilder &, const Chunk &)> body) {
  Value step = getIndex(builder, loc, lanes);
  Value length = builder.createOrFold<arith::SubIOp>(loc, end, begin);
  Value whole = roundDown(builder, loc, length, lanes);
  Value wholeEnd = builder.createOrFold<arith::AddIOp>(loc, begin, whole);
  auto emit = [&](Value first, Value last, bool masked) {
    scf::ForOp::create(
        builder, loc, first, last, step, ValueRange(),
        [&](OpBuilder &nested, Location, Value position, ValueRange) {
          Value remaining =
              masked ? arith::SubIOp::create(nested, loc, end, position)
                           .getResult()
                     : Value();
          body(nested, Chunk{position, remaining, lanes});
          scf::YieldOp::create(nested, loc);
        });
  };
  emit(begin, wholeEnd, /*masked=*/false);
  emit(wholeEnd, end, /*masked=*/true);
}

/// Columns that a task of the tree takes.
Value RowSums::getPiece(OpBuilder &builder) const {
  Value blocks = builder.createOrFold<arith::MaxUIOp>(
      loc, blocksPerSum, getIndex(builder, loc, 1));
  Value columns = builder.createOrFold<arith::DivUIOp>(
      loc, getIndex(builder, loc, kTreeElements), blocks);
  // Whole pairs of chunks.
  columns = roundDown(builder, loc, columns, kStoreChunks * lanes);
  return builder.createOrFold<arith::MaxUIOp>(
      loc, columns, getIndex(builder, loc, kTreeColumns));
}

/// Columns [begin, end): row number `left` of `blocks` += row number `right`.
void RowSums::emitRowAdded(OpBuilder &builder, const RowAccess &blocks,
                           Value left, Value right, Value begin,
                           Value end) const {
  RowAccess sum = blocks.at({left, Value()}),
            other = blocks.at({right, Value()});
  forEachChunk(builder, loc, lanes, begin, end,
               [&](OpBuilder &nested, const Chunk &chunk) {
                 Value both =
                     arith::AddFOp::create(nested, loc, sum.load(nested, chunk),
                                           other.load(nested, chunk));
                 sum.store(nested, both, chunk);
               });
}

/// for distance = d, 2 d, 4 d, ... { b_i += b_(i + distance), i = 0, 2 *
/// distance, 4 * distance, ... }, where tasks left the sums of d blocks in each
/// d-th row: the sum of the blocks from `first` on is left in the first. The
/// parts of a pair need not have the same number of blocks.
void RowSums::emitPairs(OpBuilder &builder, const RowAccess &blocks,
                        Value first, Value begin, Value end) const {
  Value zero = getIndex(builder, loc, 0);
  scf::WhileOp::create(
      builder, loc, builder.getIndexType(), blocksPerTask,
      [&](OpBuilder &nested, Location, ValueRange distance) {
        scf::ConditionOp::create(
            nested, loc, isBelow(nested, loc, distance[0], blocksPerSum),
            distance);
      },
      [&](OpBuilder &nested, Location, ValueRange distance) {
        Value last =
            arith::SubIOp::create(nested, loc, blocksPerSum, distance[0]);
        Value next =
            arith::AddIOp::create(nested, loc, distance[0], distance[0]);
        scf::ForOp::create(
            nested, loc, zero, last, next, ValueRange(),
            [&](OpBuilder &body, Location, Value a, ValueRange) {
              Value left = arith::AddIOp::create(body, loc, first, a);
              Value right = arith::AddIOp::create(body, loc, left, distance[0]);
              emitRowAdded(body, blocks, left, right, begin, end);
              scf::YieldOp::create(body, loc);
            });
        scf::YieldOp::create(nested, loc, next);
      });
}

//===----------------------------------------------------------------------===//
// The blocks of a task
//===----------------------------------------------------------------------===//

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

bool RowSums::areAddedUpByTasks() const {
  return !getBuffered().empty() && !hasOneBlock() &&
         space.layout.getSumDims().empty();
}

Value RowSums::chooseBlocksPerTask(OpBuilder &builder, Value blocks) {
  if (!areAddedUpByTasks())
    return blocks;
  // 2^(bits of b - 1), and for one thread, which takes all, of 2 b - 1.
  Value one = getIndex(builder, loc, 1);
  if (schedule.getTarget().getCPU().threads == 1)
    blocks = builder.createOrFold<arith::SubIOp>(
        loc, builder.createOrFold<arith::AddIOp>(loc, blocks, blocks), one);
  blocks = builder.createOrFold<arith::MaxUIOp>(loc, blocks, one);
  if (std::optional<int64_t> known = getConstantIntValue(blocks)) {
    blocksPerTask = getIndex(builder, loc, llvm::bit_floor<uint64_t>(*known));
    return blocksPerTask;
  }
  Value zeros = builder.createOrFold<math::CountLeadingZerosOp>(
      loc, toInteger(builder, loc, blocks));
  Value bits = arith::SubIOp::create(builder, loc, getIndex(builder, loc, 63),
                                     toIndex(builder, loc, zeros));
  blocksPerTask = arith::ShLIOp::create(builder, loc, one, bits);
  return blocksPerTask;
}

/// The number of `block` in its task.
Value RowSums::getNumberInTask(OpBuilder &builder, Value block) const {
  return builder.createOrFold<arith::RemUIOp>(loc, block, blocksPerTask);
}

/// The row of the buffer that block number `block` is added up in: there is one
/// for each bit of the number of blocks that its task had before.
Value RowSums::getPlaceInBuffer(OpBuilder &builder, Value block) const {
  Value number = getNumberInTask(builder, block);
  Value first = builder.createOrFold<arith::SubIOp>(loc, block, number);
  return builder.createOrFold<arith::AddIOp>(loc, first,
                                             countBits(builder, loc, number));
}

/// As many rows are added up, from the last one on, as the number of blocks has
/// bits that a carry clears; behind the last block all that there are.
void RowSums::emitCarries(OpBuilder &builder, Value block, Value end) const {
  Value one = getIndex(builder, loc, 1);
  Value number = getNumberInTask(builder, block);
  Value next = arith::AddIOp::create(builder, loc, block, one);
  Value isLast =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, next, end);
  Value bits = countBits(builder, loc, number);
  Value after =
      countBits(builder, loc, arith::AddIOp::create(builder, loc, number, one));
  Value carried = arith::SubIOp::create(
      builder, loc, arith::AddIOp::create(builder, loc, bits, one), after);
  Value count = arith::SelectOp::create(builder, loc, isLast, bits, carried);
  Value place = getPlaceInBuffer(builder, block);
  scf::ForOp::create(
      builder, loc, getIndex(builder, loc, 0), count, one, ValueRange(),
      [&](OpBuilder &body, Location, Value i, ValueRange) {
        Value right = arith::SubIOp::create(body, loc, place, i);
        Value left = arith::SubIOp::create(body, loc, right, one);
        for (const Sum *sum : getBuffered())
          emitRowAdded(body, RowAccess(loc, sum->buffer), left, right,
                       getIndex(body, loc, 0), rowLength);
        scf::YieldOp::create(body, loc);
      });
}

//===----------------------------------------------------------------------===//
// The results
//===----------------------------------------------------------------------===//

/// The elements of two vectors in turn, from number `first` on of each.
static Value interleave(OpBuilder &builder, Location loc, Value even, Value odd,
                        int64_t first) {
  int64_t lanes = cast<VectorType>(even.getType()).getNumElements();
  SmallVector<int64_t> order;
  for (int64_t i = first; i < first + lanes / 2; ++i)
    llvm::append_values(order, i, i + lanes);
  return vector::ShuffleOp::create(builder, loc, even, odd, order);
}

/// Copies the columns [begin, end) of `blocks`, which begin with a pair, to
/// `output` in the order of the row.
void RowSums::emitOrdered(OpBuilder &builder, const RowAccess &blocks,
                          const RowAccess &output, Value begin,
                          Value end) const {
  Value rest = begin;
  if (schedule.runsInPairs()) {
    Value length = builder.createOrFold<arith::SubIOp>(loc, end, begin);
    Value whole = roundDown(builder, loc, length, kStoreChunks * lanes);
    rest = builder.createOrFold<arith::AddIOp>(loc, begin, whole);
    scf::ForOp::create(
        builder, loc, begin, rest, getIndex(builder, loc, 2 * lanes),
        ValueRange(), [&](OpBuilder &body, Location, Value first, ValueRange) {
          Value second = arith::AddIOp::create(body, loc, first,
                                               getIndex(body, loc, lanes));
          Chunk chunks[] = {{first, Value(), lanes}, {second, Value(), lanes}};
          Value even = blocks.load(body, chunks[0]);
          Value odd = blocks.load(body, chunks[1]);
          for (int64_t half : {0, 1})
            output.store(body,
                         interleave(body, loc, even, odd, half * lanes / 2),
                         chunks[half]);
          scf::YieldOp::create(body, loc);
        });
  }
  forEachChunk(builder, loc, lanes, rest, end,
               [&](OpBuilder &body, const Chunk &chunk) {
                 output.store(body, blocks.load(body, chunk), chunk);
               });
}

/// Stores the columns [begin, end) of sum number `number`: block number
/// `first`, or 0 if it has none.
void RowSums::emitResult(OpBuilder &builder, const Sum &sum, Value number,
                         Value first, Value begin, Value end) const {
  RowAccess output = sum.output.at(space.getSumIndices(builder, loc, number));
  RowAccess blocks = RowAccess(loc, sum.buffer).at({first, Value()});
  auto copy = [&](OpBuilder &nested, Location) {
    emitOrdered(nested, blocks, output, begin, end);
    scf::YieldOp::create(nested, loc);
  };
  auto clear = [&](OpBuilder &nested, Location) {
    auto type = VectorType::get(lanes, sum.output.getElementType());
    Value zeros =
        arith::ConstantOp::create(nested, loc, nested.getZeroAttr(type));
    forEachChunk(nested, loc, lanes, begin, end,
                 [&](OpBuilder &body, const Chunk &chunk) {
                   output.store(body, zeros, chunk);
                 });
    scf::YieldOp::create(nested, loc);
  };
  Value exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                       blocksPerSum, getIndex(builder, loc, 0));
  scf::IfOp::create(builder, loc, exists, copy, clear);
}

/// LLVM would unroll the loops in `op` by what their extents leave over, which
/// takes it longer than all other code of a gradient. They wait for the caches.
static void forbidUnrolling(Operation *op) {
  MLIRContext *context = op->getContext();
  auto unroll = LLVM::LoopUnrollAttr::get(
      context, BoolAttr::get(context, true), /*count=*/nullptr,
      /*runtimeDisable=*/nullptr, /*full=*/nullptr,
      /*followupUnrolled=*/nullptr,
      /*followupRemainder=*/nullptr, /*followupAll=*/nullptr);
  auto annotation = LLVM::LoopAnnotationAttr::get(
      context, /*disableNonforced=*/nullptr, /*vectorize=*/nullptr,
      /*interleave=*/nullptr, unroll, /*unrollAndJam=*/nullptr,
      /*licm=*/nullptr, /*distribute=*/nullptr, /*pipeline=*/nullptr,
      /*peeled=*/nullptr, /*unswitch=*/nullptr, /*mustProgress=*/nullptr,
      /*isVectorized=*/nullptr, /*startLoc=*/nullptr, /*endLoc=*/nullptr,
      /*parallelAccesses=*/{});
  op->walk(
      [&](scf::ForOp loop) { loop->setAttr("loop_annotation", annotation); });
}

SmallVector<const RowSums::Sum *> RowSums::getBuffered() const {
  SmallVector<const Sum *> buffered;
  for (unsigned output : schedule.getSteps().back().outputs)
    if (sums.at(output).buffer)
      buffered.push_back(&sums.at(output));
  return buffered;
}

void RowSums::emitTree(OpBuilder &builder) const {
  SmallVector<const Sum *> buffered = getBuffered();
  if (buffered.empty())
    return;
  Value zero = getIndex(builder, loc, 0), one = getIndex(builder, loc, 1);
  Value piece = getPiece(builder);
  auto tasks = scf::ParallelOp::create(
      builder, loc, ValueRange{zero, zero},
      ValueRange{space.getSumCount(builder, loc), rowLength},
      ValueRange{one, piece}, [&](OpBuilder &task, Location, ValueRange place) {
        Value next = arith::AddIOp::create(task, loc, place[1], piece);
        Value end = arith::MinUIOp::create(task, loc, next, rowLength);
        Value first = arith::MulIOp::create(task, loc, place[0], blocksPerSum);
        for (const Sum *sum : buffered) {
          emitPairs(task, RowAccess(loc, sum->buffer), first, place[1], end);
          emitResult(task, *sum, place[0], first, place[1], end);
        }
      });
  forbidUnrolling(tasks);
  for (const Sum *sum : buffered)
    memref::DeallocOp::create(builder, loc, sum->memory);
}
