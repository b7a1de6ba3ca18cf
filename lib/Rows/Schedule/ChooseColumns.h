//===- ChooseColumns.h - the columns that batches are stored by -*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_SCHEDULE_CHOOSECOLUMNS_H
#define NORM_LIB_ROWS_SCHEDULE_CHOOSECOLUMNS_H

#include "norm/Rows/RowSchedule.h"

namespace mlir::norm {

/// The columns that a batch of rows is stored by, where it pays and the rows
/// fit in the second-level cache, or there is a third one nearby. It pays where
/// what a row reads, its own and what all rows have in common, such as the
/// scale, does not fit in the nearest cache: then what is common comes from
/// there for all rows but one. And it pays where two rows share the work of
/// widening it, if all rows fit in the second level.
std::optional<RowColumns> chooseColumns(const RowSchedule &schedule,
                                        int64_t lanes);

/// The columns that gradients of 16-bit rows are stored by: where a batch and
/// the one behind it fit in the second-level cache, or there is a third one
/// nearby. Two or four rows at a time read and write each sum, and widen the
/// scale, once for all of them.
///
/// Rows that can overlap do so where two rows, the scale and the sums fit in
/// the nearest cache, and memory is what they wait for. Else each row takes the
/// sums through that cache once more, which columns do once for a batch. Wider
/// rows are stored so only where a third level is near.
std::optional<RowColumns> chooseColumnsOfSums(const RowSchedule &schedule,
                                              int64_t lanes, bool mayOverlap);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_SCHEDULE_CHOOSECOLUMNS_H
