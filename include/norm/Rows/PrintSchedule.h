//===- PrintSchedule.h - schedules in words ---------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_ROWS_PRINTSCHEDULE_H
#define NORM_ROWS_PRINTSCHEDULE_H

#include "norm/Rows/RowSchedule.h"

namespace mlir::norm {

/// How rows are run through, in words.
std::string describeRows(const RowSchedule &schedule);

/// The whole list, for tests and people.
void printSchedule(const RowSchedule &schedule, raw_ostream &os);

} // namespace mlir::norm

#endif // NORM_ROWS_PRINTSCHEDULE_H
