//===- CPURow.h - the steps of one row --------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_CPUROW_H
#define NORM_LIB_ROWS_CPU_CPUROW_H

#include "CPU/RowContext.h"
#include "Emit/StepInterpreter.h"

namespace mlir::norm {

/// A row that goes through the steps by itself. A copy stands for the same row
/// in a region of its own.
class CPURow : public StepInterpreter {
public:
  explicit CPURow(const RowContext &context)
      : StepInterpreter(context.schedule), context(context), body(context.body),
        prefetch(context.prefetch) {}

  /// From here on it is row number `number`. With `fromMemory` what comes from
  /// memory is asked for ahead of its use.
  void start(OpBuilder &builder, Value number, bool fromMemory);
  /// No row of this is asked for ahead any more.
  void stopPrefetching() { prefetches = false; }
  /// Asks for what `step` reads some time after `chunk`.
  void emitPrefetches(OpBuilder &builder, const RowStep &step,
                      const Chunk &chunk);
  /// Fills the row buffers of `step`.
  void emitKeeps(OpBuilder &builder, const RowStep &step, ChunkValues &values);
  /// Stores what `step` stores of results.
  void emitStores(OpBuilder &builder, const RowStep &step, ChunkValues &values);
  /// What `sweep` adds up, once the steps before it have been run.
  TermEmitter getTerms(OpBuilder &builder, const RowStep &sweep);
  /// v_0, or 0 for a row without elements.
  Value emitFirst(OpBuilder &builder, RowMomentsOp op) override;

  RowBody &getBody() { return body; }
  /// Where the row is added, if there are sums over rows.
  const RowSums::Block &getBlock() const { return block; }
  using StepInterpreter::getMoments;
  using StepInterpreter::getSums;

protected:
  void emitRowCode(OpBuilder &builder, const RowStep &step) override {
    body.startPhase(builder, step);
  }
  SmallVector<Value> emitSweep(OpBuilder &builder, const RowStep &sweep,
                               const MomentsOperands &operands,
                               bool again) override;
  SmallVector<Value> emitCombine(OpBuilder &builder, const RowStep &sweep,
                                 ArrayRef<Value> partials) override;
  Value getCount(const RowStep &sweep) override {
    return context.getReductions(sweep).getCount();
  }
  const FormulaEmitter &getEmitter() override { return body.getEmitter(); }
  void setResult(OpBuilder &builder, Operation *reduction,
                 Value result) override {
    body.setRowValue(reduction->getResult(0), result);
  }
  void setCentre(OpBuilder &builder, RowMomentsOp op,
                 const RowCentre &centre) override;

  const RowContext &context;
  RowBody body;
  RowPrefetch prefetch;
  RowSums::Block block;
  bool prefetches = false;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_CPUROW_H
