//===- RowPace.h - how far ahead a core runs --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A core executes what comes next as far as its window of operations reaches.
// Where a line of a row takes few of them, the window holds more lines than the
// core has buffers for: loads and prefetches of later lines then take those
// that the stores past the caches wait for. Steps of few operations are filled
// up with some that do nothing, so that the window ends earlier: of rmsnorm f32
// with 12 operations for a line read and one written, a window of 448 holds 74
// lines, filled up to 60 it holds 15.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_ROWS_CPU_ROWPACE_H
#define NORM_LIB_ROWS_CPU_ROWPACE_H

#include "mlir/IR/Builders.h"

namespace mlir::norm {

/// Fills up the steps of a loop, which each move `lines` lines from memory or
/// to it, on a core with a window of `window` operations; 0 fills up nothing.
class RowPace {
public:
  RowPace(int64_t window, int64_t lines) : window(window), lines(lines) {}

  /// A step begins at the builder's place, the end of a block.
  void begin(OpBuilder &builder);
  /// It ends there: emits what is missing.
  void end(OpBuilder &builder, Location loc);

private:
  int64_t window, lines;
  /// What was emitted last before the step.
  Operation *before = nullptr;
};

} // namespace mlir::norm

#endif // NORM_LIB_ROWS_CPU_ROWPACE_H
