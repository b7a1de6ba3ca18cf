//===- ChoosePace.h - which rows keep to the pace of memory -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_SCHEDULE_CHOOSEPACE_H
#define NORM_LIB_ROWS_SCHEDULE_CHOOSEPACE_H

#include "norm/Rows/RowSchedule.h"

namespace mlir::norm {

/// Whether a core that would run ahead of its buffers is held back (RowPace.h).
bool isPaced(const RowSchedule &schedule);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_SCHEDULE_CHOOSEPACE_H
