//===- Grid.h - the cells of a run ------------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_GRID_H
#define NORM_TOOLS_NORM_BENCH_GRID_H

#include "Cell.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::norm::bench {

/// What a run is to cover: every combination of the values.
struct CellLists {
  SmallVector<std::string> ops, types;
  SmallVector<int64_t> rows, cols;
  SmallVector<unsigned> threads;
  /// A named list of shapes in place of `rows` and `cols`, or empty.
  std::string grid;
  std::optional<int64_t> k;
  /// Of backwards: dx, dscale and dbias, or empty for what the norm has.
  SmallVector<std::string> outputs;
};

/// The cells of `lists`, operations outermost, threads innermost. Errors: a
/// list left empty, unknown names, both shapes and a grid, and those of
/// makeCell().
llvm::Expected<SmallVector<Cell>> makeCells(const CellLists &lists);

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_GRID_H
