//===- EarlyStores.h - stores of the first sweep ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_SCHEDULE_EARLYSTORES_H
#define NORM_LIB_ROWS_SCHEDULE_EARLYSTORES_H

#include "Schedule/RowPhases.h"
#include "norm/Rows/RowSchedule.h"

namespace mlir::norm {

/// The values of `schedule`, whose order is chosen, that its only sweep stores
/// to a result, and which result; empty if that does not pay or is not safe.
DenseMap<Value, unsigned> chooseEarlyStores(const RowSchedule &schedule,
                                            const RowPhases &phases);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_SCHEDULE_EARLYSTORES_H
