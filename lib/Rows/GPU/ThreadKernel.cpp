//===- ThreadKernel.cpp - the code of one thread --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GPU/ThreadKernel.h"

#include "Emit/RowLanes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

static RowAccess getAlignedAccess(Location loc, const RowSpace &space,
                                  unsigned operand, int64_t lanes) {
  RowAccess access(loc, space, operand);
  access.assumeAlignedChunks(lanes);
  access.takeOneByOne();
  return access;
}

ThreadKernel::ThreadKernel(OpBuilder &builder, const RowSchedule &schedule,
                           const RowSpace &space, const RowStrategy &strategy,
                           Value rowLength, ThreadGroup group)
    : StepInterpreter(schedule), loop(schedule.getLoop()), space(space),
      strategy(strategy), rowLength(rowLength), group(group),
      body(builder, schedule, VectorTarget::gpu(), strategy.lanes,
           llvm::map_to_vector(llvm::seq<unsigned>(0, loop.getInputs().size()),
                               [&](unsigned i) {
                                 return getAlignedAccess(loc, space, i,
                                                         strategy.lanes);
                               }),
           rowLength),
      outputs(llvm::map_to_vector(
          llvm::seq<unsigned>(loop.getInputs().size(), loop->getNumOperands()),
          [&](unsigned i) {
            return getAlignedAccess(loc, space, i, strategy.lanes);
          })),
      chunks(builder, schedule, strategy, rowLength, group),
      shared(builder, loop, strategy, group) {
  planLoads();
}

void ThreadKernel::emit(OpBuilder &builder, Value row, Value stored,
                        ValueRange loaded, Value parity, ThreadSums *sums) {
  group.parity = parity;
  clear();
  body.startRow(space.getRowIndices(builder, loc, row));
  registers.clear();
  shared.startRow();
  for (int64_t c = 0; c < strategy.chunks.value_or(0); ++c)
    registers.emplace_back(getChunk(builder, c));
  origin.emplace(getChunk(builder, kOrigin));
  for (auto [load, vector] : llvm::zip(rowLoads, loaded))
    getHeld(load.second).vectors[loop.getBlock()->getArgument(load.first)] =
        vector;
  for (auto [input, chunk] : commonLoads)
    body.getVector(builder, loop.getBlock()->getArgument(input),
                   getHeld(chunk));
  runAll(builder);
  if (sums && strategy.chunks)
    addToRegisters(builder, stored, *sums);
  auto store = [&](OpBuilder &builder, Location loc) {
    emitStores(builder, sums);
    emitRowValues(builder);
    if (stored)
      scf::YieldOp::create(builder, loc);
  };
  if (stored)
    scf::IfOp::create(builder, loc, stored, store);
  else
    store(builder, loc);
}

//===----------------------------------------------------------------------===//
// Loads ahead
//===----------------------------------------------------------------------===//

/// The row, and as much of what all rows have in common as the strategy has
/// registers for: the loads are under way while threads wait for each other.
/// What rows have in common is loaded anew for each, from the first-level
/// cache; kept in registers, it would be kept as LLVM converts it, which takes
/// twice as many for 16-bit floats.
void ThreadKernel::planLoads() {
  if (!strategy.chunks)
    return;
  int64_t words = 0;
  auto add = [&](unsigned input, int64_t chunk) {
    if (!schedule.getShape().isCommonToRows(input)) {
      rowLoads.emplace_back(input, chunk);
      return;
    }
    Type type = loop.getBlock()->getArgument(input).getType();
    words +=
        llvm::divideCeil(strategy.lanes * type.getIntOrFloatBitWidth(), 32);
    if (words <= strategy.commonWords)
      commonLoads.emplace_back(input, chunk);
  };
  llvm::SmallSetVector<Value, 4> inputs;
  for (const RowStep &step : schedule.getSteps())
    for (const RowRead &read : step.reads)
      inputs.insert(read.value);
  for (Value input : inputs)
    for (int64_t c = 0; c < *strategy.chunks; ++c)
      add(cast<BlockArgument>(input).getArgNumber(), c);
  // Where moments have an origin, it is that of all inputs of their phase.
  for (const RowStep &step : schedule.getSteps()) {
    if (step.kind != RowStep::Kind::first)
      continue;
    llvm::SmallSetVector<Value, 4> ofPhase;
    for (const RowStep &other : schedule.getSteps(step.phase))
      for (const RowRead &read : other.reads)
        ofPhase.insert(read.value);
    for (Value input : ofPhase)
      add(cast<BlockArgument>(input).getArgNumber(), kOrigin);
  }
}

SmallVector<Value> ThreadKernel::loadRow(OpBuilder &builder, Value row) {
  SmallVector<Value> indices = space.getRowIndices(builder, loc, row);
  return llvm::map_to_vector(rowLoads, [&](const Load &each) {
    return body.getInput(each.first)
        .at(indices)
        .load(builder, getChunk(builder, each.second));
  });
}

SmallVector<Value> ThreadKernel::getNoRow(OpBuilder &builder) {
  return llvm::map_to_vector(rowLoads, [&](const Load &each) -> Value {
    auto type = VectorType::get(
        strategy.lanes, loop.getBlock()->getArgument(each.first).getType());
    return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  });
}

//===----------------------------------------------------------------------===//
// Sweeps
//===----------------------------------------------------------------------===//

/// Terms that a lane adds up in one chain.
static constexpr int64_t kTermsPerLane = 32;

static Value getNeutral(OpBuilder &builder, Location loc, Reduction kind,
                        Type type) {
  auto element = cast<FloatType>(getElementTypeOrSelf(type));
  TypedAttr value =
      builder.getFloatAttr(element, getNeutralElement(kind, element));
  if (auto vector = dyn_cast<VectorType>(type))
    value = DenseElementsAttr::get(vector, value);
  return arith::ConstantOp::create(builder, loc, value);
}

static SmallVector<Value> getNeutrals(OpBuilder &builder, Location loc,
                                      ArrayRef<Reduction> kinds, Type type) {
  return llvm::map_to_vector(kinds, [&](Reduction kind) {
    return getNeutral(builder, loc, kind, type);
  });
}

/// The accumulators after one chunk, of whose elements only those below
/// the length of the sweep count: all of them or none if that is a multiple of
/// lanes, as that of the row is. `whole`: all of them exist and count.
SmallVector<Value> ThreadKernel::accumulate(OpBuilder &builder,
                                            ChunkValues &values,
                                            const TermEmitter &terms,
                                            bool whole,
                                            ValueRange accumulators) {
  SmallVector<Value> next = terms.emit(builder, values, accumulators);
  std::optional<int64_t> length = terms.sweep.length;
  if (whole)
    return next;
  Value counts = values.chunk.exists;
  Value end = rowLength;
  if (length)
    end = arith::MinUIOp::create(builder, loc, getIndex(builder, loc, *length),
                                 end);
  if (length && *length % strategy.lanes == 0) {
    counts = isBelow(builder, loc, values.chunk.position, end);
  } else if (length) {
    Value positions = body.emitPositions(builder, values.chunk.position);
    counts = isBelow(builder, loc, positions, body.broadcast(builder, end));
  }
  for (auto [value, before] : llvm::zip(next, accumulators))
    value = arith::SelectOp::create(builder, loc, counts, value, before);
  return next;
}

/// The thread's part of a sweep over what it keeps in registers.
SmallVector<Value> ThreadKernel::reduceRegisters(OpBuilder &builder,
                                                 const TermEmitter &terms) {
  SmallVector<Reduction> kinds = getKinds(terms.sweep);
  SmallVector<Value> partials =
      getNeutrals(builder, loc, kinds,
                  VectorType::get(strategy.lanes, terms.sweep.getType()));
  int64_t known = schedule.getShape().getLength();
  int64_t end = std::min(terms.sweep.length.value_or(known), known);
  for (auto [number, values] : llvm::enumerate(registers)) {
    int64_t begin = number * strategy.getStep();
    if (begin >= end)
      break;
    partials =
        accumulate(builder, values, terms,
                   /*whole=*/begin + strategy.getStep() <= end, partials);
  }
  for (auto [partial, kind] : llvm::zip(partials, kinds))
    partial = combineLanes(builder, loc, kind, partial);
  return partials;
}

/// The thread's part of a sweep over a row that it reads: blocks in which a
/// lane adds up a bounded number of terms. Sums of blocks are added up in f64,
/// whose rounding does not count; there are too few of them to take time.
SmallVector<Value> ThreadKernel::reduceByReading(OpBuilder &builder,
                                                 const TermEmitter &terms) {
  SmallVector<Reduction> kinds = getKinds(terms.sweep);
  Type type = terms.sweep.getType();
  std::optional<int64_t> length = terms.sweep.length;
  Value end = rowLength;
  if (length)
    end = arith::MinUIOp::create(builder, loc, end,
                                 getIndex(builder, loc, *length));
  Value block = getIndex(builder, loc, kTermsPerLane * strategy.getStep());
  Type wide = builder.getF64Type();
  VectorType vector = VectorType::get(strategy.lanes, type);
  auto blocks = scf::ForOp::create(
      builder, loc, getIndex(builder, loc, 0), end, block,
      getNeutrals(builder, loc, kinds, wide),
      [&](OpBuilder &inner, Location loc, Value begin, ValueRange totals) {
        Value next = arith::AddIOp::create(inner, loc, begin, block);
        Value blockEnd = arith::MinUIOp::create(inner, loc, next, end);
        SmallVector<Value> partials = chunks.forEach(
            inner, body, shared, begin, blockEnd,
            getNeutrals(inner, loc, kinds, vector),
            [&](OpBuilder &chunk, ChunkValues &values, bool whole,
                ValueRange accumulators) {
              return accumulate(chunk, values, terms, whole, accumulators);
            });
        for (auto [partial, kind, total] : llvm::zip(partials, kinds, totals)) {
          partial = combineLanes(inner, loc, kind, partial);
          if (partial.getType() != wide)
            partial = arith::ExtFOp::create(inner, loc, wide, partial);
          partial = combine(inner, loc, kind, total, partial);
        }
        scf::YieldOp::create(inner, loc, partials);
      });
  shared.setFilled();
  return llvm::map_to_vector(blocks.getResults(), [&](Value total) -> Value {
    if (type == wide)
      return total;
    return arith::TruncFOp::create(builder, loc, type, total);
  });
}

SmallVector<Value> ThreadKernel::emitSweep(OpBuilder &builder,
                                           const RowStep &sweep,
                                           const MomentsOperands &operands,
                                           bool) {
  // Adding to 0 costs nothing here.
  TermEmitter terms{body, sweep, operands, /*skipsZeros=*/false};
  terms.broadcast(builder);
  return strategy.chunks ? reduceRegisters(builder, terms)
                         : reduceByReading(builder, terms);
}

Value ThreadKernel::emitFirst(OpBuilder &builder, RowMomentsOp op) {
  return vector::ExtractOp::create(
      builder, loc, body.getVector(builder, op.getValue(), *origin), 0);
}

void ThreadKernel::setCentre(OpBuilder &builder, RowMomentsOp op,
                             const RowCentre &centre) {
  body.setRowValue(
      op.getMean(),
      arith::AddFOp::create(builder, loc, centre.shift, centre.distance));
  body.setRowValue(op.getVariance(), centre.variance);
  body.setCentre(op, body.broadcast(builder, centre.shift),
                 body.broadcast(builder, centre.distance));
}

//===----------------------------------------------------------------------===//
// Sums over rows
//===----------------------------------------------------------------------===//

SmallVector<Value> ThreadKernel::getNoSums(OpBuilder &builder,
                                           ArrayRef<unsigned> outputs) {
  SmallVector<Value> totals;
  for (unsigned output : outputs) {
    auto type = VectorType::get(strategy.lanes,
                                loop.getYield().getValues()[output].getType());
    Value zeros =
        arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
    totals.append(strategy.chunks.value_or(0), zeros);
  }
  return totals;
}

/// Before the row is stored, as its results may take the memory of what is read
/// for the sums. Rows that are not stored are not added.
void ThreadKernel::addToRegisters(OpBuilder &builder, Value stored,
                                  ThreadSums &sums) {
  Value *total = sums.totals.begin();
  for (unsigned output : sums.outputs)
    for (ChunkValues &values : registers) {
      Value value =
          body.getVector(builder, loop.getYield().getValues()[output], values);
      Value next = arith::AddFOp::create(builder, loc, *total, value);
      *total = arith::SelectOp::create(builder, loc, stored, next, *total);
      ++total;
    }
}

void ThreadKernel::addToBuffers(OpBuilder &builder, const ThreadSums &sums,
                                ChunkValues &values) {
  for (auto [output, partial] : llvm::zip(sums.outputs, sums.partials)) {
    Value value =
        body.getVector(builder, loop.getYield().getValues()[output], values);
    Value zeros = arith::ConstantOp::create(
        builder, loc, builder.getZeroAttr(value.getType()));
    auto before = scf::IfOp::create(
        builder, loc, sums.isFirst,
        [&](OpBuilder &inner, Location loc) {
          scf::YieldOp::create(inner, loc, zeros);
        },
        [&](OpBuilder &inner, Location loc) {
          scf::YieldOp::create(inner, loc, partial.load(inner, values.chunk));
        });
    partial.store(
        builder,
        arith::AddFOp::create(builder, loc, before.getResult(0), value),
        values.chunk);
  }
}

void ThreadKernel::storeSums(OpBuilder &builder, const ThreadSums &sums) {
  int64_t count = strategy.chunks.value_or(0);
  for (auto [number, total] : llvm::enumerate(sums.totals))
    sums.partials[number / count].store(builder, total,
                                        getChunk(builder, number % count));
}

//===----------------------------------------------------------------------===//
// Stores
//===----------------------------------------------------------------------===//

/// All results of the chunk are computed, and so its inputs read, before the
/// first is stored; a result may take the memory of an input.
void ThreadKernel::storeChunk(OpBuilder &builder, ChunkValues &values,
                              const ThreadSums *sums) {
  SmallVector<Value> results;
  for (auto [number, value] : llvm::enumerate(loop.getYield().getValues()))
    results.push_back(isStored(number) ? body.getVector(builder, value, values)
                                       : Value());
  if (sums && !strategy.chunks)
    addToBuffers(builder, *sums, values);
  for (auto [output, result] : llvm::zip(outputs, results))
    if (result)
      output.at(body.getRowIndices()).store(builder, result, values.chunk);
}

void ThreadKernel::emitStores(OpBuilder &builder, const ThreadSums *sums) {
  if (strategy.chunks) {
    for (ChunkValues &values : registers)
      storeChunk(builder, values, sums);
    return;
  }
  chunks.forEach(builder, body, shared, getIndex(builder, loc, 0), rowLength,
                 ValueRange(),
                 [&](OpBuilder &inner, ChunkValues &values, bool,
                     ValueRange) -> SmallVector<Value> {
                   storeChunk(inner, values, sums);
                   return {};
                 });
}

/// Results that are one for the row, by its first thread, in a cluster of that
/// of the first block.
void ThreadKernel::emitRowValues(OpBuilder &builder) {
  SmallVector<unsigned> scalars;
  for (unsigned i = 0; i < outputs.size(); ++i)
    if (!isVarying(i))
      scalars.push_back(i);
  if (scalars.empty())
    return;
  Value isFirst =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                            chunks.getFirst(), getIndex(builder, loc, 0));
  scf::IfOp::create(builder, loc, isFirst, [&](OpBuilder &inner, Location loc) {
    for (unsigned i : scalars)
      outputs[i]
          .at(body.getRowIndices())
          .storeScalar(inner,
                       body.getRowValue(inner, loop.getYield().getValues()[i]));
    scf::YieldOp::create(inner, loc);
  });
}
