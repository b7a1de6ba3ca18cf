//===- EarlyStores.cpp - results that are stored by the first sweep -------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The sum h = x + r of an add and RMSNorm is a result, and what the norm is
// taken of. Where rows stay in a cache its store goes into the sweep that adds
// up h^2, and the last step reads h: two operands in place of three. Where they
// go to memory it does not, as nothing may wait for stores there.
//
//===----------------------------------------------------------------------===//

#include "Schedule/EarlyStores.h"

using namespace mlir;
using namespace mlir::norm;

DenseMap<Value, unsigned> norm::chooseEarlyStores(const RowSchedule &schedule,
                                                  const RowPhases &phases) {
  DenseMap<Value, unsigned> none, stored;
  if (schedule.getOrder() != RowOrder::inTurn ||
      schedule.getStreaming() != false || schedule.getNumPhases() != 2 ||
      schedule.accumulates())
    return none;
  // One sweep, over all of the row, and nothing that runs it again: a result
  // may take the memory of an input, which is gone then.
  unsigned sweeps = 0;
  for (const RowStep &step : schedule.getSteps()) {
    if (step.kind == RowStep::Kind::sweep)
      sweeps += step.isWholeSweep() ? 1 : 2;
    if (step.kind == RowStep::Kind::moments || !step.keeps.empty())
      return none;
  }
  if (sweeps != 1)
    return none;
  RowLoopOp loop = schedule.getLoop();
  unsigned numInputs = loop.getInputs().size();
  SmallVector<Value> others;
  for (auto [number, value] : llvm::enumerate(loop.getYield().getValues())) {
    unsigned operand = numInputs + number;
    if (schedule.getShape().variesAlongRow(operand) && value.getDefiningOp() &&
        schedule.getShape().isVarying(value) &&
        schedule.getLayout().isContiguous(operand) && !stored.contains(value) &&
        phases.getPhase(value) == 0)
      stored[value] = number;
    else
      others.push_back(value);
  }
  if (stored.empty())
    return none;
  // What is left must not read inputs of the row any more.
  for (Value value : phases.getReads(/*phase=*/1, others, stored)) {
    auto argument = dyn_cast<BlockArgument>(value);
    if (argument &&
        !schedule.getShape().isCommonToRows(argument.getArgNumber()))
      return none;
  }
  return stored;
}
