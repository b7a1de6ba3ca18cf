//===- ThreadKernel.cpp - the code of one thread --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ThreadKernel.h"

#include "../Dialect/Norm/Transforms/RowMoments.h"
#include "../Dialect/Norm/Transforms/RowReductions.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// Registers of a multiprocessor, half of which may hold elements of inputs
/// ahead of their use; and those of a thread, at most.
static constexpr int64_t kRegisters = 65536, kRegistersAhead = 64;
/// Chunks that a thread takes at a time where it reads a row again.
static constexpr int64_t kUnroll = 4;
/// Terms that a lane adds up in one chain.
static constexpr int64_t kTermsPerLane = 32;

static Value getIndex(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

static Value isBelow(OpBuilder &builder, Location loc, Value a, Value b) {
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, a, b);
}

ThreadKernel::ThreadKernel(OpBuilder &builder, RowLoopOp loop,
                           const RowPlan &plan, const RowSpace &space,
                           const RowStrategy &strategy, Value rowLength,
                           ThreadGroup group)
    : loop(loop), loc(loop.getLoc()), plan(plan), space(space),
      strategy(strategy), rowLength(rowLength),
      knownLength(getConstantIntValue(rowLength)), group(group),
      body(builder, loop, plan, VectorTarget::gpu(), strategy.lanes,
           llvm::map_to_vector(llvm::seq<unsigned>(0, loop.getInputs().size()),
                               [&](unsigned i) {
                                 RowAccess access(loc, space, i);
                                 access.assumeAlignedChunks(strategy.lanes);
                                 return access;
                               }),
           rowLength) {
  for (unsigned i = 0, end = loop.getInits().size(); i < end; ++i) {
    outputs.emplace_back(loc, space, loop.getInputs().size() + i);
    outputs.back().assumeAlignedChunks(strategy.lanes);
  }
  first = arith::MulIOp::create(builder, loc, group.thread,
                                getIndex(builder, loc, strategy.lanes));
}

void ThreadKernel::emit(OpBuilder &builder, Value row, Value stored) {
  rowIndices = space.getRowIndices(builder, loc, row);
  body.startRow(rowIndices);
  registers.clear();
  for (int64_t c = 0; c < strategy.chunks.value_or(0); ++c)
    registers.emplace_back(
        getChunk(builder, getIndex(builder, loc, c * getStep()),
                 /*whole=*/(c + 1) * getStep() <= *knownLength));
  loadAhead(builder);
  for (auto [number, phase] : llvm::enumerate(plan.getPhases())) {
    body.startPhase(builder, number, plan.getRoots(number));
    for (const RowSweep &sweep : phase.sweeps)
      if (auto moments = dyn_cast<RowMomentsOp>(sweep.reductions.front()))
        emitMoments(builder, moments);
      else
        emitReductions(builder, sweep);
  }
  auto store = [&](OpBuilder &builder, Location loc) {
    emitStores(builder);
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
// Chunks
//===----------------------------------------------------------------------===//

/// The thread's chunk of those that start at `base`. The row length is a
/// multiple of `lanes`, so a chunk exists as a whole or not at all.
Chunk ThreadKernel::getChunk(OpBuilder &builder, Value base, bool whole) {
  Value position = arith::AddIOp::create(builder, loc, base, first);
  Chunk chunk{position, nullptr, strategy.lanes};
  if (!whole)
    chunk.exists = isBelow(builder, loc, position, rowLength);
  return chunk;
}

/// Starts with what the first phases load, and as much of what later ones do as
/// registers hold: the loads are under way while threads wait for each other.
void ThreadKernel::loadAhead(OpBuilder &builder) {
  int64_t available = std::min(
      kRegisters / (strategy.threads * strategy.rows) / 2, kRegistersAhead);
  int64_t used = 0;
  for (const RowPhase &phase : plan.getPhases())
    for (unsigned input : phase.loads) {
      BlockArgument argument = loop.getBlock()->getArgument(input);
      int64_t bits = argument.getType().getIntOrFloatBitWidth();
      used += llvm::divideCeil(registers.size() * strategy.lanes * bits, 32);
      if (used > available)
        return;
      for (ChunkValues &values : registers)
        body.getVector(builder, argument, values);
    }
}

/// Emits `emit` for the thread's chunks of [begin, end), several at a time as
/// long as all of them exist.
SmallVector<Value> ThreadKernel::forEachChunk(
    OpBuilder &builder, Value begin, Value end, ValueRange carried,
    function_ref<SmallVector<Value>(OpBuilder &, ChunkValues &, bool whole,
                                    ValueRange)>
        emit) {
  Value step = getIndex(builder, loc, getStep());
  Value group = getIndex(builder, loc, kUnroll * getStep());
  Value length = arith::SubIOp::create(builder, loc, end, begin);
  Value rest = arith::RemUIOp::create(builder, loc, length, group);
  Value middle = arith::SubIOp::create(builder, loc, end, rest);
  auto groups = scf::ForOp::create(
      builder, loc, begin, middle, group, carried,
      [&](OpBuilder &body, Location loc, Value base, ValueRange values) {
        SmallVector<Value> next(values);
        for (int64_t i = 0; i < kUnroll; ++i) {
          Value start = arith::AddIOp::create(
              body, loc, base, getIndex(body, loc, i * getStep()));
          ChunkValues chunk(getChunk(body, start, /*whole=*/true));
          next = emit(body, chunk, /*whole=*/true, next);
        }
        scf::YieldOp::create(body, loc, next);
      });
  auto singles = scf::ForOp::create(
      builder, loc, middle, end, step, groups.getResults(),
      [&](OpBuilder &body, Location loc, Value base, ValueRange values) {
        ChunkValues chunk(getChunk(body, base, /*whole=*/false));
        scf::YieldOp::create(body, loc,
                             emit(body, chunk, /*whole=*/false, values));
      });
  return llvm::to_vector_of<Value>(singles.getResults());
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

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
/// `length` count. `whole`: all of them exist and count.
SmallVector<Value> ThreadKernel::accumulate(OpBuilder &builder,
                                            ChunkValues &values,
                                            std::optional<int64_t> length,
                                            bool whole, ValueRange accumulators,
                                            TermBuilder terms) {
  SmallVector<Value> next = terms(builder, values, accumulators);
  if (whole)
    return next;
  Value counts = values.chunk.exists;
  if (length) {
    auto type = VectorType::get(strategy.lanes, builder.getIndexType());
    Value lanes = arith::ConstantOp::create(
        builder, loc,
        DenseElementsAttr::get(
            type, llvm::map_to_vector(llvm::seq<int64_t>(0, strategy.lanes),
                                      [&](int64_t i) -> Attribute {
                                        return builder.getIndexAttr(i);
                                      })));
    Value positions = arith::AddIOp::create(
        builder, loc, body.broadcast(builder, values.chunk.position), lanes);
    Value end = arith::MinUIOp::create(
        builder, loc, getIndex(builder, loc, *length), rowLength);
    counts = isBelow(builder, loc, positions, body.broadcast(builder, end));
  }
  for (auto [value, before] : llvm::zip(next, accumulators))
    value = arith::SelectOp::create(builder, loc, counts, value, before);
  return next;
}

/// The thread's part of a reduction over what it keeps in registers.
SmallVector<Value> ThreadKernel::reduceRegisters(OpBuilder &builder,
                                                 ArrayRef<Reduction> kinds,
                                                 Type type,
                                                 std::optional<int64_t> length,
                                                 TermBuilder terms) {
  SmallVector<Value> partials =
      getNeutrals(builder, loc, kinds, VectorType::get(strategy.lanes, type));
  int64_t end = std::min(length.value_or(*knownLength), *knownLength);
  for (auto [number, values] : llvm::enumerate(registers)) {
    int64_t begin = number * getStep();
    if (begin >= end)
      break;
    partials = accumulate(builder, values, length,
                          /*whole=*/begin + getStep() <= end, partials, terms);
  }
  for (auto [partial, kind] : llvm::zip(partials, kinds))
    partial = combineLanes(builder, loc, kind, partial);
  return partials;
}

/// The thread's part of a reduction over a row that it reads: blocks in which a
/// lane adds up a bounded number of terms. Sums of blocks are added up in f64,
/// whose rounding does not count; there are too few of them to take time.
SmallVector<Value> ThreadKernel::reduceByReading(OpBuilder &builder,
                                                 ArrayRef<Reduction> kinds,
                                                 Type type,
                                                 std::optional<int64_t> length,
                                                 TermBuilder terms) {
  Value end = rowLength;
  if (length)
    end = arith::MinUIOp::create(builder, loc, end,
                                 getIndex(builder, loc, *length));
  Value block = getIndex(builder, loc, kTermsPerLane * getStep());
  Type wide = builder.getF64Type();
  VectorType vector = VectorType::get(strategy.lanes, type);
  auto blocks = scf::ForOp::create(
      builder, loc, getIndex(builder, loc, 0), end, block,
      getNeutrals(builder, loc, kinds, wide),
      [&](OpBuilder &body, Location loc, Value begin, ValueRange totals) {
        Value next = arith::AddIOp::create(body, loc, begin, block);
        Value blockEnd = arith::MinUIOp::create(body, loc, next, end);
        SmallVector<Value> partials = forEachChunk(
            body, begin, blockEnd, getNeutrals(body, loc, kinds, vector),
            [&](OpBuilder &inner, ChunkValues &values, bool whole,
                ValueRange accumulators) {
              return accumulate(inner, values, length, whole, accumulators,
                                terms);
            });
        for (auto [partial, kind, total] : llvm::zip(partials, kinds, totals)) {
          partial = combineLanes(body, loc, kind, partial);
          if (partial.getType() != wide)
            partial = arith::ExtFOp::create(body, loc, wide, partial);
          partial = combine(body, loc, kind, total, partial);
        }
        scf::YieldOp::create(body, loc, partials);
      });
  return llvm::map_to_vector(blocks.getResults(), [&](Value total) -> Value {
    if (type == wide)
      return total;
    return arith::TruncFOp::create(builder, loc, type, total);
  });
}

/// Reductions over the row, or its first `length` elements; `type` is that of
/// terms and results.
SmallVector<Value> ThreadKernel::reduceRow(OpBuilder &builder,
                                           ArrayRef<Reduction> kinds, Type type,
                                           std::optional<int64_t> length,
                                           TermBuilder terms) {
  SmallVector<Value> partials =
      strategy.chunks ? reduceRegisters(builder, kinds, type, length, terms)
                      : reduceByReading(builder, kinds, type, length, terms);
  return reduceOverGroup(builder, loc, group, kinds, partials);
}

void ThreadKernel::emitReductions(OpBuilder &builder, const RowSweep &sweep) {
  auto kinds = llvm::map_to_vector(sweep.reductions, [](Operation *op) {
    return cast<RowReduceOp>(op).getKind();
  });
  auto terms = [&](OpBuilder &inner, ChunkValues &values,
                   ValueRange accumulators) {
    SmallVector<Value> next;
    for (auto [op, accumulator] : llvm::zip(sweep.reductions, accumulators)) {
      auto reduce = cast<RowReduceOp>(op);
      auto product = reduce.getValue().getDefiningOp<arith::MulFOp>();
      if (product && reduce.getKind() == Reduction::add &&
          product.getType().getIntOrFloatBitWidth() >= 32 &&
          loop.isRowVarying(product))
        next.push_back(body.getEmitter().multiplyAdd(
            inner, loc, body.getVector(inner, product.getLhs(), values),
            body.getVector(inner, product.getRhs(), values), accumulator));
      else
        next.push_back(
            combine(inner, loc, reduce.getKind(), accumulator,
                    body.getVector(inner, reduce.getValue(), values)));
    }
    return next;
  };
  Type type = sweep.reductions.front()->getResult(0).getType();
  SmallVector<Value> results =
      reduceRow(builder, kinds, type, sweep.length, terms);
  for (auto [op, result] : llvm::zip(sweep.reductions, results))
    body.setRowValue(op->getResult(0), result);
}

/// The variance from d = v - c, where c is the mean as two roundings leave it:
///
///   c = v_0 + mean(v_i - v_0)
///   s = max(0, mean(d^2) - mean(d)^2)
///
/// c misses the mean by little even if v_0 is an outlier, as no element is
/// further from the mean than sqrt(n) standard deviations. d is exact where it
/// matters, and c is exactly v_0 if the row is constant.
void ThreadKernel::emitMoments(OpBuilder &builder, RowMomentsOp op) {
  Value value = op.getValue();
  Chunk chunk{getIndex(builder, loc, 0), nullptr, strategy.lanes};
  if (!knownLength || *knownLength == 0)
    chunk.exists = isBelow(builder, loc, chunk.position, rowLength);
  ChunkValues start(chunk);
  Value origin = vector::ExtractOp::create(
      builder, loc, body.getVector(builder, value, start), 0);
  auto subtract = [&](OpBuilder &inner, ChunkValues &values, Value shift) {
    return arith::SubFOp::create(inner, loc,
                                 body.getVector(inner, value, values), shift);
  };

  Value originVector = body.broadcast(builder, origin);
  SmallVector<Value> sum = reduceRow(
      builder, Reduction::add, value.getType(), std::nullopt,
      [&](OpBuilder &inner, ChunkValues &values,
          ValueRange accumulators) -> SmallVector<Value> {
        Value d = subtract(inner, values, originVector);
        return {arith::AddFOp::create(inner, loc, accumulators[0], d)};
      });
  Value offset = divideByCount(builder, loc, sum[0], rowLength);
  Value shift = arith::AddFOp::create(builder, loc, origin, offset);

  Value shiftVector = body.broadcast(builder, shift);
  SmallVector<Value> sums = reduceRow(
      builder, {Reduction::add, Reduction::add}, value.getType(), std::nullopt,
      [&](OpBuilder &inner, ChunkValues &values,
          ValueRange accumulators) -> SmallVector<Value> {
        Value d = subtract(inner, values, shiftVector);
        return {
            arith::AddFOp::create(inner, loc, accumulators[0], d),
            body.getEmitter().multiplyAdd(inner, loc, d, d, accumulators[1])};
      });
  ShiftedMoments moments = emitShiftedMoments(builder, loc, body.getEmitter(),
                                              sums[0], sums[1], rowLength);
  body.setRowValue(op.getMean(), arith::AddFOp::create(builder, loc, shift,
                                                       moments.distance));
  body.setRowValue(op.getVariance(), moments.variance);
  body.setCentre(op, shiftVector, body.broadcast(builder, moments.distance));
}

//===----------------------------------------------------------------------===//
// Stores
//===----------------------------------------------------------------------===//

bool ThreadKernel::isVarying(unsigned output) {
  return loop.variesAlongRow(loop.getMap(loop.getInputs().size() + output));
}

/// All results of the chunk are computed, and so its inputs read, before the
/// first is stored; a result may take the memory of an input.
void ThreadKernel::storeChunk(OpBuilder &builder, ChunkValues &values) {
  SmallVector<Value> results;
  for (auto [number, value] : llvm::enumerate(loop.getYield().getValues()))
    results.push_back(isVarying(number) ? body.getVector(builder, value, values)
                                        : Value());
  for (auto [output, result] : llvm::zip(outputs, results))
    if (result)
      output.at(rowIndices).store(builder, result, values.chunk);
}

void ThreadKernel::emitStores(OpBuilder &builder) {
  if (strategy.chunks) {
    for (ChunkValues &values : registers)
      storeChunk(builder, values);
    return;
  }
  forEachChunk(builder, getIndex(builder, loc, 0), rowLength, ValueRange(),
               [&](OpBuilder &inner, ChunkValues &values, bool,
                   ValueRange) -> SmallVector<Value> {
                 storeChunk(inner, values);
                 return {};
               });
}

/// Results that are one for the row, by its first thread.
void ThreadKernel::emitRowValues(OpBuilder &builder) {
  SmallVector<unsigned> scalars;
  for (unsigned i = 0; i < outputs.size(); ++i)
    if (!isVarying(i))
      scalars.push_back(i);
  if (scalars.empty())
    return;
  Value isFirst =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                            group.thread, getIndex(builder, loc, 0));
  scf::IfOp::create(builder, loc, isFirst, [&](OpBuilder &inner, Location loc) {
    for (unsigned i : scalars)
      outputs[i]
          .at(rowIndices)
          .storeScalar(inner,
                       body.getRowValue(inner, loop.getYield().getValues()[i]));
    scf::YieldOp::create(inner, loc);
  });
}
