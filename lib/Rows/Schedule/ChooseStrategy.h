//===- ChooseStrategy.h - how threads share rows ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_SCHEDULE_CHOOSESTRATEGY_H
#define NORM_LIB_ROWS_SCHEDULE_CHOOSESTRATEGY_H

#include "Schedule/RowPhases.h"
#include "norm/Rows/RowStrategy.h"

namespace mlir::norm {

/// The strategy for a row_loop on memrefs.
RowStrategy chooseStrategy(RowLoopOp loop, const RowShape &shape,
                           const RowPhases &phases, const Chip &chip,
                           bool rowsInTurn);

/// The strategy for rows of unknown length that is no multiple of the lanes of
/// the other one: the same threads, one element at a time.
RowStrategy chooseElementwise(RowLoopOp loop, const RowShape &shape,
                              const RowPhases &phases,
                              const RowStrategy &other);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_SCHEDULE_CHOOSESTRATEGY_H
