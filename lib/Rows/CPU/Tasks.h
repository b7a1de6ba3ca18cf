//===- Tasks.h - row loops as tasks for threads -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_TASKS_H
#define NORM_LIB_ROWS_CPU_TASKS_H

#include "norm/Rows/RowSchedule.h"

namespace mlir::norm {

/// parallel for tasks { for rows of the task { one row } }, or rows that
/// threads share, at the builder's place.
void emitTasks(OpBuilder &builder, const RowSchedule &schedule);

/// All rows as one task, for code that is part of one.
void emitOneTask(OpBuilder &builder, const RowSchedule &schedule);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_TASKS_H
