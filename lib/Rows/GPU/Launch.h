//===- Launch.h - one row loop as a launch ----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_GPU_LAUNCH_H
#define NORM_LIB_ROWS_GPU_LAUNCH_H

#include "norm/Rows/RowSchedule.h"

namespace mlir::norm {

/// if there are rows { gpu.launch { a block of rows } }, at the builder's
/// place.
void emitLaunch(OpBuilder &builder, const RowSchedule &schedule,
                bool dependentLaunch);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_GPU_LAUNCH_H
