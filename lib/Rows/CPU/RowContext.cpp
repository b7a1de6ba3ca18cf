//===- RowContext.cpp - what all rows of a loop share ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/RowContext.h"

using namespace mlir;
using namespace mlir::norm;

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

RowContext::RowContext(OpBuilder &builder, const RowSchedule &schedule,
                       const RowSpace &space, const RowSums *sums)
    : schedule(schedule), sums(sums), loop(schedule.getLoop()),
      loc(loop.getLoc()), space(space),
      rowLength(space.getRowLength(builder, loc)), lanes(schedule.getLanes()),
      outputs(getAccesses(loc, space, loop.getInputs().size(),
                          loop->getNumOperands())),
      prefetch(builder, loc, space, getTarget().caches.line,
               /*wholeRows=*/schedule.getOrder() != RowOrder::overlapped,
               /*rowsAhead=*/schedule.getColumns() ? schedule.getBatch() : 0),
      body(builder, schedule, getTarget(), lanes,
           getAccesses(loc, space, 0, loop.getInputs().size()), rowLength,
           schedule.getOrder() == RowOrder::overlapped ? schedule.getNumPhases()
                                                       : 1) {
  body.setOutputs(outputs);
  bool split = schedule.getOrder() == RowOrder::sharedByThreads;
  reductions.resize(schedule.getSteps().size());
  auto add = [&](const RowStep &step, bool fromFirst) {
    RowPartition partition{VectorType::get(lanes, step.getType()),
                           schedule.runsInPairs()};
    Value count =
        step.length ? getMin(builder, loc, rowLength, *step.length) : rowLength;
    std::optional<RowReductions> &own = reductions[schedule.getNumber(step)];
    if (fromFirst)
      own.emplace(loc, partition, count);
    else
      own.emplace(builder, loc, partition, count, step.terms.size(), split);
  };
  // Stacks first; the few elements from which a shift comes need none.
  for (bool fromFirst : {false, true})
    for (const RowStep &step : schedule.getSteps())
      if (step.kind == RowStep::Kind::sweep &&
          (step.terms.front().kind == RowTerm::Kind::fromFirst) == fromFirst)
        add(step, fromFirst);
}
