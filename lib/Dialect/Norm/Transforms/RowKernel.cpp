//===- RowKernel.cpp - the code of one row --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowKernel.h"
#include "RowMoments.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// Elements whose mean is the first shift of moments.
static constexpr int64_t kShiftLength = 64;

static Value getMin(OpBuilder &builder, Location loc, Value a, int64_t b) {
  if (std::optional<int64_t> known = getConstantIntValue(a))
    return getIndex(builder, loc, std::min(*known, b));
  return arith::MinUIOp::create(builder, loc, a, getIndex(builder, loc, b));
}

RowKernel::RowKernel(OpBuilder &builder, RowLoopOp loop, const RowPlan &plan,
                     const RowSpace &space, VectorTarget target,
                     Value streaming, bool split)
    : loop(loop), loc(loop.getLoc()), plan(plan), space(space),
      rowLength(space.getRowLength(builder, loc)), streaming(streaming),
      split(split), fences(target.fencesStreams),
      body(builder, loop, plan, target, getLaneCount(loop, target),
           llvm::map_to_vector(
               llvm::seq<unsigned>(0, loop.getInputs().size()),
               [&](unsigned i) { return RowAccess(loc, space, i); }),
           rowLength),
      lanes(body.getLanes()) {
  Value rows = space.getRowCount(builder, loc);
  lastRow =
      builder.createOrFold<arith::SubIOp>(loc, rows, getIndex(builder, loc, 1));
  for (unsigned i = 0, end = loop.getInits().size(); i < end; ++i)
    outputs.emplace_back(loc, space, loop.getInputs().size() + i);
  SmallVector<RowAccess> operands;
  for (unsigned i = 0, end = loop->getNumOperands(); i < end; ++i)
    operands.emplace_back(loc, space, i);
  halves = runsInHalves(loop, plan, operands, target);
  for (const RowPhase &phase : plan.getPhases()) {
    std::vector<Sweep> &emitted = sweeps.emplace_back();
    for (const RowSweep &sweep : phase.sweeps) {
      Operation *op = sweep.reductions.front();
      RowPartition partition{
          VectorType::get(lanes, op->getOperand(0).getType()), halves};
      Value count = sweep.length
                        ? getMin(builder, loc, rowLength, *sweep.length)
                        : rowLength;
      bool moments = isa<RowMomentsOp>(op);
      RowReductions reductions(builder, loc, partition, count,
                               moments ? 2 : sweep.reductions.size(), split);
      std::optional<RowReductions> shift;
      if (moments)
        shift.emplace(loc, partition,
                      getMin(builder, loc, rowLength, kShiftLength));
      emitted.push_back({&sweep, std::move(reductions), std::move(shift)});
    }
  }
}

void RowKernel::emit(OpBuilder &builder, Value number) {
  row = number;
  rowIndices = space.getRowIndices(builder, loc, row);
  // There is no row after the last one; it is in the caches.
  Value next =
      arith::AddIOp::create(builder, loc, row, getIndex(builder, loc, 1));
  nextRowIndices = space.getRowIndices(
      builder, loc, arith::MinUIOp::create(builder, loc, next, lastRow));
  body.startRow(rowIndices);
  for (auto [number, phase] : llvm::enumerate(plan.getPhases())) {
    SmallVector<Value> roots = plan.getRoots(number);
    llvm::append_range(roots, phase.keeps);
    body.startPhase(builder, number, roots);
    for (auto [i, sweep] : llvm::enumerate(sweeps[number])) {
      const RowPhase *keeping =
          i == plan.getKeepingSweep(number) ? &phase : nullptr;
      emitSweep(builder, sweep, keeping);
    }
  }
  emitStores(builder);
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

/// Whether each lane of a chunk at the end of the row is an element.
Value RowKernel::getMask(OpBuilder &builder, const Chunk &chunk) {
  return vector::CreateMaskOp::create(
      builder, loc, VectorType::get(lanes, builder.getI1Type()),
      ValueRange{chunk.remaining});
}

/// What one sweep of `phase`, or null, does beside its reductions.
void RowKernel::emitBesides(OpBuilder &builder, const RowPhase *phase,
                            ChunkValues &values) {
  if (!phase)
    return;
  if (spreadsFetches() && values.chunk.groupSize)
    emitPrefetches(builder, *phase, values.chunk.position,
                   values.chunk.groupSize);
  for (Value kept : phase->keeps)
    body.keep(builder, kept, values);
}

void RowKernel::emitSweep(OpBuilder &builder, const Sweep &sweep,
                          const RowPhase *keeping) {
  if (sweep.shift)
    emitMoments(builder, sweep, keeping);
  else
    emitReductions(builder, sweep, keeping);
}

void RowKernel::emitReductions(OpBuilder &builder, const Sweep &sweep,
                               const RowPhase *keeping) {
  auto kinds = llvm::map_to_vector(sweep.plan->reductions, [](Operation *op) {
    return cast<RowReduceOp>(op).getKind();
  });
  auto emitChunk = [&](OpBuilder &nested, Location, const Chunk &chunk,
                       ValueRange accumulators) {
    ChunkValues values(chunk);
    emitBesides(nested, keeping, values);
    SmallVector<Value> next;
    for (auto [op, accumulator] :
         llvm::zip(sweep.plan->reductions, accumulators)) {
      auto reduce = cast<RowReduceOp>(op);
      auto product = reduce.getValue().getDefiningOp<arith::MulFOp>();
      Value result;
      if (product && reduce.getKind() == Reduction::add &&
          product.getType().getIntOrFloatBitWidth() >= 32 &&
          loop.isRowVarying(product))
        result = body.getEmitter().multiplyAdd(
            nested, loc, body.getVector(nested, product.getLhs(), values),
            body.getVector(nested, product.getRhs(), values), accumulator);
      else
        result = combine(nested, loc, reduce.getKind(), accumulator,
                         body.getVector(nested, reduce.getValue(), values));
      if (chunk.remaining)
        result = arith::SelectOp::create(nested, loc, getMask(nested, chunk),
                                         result, accumulator);
      next.push_back(result);
    }
    return next;
  };
  SmallVector<Value> results = sweep.reductions.emit(builder, kinds, emitChunk);
  for (auto [op, result] : llvm::zip(sweep.plan->reductions, results))
    body.setRowValue(op->getResult(0), result);
}

//===----------------------------------------------------------------------===//
// Moments
//===----------------------------------------------------------------------===//

/// The first element of a value, or 0 for a row without elements.
Value RowKernel::emitFirst(OpBuilder &builder, Value value) {
  ChunkValues values(
      {getIndex(builder, loc, 0), getMin(builder, loc, rowLength, 1), lanes});
  Value vector = body.getVector(builder, value, values);
  return vector::ExtractOp::create(builder, loc, vector, 0);
}

/// mean(d), mean(d^2) and from them the variance, for d = value - shift.
RowKernel::Moments RowKernel::emitShiftedMoments(OpBuilder &builder,
                                                 const Sweep &sweep,
                                                 Value value, Value shift,
                                                 const RowPhase *keeping) {
  Value shiftVector = body.broadcast(builder, shift);
  SmallVector<Value> sums = sweep.reductions.emit(
      builder, {Reduction::add, Reduction::add},
      [&](OpBuilder &nested, Location, const Chunk &chunk,
          ValueRange accumulators) -> SmallVector<Value> {
        ChunkValues values(chunk);
        emitBesides(nested, keeping, values);
        Value d = arith::SubFOp::create(
            nested, loc, body.getVector(nested, value, values), shiftVector);
        if (chunk.remaining) {
          Value zeros = arith::ConstantOp::create(
              nested, loc, nested.getZeroAttr(d.getType()));
          d = arith::SelectOp::create(nested, loc, getMask(nested, chunk), d,
                                      zeros);
        }
        return {
            arith::AddFOp::create(nested, loc, accumulators[0], d),
            body.getEmitter().multiplyAdd(nested, loc, d, d, accumulators[1])};
      });
  auto [distance, variance] = norm::emitShiftedMoments(
      builder, loc, body.getEmitter(), sums[0], sums[1], rowLength);
  return {shift, distance, variance};
}

/// The variance from d = v - c with c near the mean:
///
///   c    = v_0 + mean of (v_i - v_0) of the first elements
///   s    = max(0, mean(d^2) - mean(d)^2)
///   mean = c + mean(d)
///
/// The relative error of s is that of the sums times 1 + mean(d)^2 / s. Where
/// mean(d)^2 exceeds s, the first elements are not like the row: the sweep is
/// repeated with the mean that it gave. d is exact where it matters, and c is
/// exactly v_0 if the row is constant, whose y is then bias.
void RowKernel::emitMoments(OpBuilder &builder, const Sweep &sweep,
                            const RowPhase *keeping) {
  auto op = cast<RowMomentsOp>(sweep.plan->reductions.front());
  Value first = emitFirst(builder, op.getValue());
  Value firstVector = body.broadcast(builder, first);
  SmallVector<Value> sum = sweep.shift->emit(
      builder, Reduction::add,
      [&](OpBuilder &nested, Location, const Chunk &chunk,
          ValueRange accumulators) -> SmallVector<Value> {
        ChunkValues values(chunk);
        Value d = arith::SubFOp::create(
            nested, loc, body.getVector(nested, op.getValue(), values),
            firstVector);
        Value next = arith::AddFOp::create(nested, loc, accumulators[0], d);
        if (chunk.remaining)
          next = arith::SelectOp::create(nested, loc, getMask(nested, chunk),
                                         next, accumulators[0]);
        return {next};
      });
  Value some = getMin(builder, loc, rowLength, kShiftLength);
  Value offset = divideByCount(builder, loc, sum[0], some);
  Value shift = arith::AddFOp::create(builder, loc, first, offset);

  Moments near =
      emitShiftedMoments(builder, sweep, op.getValue(), shift, keeping);
  Value squared =
      arith::MulFOp::create(builder, loc, near.distance, near.distance);
  Value far = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGT,
                                    squared, near.variance);
  auto again = scf::IfOp::create(
      builder, loc, far,
      [&](OpBuilder &nested, Location) {
        Value mean =
            arith::AddFOp::create(nested, loc, near.shift, near.distance);
        Moments moments =
            emitShiftedMoments(nested, sweep, op.getValue(), mean, nullptr);
        scf::YieldOp::create(
            nested, loc,
            ValueRange{moments.shift, moments.distance, moments.variance});
      },
      [&](OpBuilder &nested, Location) {
        scf::YieldOp::create(
            nested, loc, ValueRange{near.shift, near.distance, near.variance});
      });
  Value mean = arith::AddFOp::create(builder, loc, again.getResult(0),
                                     again.getResult(1));
  body.setRowValue(op.getMean(), mean);
  body.setRowValue(op.getVariance(), again.getResult(2));
  body.setCentre(op, body.broadcast(builder, again.getResult(0)),
                 body.broadcast(builder, again.getResult(1)));
}
