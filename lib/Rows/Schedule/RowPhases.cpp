//===- RowPhases.cpp - what a row loop computes when ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedule/RowPhases.h"

#include "norm/Target/RowCode.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/Support/MathExtras.h"

#include <limits>

using namespace mlir;
using namespace mlir::norm;

RowPhases::RowPhases(RowLoopOp loop, const RowShape &shape,
                     const RowCosts &costs)
    : loop(loop), shape(shape) {
  assignPhases();
  addReductions();
  chooseBuffers(costs);
  collectLoads();
  chooseFetches();
}

/// The phase of a value is the last of its operands', and the next one after a
/// reduction.
void RowPhases::assignPhases() {
  for (BlockArgument argument : loop.getBlock()->getArguments())
    phaseOf[argument] = 0;
  unsigned last = 0;
  for (Operation &op : *loop.getBlock()) {
    unsigned phase = 0;
    for (Value operand : op.getOperands())
      phase = std::max(phase, phaseOf[operand]);
    last = std::max(last, phase);
    bool reduces = isa<RowReduceOp, RowMomentsOp>(op);
    for (Value result : op.getResults())
      phaseOf[result] = phase + reduces;
  }
  phases.resize(last + 1);
}

/// Reductions over the same leading elements share a sweep; moments have one of
/// their own, as they may take two.
void RowPhases::addReductions() {
  for (Operation &op : *loop.getBlock()) {
    if (!isa<RowReduceOp, RowMomentsOp>(op))
      continue;
    SmallVector<RowSweep> &sweeps = phases[phaseOf[op.getOperand(0)]].sweeps;
    auto reduce = dyn_cast<RowReduceOp>(op);
    std::optional<int64_t> length;
    if (reduce && reduce.getLength())
      length = *reduce.getLength();
    auto *shared = llvm::find_if(sweeps, [&](const RowSweep &sweep) {
      return reduce && isa<RowReduceOp>(sweep.reductions.front()) &&
             sweep.length == length &&
             sweep.reductions.front()->getResult(0).getType() ==
                 reduce.getType();
    });
    if (shared == sweeps.end()) {
      sweeps.push_back({length, {}});
      shared = &sweeps.back();
    }
    shared->reductions.push_back(&op);
  }
}

SmallVector<Value> RowPhases::getRoots(unsigned phase) const {
  SmallVector<Value> roots;
  for (const RowSweep &sweep : phases[phase].sweeps)
    for (Operation *op : sweep.reductions)
      roots.push_back(op->getOperand(0));
  if (phase + 1 == phases.size())
    llvm::append_range(roots, RowLoopOp(loop).getYield().getValues());
  return roots;
}

static int64_t getOperationCost(Operation *op, const RowCosts &costs) {
  if (isa<arith::DivFOp, arith::RemFOp, math::SqrtOp, math::RsqrtOp>(op))
    return costs.division;
  if (isTranscendental(op))
    return costs.transcendental;
  if (isa<arith::ExtFOp, arith::TruncFOp>(op))
    return costs.conversion;
  return 1;
}

/// What it costs to compute `value` from inputs and row values.
int64_t RowPhases::getCost(Value value, const RowCosts &costs) const {
  llvm::SmallSetVector<Value, 16> work;
  work.insert(value);
  int64_t cost = 0;
  for (size_t i = 0; i < work.size(); ++i) {
    Value next = work[i];
    if (!shape.isVarying(next))
      continue;
    if (Operation *op = next.getDefiningOp()) {
      cost += getOperationCost(op, costs);
      work.insert(op->operand_begin(), op->operand_end());
    } else {
      cost += costs.load;
    }
  }
  return cost;
}

std::optional<size_t> RowPhases::getKeepingSweep(unsigned phase) const {
  for (auto [number, sweep] : llvm::enumerate(phases[phase].sweeps))
    if (!sweep.length)
      return number;
  return std::nullopt;
}

bool RowPhases::isWorthKeeping(Value value, const llvm::SmallBitVector &needed,
                               const RowCosts &costs) const {
  return needed.count() > 1 && value.getType().isIntOrFloat() &&
         value.getType().getIntOrFloatBitWidth() >= 8 &&
         getKeepingSweep(needed.find_first()) &&
         getCost(value, costs) > costs.recompute;
}

/// The phases in which reductions and stores take each value.
DenseMap<Value, llvm::SmallBitVector> RowPhases::getRootPhases() const {
  DenseMap<Value, llvm::SmallBitVector> needed;
  for (unsigned phase = 0; phase < phases.size(); ++phase)
    for (Value value : getRoots(phase)) {
      auto &bits = needed.try_emplace(value, phases.size()).first->second;
      bits.set(phase);
    }
  return needed;
}

/// The bytes of a row of `type`, or too many where the length is unknown.
static int64_t getRowBytes(const RowShape &shape, Type type) {
  int64_t size = llvm::divideCeil(type.getIntOrFloatBitWidth(), 8), bytes;
  if (!shape.hasStaticLength() ||
      llvm::MulOverflow(shape.getLength(), size, bytes))
    return std::numeric_limits<int64_t>::max();
  return bytes;
}

/// A value that several phases need and that is dear is computed in the first
/// of them and kept, as long as buffers of known size fit. Users come first, as
/// what only a kept value needs is not needed later.
void RowPhases::chooseBuffers(const RowCosts &costs) {
  int64_t bytes = 0;
  DenseMap<Value, llvm::SmallBitVector> needed = getRootPhases();
  for (Operation &op : llvm::reverse(loop.getBlock()->without_terminator())) {
    // Of moments, the centred value varies: it is subtracted from, not kept.
    auto moments = dyn_cast<RowMomentsOp>(op);
    if (!moments && op.getNumResults() != 1)
      continue;
    Value value = moments ? moments.getCentred() : op.getResult(0);
    if (!shape.isVarying(value))
      continue;
    auto found = needed.find(value);
    if (found == needed.end())
      continue;
    llvm::SmallBitVector in = found->second;
    if (!moments && isWorthKeeping(value, in, costs)) {
      dear = true;
      int64_t size = getRowBytes(shape, value.getType());
      if (size <= costs.bufferBytes - bytes) {
        bytes += size;
        unsigned first = in.find_first();
        keptIn[value] = first;
        phases[first].keeps.push_back(value);
        in.reset();
        in.set(first);
      }
    }
    for (Value operand : op.getOperands())
      needed.try_emplace(operand, phases.size()).first->second |= in;
  }
}

SmallVector<Value> RowPhases::getRowValues(unsigned phase,
                                           ArrayRef<Value> roots) const {
  llvm::SmallSetVector<Value, 16> work(roots.begin(), roots.end());
  llvm::SmallSetVector<Value, 8> values;
  for (size_t i = 0; i < work.size(); ++i) {
    Value value = work[i];
    if (isReadFromBuffer(value, phase))
      continue;
    if (!shape.isVarying(value))
      values.insert(value);
    else if (Operation *op = value.getDefiningOp())
      work.insert(op->operand_begin(), op->operand_end());
  }
  return values.takeVector();
}

SmallVector<Value>
RowPhases::getReads(unsigned phase, ArrayRef<Value> roots,
                    const DenseMap<Value, unsigned> &stored) const {
  llvm::SmallSetVector<Value, 16> work(roots.begin(), roots.end());
  SmallVector<Value> reads;
  for (size_t i = 0; i < work.size(); ++i) {
    Value value = work[i];
    if (!shape.isVarying(value))
      continue;
    Operation *op = value.getDefiningOp();
    if (!op || isReadFromBuffer(value, phase) || stored.contains(value))
      reads.push_back(value);
    else
      work.insert(op->operand_begin(), op->operand_end());
  }
  return reads;
}

/// What each phase reads of the inputs.
void RowPhases::collectLoads() {
  for (auto [number, phase] : llvm::enumerate(phases)) {
    SmallVector<Value> roots = getRoots(number);
    llvm::append_range(roots, phase.keeps);
    for (Value value : getReads(number, roots))
      if (auto argument = dyn_cast<BlockArgument>(value))
        phase.loads.insert(argument.getArgNumber());
  }
}

/// Rows come from memory where a phase first reads all of them.
void RowPhases::chooseFetches() {
  llvm::SmallDenseSet<unsigned> fetched;
  for (auto [number, phase] : llvm::enumerate(phases)) {
    if (!getKeepingSweep(number) && number + 1 != phases.size())
      continue;
    for (unsigned input : phase.loads)
      if (loop.getMap(input).isPermutation() && fetched.insert(input).second)
        phase.fetches.push_back(input);
    llvm::sort(phase.fetches);
  }
}

int64_t norm::getComputeWidth(RowLoopOp loop) {
  unsigned width = 32;
  loop.getBlock()->walk([&](Operation *op) {
    for (Type type : op->getOperandTypes())
      if (isa<FloatType>(type))
        width = std::max(width, type.getIntOrFloatBitWidth());
  });
  return width;
}
