//===- PrintSchedule.cpp - schedules in words -----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Rows/PrintSchedule.h"

#include "Schedule/RowPartition.h"

#include "mlir/IR/OperationSupport.h"

using namespace mlir;
using namespace mlir::norm;

static StringRef stringifyPlace(RowPlace place) {
  switch (place) {
  case RowPlace::memory:
    return "memory";
  case RowPlace::cache:
    return "cache";
  case RowPlace::common:
    return "common";
  case RowPlace::buffer:
    return "row buffer";
  case RowPlace::registers:
    return "registers";
  case RowPlace::shared:
    return "shared memory";
  }
  llvm_unreachable("unknown place");
}

static StringRef stringifyOrder(RowOrder order) {
  switch (order) {
  case RowOrder::inTurn:
    return "one row after the other";
  case RowOrder::overlapped:
    return "the phases of rows overlap";
  case RowOrder::batched:
    return "rows in batches";
  case RowOrder::sharedByThreads:
    return "threads share each row";
  }
  llvm_unreachable("unknown order");
}

/// "in0", "out0", or the name of a value of the body.
static void printName(raw_ostream &os, Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    os << "in" << argument.getArgNumber();
  else
    value.printAsOperand(os, OpPrintingFlags());
}

static void printTerm(raw_ostream &os, const RowTerm &term) {
  os << stringifyReduction(term.reduction) << " ";
  Value value = term.op->getOperand(0);
  switch (term.kind) {
  case RowTerm::Kind::value:
    return printName(os, value);
  case RowTerm::Kind::fromFirst:
    printName(os, value);
    os << " - first";
    return;
  case RowTerm::Kind::fromShift:
    os << "d = ";
    printName(os, value);
    os << " - shift";
    return;
  case RowTerm::Kind::squareFromShift:
    os << "d * d";
    return;
  }
}

/// "; in0 in2 from memory, in1 from common".
static void printReads(raw_ostream &os, const RowStep &step) {
  SmallVector<RowPlace> places;
  for (const RowRead &read : step.reads)
    if (!llvm::is_contained(places, read.place))
      places.push_back(read.place);
  for (auto [number, place] : llvm::enumerate(places)) {
    os << (number == 0 ? "; " : ", ");
    for (const RowRead &read : step.reads)
      if (read.place == place) {
        printName(os, read.value);
        os << " ";
      }
    os << "from " << stringifyPlace(place);
  }
  if (!step.ahead.empty()) {
    os << "; ahead:";
    for (unsigned input : step.ahead)
      os << " in" << input;
  }
}

static void printSweep(raw_ostream &os, const RowStep &step) {
  os << "sweep";
  if (step.length)
    os << " of the first " << *step.length;
  os << ": ";
  llvm::interleaveComma(step.terms, os,
                        [&](const RowTerm &term) { printTerm(os, term); });
  printReads(os, step);
  for (auto [number, value] : llvm::enumerate(step.keeps)) {
    os << (number == 0 ? "; keeps " : " ");
    printName(os, value);
  }
}

/// "store: out0 out2", of the results that the first sweep stores (`early`), or
/// of those that the last step does.
static void printStores(raw_ostream &os, const RowSchedule &schedule,
                        bool early) {
  RowLoopOp loop = schedule.getLoop();
  os << "store:";
  for (unsigned i = 0, end = loop.getInits().size(); i < end; ++i)
    if (schedule.isStoredEarly(i) == early && !loop.isAccumulated(i))
      os << " out" << i;
}

static void printStep(raw_ostream &os, const RowStep &step,
                      const RowSchedule &schedule) {
  switch (step.kind) {
  case RowStep::Kind::rowCode:
    os << "row code:";
    for (Value value : step.values) {
      os << " ";
      printName(os, value);
    }
    return;
  case RowStep::Kind::sweep:
    printSweep(os, step);
    if (!step.stores.empty()) {
      os << "; ";
      printStores(os, schedule, /*early=*/true);
    }
    return;
  case RowStep::Kind::combine:
    os << "combine";
    return;
  case RowStep::Kind::first:
    os << "row code: first element of ";
    return printName(os, step.moments->getOperand(0));
  case RowStep::Kind::shift:
    os << "row code: shift = first + mean";
    return;
  case RowStep::Kind::moments:
    os << "row code: mean of d, variance";
    return;
  case RowStep::Kind::repeat:
    os << "repeat " << step.sweep << " to " << step.sweep + 1
       << " about the mean, if the shift is far from it";
    return;
  case RowStep::Kind::centre:
    os << "row code: mean = shift + mean of d";
    return;
  case RowStep::Kind::store:
    printStores(os, schedule, /*early=*/false);
    return printReads(os, step);
  case RowStep::Kind::accumulate:
    os << "accumulate beside the stores:";
    for (unsigned output : step.outputs)
      os << " out" << output;
    os << "; blocks of ";
    if (step.rows)
      os << *step.rows << " rows";
    else
      os << "as many rows as the row length says";
    return;
  }
}

std::string norm::describeRows(const RowSchedule &schedule) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (schedule.getTarget().isGPU()) {
    RowStrategy strategy = schedule.getStrategy();
    if (schedule.accumulates())
      strategy.maxGroups = 0; // Those that add up rows have their blocks.
    os << strategy.getDescription();
    if (schedule.accumulates())
      os << ", " << RowBlocks::kRowsOnGPU << " rows in turn, which it adds up";
    if (schedule.getElementwise())
      os << "; one element at a time where a chunk would cut the row";
    return text;
  }
  os << stringifyOrder(schedule.getOrder());
  if (schedule.getOrder() == RowOrder::batched)
    os << " of " << schedule.getBatch();
  os << ", " << schedule.getLanes() << " lanes"
     << (schedule.runsInPairs() ? " of even and odd elements" : "")
     << ", stores ";
  if (std::optional<bool> streaming = schedule.getStreaming())
    os << (*streaming ? "past the caches" : "to the caches")
       << (schedule.isPaced() ? " at the pace of memory" : "");
  else
    os << "as the extents say";
  if (const std::optional<RowColumns> &columns = schedule.getColumns())
    os << ", " << columns->elements << " columns of " << columns->rows
       << (columns->rows == 1 ? " row" : " rows") << " after the other";
  if (const std::optional<RowPacking> &packing = schedule.getPacking()) {
    unsigned numInputs = schedule.getLoop().getInputs().size();
    os << ", blocks of rows packed:";
    for (unsigned operand : packing->operands)
      if (operand < numInputs)
        os << " in" << operand;
      else
        os << " out" << operand - numInputs;
  }
  return text;
}

void norm::printSchedule(const RowSchedule &schedule, raw_ostream &os) {
  os << describeRows(schedule) << "\n";
  for (const RowStep &step : schedule.getSteps()) {
    if (step.kind == RowStep::Kind::rowCode && step.values.empty())
      continue;
    os << "  " << schedule.getNumber(step) << " ";
    printStep(os, step, schedule);
    os << "\n";
  }
  os << "reads: " << schedule.countReads() << "\n";
}
