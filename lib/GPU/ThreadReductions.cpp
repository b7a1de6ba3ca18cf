//===- ThreadReductions.cpp - a thread's part of reductions ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ThreadKernel.h"

#include "../Dialect/Norm/Transforms/RowMoments.h"
#include "../Dialect/Norm/Transforms/RowReductions.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

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
/// `length` count: all of them or none if `length` is a multiple of lanes, as
/// that of the row is. `whole`: all of them exist and count.
SmallVector<Value> ThreadKernel::accumulate(OpBuilder &builder,
                                            ChunkValues &values,
                                            std::optional<int64_t> length,
                                            bool whole, ValueRange accumulators,
                                            TermBuilder terms) {
  SmallVector<Value> next = terms(builder, values, accumulators);
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
  int64_t known = plan.getShape().getLength();
  int64_t end = std::min(length.value_or(known), known);
  for (auto [number, values] : llvm::enumerate(registers)) {
    int64_t begin = number * strategy.getStep();
    if (begin >= end)
      break;
    partials = accumulate(builder, values, length,
                          /*whole=*/begin + strategy.getStep() <= end, partials,
                          terms);
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
  Value block = getIndex(builder, loc, kTermsPerLane * strategy.getStep());
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
  sharedFilled = true;
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
          plan.getShape().isVarying(product))
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
/// matters, and c is exactly v_0 if the row is constant. Differences from v_0
/// are scaled down by a power of two, so that c exists wherever the mean does;
/// those from c may still leave the range (RowMoments.h).
void ThreadKernel::emitMoments(OpBuilder &builder, RowMomentsOp op) {
  Value value = op.getValue();
  const FormulaEmitter &emitter = body.getEmitter();
  Value start = vector::ExtractOp::create(
      builder, loc, body.getVector(builder, value, *origin), 0);
  auto constant = [&](double number) {
    return emitConstant(builder, loc, value.getType(), number);
  };

  Value scaledStart =
      arith::MulFOp::create(builder, loc, start, constant(-kSumScale));
  Value scale = body.broadcast(builder, constant(kSumScale));
  Value originVector = body.broadcast(builder, scaledStart);
  SmallVector<Value> sum = reduceRow(
      builder, Reduction::add, value.getType(), std::nullopt,
      [&](OpBuilder &inner, ChunkValues &values,
          ValueRange accumulators) -> SmallVector<Value> {
        Value d = emitter.multiplyAdd(inner, loc,
                                      body.getVector(inner, value, values),
                                      scale, originVector);
        return {arith::AddFOp::create(inner, loc, accumulators[0], d)};
      });
  Value offset = divideByCount(builder, loc, sum[0], rowLength);
  Value shift =
      emitter.multiplyAdd(builder, loc, offset, constant(1 / kSumScale), start);

  Value shiftVector = body.broadcast(builder, shift);
  SmallVector<Value> sums = reduceRow(
      builder, {Reduction::add, Reduction::add}, value.getType(), std::nullopt,
      [&](OpBuilder &inner, ChunkValues &values,
          ValueRange accumulators) -> SmallVector<Value> {
        Value d = arith::SubFOp::create(
            inner, loc, body.getVector(inner, value, values), shiftVector);
        return {arith::AddFOp::create(inner, loc, accumulators[0], d),
                emitter.multiplyAdd(inner, loc, d, d, accumulators[1])};
      });
  RowCentre centre = emitRowCentre(
      builder, loc, shift,
      emitShiftedMoments(builder, loc, emitter, sums[0], sums[1], rowLength));
  body.setRowValue(op.getMean(),
                   arith::AddFOp::create(builder, loc, shift, centre.distance));
  body.setRowValue(op.getVariance(), centre.variance);
  body.setCentre(op, shiftVector, body.broadcast(builder, centre.distance));
}
