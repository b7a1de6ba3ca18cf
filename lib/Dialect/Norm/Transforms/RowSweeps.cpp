//===- RowSweeps.cpp - the reductions of a row ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A sweep over a row gives sums, and these give results: for reductions they
// are the same; for moments sums are those of d and d^2 for d = v - shift, and
// the shift, results the shift, the distance of the mean from it, and the
// variance.
//
//===----------------------------------------------------------------------===//

#include "RowKernel.h"
#include "RowMoments.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::norm;

/// Whether `value` is a vector of zeros.
static bool isZero(Value value) {
  return matchPattern(value, m_AnyZeroFloat());
}

static unsigned getNumSums(const RowSweep &sweep) {
  return isa<RowMomentsOp>(sweep.reductions.front()) ? 3
                                                     : sweep.reductions.size();
}

/// What one sweep over `row` adds up, by itself.
SmallVector<Value> RowKernel::emitSweep(OpBuilder &builder, Row &row,
                                        unsigned phase, const Terms &terms) {
  const Sweep &sweep = *terms.sweep;
  std::optional<size_t> keeping = plan.getKeepingSweep(phase);
  bool keeps = keeping && &sweep == &sweeps[phase][*keeping];
  SmallVector<Value> sums = sweep.reductions.emit(
      builder, terms.kinds,
      [&](OpBuilder &nested, Location, const Chunk &chunk,
          ValueRange accumulators) {
        ChunkValues values(chunk);
        if (keeps) {
          emitFetches(nested, row, phase, chunk);
          emitKeeps(nested, row.body, phase, values);
        }
        return emitTerms(nested, terms, values, accumulators);
      });
  if (terms.shift)
    sums.push_back(terms.shift);
  return sums;
}

/// What the sweeps of `phase` over `row` add up, one after the other.
SmallVector<Value> RowKernel::emitSums(OpBuilder &builder, Row &row,
                                       unsigned phase) {
  startPhase(builder, row.body, phase);
  SmallVector<Value> sums;
  for (const Sweep &sweep : sweeps[phase])
    llvm::append_range(sums, emitSweep(builder, row, phase,
                                       getTerms(builder, row.body, sweep)));
  return sums;
}

SmallVector<Value> RowKernel::emitResults(OpBuilder &builder, RowBody &body,
                                          unsigned phase, ValueRange sums) {
  SmallVector<Value> results;
  for (const Sweep &sweep : sweeps[phase]) {
    ValueRange own = sums.take_front(getNumSums(*sweep.plan));
    sums = sums.drop_front(own.size());
    if (sweep.shift)
      llvm::append_range(results,
                         emitMoments(builder, body, phase, sweep, own));
    else
      llvm::append_range(results, own);
  }
  return results;
}

void RowKernel::setResults(OpBuilder &builder, RowBody &body, unsigned phase,
                           ValueRange results) {
  for (const Sweep &sweep : sweeps[phase]) {
    ValueRange own = results.take_front(getNumSums(*sweep.plan));
    results = results.drop_front(own.size());
    if (!sweep.shift) {
      for (auto [op, result] : llvm::zip(sweep.plan->reductions, own))
        body.setRowValue(op->getResult(0), result);
      continue;
    }
    auto op = cast<RowMomentsOp>(sweep.plan->reductions.front());
    body.setRowValue(op.getMean(),
                     arith::AddFOp::create(builder, loc, own[0], own[1]));
    body.setRowValue(op.getVariance(), own[2]);
    body.setCentre(op, body.broadcast(builder, own[0]),
                   body.broadcast(builder, own[1]));
  }
}

SmallVector<Type> RowKernel::getResultTypes(unsigned phase) const {
  SmallVector<Type> types;
  for (const Sweep &sweep : sweeps[phase])
    types.append(getNumSums(*sweep.plan),
                 sweep.plan->reductions.front()->getOperand(0).getType());
  return types;
}

//===----------------------------------------------------------------------===//
// Reductions
//===----------------------------------------------------------------------===//

RowKernel::Terms RowKernel::getTerms(OpBuilder &builder, RowBody &body,
                                     const Sweep &sweep) {
  Terms terms{&sweep, &body, {}, nullptr, nullptr, nullptr};
  if (sweep.shift) {
    terms.kinds = {Reduction::add, Reduction::add};
    setShift(builder, terms, emitShift(builder, body, sweep));
    return terms;
  }
  for (Operation *op : sweep.plan->reductions)
    terms.kinds.push_back(cast<RowReduceOp>(op).getKind());
  return terms;
}

/// `accumulators` combined with the terms of one chunk.
SmallVector<Value> RowKernel::emitTerms(OpBuilder &builder, const Terms &terms,
                                        ChunkValues &values,
                                        ValueRange accumulators) {
  if (terms.shift)
    return emitShiftedTerms(builder, terms, values, accumulators);
  RowBody &body = *terms.body;
  SmallVector<Value> next;
  for (auto [op, accumulator] :
       llvm::zip(terms.sweep->plan->reductions, accumulators)) {
    auto reduce = cast<RowReduceOp>(op);
    auto product = reduce.getValue().getDefiningOp<arith::MulFOp>();
    Value result;
    if (product && reduce.getKind() == Reduction::add &&
        product.getType().getIntOrFloatBitWidth() >= 32 &&
        plan.getShape().isVarying(product))
      result = body.getEmitter().multiplyAdd(
          builder, loc, body.getVector(builder, product.getLhs(), values),
          body.getVector(builder, product.getRhs(), values), accumulator);
    else
      result = combine(builder, loc, reduce.getKind(), accumulator,
                       body.getVector(builder, reduce.getValue(), values));
    if (values.chunk.remaining)
      result = arith::SelectOp::create(
          builder, loc, getMask(builder, values.chunk), result, accumulator);
    next.push_back(result);
  }
  return next;
}

/// Whether each lane of a chunk at the end of the row is an element.
Value RowKernel::getMask(OpBuilder &builder, const Chunk &chunk) {
  return vector::CreateMaskOp::create(
      builder, loc, VectorType::get(lanes, builder.getI1Type()),
      ValueRange{chunk.remaining});
}

//===----------------------------------------------------------------------===//
// Moments
//===----------------------------------------------------------------------===//

void RowKernel::setShift(OpBuilder &builder, Terms &terms, Value shift,
                         Value scale) {
  terms.shift = shift;
  terms.shiftVector = terms.body->broadcast(builder, shift);
  if (scale)
    terms.scaleVector = terms.body->broadcast(builder, scale);
}

/// The sums of d and d^2 for d = value - shift, or value * scale - shift.
SmallVector<Value> RowKernel::emitShiftedTerms(OpBuilder &builder,
                                               const Terms &terms,
                                               ChunkValues &values,
                                               ValueRange accumulators) {
  Value value = terms.body->getVector(
      builder, terms.sweep->plan->reductions.front()->getOperand(0), values);
  if (terms.scaleVector)
    value = arith::MulFOp::create(builder, loc, value, terms.scaleVector);
  Value d = arith::SubFOp::create(builder, loc, value, terms.shiftVector);
  if (values.chunk.remaining) {
    Value zeros = arith::ConstantOp::create(builder, loc,
                                            builder.getZeroAttr(d.getType()));
    d = arith::SelectOp::create(builder, loc, getMask(builder, values.chunk), d,
                                zeros);
  }
  // In the first chunk nothing is added to zero, which the compiler must not
  // leave out; emitShiftedMoments makes 0 of a sum that is -0 for this reason.
  if (isZero(accumulators[0]))
    return {d, arith::MulFOp::create(builder, loc, d, d)};
  return {arith::AddFOp::create(builder, loc, accumulators[0], d),
          terms.body->getEmitter().multiplyAdd(builder, loc, d, d,
                                               accumulators[1])};
}

/// The first element of a value, or 0 for a row without elements.
Value RowKernel::emitFirst(OpBuilder &builder, RowBody &body, Value value) {
  Value one = builder.createOrFold<arith::MinUIOp>(loc, rowLength,
                                                   getIndex(builder, loc, 1));
  ChunkValues values({getIndex(builder, loc, 0), one, lanes});
  Value vector = body.getVector(builder, value, values);
  return vector::ExtractOp::create(builder, loc, vector, 0);
}

/// The sum of v_i - v_0 in one chunk.
SmallVector<Value> RowKernel::emitShiftTerms(OpBuilder &builder, RowBody &body,
                                             Value value, Value first,
                                             const Chunk &chunk,
                                             ValueRange accumulators) {
  ChunkValues values(chunk);
  Value d = arith::SubFOp::create(
      builder, loc, body.getVector(builder, value, values), first);
  Value next = isZero(accumulators[0]) && !chunk.remaining
                   ? d
                   : arith::AddFOp::create(builder, loc, accumulators[0], d);
  if (chunk.remaining)
    next = arith::SelectOp::create(builder, loc, getMask(builder, chunk), next,
                                   accumulators[0]);
  return {next};
}

/// v_0 + the mean of v_i - v_0 over the first elements.
Value RowKernel::emitShift(OpBuilder &builder, RowBody &body,
                           const Sweep &sweep) {
  Value value = sweep.plan->reductions.front()->getOperand(0);
  Value first = emitFirst(builder, body, value);
  Value firstVector = body.broadcast(builder, first);
  SmallVector<Value> sum = sweep.shift->emit(
      builder, Reduction::add,
      [&](OpBuilder &nested, Location, const Chunk &chunk,
          ValueRange accumulators) {
        return emitShiftTerms(nested, body, value, firstVector, chunk,
                              accumulators);
      });
  Value offset = divideByCount(builder, loc, sum[0], sweep.shift->getCount());
  return arith::AddFOp::create(builder, loc, first, offset);
}

/// The variance from d = v - c with c near the mean:
///
///   c    = v_0 + mean of (v_i - v_0) of the first elements
///   s    = max(0, mean(d^2) - mean(d)^2)
///   mean = c + mean(d)
///
/// The relative error of s is that of the sums times 1 + mean(d)^2 / s. Where
/// mean(d)^2 exceeds s, the first elements are not like the row, and where s is
/// NaN a difference or a sum left the range: the sweep is repeated
/// (RowMoments.h). d is exact where it matters, and c is exactly v_0 if the row
/// is constant, whose y is then bias.
SmallVector<Value> RowKernel::emitMoments(OpBuilder &builder, RowBody &body,
                                          unsigned phase, const Sweep &sweep,
                                          ValueRange sums) {
  ShiftedMoments first = norm::emitShiftedMoments(
      builder, loc, body.getEmitter(), sums[0], sums[1], rowLength);
  SecondLook look = emitSecondLook(builder, loc, sums[2], first);
  auto again = scf::IfOp::create(
      builder, loc, look.needed,
      [&](OpBuilder &nested, Location) {
        RowBody repeated = body;
        startPhase(nested, repeated, phase);
        Terms terms{&sweep, &repeated, {Reduction::add, Reduction::add}};
        setShift(nested, terms, look.shift, look.scale);
        SmallVector<Value> better = sweep.reductions.emit(
            nested, terms.kinds,
            [&](OpBuilder &inner, Location, const Chunk &chunk,
                ValueRange accumulators) {
              ChunkValues values(chunk);
              return emitTerms(inner, terms, values, accumulators);
            });
        RowCentre centre = emitRowCentre(
            nested, loc, look,
            norm::emitShiftedMoments(nested, loc, body.getEmitter(), better[0],
                                     better[1], rowLength));
        scf::YieldOp::create(
            nested, loc,
            ValueRange{centre.shift, centre.distance, centre.variance});
      },
      [&](OpBuilder &nested, Location) {
        scf::YieldOp::create(
            nested, loc, ValueRange{sums[2], first.distance, first.variance});
      });
  return llvm::to_vector_of<Value>(again.getResults());
}
