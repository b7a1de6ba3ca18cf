//===- RowKernel.cpp - the code of one row --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowKernel.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// Elements whose mean is the first shift of moments.
static constexpr int64_t kShiftLength = 64;

/// min(a, b), of counts.
static Value getMin(OpBuilder &builder, Location loc, Value a, int64_t b) {
  return builder.createOrFold<arith::MinUIOp>(loc, a,
                                              getIndex(builder, loc, b));
}

static SmallVector<RowAccess> getAccesses(Location loc, const RowSpace &space,
                                          unsigned begin, unsigned end) {
  return llvm::map_to_vector(llvm::seq(begin, end), [&](unsigned i) {
    return RowAccess(loc, space, i);
  });
}

RowKernel::RowKernel(OpBuilder &builder, RowLoopOp loop, const RowPlan &plan,
                     const RowSpace &space, VectorTarget target,
                     Value streaming, bool split)
    : loop(loop), loc(loop.getLoc()), plan(plan), space(space),
      rowLength(space.getRowLength(builder, loc)), streaming(streaming),
      lanes(getLaneCount(loop, target)), split(split),
      fences(target.fencesStreams),
      halves(runsInHalves(loop, plan,
                          getAccesses(loc, space, 0, loop->getNumOperands()),
                          target)),
      outputs(getAccesses(loc, space, loop.getInputs().size(),
                          loop->getNumOperands())),
      overlaps(!split && getConstantIntValue(streaming) != 0 &&
               canOverlap(builder, loop, plan, space, target)),
      streams(!overlaps && getConstantIntValue(streaming) != 0),
      fetch(builder, loc, space, /*wholeRows=*/!overlaps),
      body(builder, loop, plan, target, lanes,
           getAccesses(loc, space, 0, loop.getInputs().size()), rowLength,
           overlaps ? plan.getPhases().size() : 1) {
  assert((overlaps || getConstantIntValue(streaming)) &&
         "expected to know whether results are stored past the caches");
  unsigned numReductions = 0;
  std::optional<RowPartition> whole;
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
      unsigned reductions = moments ? 2 : sweep.reductions.size();
      RowReductions sums(builder, loc, partition, count, reductions, split);
      std::optional<RowReductions> shift;
      if (moments)
        shift.emplace(loc, partition,
                      getMin(builder, loc, rowLength, kShiftLength));
      emitted.push_back({&sweep, std::move(sums), std::move(shift)});
      if (sweep.length)
        continue;
      numReductions += reductions;
      whole = partition;
    }
  }
  if (overlaps)
    allSweeps.emplace(builder, loc, *whole, rowLength, numReductions,
                      /*split=*/false);
  batches = canBatch();
  if (batches)
    allocateBatch(builder);
}

void RowKernel::emitRows(OpBuilder &builder, Value first, Value end) {
  if (overlaps)
    return emitOverlappedRows(builder, first, end);
  if (batches)
    return emitBatches(builder, first, end);
  scf::ForOp::create(builder, loc, first, end, getIndex(builder, loc, 1),
                     ValueRange(),
                     [&](OpBuilder &nested, Location, Value row, ValueRange) {
                       emitRow(nested, row);
                       scf::YieldOp::create(nested, loc);
                     });
}

/// One row, phase after phase.
void RowKernel::emitRow(OpBuilder &builder, Value number) {
  Row row = getRow(builder, number);
  for (unsigned phase = 0; phase + 1 < plan.getPhases().size(); ++phase) {
    SmallVector<Value> sums = emitSums(builder, row, phase);
    setResults(builder, row.body, phase,
               emitResults(builder, row.body, phase, sums));
  }
  emitStores(builder, row, /*past=*/streams);
}

RowKernel::Row RowKernel::getRow(OpBuilder &builder, Value number) {
  Row row{body, fetch, /*fetches=*/false};
  row.body.startRow(space.getRowIndices(builder, loc, number));
  row.body.chooseBuffers(builder, number);
  if (split || !(streams || overlaps))
    return row;
  llvm::SmallSetVector<int64_t, 4> sizes;
  for (const RowPhase &phase : plan.getPhases())
    for (unsigned input : phase.fetches)
      sizes.insert(body.getInput(input).getElementBytes());
  row.fetch.startRow(builder, number, sizes.getArrayRef());
  row.fetches = true;
  return row;
}

void RowKernel::startPhase(OpBuilder &builder, RowBody &body, unsigned phase) {
  SmallVector<Value> roots = plan.getRoots(phase);
  llvm::append_range(roots, plan.getPhases()[phase].keeps);
  body.startPhase(builder, phase, roots);
}

/// Asks for what `phase` of `row` reads some time after `chunk`.
void RowKernel::emitFetches(OpBuilder &builder, Row &row, unsigned phase,
                            const Chunk &chunk) {
  if (row.fetches)
    for (unsigned input : plan.getPhases()[phase].fetches)
      row.fetch.emit(builder, body.getInput(input), chunk);
}

/// Fills the row buffers of `phase`.
void RowKernel::emitKeeps(OpBuilder &builder, RowBody &body, unsigned phase,
                          ChunkValues &values) {
  for (Value kept : plan.getPhases()[phase].keeps)
    body.keep(builder, kept, values);
}
