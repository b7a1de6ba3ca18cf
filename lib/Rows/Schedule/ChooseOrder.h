//===- ChooseOrder.h - the order of rows on CPUs ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_SCHEDULE_CHOOSEORDER_H
#define NORM_LIB_ROWS_SCHEDULE_CHOOSEORDER_H

#include "Schedule/RowPhases.h"
#include "norm/Rows/RowSchedule.h"

namespace mlir::norm {

/// How the rows of `schedule`, whose steps are made, run through them on a CPU.
VectorRows chooseOrder(const RowSchedule &schedule, const RowPhases &phases);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_SCHEDULE_CHOOSEORDER_H
