//===- RowByRow.h - one row after the other ---------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_ROWBYROW_H
#define NORM_LIB_ROWS_CPU_ROWBYROW_H

#include "CPU/RowOrders.h"
#include "CPU/RowWriter.h"

namespace mlir::norm {

/// for rows { all steps of the row }
class RowByRow : public RowOrderEmitter {
public:
  RowByRow(const RowContext &context, RowWriter &writer, bool streams,
           bool prefetches)
      : context(context), writer(writer), streams(streams),
        prefetches(prefetches) {}
  void emitRows(OpBuilder &builder, Value first, Value end) override;

private:
  const RowContext &context;
  RowWriter &writer;
  bool streams, prefetches;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_ROWBYROW_H
