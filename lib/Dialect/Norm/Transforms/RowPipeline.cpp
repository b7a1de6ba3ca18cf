//===- RowPipeline.cpp - the phases of several rows in one sweep ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where rows come from memory, memory must never wait for arithmetic: while a
// row is stored, the statistics of the next one are taken, line by line in one
// loop. With more phases, more rows are under way, one in each phase: in step t
// phase k is at row t - k.
//
//   step      phase 0   phase 1 (the last)
//   first     first     -
//   ...       t         t - 1
//   end       -         end - 1
//
// Steps in which a phase has no row, rows whose results are not aligned alike,
// and all rows where it turns out that they stay in a cache, run phase after
// phase.
//
//===----------------------------------------------------------------------===//

#include "RowKernel.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm;

/// Groups of a row that are worth a loop: shorter rows stay in registers from
/// one phase to the next.
static constexpr int64_t kMinGroups = 3;
/// Rows of which enough have one to overlap with.
static constexpr int64_t kMinRows = 4;

bool RowKernel::canOverlap(OpBuilder &builder, RowLoopOp loop,
                           const RowPlan &plan, const RowSpace &space,
                           const VectorTarget &target) {
  Location loc = loop.getLoc();
  auto isLess = [](Value count, int64_t least) {
    std::optional<int64_t> known = getConstantIntValue(count);
    return known && *known < least;
  };
  int64_t groupSize = RowPartition::kAccumulators * getLaneCount(loop, target);
  if (isLess(space.getRowLength(builder, loc), kMinGroups * groupSize) ||
      isLess(space.getRowCount(builder, loc), kMinRows))
    return false;
  bool some = false;
  for (unsigned i = loop.getInputs().size(); i < loop->getNumOperands(); ++i)
    if (loop.variesAlongRow(loop.getMap(i))) {
      some = true;
      if (!RowAccess(loc, space, i).isContiguous())
        return false;
    }
  llvm::SmallSetVector<Type, 1> types;
  for (const RowPhase &phase : plan.getPhases())
    for (const RowSweep &sweep : phase.sweeps)
      if (!sweep.length)
        types.insert(sweep.reductions.front()->getOperand(0).getType());
  return some && types.size() == 1;
}

/// for t in [first, end + phases - 1): one step.
void RowKernel::emitOverlappedRows(OpBuilder &builder, Value first, Value end) {
  unsigned numPhases = plan.getPhases().size(), last = numPhases - 1;
  Value one = getIndex(builder, loc, 1);
  Value depth = getIndex(builder, loc, last);
  Value count = arith::SubIOp::create(builder, loc, end, first);
  Value steps = arith::AddIOp::create(builder, loc, end, depth);

  // A row takes the results of all phases before its own with it: carried are
  // those of the row in phase 1, then those of the row in phase 2, ...
  SmallVector<Value> none;
  for (unsigned phase = 1; phase < numPhases; ++phase)
    for (unsigned earlier = 0; earlier < phase; ++earlier)
      for (Type type : getResultTypes(earlier))
        none.push_back(
            arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type)));

  auto step = [&](OpBuilder &body, Location, Value t, ValueRange carried) {
    std::vector<Row> rows;
    SmallVector<Value> exists;
    SmallVector<SmallVector<Value>> results(numPhases);
    for (unsigned phase = 0; phase < numPhases; ++phase) {
      Value number =
          body.createOrFold<arith::SubIOp>(loc, t, getIndex(body, loc, phase));
      Value position = arith::SubIOp::create(body, loc, number, first);
      exists.push_back(isBelow(body, loc, position, count));
      Row &row = rows.emplace_back(getRow(body, number));
      for (unsigned earlier = 0; earlier < phase; ++earlier) {
        ValueRange own = carried.take_front(getResultTypes(earlier).size());
        carried = carried.drop_front(own.size());
        llvm::append_range(results[phase], own);
        setResults(body, row.body, earlier, own);
      }
    }
    auto [head, alike] = emitCommonHead(body, rows.back().body);
    Value together =
        arith::AndIOp::create(body, loc, exists.front(), exists.back());
    together = arith::AndIOp::create(body, loc, together, alike);
    together = body.createOrFold<arith::AndIOp>(loc, together, streaming);
    Value start = head;
    auto sums = scf::IfOp::create(
        body, loc, together,
        [&](OpBuilder &nested, Location) {
          scf::YieldOp::create(nested, loc, emitTogether(nested, rows, start));
        },
        [&](OpBuilder &nested, Location) {
          scf::YieldOp::create(nested, loc, emitApart(nested, rows, exists));
        });
    ValueRange all = sums.getResults();
    SmallVector<Value> next;
    for (unsigned phase = 0; phase < last; ++phase) {
      ValueRange own = all.take_front(getResultTypes(phase).size());
      all = all.drop_front(own.size());
      llvm::append_range(next, results[phase]);
      llvm::append_range(next, emitResults(body, rows[phase].body, phase, own));
    }
    scf::YieldOp::create(body, loc, next);
  };
  scf::ForOp::create(builder, loc, first, steps, one, none, step);
}

/// The phases of `rows`, one after the other, of the rows that exist; the sums
/// of all phases before the last. The last phase comes first: it has its row
/// from the step before.
SmallVector<Value> RowKernel::emitApart(OpBuilder &builder,
                                        std::vector<Row> rows,
                                        ArrayRef<Value> exists) {
  // Where rows may stay in a cache there is nothing to ask for.
  for (Row &row : rows)
    row.fetches &= getConstantIntValue(streaming).has_value();
  unsigned last = rows.size() - 1;
  scf::IfOp::create(builder, loc, exists[last],
                    [&](OpBuilder &nested, Location) {
                      emitStores(nested, rows[last], /*past=*/false);
                      scf::YieldOp::create(nested, loc);
                    });
  SmallVector<Value> sums;
  for (unsigned phase = last; phase-- > 0;) {
    auto some = scf::IfOp::create(
        builder, loc, exists[phase],
        [&](OpBuilder &nested, Location) {
          scf::YieldOp::create(nested, loc,
                               emitSums(nested, rows[phase], phase));
        },
        [&](OpBuilder &nested, Location) {
          SmallVector<Value> none;
          for (Type type : getResultTypes(phase))
            none.push_back(arith::ConstantOp::create(nested, loc,
                                                     nested.getZeroAttr(type)));
          scf::YieldOp::create(nested, loc, none);
        });
    sums.insert(sums.begin(), some.getResults().begin(),
                some.getResults().end());
  }
  return sums;
}

/// The whole-row sweeps of all phases before the last, and beside them the
/// stores of the last from element number `head` on: `besideEnd` elements, a
/// multiple of a group.
SmallVector<Value>
RowKernel::emitSweepsAndStores(OpBuilder &builder, std::vector<Row> &rows,
                               ArrayRef<std::vector<Terms>> terms,
                               ArrayRef<Reduction> kinds, Value head,
                               Value besideEnd) {
  unsigned last = rows.size() - 1;
  Row &stored = rows[last];
  SmallVector<Chunk> line;
  return allSweeps->emit(
      builder, kinds,
      [&](OpBuilder &nested, Location, const Chunk &chunk,
          ValueRange accumulators) {
        SmallVector<Value> next;
        for (unsigned phase = 0; phase < last; ++phase) {
          emitFetches(nested, rows[phase], phase, chunk);
          ChunkValues values(chunk);
          for (const Terms &own : terms[phase]) {
            llvm::append_range(
                next, emitTerms(nested, own, values,
                                accumulators.take_front(own.kinds.size())));
            accumulators = accumulators.drop_front(own.kinds.size());
          }
          emitKeeps(nested, rows[phase].body, phase, values);
        }
        if (!chunk.beside)
          return next;
        Chunk &result = line.emplace_back(chunk);
        result.position =
            arith::AddIOp::create(nested, loc, chunk.position, head);
        emitFetches(nested, stored, last, result);
        if (static_cast<int64_t>(line.size()) == getChunksPerLine()) {
          emitChunks(nested, stored, line, /*past=*/true);
          line.clear();
        }
        return next;
      },
      besideEnd);
}

/// All phases in one sweep, each at its own row; the sums of all phases before
/// the last. Results are stored past the caches from element number `head` of
/// the last row on.
SmallVector<Value> RowKernel::emitTogether(OpBuilder &builder,
                                           std::vector<Row> rows, Value head) {
  unsigned last = rows.size() - 1;
  Row &stored = rows[last];
  startPhase(builder, stored.body, last);
  emitSingleChunks(builder, stored, getIndex(builder, loc, 0), head);

  // Sweeps over leading elements are short: they come first.
  std::vector<std::vector<Terms>> terms(last);
  SmallVector<SmallVector<Value>> sums;
  SmallVector<Reduction> kinds;
  for (unsigned phase = 0; phase < last; ++phase) {
    startPhase(builder, rows[phase].body, phase);
    for (const Sweep &sweep : sweeps[phase]) {
      Terms own = getTerms(builder, rows[phase].body, sweep);
      sums.emplace_back();
      if (sweep.plan->length) {
        sums.back() = emitSweep(builder, rows[phase], phase, own);
        continue;
      }
      llvm::append_range(kinds, own.kinds);
      terms[phase].push_back(std::move(own));
    }
  }

  Value groupSize = getIndex(builder, loc, allSweeps->getGroupSize());
  Value length = arith::SubIOp::create(builder, loc, rowLength, head);
  Value groups = arith::DivUIOp::create(builder, loc, length, groupSize);
  Value besideEnd = arith::MulIOp::create(builder, loc, groups, groupSize);
  SmallVector<Value> results =
      emitSweepsAndStores(builder, rows, terms, kinds, head, besideEnd);
  Value tail = arith::AddIOp::create(builder, loc, head, besideEnd);
  emitStoresBetween(builder, stored, tail, rowLength, /*past=*/true);
  emitRowValues(builder, stored.body);

  // In the order of the sweeps.
  ArrayRef<Value> whole = results;
  auto own = sums.begin();
  for (unsigned phase = 0; phase < last; ++phase) {
    auto of = terms[phase].begin();
    for (const Sweep &sweep : sweeps[phase]) {
      SmallVector<Value> &values = *own++;
      if (sweep.plan->length)
        continue;
      values.append(whole.begin(), whole.begin() + of->kinds.size());
      whole = whole.drop_front(of->kinds.size());
      if (of->shift)
        values.push_back(of->shift);
      ++of;
    }
  }
  SmallVector<Value> all;
  for (ArrayRef<Value> values : sums)
    llvm::append_range(all, values);
  return all;
}
