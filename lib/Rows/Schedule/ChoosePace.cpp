//===- ChoosePace.cpp - which rows keep to the pace of memory -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Schedule/ChoosePace.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;

/// Elements of rows that are paced, at least: the window of operations of a
/// shorter row is to reach across the chain between its phases, from the sums
/// of lanes to the reciprocal root.
static constexpr int64_t kPacedLength = 768;
/// Bytes of rows that come from memory whatever was there before, in parts of
/// the third-level cache: of less some lines come from there, and faster. Rows
/// that share a line with the next one wait for it, and are paced earlier.
static constexpr int64_t kThirds = 2, kThirdsOfShared = 1;

/// Whether rows are known to be whole lines of all results.
static bool hasWholeLines(const RowSchedule &schedule, int64_t length) {
  RowLoopOp loop = schedule.getLoop();
  int64_t line = schedule.getTarget().getCPU().caches.line;
  unsigned numInputs = loop.getInputs().size();
  return llvm::none_of(
      llvm::seq<unsigned>(numInputs, loop->getNumOperands()), [&](unsigned i) {
        Type element = getElementTypeOrSelf(loop->getOperand(i));
        return schedule.getShape().variesAlongRow(i) &&
               !loop.isAccumulated(i - numInputs) &&
               length * element.getIntOrFloatBitWidth() / 8 % line != 0;
      });
}

bool norm::isPaced(const RowSchedule &schedule) {
  const VectorTarget &cpu = schedule.getTarget().getCPU();
  std::optional<int64_t> length = schedule.getLayout().getRowLength();
  std::optional<uint64_t> bytes = schedule.countBytes();
  if (cpu.window == 0 || !cpu.caches.hasNearThird() || !bytes ||
      *length < kPacedLength)
    return false;
  int64_t thirds = hasWholeLines(schedule, *length) ? kThirds : kThirdsOfShared;
  return *bytes >= static_cast<uint64_t>(thirds * cpu.caches.getBytes(3));
}
