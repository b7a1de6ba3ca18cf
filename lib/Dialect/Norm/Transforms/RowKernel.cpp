//===- RowKernel.cpp - the code of one row --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowKernel.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// n, or min(k, n) for prmsnorm.
static Value getStatisticLength(OpBuilder &builder, NormOpInterface op,
                                Value rowLength) {
  std::optional<int64_t> k = op.getStatisticLength();
  if (!k)
    return rowLength;
  Value limit = arith::ConstantIndexOp::create(builder, op.getLoc(), *k);
  return builder.createOrFold<arith::MinUIOp>(op.getLoc(), limit, rowLength);
}

static SmallVector<int64_t> getLeadingDims(Value memref) {
  int64_t rank = memref ? cast<MemRefType>(memref.getType()).getRank() : 0;
  return llvm::to_vector(llvm::seq<int64_t>(0, rank));
}

RowKernel::RowKernel(OpBuilder &builder, NormOpInterface op,
                     VectorTarget target, Value rowLength)
    : op(op), loc(op.getLoc()), emitter(target),
      partition{VectorType::get(target.bits / op.getComputeType().getWidth(),
                                op.getComputeType())},
      input(builder, loc, op.getInput(), op.getDimensions()),
      scale(builder, loc, op.getScale(), getLeadingDims(op.getScale())),
      bias(builder, loc, op.getBias(), getLeadingDims(op.getBias())),
      output(builder, loc, op.getInit(), op.getDimensions()),
      statistic(builder, loc, op.getStatisticInit(), {}),
      rstd(builder, loc, op.getRstdInit(), {}),
      mean(builder, loc, op.getMeanDestination(), {}), rowLength(rowLength),
      statisticLength(getStatisticLength(builder, op, rowLength)),
      sums(builder, loc, partition, statisticLength, op.isCentered() ? 2 : 1) {}

void RowKernel::emit(OpBuilder &builder, Value row) {
  RowAccess x = input.at(builder, row);
  RowStatistics statistics = emitStatistics(builder, x);
  emitStores(builder, x, output.at(builder, row), statistics);
  auto storeScalar = [&](const RowAccess &destination, Value value) {
    if (destination)
      destination.at(builder, row).storeScalar(builder, value);
  };
  storeScalar(statistic, statistics.statistic);
  storeScalar(rstd, statistics.rstd);
  storeScalar(mean, statistics.mean);
}

Value RowKernel::broadcast(OpBuilder &builder, Value scalar) {
  return vector::BroadcastOp::create(builder, loc, partition.vectorType,
                                     scalar);
}

/// A chunk of x in C.
Value RowKernel::loadCompute(OpBuilder &builder, const RowAccess &x,
                             const Chunk &chunk) {
  return emitter.convert(builder, loc, x.load(builder, chunk),
                         op.getComputeType());
}

/// sum / count in C.
static Value divide(OpBuilder &builder, Location loc, Value sum, Value count) {
  Value integer =
      arith::IndexCastOp::create(builder, loc, builder.getI64Type(), count);
  Value divisor = arith::SIToFPOp::create(builder, loc, sum.getType(), integer);
  return arith::DivFOp::create(builder, loc, sum, divisor);
}

//===----------------------------------------------------------------------===//
// Statistics
//===----------------------------------------------------------------------===//

RowStatistics RowKernel::emitStatistics(OpBuilder &builder,
                                        const RowAccess &x) {
  RowStatistics statistics =
      op.isCentered() ? emitVariance(builder, x) : emitMeanSquare(builder, x);
  statistics.rstd = emitRstd(builder, op, statistics.statistic);
  return statistics;
}

/// s = mean(x^2) of the leading elements.
RowStatistics RowKernel::emitMeanSquare(OpBuilder &builder,
                                        const RowAccess &x) {
  SmallVector<Value> sum = sums.emit(
      builder, 1,
      [&](OpBuilder &body, Location loc, const Chunk &chunk,
          ValueRange accumulators) -> SmallVector<Value> {
        Value h = loadCompute(body, x, chunk);
        return {emitter.multiplyAdd(body, loc, h, h, accumulators[0])};
      });
  RowStatistics statistics;
  statistics.statistic = divide(builder, loc, sum[0], statisticLength);
  return statistics;
}

/// x_0, or 0 for a row without elements.
Value RowKernel::emitFirstElement(OpBuilder &builder, const RowAccess &x) {
  Value zero = arith::ConstantIndexOp::create(builder, loc, 0);
  Value exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ugt,
                                       rowLength, zero);
  auto load = scf::IfOp::create(
      builder, loc, exists,
      [&](OpBuilder &body, Location loc) {
        Value element = x.loadElement(body, zero);
        auto type = VectorType::get(partition.getLanes(), element.getType());
        Value vector = vector::BroadcastOp::create(body, loc, type, element);
        Value wide = emitter.convert(body, loc, vector, op.getComputeType());
        scf::YieldOp::create(
            body, loc,
            vector::ExtractOp::create(body, loc, wide, 0).getResult());
      },
      [&](OpBuilder &body, Location loc) {
        scf::YieldOp::create(body, loc,
                             emitConstant(body, loc, op.getComputeType(), 0.0));
      });
  return load.getResult(0);
}

/// x - shift, zero in the lanes beyond the row.
static Value emitShifted(OpBuilder &builder, Location loc, Value h, Value shift,
                         const Chunk &chunk) {
  Value d = arith::SubFOp::create(builder, loc, h, shift);
  if (!chunk.remaining)
    return d;
  auto type = cast<VectorType>(d.getType());
  Value mask = vector::CreateMaskOp::create(builder, loc,
                                            type.clone(builder.getI1Type()),
                                            ValueRange{chunk.remaining});
  Value zeros =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  return arith::SelectOp::create(builder, loc, mask, d, zeros);
}

/// The variance, from d = x - c with c near the mean, in two sweeps:
///
///   c = x_0 + mean(x - x_0)         rounded: near the mean, and exactly x_0 if
///                                   the row is constant, whose y is then bias
///   s = max(0, mean(d^2) - mean(d)^2)
///   mean = c + mean(d)
///
/// |x_0 - mean| <= sqrt(n) * std, so that the rounding error of c is a small
/// part of std even if x_0 is the outlier of the row; d is exact where it
/// matters.
RowStatistics RowKernel::emitVariance(OpBuilder &builder, const RowAccess &x) {
  Value first = emitFirstElement(builder, x);
  Value firstVector = broadcast(builder, first);
  SmallVector<Value> sum =
      sums.emit(builder, 1,
                [&](OpBuilder &body, Location loc, const Chunk &chunk,
                    ValueRange accumulators) -> SmallVector<Value> {
                  Value d = emitShifted(body, loc, loadCompute(body, x, chunk),
                                        firstVector, chunk);
                  return {arith::AddFOp::create(body, loc, accumulators[0], d)};
                });
  RowStatistics statistics;
  Value distance = divide(builder, loc, sum[0], rowLength);
  statistics.shift = arith::AddFOp::create(builder, loc, first, distance);

  Value shift = broadcast(builder, statistics.shift);
  sum = sums.emit(
      builder, 2,
      [&](OpBuilder &body, Location loc, const Chunk &chunk,
          ValueRange accumulators) -> SmallVector<Value> {
        Value d =
            emitShifted(body, loc, loadCompute(body, x, chunk), shift, chunk);
        return {arith::AddFOp::create(body, loc, accumulators[0], d),
                emitter.multiplyAdd(body, loc, d, d, accumulators[1])};
      });
  statistics.shiftedMean = divide(builder, loc, sum[0], rowLength);
  statistics.mean = arith::AddFOp::create(builder, loc, statistics.shift,
                                          statistics.shiftedMean);
  Value square = divide(builder, loc, sum[1], rowLength);
  Value negated = arith::NegFOp::create(builder, loc, statistics.shiftedMean);
  Value variance = emitter.multiplyAdd(builder, loc, negated,
                                       statistics.shiftedMean, square);
  // NaN is not less than 0 and stays.
  Value zero = emitConstant(builder, loc, op.getComputeType(), 0.0);
  Value negative = arith::CmpFOp::create(
      builder, loc, arith::CmpFPredicate::OLT, variance, zero);
  statistics.statistic =
      arith::SelectOp::create(builder, loc, negative, zero, variance);
  return statistics;
}

//===----------------------------------------------------------------------===//
// The store sweep
//===----------------------------------------------------------------------===//

/// y of one chunk, from x in C.
Value RowKernel::emitChunk(OpBuilder &builder, Value x,
                           const RowStatistics &statistics,
                           const Chunk &chunk) {
  Value centred = x;
  if (statistics.shift) {
    centred = arith::SubFOp::create(builder, loc, centred,
                                    broadcast(builder, statistics.shift));
    centred = arith::SubFOp::create(builder, loc, centred,
                                    broadcast(builder, statistics.shiftedMean));
  }
  Value normalized = arith::MulFOp::create(builder, loc, centred,
                                           broadcast(builder, statistics.rstd));
  auto loadOptional = [&](const RowAccess &access) -> Value {
    return access ? access.load(builder, chunk) : Value();
  };
  return emitElement(builder, op, emitter, normalized, loadOptional(scale),
                     loadOptional(bias));
}

/// All chunks of the row. The chunks of a group are read before the first of
/// them is stored; y may take the memory of x.
void RowKernel::emitStores(OpBuilder &builder, const RowAccess &x,
                           const RowAccess &y,
                           const RowStatistics &statistics) {
  int64_t lanes = partition.getLanes();
  auto getIndex = [&](OpBuilder &body, int64_t value) {
    return arith::ConstantIndexOp::create(body, loc, value);
  };
  auto emitChunks = [&](OpBuilder &body, ArrayRef<Chunk> chunks) {
    SmallVector<Value> values =
        llvm::map_to_vector(chunks, [&](const Chunk &chunk) {
          return loadCompute(body, x, chunk);
        });
    for (auto [value, chunk] : llvm::zip(values, chunks))
      value = emitChunk(body, value, statistics, chunk);
    for (auto [value, chunk] : llvm::zip(values, chunks))
      y.store(body, value, chunk);
  };

  Value zero = getIndex(builder, 0);
  Value group = getIndex(builder, partition.getGroupSize());
  Value groups = builder.createOrFold<arith::DivUIOp>(loc, rowLength, group);
  Value groupsEnd = builder.createOrFold<arith::MulIOp>(loc, groups, group);
  scf::ForOp::create(
      builder, loc, zero, groupsEnd, group, ValueRange(),
      [&](OpBuilder &body, Location loc, Value position, ValueRange) {
        SmallVector<Chunk> chunks;
        for (int64_t a = 0; a < RowPartition::kAccumulators; ++a)
          chunks.push_back({body.createOrFold<arith::AddIOp>(
                                loc, position, getIndex(body, a * lanes)),
                            nullptr, lanes});
        emitChunks(body, chunks);
        scf::YieldOp::create(body, loc);
      });

  // What is left is less than a group: a masked chunk at a time.
  scf::ForOp::create(
      builder, loc, groupsEnd, rowLength, getIndex(builder, lanes),
      ValueRange(),
      [&](OpBuilder &body, Location loc, Value position, ValueRange) {
        Value remaining = arith::SubIOp::create(body, loc, rowLength, position);
        emitChunks(body, Chunk{position, remaining, lanes});
        scf::YieldOp::create(body, loc);
      });
}
