//===- RowContext.h - what all rows of a loop share -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_ROWCONTEXT_H
#define NORM_LIB_ROWS_CPU_ROWCONTEXT_H

#include "CPU/RowPrefetch.h"
#include "CPU/RowReductions.h"
#include "CPU/RowSums.h"
#include "Emit/RowBody.h"

namespace mlir::norm {

/// What the code of all rows of a loop shares.
struct RowContext {
  /// Emits it at the builder's place, outside of the loop over rows.
  RowContext(OpBuilder &builder, const RowSchedule &schedule,
             const RowSpace &space, const RowSums *sums);

  /// What runs the sweep `step`.
  const RowReductions &getReductions(const RowStep &step) const {
    return *reductions[schedule.getNumber(step)];
  }
  const VectorTarget &getTarget() const {
    return schedule.getTarget().getCPU();
  }
  /// Whether result number `output` has other elements along the row.
  bool isVarying(unsigned output) const {
    return schedule.getShape().variesAlongRow(
        RowLoopOp(loop).getInputs().size() + output);
  }

  /// Whether the last step has something to do with it along the row.
  bool isWritten(unsigned output) const {
    return isVarying(output) && !schedule.isStoredEarly(output);
  }

  /// Whether it is stored row by row by the last step, and no sum over rows.
  bool isStored(unsigned output) const {
    return isWritten(output) && !RowLoopOp(loop).isAccumulated(output);
  }

  const RowSchedule &schedule;
  /// Null if there are none.
  const RowSums *sums;
  RowLoopOp loop;
  Location loc;
  const RowSpace &space;
  Value rowLength;
  int64_t lanes;
  SmallVector<RowAccess> outputs;
  /// Of any row: to be copied.
  RowPrefetch prefetch;
  RowBody body;

private:
  /// Of the sweeps among the steps.
  std::vector<std::optional<RowReductions>> reductions;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_ROWCONTEXT_H
