//===- RowLoops.h - what norm-fuse-rows makes of norms ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_REPORT_ROWLOOPS_H
#define NORM_LIB_REPORT_ROWLOOPS_H

#include "norm/Report/Report.h"

namespace mlir::norm::report {

/// What the norms of a program were made of.
struct NormSources {
  /// The ops of the program, by their numbers.
  ArrayRef<Operation *> ops;
  /// For each norm of the report, the numbers of its ops, ascending.
  ArrayRef<SmallVector<int64_t>> ofNorm;
};

/// Fuses the norms of `raised`, whose ops carry their numbers, with their
/// neighbours, and adds the row loops to `report`: what is in each of them and
/// what it costs, and what stayed outside.
void addRowLoops(ModuleOp raised, const NormSources &sources, Report &report);

/// What a row loop costs that reads each operand once: each op of its body for
/// each element of each row, or once for a row where its value is the row's.
LoopCost getRowLoopCost(RowLoopOp loop, int64_t dynamicExtent);

} // namespace mlir::norm::report

#endif // NORM_LIB_REPORT_ROWLOOPS_H
