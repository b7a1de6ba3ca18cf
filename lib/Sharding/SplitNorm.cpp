//===- SplitNorm.cpp - norms of split rows --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// rmsnorm, prmsnorm: each process adds up the squares of its part, one
// all-reduce of one number per row makes the sum of the row, and a second loop
// computes the elements:
//
//   q_p = sum of x_i^2 over part p        row loop
//   q   = sum of q_p over the processes   shard.all_reduce
//   y_i = x_i / sqrt(q / K + eps) g_i     row loop
//
// layernorm: SplitMoments.cpp.
//
//===----------------------------------------------------------------------===//

#include "SplitNorm.h"

#include "norm/Dialect/Norm/Transforms/RowParts.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::sharding;

/// The sum of the squares of each row.
static Value emitSplitSquares(OpBuilder &builder, NormOpInterface op,
                              Value input, const ShardedRow &row) {
  Location loc = op.getLoc();
  FloatType compute = op.getComputeType();
  Value mask = emitMask(builder, loc, row, compute);
  RowLoopBuilder loop(builder, op, input);
  loop.cut(row);
  loop.read(input, OperandRole::element);
  std::optional<unsigned> maskAt = loop.read(mask, OperandRole::position);
  loop.writeRows(compute);
  Value sum = loop.emit([&](ValueRange arguments) {
    Value h = RowEmitter().convert(builder, loc, arguments[0], compute);
    Value square = arith::MulFOp::create(builder, loc, h, h);
    if (maskAt)
      square = emitWhere(builder, loc, arguments[*maskAt], square);
    Value sum = RowReduceOp::create(builder, loc, Reduction::add, square,
                                    /*length=*/IntegerAttr());
    return SmallVector<Value>{sum};
  })[0];
  return emitRowSum(builder, loc, sum, row);
}

/// The mean and the variance of each row.
static RowStatistics emitInputMoments(OpBuilder &builder, NormOpInterface op,
                                      Value input, const ShardedRow &row) {
  RowLoopBuilder loop(builder, op, input);
  loop.cut(row);
  loop.read(input, OperandRole::element);
  FloatType compute = op.getComputeType();
  return emitSplitMoments(loop, row, compute, [&](ValueRange arguments) {
    return RowEmitter().convert(builder, op.getLoc(), arguments[0], compute);
  });
}

namespace {
/// The second loop: the elements, from what their row gives.
class ElementLoop {
public:
  ElementLoop(NormOpInterface op, const ShardedRow &row,
              const RowStatistics &rows, const Partition &partition);
  SmallVector<Value> emit();

private:
  SmallVector<Value> emitBody(ValueRange arguments);

  NormOpInterface op;
  const ShardedRow &row;
  OpBuilder &builder;
  RowLoopBuilder loop;
  std::optional<unsigned> x, scale, bias, statistic, shift, distance;
};
} // namespace

ElementLoop::ElementLoop(NormOpInterface op, const ShardedRow &row,
                         const RowStatistics &rows, const Partition &partition)
    : op(op), row(row), builder(partition.builder),
      loop(builder, op, partition.lookup(op.getInput())) {
  x = loop.read(partition.lookup(op.getInput()), OperandRole::element);
  scale = loop.read(partition.lookup(op.getScale()), OperandRole::position);
  bias = loop.read(partition.lookup(op.getBias()), OperandRole::position);
  statistic = loop.read(rows.statistic, OperandRole::row);
  shift = loop.read(rows.shift, OperandRole::row);
  distance = loop.read(rows.distance, OperandRole::row);
  loop.write(partition.lookup(op.getInit()), OperandRole::element);
  for (Value init :
       {op.getStatisticInit(), op.getRstdInit(), op.getMeanDestination()})
    if (init)
      loop.write(partition.lookup(init), OperandRole::row);
}

SmallVector<Value> ElementLoop::emitBody(ValueRange arguments) {
  Location loc = op.getLoc();
  auto at = [&](std::optional<unsigned> number) {
    return number ? arguments[*number] : Value();
  };
  RowEmitter emitter;
  Value h = emitter.convert(builder, loc, at(x), op.getComputeType());
  Value s = at(statistic);
  if (shift) {
    h = arith::SubFOp::create(builder, loc, h, at(shift));
    h = arith::SubFOp::create(builder, loc, h, at(distance));
  } else {
    s = emitQuotient(builder, loc, s,
                     emitConstant(builder, loc, s.getType(), row.count));
  }
  Value rstd = emitRstd(builder, op, s);
  Value normalized = arith::MulFOp::create(builder, loc, h, rstd);
  SmallVector<Value> results{
      emitElement(builder, op, emitter, normalized, at(scale), at(bias))};
  if (op.getStatisticInit())
    results.push_back(s);
  if (op.getRstdInit())
    results.push_back(rstd);
  if (op.getMeanDestination())
    results.push_back(
        arith::AddFOp::create(builder, loc, at(shift), at(distance)));
  return results;
}

SmallVector<Value> ElementLoop::emit() {
  return loop.emit([&](ValueRange arguments) { return emitBody(arguments); });
}

SmallVector<Value> sharding::splitNorm(NormOpInterface op,
                                       const ShardedRow &row,
                                       const Partition &partition) {
  Value input = partition.lookup(op.getInput());
  RowStatistics rows;
  if (op.isCentered())
    rows = emitInputMoments(partition.builder, op, input, row);
  else
    rows.statistic = emitSplitSquares(partition.builder, op, input, row);
  return ElementLoop(op, row, rows, partition).emit();
}
