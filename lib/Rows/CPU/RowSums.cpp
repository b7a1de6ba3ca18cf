//===- RowSums.cpp - sums over rows ---------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/RowSums.h"

#include "CPU/UnrolledLoop.h"
#include "Schedule/RowPartition.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

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
          loc, space.getSumCount(builder, loc), blocksPerSum)),
      tree(builder, loc, lanes, rowLength) {
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
    own = tree.getPlace(builder, own);
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
// Tasks
//===----------------------------------------------------------------------===//

bool RowSums::areAddedUpByTasks() const {
  return !getBuffered().empty() && !hasOneBlock() &&
         space.layout.getSumDims().empty();
}

Value RowSums::chooseBlocksPerTask(OpBuilder &builder, Value blocks) {
  if (!areAddedUpByTasks())
    return blocks;
  bool isOne = schedule.getTarget().getCPU().threads == 1;
  return tree.chooseBlocksPerTask(builder, blocks, isOne);
}

void RowSums::emitCarries(OpBuilder &builder, Value block, Value end) const {
  auto buffers = llvm::map_to_vector(
      getBuffered(), [](const Sum *sum) { return sum->buffer; });
  tree.emitCarries(builder, buffers, block, end);
}

//===----------------------------------------------------------------------===//
// The results
//===----------------------------------------------------------------------===//

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
          tree.emitPairs(task, sum->buffer, first, blocksPerSum, place[1], end);
          emitResult(task, *sum, place[0], first, place[1], end);
        }
      });
  forbidUnrolling(tasks);
  for (const Sum *sum : buffered)
    memref::DeallocOp::create(builder, loc, sum->memory);
}
