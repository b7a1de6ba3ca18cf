//===- CPURow.cpp - the steps of one row ----------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/CPURow.h"

#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

void CPURow::start(OpBuilder &builder, Value number, bool fromMemory) {
  clear();
  body.startRow(context.space.getRowIndices(builder, loc, number));
  body.chooseBuffers(builder, number);
  if (context.sums)
    block = context.sums->findBlock(builder, number, body.getRowIndices());
  prefetches = fromMemory;
  if (!prefetches)
    return;
  llvm::SmallSetVector<int64_t, 4> sizes;
  for (const RowStep &step : schedule.getSteps())
    for (unsigned input : step.ahead)
      sizes.insert(body.getInput(input).getElementBytes());
  prefetch.startRow(builder, number, sizes.getArrayRef());
}

void CPURow::emitPrefetches(OpBuilder &builder, const RowStep &step,
                            const Chunk &chunk) {
  if (prefetches)
    for (unsigned input : step.ahead)
      prefetch.emit(builder, body.getInput(input), chunk);
}

void CPURow::emitKeeps(OpBuilder &builder, const RowStep &step,
                       ChunkValues &values) {
  for (Value kept : step.keeps)
    body.keep(builder, kept, values);
}

/// Of pairs of chunks, with the second, for both.
void CPURow::emitStores(OpBuilder &builder, const RowStep &step,
                        ChunkValues &values) {
  for (Value stored : step.stores) {
    const Chunk &chunk = values.chunk;
    if (chunk.half == 0)
      continue;
    RowAccess output = body.getOutput(stored).at(body.getRowIndices());
    Value vector = chunk.half ? body.getRoundedPair(builder, stored, values)
                              : body.getVector(builder, stored, values);
    Chunk all = chunk;
    if (chunk.half)
      all.position = builder.createOrFold<arith::SubIOp>(
          loc, chunk.position, getIndex(builder, loc, context.lanes));
    output.store(builder, vector, all);
  }
}

Value CPURow::emitFirst(OpBuilder &builder, RowMomentsOp op) {
  Value one = builder.createOrFold<arith::MinUIOp>(loc, context.rowLength,
                                                   getIndex(builder, loc, 1));
  ChunkValues values({getIndex(builder, loc, 0), one, context.lanes});
  Value vector = body.getVector(builder, op.getValue(), values);
  return vector::ExtractOp::create(builder, loc, vector, 0);
}

TermEmitter CPURow::getTerms(OpBuilder &builder, const RowStep &sweep) {
  TermEmitter terms{body, sweep, getOperands(builder, sweep),
                    /*skipsZeros=*/true};
  terms.broadcast(builder);
  return terms;
}

SmallVector<Value> CPURow::emitSweep(OpBuilder &builder, const RowStep &sweep,
                                     const MomentsOperands &operands,
                                     bool again) {
  // A repeated sweep lies in a region of its own.
  RowBody repeated = body;
  if (again)
    repeated.startPhase(builder, schedule.getSteps(sweep.phase).front());
  TermEmitter terms{again ? repeated : body, sweep, operands,
                    /*skipsZeros=*/true};
  terms.broadcast(builder);
  return context.getReductions(sweep).emitPartials(
      builder, getKinds(sweep),
      [&](OpBuilder &nested, Location, const Chunk &chunk,
          ValueRange accumulators) {
        ChunkValues values(chunk);
        if (!again) {
          emitPrefetches(nested, sweep, chunk);
          emitKeeps(nested, sweep, values);
        }
        SmallVector<Value> next = terms.emit(nested, values, accumulators);
        emitStores(nested, sweep, values);
        return next;
      });
}

SmallVector<Value> CPURow::emitCombine(OpBuilder &builder, const RowStep &sweep,
                                       ArrayRef<Value> partials) {
  SmallVector<Value> results;
  for (auto [term, partial] : llvm::zip(sweep.terms, partials))
    results.push_back(combineLanes(builder, loc, term.reduction, partial));
  return results;
}

void CPURow::setCentre(OpBuilder &builder, RowMomentsOp op,
                       const RowCentre &centre) {
  body.setRowValue(
      op.getMean(),
      arith::AddFOp::create(builder, loc, centre.shift, centre.distance));
  body.setRowValue(op.getVariance(), centre.variance);
  body.setCentre(op, body.broadcast(builder, centre.shift),
                 body.broadcast(builder, centre.distance));
}
