//===- OverlappedRows.cpp - the phases of several rows in one sweep -------===//
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
// What goes from one step of the loop to the next are the results of a row's
// reductions: one value for each row_reduce, and shift, distance and variance
// of moments.
//
//===----------------------------------------------------------------------===//

#include "CPU/RowOrders.h"
#include "CPU/RowPace.h"
#include "CPU/RowWriter.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
/// A row in one of the phases.
struct PhaseRow : CPURow {
  using CPURow::CPURow;

  /// The sweeps of `phase`, but for those from v_0, which give the shift.
  SmallVector<const RowStep *> getSweeps(unsigned phase) const;
  /// All of `phase` up to its sums.
  void runSweeps(OpBuilder &builder, unsigned phase);
  /// What these gave: sums, and the shift of moments.
  SmallVector<Value> collectSums(unsigned phase);
  /// The results of `phase` from its sums.
  SmallVector<Value> runRest(OpBuilder &builder, unsigned phase,
                             ValueRange sums);
  /// Takes over the results of `phase`.
  void setResults(OpBuilder &builder, unsigned phase, ValueRange results);
};

class OverlappedRows : public RowOrderEmitter {
public:
  OverlappedRows(OpBuilder &builder, const RowContext &context,
                 Value streaming);
  void emitRows(OpBuilder &builder, Value first, Value end) override;

private:
  using Rows = std::vector<PhaseRow>;
  /// The whole sweeps of a phase, at its row.
  using PhaseTerms = std::vector<TermEmitter>;

  SmallVector<Value> emitTogether(OpBuilder &builder, Rows rows, Value head);
  std::vector<PhaseTerms> startSweeps(OpBuilder &builder, Rows &rows);
  SmallVector<Value> emitSweepsAndStores(OpBuilder &builder, Rows &rows,
                                         ArrayRef<PhaseTerms> terms, Value head,
                                         Value besideEnd);
  SmallVector<Value> emitApart(OpBuilder &builder, Rows rows,
                               ArrayRef<Value> exists);
  SmallVector<Type> getResultTypes(unsigned phase) const;
  int64_t countLines() const;

  const RowContext &context;
  const RowSchedule &schedule;
  Location loc;
  Value streaming, rowLength;
  unsigned last;
  RowWriter writer;
  /// All sweeps over whole rows as one.
  std::optional<RowReductions> allSweeps;
};
} // namespace

//===----------------------------------------------------------------------===//
// One phase of a row
//===----------------------------------------------------------------------===//

static bool hasMoments(const RowStep &sweep) {
  return sweep.terms.front().kind == RowTerm::Kind::fromShift;
}

static RowMomentsOp getMomentsOf(const RowStep &sweep) {
  return cast<RowMomentsOp>(sweep.terms.front().op);
}

/// Of sums as well as of results: moments have a third.
static unsigned countValues(const RowStep &sweep) {
  return hasMoments(sweep) ? 3 : sweep.terms.size();
}

static SmallVector<const RowStep *> getSweepsOf(const RowSchedule &schedule,
                                                unsigned phase) {
  SmallVector<const RowStep *> sweeps;
  for (const RowStep &step : schedule.getSteps(phase))
    if (step.kind == RowStep::Kind::sweep &&
        step.terms.front().kind != RowTerm::Kind::fromFirst)
      sweeps.push_back(&step);
  return sweeps;
}

SmallVector<const RowStep *> PhaseRow::getSweeps(unsigned phase) const {
  return getSweepsOf(schedule, phase);
}

/// Whether a step takes results from sums.
static bool followsSums(const RowStep &step) {
  return step.kind == RowStep::Kind::moments ||
         step.kind == RowStep::Kind::repeat;
}

void PhaseRow::runSweeps(OpBuilder &builder, unsigned phase) {
  for (const RowStep &step : schedule.getSteps(phase))
    if (!followsSums(step) && step.kind != RowStep::Kind::centre)
      run(builder, step);
}

SmallVector<Value> PhaseRow::collectSums(unsigned phase) {
  SmallVector<Value> all;
  for (const RowStep *sweep : getSweeps(phase)) {
    llvm::append_range(all, getSums(*sweep));
    if (hasMoments(*sweep))
      all.push_back(getMoments(getMomentsOf(*sweep)).shift);
  }
  return all;
}

SmallVector<Value> PhaseRow::runRest(OpBuilder &builder, unsigned phase,
                                     ValueRange sums) {
  for (const RowStep *sweep : getSweeps(phase)) {
    getSums(*sweep) =
        llvm::to_vector_of<Value>(sums.take_front(sweep->terms.size()));
    if (hasMoments(*sweep))
      getMoments(getMomentsOf(*sweep)).shift = sums[2];
    sums = sums.drop_front(countValues(*sweep));
  }
  for (const RowStep &step : schedule.getSteps(phase))
    if (followsSums(step))
      run(builder, step);
  SmallVector<Value> results;
  for (const RowStep *sweep : getSweeps(phase)) {
    if (!hasMoments(*sweep)) {
      llvm::append_range(results, getSums(*sweep));
      continue;
    }
    const RowCentre &centre = *getMoments(getMomentsOf(*sweep)).centre;
    llvm::append_values(results, centre.shift, centre.distance,
                        centre.variance);
  }
  return results;
}

void PhaseRow::setResults(OpBuilder &builder, unsigned phase,
                          ValueRange results) {
  for (const RowStep *sweep : getSweeps(phase)) {
    ValueRange own = results.take_front(countValues(*sweep));
    results = results.drop_front(own.size());
    if (hasMoments(*sweep))
      setCentre(builder, getMomentsOf(*sweep), {own[0], own[1], own[2]});
    else
      for (auto [term, result] : llvm::zip(sweep->terms, own))
        setResult(builder, term.op, result);
  }
}

//===----------------------------------------------------------------------===//
// All rows
//===----------------------------------------------------------------------===//

OverlappedRows::OverlappedRows(OpBuilder &builder, const RowContext &context,
                               Value streaming)
    : context(context), schedule(context.schedule), loc(context.loc),
      streaming(streaming), rowLength(context.rowLength),
      last(context.schedule.getNumPhases() - 1), writer(context) {
  unsigned numTerms = 0;
  Type type;
  for (const RowStep &step : schedule.getSteps())
    if (step.isWholeSweep()) {
      numTerms += step.terms.size();
      type = step.getType();
    }
  RowPartition partition{VectorType::get(context.lanes, type),
                         schedule.runsInPairs()};
  allSweeps.emplace(builder, loc, partition, rowLength, numTerms,
                    /*split=*/false);
}

SmallVector<Type> OverlappedRows::getResultTypes(unsigned phase) const {
  SmallVector<Type> types;
  for (const RowStep *sweep : getSweepsOf(schedule, phase))
    types.append(countValues(*sweep), sweep->getType());
  return types;
}

/// for t in [first, end + phases - 1): one step.
void OverlappedRows::emitRows(OpBuilder &builder, Value first, Value end) {
  unsigned numPhases = last + 1;
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
    Rows rows;
    SmallVector<Value> exists;
    SmallVector<SmallVector<Value>> results(numPhases);
    for (unsigned phase = 0; phase < numPhases; ++phase) {
      Value number =
          body.createOrFold<arith::SubIOp>(loc, t, getIndex(body, loc, phase));
      Value position = arith::SubIOp::create(body, loc, number, first);
      exists.push_back(isBelow(body, loc, position, count));
      PhaseRow &row = rows.emplace_back(context);
      row.start(body, number, /*fromMemory=*/true);
      for (unsigned earlier = 0; earlier < phase; ++earlier) {
        ValueRange own = carried.take_front(getResultTypes(earlier).size());
        carried = carried.drop_front(own.size());
        llvm::append_range(results[phase], own);
        row.setResults(body, earlier, own);
      }
    }
    auto [head, alike] = writer.emitCommonHead(body, rows.back().getBody());
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
      llvm::append_range(next, rows[phase].runRest(body, phase, own));
    }
    scf::YieldOp::create(body, loc, next);
  };
  scf::ForOp::create(builder, loc, first, steps, one, none, step);
}

/// The phases of `rows`, one after the other, of the rows that exist; the sums
/// of all phases before the last. The last phase comes first: it has its row
/// from the step before.
SmallVector<Value> OverlappedRows::emitApart(OpBuilder &builder, Rows rows,
                                             ArrayRef<Value> exists) {
  // Where rows may stay in a cache there is nothing to ask for.
  if (!getConstantIntValue(streaming))
    for (PhaseRow &row : rows)
      row.stopPrefetching();
  scf::IfOp::create(builder, loc, exists[last],
                    [&](OpBuilder &nested, Location) {
                      rows[last].runSweeps(nested, last);
                      writer.emit(nested, rows[last], /*past=*/false);
                      scf::YieldOp::create(nested, loc);
                    });
  SmallVector<Value> sums;
  for (unsigned phase = last; phase-- > 0;) {
    auto some = scf::IfOp::create(
        builder, loc, exists[phase],
        [&](OpBuilder &nested, Location) {
          rows[phase].runSweeps(nested, phase);
          scf::YieldOp::create(nested, loc, rows[phase].collectSums(phase));
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

//===----------------------------------------------------------------------===//
// Together
//===----------------------------------------------------------------------===//

/// Runs what comes before the whole sweeps of all phases before the last:
/// sweeps over leading elements are short, and so are those that give shifts.
std::vector<OverlappedRows::PhaseTerms>
OverlappedRows::startSweeps(OpBuilder &builder, Rows &rows) {
  std::vector<PhaseTerms> terms(last);
  for (unsigned phase = 0; phase < last; ++phase)
    for (const RowStep &step : schedule.getSteps(phase)) {
      const RowStep &sweep = schedule.getSteps()[step.sweep];
      if (step.isWholeSweep())
        terms[phase].push_back(rows[phase].getTerms(builder, step));
      else if (!followsSums(step) && step.kind != RowStep::Kind::centre &&
               !(step.kind == RowStep::Kind::combine && sweep.isWholeSweep()))
        rows[phase].run(builder, step);
    }
  return terms;
}

/// Lines that come from memory or go there in a step, which stores whole lines
/// of all results.
int64_t OverlappedRows::countLines() const {
  llvm::SmallSetVector<unsigned, 4> inputs;
  for (const RowStep &step : schedule.getSteps())
    inputs.insert(step.ahead.begin(), step.ahead.end());
  int64_t elements = writer.getChunksPerLine() * context.lanes, bytes = 0;
  for (unsigned input : inputs)
    bytes += elements * context.body.getInput(input).getElementBytes();
  for (auto [number, output] : llvm::enumerate(context.outputs))
    if (context.isStored(number))
      bytes += elements * output.getElementBytes();
  return bytes / context.getTarget().caches.line;
}

/// The whole-row sweeps of all phases before the last, and beside them the
/// stores of the last from element number `head` on: `besideEnd` elements, a
/// multiple of a group.
SmallVector<Value>
OverlappedRows::emitSweepsAndStores(OpBuilder &builder, Rows &rows,
                                    ArrayRef<PhaseTerms> terms, Value head,
                                    Value besideEnd) {
  SmallVector<Reduction> kinds;
  for (const PhaseTerms &phase : terms)
    for (const TermEmitter &own : phase)
      llvm::append_range(kinds, getKinds(own.sweep));
  PhaseRow &stored = rows[last];
  SmallVector<Chunk> line;
  RowPace pace(schedule.isPaced() ? context.getTarget().window : 0,
               countLines());
  SmallVector<Value> sums = allSweeps->emitPartials(
      builder, kinds,
      [&](OpBuilder &nested, Location, const Chunk &chunk,
          ValueRange accumulators) {
        SmallVector<Value> next;
        if (line.empty())
          pace.begin(nested);
        for (auto [row, phase] : llvm::zip(rows, terms)) {
          for (const TermEmitter &own : phase)
            row.emitPrefetches(nested, own.sweep, chunk);
          ChunkValues values(chunk);
          for (const TermEmitter &own : phase) {
            unsigned size = own.sweep.terms.size();
            llvm::append_range(
                next, own.emit(nested, values, accumulators.take_front(size)));
            accumulators = accumulators.drop_front(size);
          }
          for (const TermEmitter &own : phase)
            row.emitKeeps(nested, own.sweep, values);
        }
        if (!chunk.beside)
          return next;
        Chunk &result = line.emplace_back(chunk);
        result.position =
            arith::AddIOp::create(nested, loc, chunk.position, head);
        stored.emitPrefetches(nested, schedule.getStore(), result);
        if (static_cast<int64_t>(line.size()) == writer.getChunksPerLine()) {
          writer.emitChunks(nested, {&stored}, line, /*past=*/true);
          line.clear();
          pace.end(nested, loc);
        }
        return next;
      },
      besideEnd);
  for (auto [sum, kind] : llvm::zip(sums, kinds))
    sum = combineLanes(builder, loc, kind, sum);
  return sums;
}

/// All phases in one sweep, each at its own row; the sums of all phases before
/// the last. Results are stored past the caches from element number `head` of
/// the last row on.
SmallVector<Value> OverlappedRows::emitTogether(OpBuilder &builder, Rows rows,
                                                Value head) {
  PhaseRow &stored = rows[last];
  writer.emitClaimOfEnd(builder, stored);
  stored.runSweeps(builder, last);
  writer.emitSingleChunks(builder, {&stored}, getIndex(builder, loc, 0), head);
  std::vector<PhaseTerms> terms = startSweeps(builder, rows);

  Value groupSize = getIndex(builder, loc, allSweeps->getGroupSize());
  Value length = arith::SubIOp::create(builder, loc, rowLength, head);
  Value groups = arith::DivUIOp::create(builder, loc, length, groupSize);
  Value besideEnd = arith::MulIOp::create(builder, loc, groups, groupSize);
  SmallVector<Value> sums =
      emitSweepsAndStores(builder, rows, terms, head, besideEnd);
  Value tail = arith::AddIOp::create(builder, loc, head, besideEnd);
  writer.emitBetween(builder, {&stored}, tail, rowLength, /*past=*/true);
  writer.emitRowValues(builder, stored.getBody());

  ArrayRef<Value> left = sums;
  SmallVector<Value> all;
  for (unsigned phase = 0; phase < last; ++phase) {
    for (const TermEmitter &own : terms[phase]) {
      rows[phase].getSums(own.sweep) =
          llvm::to_vector(left.take_front(own.sweep.terms.size()));
      left = left.drop_front(own.sweep.terms.size());
    }
    llvm::append_range(all, rows[phase].collectSums(phase));
  }
  return all;
}

std::unique_ptr<RowOrderEmitter>
norm::makeOverlappedRows(OpBuilder &builder, const RowContext &context,
                         Value streaming) {
  return std::make_unique<OverlappedRows>(builder, context, streaming);
}
