//===- RowPhases.h - what a row loop computes when --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The body of a row_loop, cut into phases at its reductions, from which the
// schedule makes its steps. A phase is a sweep over the row: what it needs is
// loaded, its reductions accumulate; results are stored in the last phase.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_SCHEDULE_ROWPHASES_H
#define NORM_LIB_ROWS_SCHEDULE_ROWPHASES_H

#include "norm/Dialect/Norm/IR/RowShape.h"
#include "norm/Target/RowTarget.h"

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallBitVector.h"

namespace mlir::norm {

/// One sweep over the row, or over leading elements of it.
struct RowSweep {
  /// How many leading elements; none for the whole row.
  std::optional<int64_t> length;
  /// The reductions that accumulate, row_reduce ops, or one row_moments.
  SmallVector<Operation *> reductions;
};

/// What is computed between two reductions.
struct RowPhase {
  SmallVector<RowSweep> sweeps;
  /// Numbers of the inputs that vary and are read.
  llvm::SmallSetVector<unsigned, 4> loads;
  /// Values that are kept in a row buffer for later phases.
  SmallVector<Value> keeps;
  /// Numbers of the inputs that no earlier phase reads as a whole: they come
  /// from memory, and are asked for ahead of their use.
  SmallVector<unsigned> fetches;
};

/// The phases of one row_loop, the last of which stores the results.
class RowPhases {
public:
  RowPhases(RowLoopOp loop, const RowShape &shape, const RowCosts &costs);

  ArrayRef<RowPhase> getPhases() const { return phases; }
  /// What the reductions, or the stores, of a phase compute from.
  SmallVector<Value> getRoots(unsigned phase) const;
  /// The values of the row from which `roots` are computed along the row in
  /// phase number `phase`.
  SmallVector<Value> getRowValues(unsigned phase, ArrayRef<Value> roots) const;
  /// The inputs and the values in row buffers from which `roots` are computed
  /// along the row in phase number `phase`, and those of `stored`, which are
  /// read from results.
  SmallVector<Value> getReads(unsigned phase, ArrayRef<Value> roots,
                              const DenseMap<Value, unsigned> &stored =
                                  DenseMap<Value, unsigned>()) const;
  /// The first phase that can compute `value`, of the body.
  unsigned getPhase(Value value) const { return phaseOf.lookup(value); }
  /// The phase that fills the row buffer of a value.
  const DenseMap<Value, unsigned> &getKeepers() const { return keptIn; }
  /// Whether `value` is read from its row buffer in phase number `phase`.
  bool isReadFromBuffer(Value value, unsigned phase) const {
    auto keeper = keptIn.find(value);
    return keeper != keptIn.end() && keeper->second < phase;
  }
  /// The sweep of phase number `phase` that fills its row buffers: the first
  /// over the whole row.
  std::optional<size_t> getKeepingSweep(unsigned phase) const;
  /// Whether several phases need a value that is dear, kept or not.
  bool hasDearValues() const { return dear; }

private:
  void assignPhases();
  void addReductions();
  DenseMap<Value, llvm::SmallBitVector> getRootPhases() const;
  void chooseBuffers(const RowCosts &costs);
  bool isWorthKeeping(Value value, const llvm::SmallBitVector &needed,
                      const RowCosts &costs) const;
  void collectLoads();
  void chooseFetches();
  int64_t getCost(Value value, const RowCosts &costs) const;

  RowLoopOp loop;
  const RowShape &shape;
  std::vector<RowPhase> phases;
  DenseMap<Value, unsigned> phaseOf;
  /// The phase that fills the row buffer of a value.
  DenseMap<Value, unsigned> keptIn;
  bool dear = false;
};

/// The width in which the body computes, in bits: that of its widest float, 32
/// at least.
int64_t getComputeWidth(RowLoopOp loop);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_SCHEDULE_ROWPHASES_H
