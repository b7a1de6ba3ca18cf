//===- RowSchedule.cpp - the steps of a row -------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Rows/RowSchedule.h"

#include "Schedule/ChooseOrder.h"
#include "Schedule/ChooseStrategy.h"
#include "Schedule/EarlyStores.h"
#include "Schedule/RowPartition.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

/// Elements whose mean is the first shift of moments, on CPUs.
static constexpr int64_t kShiftLength = 64;

int64_t norm::getBytesPerElement(RowLoopOp loop) {
  int64_t bytes = 0;
  for (auto [operand, map] : llvm::zip(loop.getOperands(), loop.getMaps()))
    if (map.isPermutation())
      bytes += getElementTypeOrSelf(operand).getIntOrFloatBitWidth() / 8;
  return std::max<int64_t>(bytes, 1);
}

RowSchedule::RowSchedule(RowLoopOp loop, const RowTarget &target,
                         bool rowsInTurn)
    : loop(loop), target(target), shape(loop), layout(loop, shape) {
  RowPhases phases(loop, shape, target.getCosts());
  keptIn = phases.getKeepers();
  if (target.isGPU()) {
    strategy =
        chooseStrategy(loop, shape, phases, target.getChip(), rowsInTurn);
    if (!shape.hasStaticLength() && strategy.lanes > 1)
      elementwise = chooseElementwise(loop, shape, phases, strategy);
  }
  addSteps(phases);
  collectReads(phases);
  if (target.isGPU())
    return;
  rows = chooseOrder(*this, phases);
  storeEarly(phases);
  if (!rows.prefetches)
    for (RowStep &step : steps)
      step.ahead.clear();
  // The stores of columns ask for the next batch: sweeps find it in a cache.
  if (rows.columns)
    for (RowStep &step : steps)
      if (step.isWholeSweep() && step.phase == 0 && !step.ahead.empty()) {
        RowStep &store = steps[getNumber(getStore())];
        if (rows.streaming != false)
          store.ahead = step.ahead;
        step.ahead.clear();
      }
}

ArrayRef<RowStep> RowSchedule::getSteps(unsigned phase) const {
  auto begin = llvm::find_if(
      steps, [&](const RowStep &step) { return step.phase == phase; });
  auto end = std::find_if(begin, steps.end(), [&](const RowStep &step) {
    return step.phase != phase;
  });
  return ArrayRef(steps).slice(begin - steps.begin(), end - begin);
}

//===----------------------------------------------------------------------===//
// The list
//===----------------------------------------------------------------------===//

RowStep &RowSchedule::addStep(RowStep::Kind kind, unsigned phase) {
  RowStep &step = steps.emplace_back();
  step.kind = kind;
  step.phase = phase;
  return step;
}

/// What comes before the sweep of moments: the shift.
///
/// CPUs take the mean of the first elements, and look twice where it was a bad
/// one. Threads of GPUs take the mean of all, as the row is in registers, and
/// their warps must not differ in what they do.
void RowSchedule::addShift(unsigned phase, RowMomentsOp op) {
  addStep(RowStep::Kind::first, phase).moments = op;
  RowStep &sweep = addStep(RowStep::Kind::sweep, phase);
  sweep.terms.push_back({RowTerm::Kind::fromFirst, Reduction::add, op});
  if (!target.isGPU())
    sweep.length = kShiftLength;
  unsigned number = steps.size() - 1;
  addStep(RowStep::Kind::combine, phase).sweep = number;
  RowStep &shift = addStep(RowStep::Kind::shift, phase);
  shift.moments = op;
  shift.sweep = number;
}

/// What comes behind the sweep of moments, its step number `sweep`, but for the
/// mean.
void RowSchedule::addMoments(unsigned phase, RowMomentsOp op, unsigned sweep) {
  auto add = [&](RowStep::Kind kind) {
    RowStep &step = addStep(kind, phase);
    step.moments = op;
    step.sweep = sweep;
  };
  add(RowStep::Kind::moments);
  if (!target.isGPU())
    add(RowStep::Kind::repeat);
}

/// Sweep number `number` of a phase, and what moments need before it; the
/// number of its step.
unsigned RowSchedule::addSweep(const RowPhases &phases, unsigned phase,
                               unsigned number) {
  const RowPhase &plan = phases.getPhases()[phase];
  const RowSweep &reductions = plan.sweeps[number];
  auto moments = dyn_cast<RowMomentsOp>(reductions.reductions.front());
  if (moments)
    addShift(phase, moments);
  RowStep &sweep = addStep(RowStep::Kind::sweep, phase);
  sweep.length = reductions.length;
  if (moments)
    for (auto kind : {RowTerm::Kind::fromShift, RowTerm::Kind::squareFromShift})
      sweep.terms.push_back({kind, Reduction::add, moments});
  else
    for (Operation *op : reductions.reductions)
      sweep.terms.push_back(
          {RowTerm::Kind::value, cast<RowReduceOp>(op).getKind(), op});
  if (phases.getKeepingSweep(phase) == number) {
    sweep.keeps = plan.keeps;
    if (!target.isGPU())
      sweep.ahead = plan.fetches;
  }
  unsigned own = steps.size() - 1;
  addStep(RowStep::Kind::combine, phase).sweep = own;
  return own;
}

/// On CPUs all sweeps of a phase come first, as orders may make one of them; on
/// GPUs, where each costs a barrier, results follow their sweep.
void RowSchedule::addSteps(const RowPhases &phases) {
  unsigned last = phases.getPhases().size() - 1;
  for (auto [number, phase] : llvm::enumerate(phases.getPhases())) {
    SmallVector<Value> roots = phases.getRoots(number);
    llvm::append_range(roots, phase.keeps);
    addStep(RowStep::Kind::rowCode, number).values =
        phases.getRowValues(number, roots);
    SmallVector<std::pair<RowMomentsOp, unsigned>> moments;
    auto finish = [&] {
      for (auto [op, sweep] : moments)
        addMoments(number, op, sweep);
      for (auto [op, sweep] : moments)
        addStep(RowStep::Kind::centre, number).moments = op;
      moments.clear();
    };
    for (auto [position, sweep] : llvm::enumerate(phase.sweeps)) {
      unsigned step = addSweep(phases, number, position);
      if (auto op = dyn_cast<RowMomentsOp>(sweep.reductions.front()))
        moments.push_back({op, step});
      if (target.isGPU())
        finish();
    }
    finish();
    if (number == last && !target.isGPU())
      addStep(RowStep::Kind::store, number).ahead = phase.fetches;
    else if (number == last)
      addStep(RowStep::Kind::store, number);
  }
  addSums(last);
}

/// The step of sums over rows, if there are any.
void RowSchedule::addSums(unsigned phase) {
  if (loop.getAccumulate().empty())
    return;
  RowStep &step = addStep(RowStep::Kind::accumulate, phase);
  for (unsigned i = 0, end = loop.getInits().size(); i < end; ++i)
    if (loop.isAccumulated(i))
      step.outputs.push_back(i);
  if (target.isGPU())
    step.rows = RowBlocks::kRowsOnGPU;
  else if (shape.hasStaticLength())
    step.rows = RowBlocks::getRows(shape.getLength());
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

/// Where the input `argument` is read by a step, if `known` says whether an
/// earlier one has read it.
static RowPlace getPlaceOfInput(const RowSchedule &schedule,
                                BlockArgument argument, bool known) {
  unsigned input = argument.getArgNumber();
  const RowStrategy &strategy = schedule.getStrategy();
  if (schedule.getTarget().isGPU() && known) {
    if (strategy.chunks)
      return RowPlace::registers;
    if (llvm::is_contained(strategy.sharedInputs, input))
      return RowPlace::shared;
  }
  if (schedule.getShape().isCommonToRows(input))
    return RowPlace::common;
  return known && !schedule.getTarget().isGPU() ? RowPlace::cache
                                                : RowPlace::memory;
}

/// What sweeps and stores read, and where. A row is known once a step has read
/// all of it, or once registers have it, which take all of it at a time.
void RowSchedule::collectReads(const RowPhases &phases) {
  llvm::SmallDenseSet<Value> known;
  for (RowStep &step : steps) {
    bool stores = step.kind == RowStep::Kind::store;
    if (step.kind != RowStep::Kind::sweep && !stores)
      continue;
    SmallVector<Value> roots(step.keeps);
    for (const RowTerm &term : step.terms)
      roots.push_back(term.op->getOperand(0));
    if (stores)
      llvm::append_range(roots, loop.getYield().getValues());
    for (Value value : phases.getReads(step.phase, roots)) {
      RowRead read{value, RowPlace::buffer};
      if (auto argument = dyn_cast<BlockArgument>(value))
        read.place = getPlaceOfInput(*this, argument, known.contains(value));
      step.reads.push_back(read);
    }
    if (!step.length || strategy.chunks)
      for (const RowRead &read : step.reads)
        known.insert(read.value);
  }
}

/// Moves stores to the only sweep, where that pays.
void RowSchedule::storeEarly(const RowPhases &phases) {
  storedEarly = chooseEarlyStores(*this, phases);
  if (storedEarly.empty())
    return;
  auto sweep = llvm::find_if(
      steps, [](const RowStep &step) { return step.isWholeSweep(); });
  llvm::SmallSetVector<Value, 2> stored;
  SmallVector<Value> others;
  for (auto [number, value] : llvm::enumerate(loop.getYield().getValues()))
    if (isStoredEarly(number))
      stored.insert(value);
    else
      others.push_back(value);
  sweep->stores = stored.takeVector();
  RowStep &store = steps.back();
  store.reads.clear();
  store.ahead.clear();
  for (Value value : phases.getReads(store.phase, others, storedEarly))
    store.reads.push_back({value, isa<BlockArgument>(value) ? RowPlace::common
                                                            : RowPlace::cache});
}

int64_t RowSchedule::countReads() const {
  DenseMap<Value, int64_t> reads;
  int64_t most = 1;
  for (const RowStep &step : steps)
    for (const RowRead &read : step.reads) {
      bool keeps = read.place == RowPlace::buffer ||
                   read.place == RowPlace::registers ||
                   (read.place == RowPlace::shared && strategy.keepsRow);
      if (!keeps)
        most = std::max(most, ++reads[read.value]);
    }
  return most;
}

std::optional<uint64_t> RowSchedule::countBytes() const {
  std::optional<int64_t> rows = layout.getRowCount();
  std::optional<int64_t> length = layout.getRowLength();
  if (!rows || !length)
    return std::nullopt;
  return llvm::SaturatingMultiply<uint64_t>(
      llvm::SaturatingMultiply<uint64_t>(*rows, *length),
      getBytesPerElement(loop));
}
