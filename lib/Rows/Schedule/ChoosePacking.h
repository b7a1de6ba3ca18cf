//===- ChoosePacking.h - rows that lie side by side -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_SCHEDULE_CHOOSEPACKING_H
#define NORM_LIB_ROWS_SCHEDULE_CHOOSEPACKING_H

#include "norm/Rows/RowSchedule.h"

namespace mlir::norm {

/// The operands whose rows lie side by side, if there are enough of these rows,
/// and of their elements, for a vector of `lanes`.
std::optional<RowPacking> choosePacking(const RowSchedule &schedule,
                                        int64_t lanes);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_SCHEDULE_CHOOSEPACKING_H
