//===- ChooseStores.h - where rows are stored -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_SCHEDULE_CHOOSESTORES_H
#define NORM_LIB_ROWS_SCHEDULE_CHOOSESTORES_H

#include "norm/Rows/RowSchedule.h"

namespace mlir::norm {

/// Whether results are better stored past the caches, as far as the extents are
/// known: where the target does not say, the loop, or what a thread has of a
/// row, is too much for them.
std::optional<bool> isStreaming(RowLoopOp loop, const RowLayout &layout,
                                const VectorTarget &target, bool split);

/// Whether `loop` writes as many bytes for each element as it reads.
bool writesHalf(RowLoopOp loop);

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_SCHEDULE_CHOOSESTORES_H
