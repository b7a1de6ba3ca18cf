//===- PackedRows.h - rows that lie side by side ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_PACKEDROWS_H
#define NORM_LIB_ROWS_CPU_PACKEDROWS_H

#include "norm/Rows/RowSchedule.h"

namespace mlir::norm {

/// The row loop of `schedule`, which has a packing, as tasks of blocks of rows:
/// pack the inputs, run a loop over the rows of the block, unpack the results.
void emitPackedRows(OpBuilder &builder, const RowSchedule &schedule);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_PACKEDROWS_H
