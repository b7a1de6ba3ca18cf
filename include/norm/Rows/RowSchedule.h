//===- RowSchedule.h - the steps of a row -----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is computed for each row of a row_loop, as a list of steps for one
// target. It is computed once, from the shape of the loop, its body and the
// target; emitters interpret it, and norm-print-plan prints it. An RMSNorm is
//
//   sweep     x_i^2 added up        reads x from memory
//   combine   the partial sums
//   row code  rstd
//   store     y                     reads x from the cache, scale from what all
//                                   rows have in common
//
// The list says what is read where, what is kept, and in which order rows are
// run through. Which bits come out depends on the sweeps alone.
//
// Steps that follow from one another through the row make a phase: the sweeps
// of a phase could be one, and the row code in front of them has what they need
// of earlier phases. Sums over rows are the last step, beside the stores.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_ROWS_ROWSCHEDULE_H
#define NORM_ROWS_ROWSCHEDULE_H

#include "norm/Rows/RowLayout.h"
#include "norm/Rows/RowStrategy.h"
#include "norm/Target/RowTarget.h"

namespace mlir::norm {

class RowPhases;

/// Where a step reads a value that varies along the row.
enum class RowPlace {
  /// Memory: the first read of a row, or one that nothing keeps.
  memory,
  /// The caches, which have the row since an earlier step.
  cache,
  /// The same elements for all rows, which stay near the core.
  common,
  /// A row buffer, filled by an earlier step.
  buffer,
  /// Registers, since an earlier step.
  registers,
  /// Shared memory, as much of the row as it holds.
  shared
};

/// A value that a step reads: an argument of the body, or one in a row buffer.
struct RowRead {
  Value value;
  RowPlace place;
};

/// What a sweep adds up, or takes the greatest of.
struct RowTerm {
  enum class Kind {
    /// The value that a row_reduce reduces.
    value,
    /// Of moments: v - v_0, or (v - v_0) * 2^-40 (see RowTerms.h).
    fromFirst,
    /// d = v - shift, and d^2.
    fromShift,
    squareFromShift
  };
  Kind kind;
  Reduction reduction;
  /// The row_reduce or row_moments.
  Operation *op;
};

/// One step of a row. Steps that stand for a row_moments name it in `moments`.
struct RowStep {
  enum class Kind {
    /// `values`, one each for the row, which the rest of the phase needs.
    rowCode,
    /// `terms` over the row, or its leading `length` elements: partial results.
    sweep,
    /// The partial results of step `sweep` as one for each term.
    combine,
    /// Moments: v_0; the shift, v_0 + mean of v - v_0; mean(d) and the
    /// variance;
    /// step `sweep` again, about the mean, if the shift was far from it; the
    /// mean, and what is subtracted from v.
    first,
    shift,
    moments,
    repeat,
    centre,
    /// All results, but for sums over rows.
    store,
    /// `outputs`, sums over rows, in the sweep of the stores: blocks of `rows`
    /// are added up, where the row length says how many, and then the blocks.
    accumulate
  };
  Kind kind;
  unsigned phase = 0;
  std::optional<int64_t> length = std::nullopt;
  SmallVector<RowTerm, 2> terms = {};
  SmallVector<Value> values = {};
  /// What sweeps and stores read, and the numbers of the inputs that CPUs ask
  /// for ahead of their use meanwhile: those that come from memory.
  SmallVector<RowRead> reads = {};
  SmallVector<unsigned> ahead = {};
  /// Values that a sweep writes to row buffers, and to results.
  SmallVector<Value> keeps = {}, stores = {};
  /// The sweep that the step belongs to, its number in the list.
  unsigned sweep = 0;
  RowMomentsOp moments = {};
  SmallVector<unsigned> outputs = {};
  std::optional<int64_t> rows = std::nullopt;

  /// Whether the step is a sweep over all of the row.
  bool isWholeSweep() const { return kind == Kind::sweep && !length; }
  /// The type of the terms of a sweep, and of its results.
  Type getType() const { return terms.front().op->getOperand(0).getType(); }
};

/// In which order the rows of a loop run through the list on a CPU; on GPUs
/// groups of threads share rows (RowStrategy).
enum class RowOrder {
  /// One after the other.
  inTurn,
  /// The phases of rows that follow one another in one sweep.
  overlapped,
  /// Several in each step: short rows, and those that would push what they have
  /// in common out of the nearest cache.
  batched,
  /// Threads share each row.
  sharedByThreads
};

/// Rows that lie side by side in memory, as the columns of a matrix do, and are
/// first copied to buffers, where their elements do: a line of memory then has
/// elements of many rows, and each is read once for all of them.
struct RowPacking {
  /// The dim of the layout along which rows lie side by side.
  int64_t dim;
  /// The operands that are packed; of all others rows are read and written in
  /// place.
  SmallVector<unsigned> operands;
};

/// Long rows of a batch are stored some columns at a time.
struct RowColumns {
  /// The elements of each row that are stored before the next ones are.
  int64_t elements;
  /// Rows that are stored side by side: 1, 2 or 4, a divisor of `batch`.
  int64_t rows;
  /// Rows of a batch, at most the lanes.
  int64_t batch;
};

/// How the rows of a loop run through the list on a CPU.
struct VectorRows {
  RowOrder order = RowOrder::inTurn;
  /// The lanes in which the body is computed, one register of its widest float.
  int64_t lanes = 1;
  /// Whether rows are run through in pairs of chunks, the even elements and the
  /// odd ones (RowBody.h).
  bool pairs = false;
  /// Whether results are stored past the caches; none where the code decides
  /// when it knows the extents.
  std::optional<bool> streaming;
  /// Whether the phases of rows that overlap are kept from running ahead
  /// (RowPace.h).
  bool paced = false;
  /// Whether lines are asked for before they are read.
  bool prefetches = true;
  std::optional<RowPacking> packing;
  /// Batches of long rows.
  std::optional<RowColumns> columns;
};

/// The steps of one row_loop on one target.
class RowSchedule {
public:
  /// `rowsInTurn`: whether blocks of GPUs may take several rows in turn.
  RowSchedule(RowLoopOp loop, const RowTarget &target, bool rowsInTurn = true);

  RowLoopOp getLoop() const { return loop; }
  const RowShape &getShape() const { return shape; }
  const RowLayout &getLayout() const { return layout; }
  const RowTarget &getTarget() const { return target; }

  /// All steps, and those of a phase; the last of all is the store, or sums
  /// over rows beside it.
  ArrayRef<RowStep> getSteps() const { return steps; }
  ArrayRef<RowStep> getSteps(unsigned phase) const;
  const RowStep &getStore() const {
    return steps[steps.size() - (accumulates() ? 2 : 1)];
  }
  /// Whether there are sums over rows.
  bool accumulates() const {
    return steps.back().kind == RowStep::Kind::accumulate;
  }
  unsigned getNumPhases() const { return steps.back().phase + 1; }
  unsigned getNumber(const RowStep &step) const { return &step - steps.data(); }
  /// Whether phase number `phase` reads `value` from its row buffer.
  bool isReadFromBuffer(Value value, unsigned phase) const {
    auto keeper = keptIn.find(value);
    return keeper != keptIn.end() && keeper->second < phase;
  }

  /// The number of the result that the sweep of phase 0 stores `value` to.
  unsigned getOutputOf(Value value) const { return storedEarly.at(value); }
  /// Whether phase number `phase` reads `value` from that result.
  bool isReadFromOutput(Value value, unsigned phase) const {
    return phase > 0 && storedEarly.contains(value);
  }
  /// Whether a sweep stores result number `output`.
  bool isStoredEarly(unsigned output) const {
    return llvm::is_contained(llvm::make_second_range(storedEarly), output);
  }

  /// CPUs: what VectorRows says.
  RowOrder getOrder() const { return rows.order; }
  int64_t getLanes() const { return rows.lanes; }
  bool runsInPairs() const { return rows.pairs; }
  std::optional<bool> getStreaming() const { return rows.streaming; }
  bool isPaced() const { return rows.paced; }
  const std::optional<RowColumns> &getColumns() const { return rows.columns; }
  /// The rows of a batch.
  int64_t getBatch() const {
    return rows.columns ? rows.columns->batch : rows.lanes;
  }
  const std::optional<RowPacking> &getPacking() const { return rows.packing; }
  /// GPUs: how threads share rows, and how they do where the row length is
  /// found to be no multiple of its lanes.
  const RowStrategy &getStrategy() const { return strategy; }
  const std::optional<RowStrategy> &getElementwise() const {
    return elementwise;
  }

  /// How many times an element of an input is loaded at most.
  int64_t countReads() const;
  /// The bytes that the loop reads and writes once, if its extents are known.
  std::optional<uint64_t> countBytes() const;

private:
  void addSteps(const RowPhases &phases);
  unsigned addSweep(const RowPhases &phases, unsigned phase, unsigned number);
  void addShift(unsigned phase, RowMomentsOp op);
  void addMoments(unsigned phase, RowMomentsOp op, unsigned sweep);
  void addSums(unsigned phase);
  RowStep &addStep(RowStep::Kind kind, unsigned phase);
  void collectReads(const RowPhases &phases);
  void storeEarly(const RowPhases &phases);

  RowLoopOp loop;
  RowTarget target;
  RowShape shape;
  RowLayout layout;
  std::vector<RowStep> steps;
  /// The phase that fills the row buffer of a value.
  DenseMap<Value, unsigned> keptIn;
  /// The results that the sweep of phase 0 stores.
  DenseMap<Value, unsigned> storedEarly;
  VectorRows rows;
  RowStrategy strategy;
  std::optional<RowStrategy> elementwise;
};

/// Bytes that `loop` reads and writes once for each element.
int64_t getBytesPerElement(RowLoopOp loop);

} // namespace mlir::norm

#endif // NORM_ROWS_ROWSCHEDULE_H
