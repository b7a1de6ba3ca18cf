//===- StepInterpreter.h - the steps of a schedule as code ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An order of rows is an interpreter with verbs of its own: how a sweep over
// chunks is run, how partial results are combined, and where results go. What
// is computed from sums is the same for all of them, whether they are scalars
// of one row or vectors of several.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_EMIT_STEPINTERPRETER_H
#define NORM_LIB_ROWS_EMIT_STEPINTERPRETER_H

#include "Emit/RowTerms.h"
#include "norm/Dialect/Norm/Transforms/RowMoments.h"

namespace mlir::norm {

/// Emits steps, but for stores and what goes beside them.
class StepInterpreter {
public:
  virtual ~StepInterpreter() = default;

  /// `step`, whose predecessors in its phase have been run.
  void run(OpBuilder &builder, const RowStep &step);
  /// All steps before the store.
  void runAll(OpBuilder &builder);

protected:
  explicit StepInterpreter(const RowSchedule &schedule)
      : schedule(schedule), loc(RowLoopOp(schedule.getLoop()).getLoc()) {}

  /// What is known of the moments of a row, or of several.
  struct Moments {
    Value first, shift;
    ShiftedMoments moments;
    std::optional<RowCentre> centre;
  };

  // The verbs.
  virtual void emitRowCode(OpBuilder &builder, const RowStep &step) = 0;
  /// v_0 of moments, where a sweep from it follows; null if the sweep finds it.
  virtual Value emitFirst(OpBuilder &builder, RowMomentsOp op) = 0;
  /// What a sweep gives before it is combined; `again` if it is repeated.
  virtual SmallVector<Value> emitSweep(OpBuilder &builder, const RowStep &sweep,
                                       const MomentsOperands &operands,
                                       bool again) = 0;
  /// The results of the terms of a sweep.
  virtual SmallVector<Value> emitCombine(OpBuilder &builder,
                                         const RowStep &sweep,
                                         ArrayRef<Value> partials) = 0;
  /// A count of elements of the sweep.
  virtual Value getCount(const RowStep &sweep) = 0;
  virtual const FormulaEmitter &getEmitter() = 0;
  /// v_0, of the row or of several.
  virtual Value getFirst(OpBuilder &builder, const Moments &moments) {
    return moments.first;
  }
  /// Whether a second look is needed, an i1; other rows may need none.
  virtual Value emitNeed(OpBuilder &builder, SecondLook &look, Value shift) {
    return look.needed;
  }
  virtual void setResult(OpBuilder &builder, Operation *reduction,
                         Value result) = 0;
  virtual void setCentre(OpBuilder &builder, RowMomentsOp op,
                         const RowCentre &centre) = 0;

  /// What `sweep` takes from the steps before it.
  MomentsOperands getOperands(OpBuilder &builder, const RowStep &sweep);
  /// What combining gave for the terms of `sweep`.
  SmallVector<Value> &getSums(const RowStep &sweep) {
    return sums[schedule.getNumber(sweep)];
  }
  Moments &getMoments(RowMomentsOp op) { return moments[op]; }
  void clear() {
    partials.clear();
    sums.clear();
    moments.clear();
  }

  const RowSchedule &schedule;
  Location loc;

private:
  void combineSums(OpBuilder &builder, const RowStep &sweep);
  void emitShift(OpBuilder &builder, const RowStep &step);
  void emitRepeat(OpBuilder &builder, const RowStep &step);
  void emitCentre(OpBuilder &builder, const RowStep &step);
  ShiftedMoments emitMoments(OpBuilder &builder, const RowStep &sweep,
                             ArrayRef<Value> sums);

  DenseMap<unsigned, SmallVector<Value>> partials, sums;
  DenseMap<Operation *, Moments> moments;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_EMIT_STEPINTERPRETER_H
