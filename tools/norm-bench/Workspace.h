//===- Workspace.h - the arrays of a cell -----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Inputs and outputs of a cell in memory. All ways read and write the same
// arrays, so that no way has luckier pages than another.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_WORKSPACE_H
#define NORM_TOOLS_NORM_BENCH_WORKSPACE_H

#include "Cell.h"

#include <memory>

namespace mlir::norm::bench {

/// Bytes of memory that this process may still take: what the system has
/// available and what its control group leaves.
int64_t availableMemory();

/// Bytes of the largest cache of this machine; 32 MB if it does not say.
int64_t lastLevelCache();

/// Gives pages back to the system.
struct UnmapPages {
  size_t size = 0;
  void operator()(char *pages) const;
};
using Pages = std::unique_ptr<char, UnmapPages>;

/// The arrays of a cell, once for each slot of a ring.
class Workspace {
public:
  /// Allocates and fills `slots` slots with standard normal values (x with a
  /// mean of 1/4); a block of random rows is repeated. An error if the arrays
  /// do not fit into the memory available.
  static llvm::Expected<Workspace> create(const Cell &cell, int64_t slots);

  /// Bytes that `slots` slots of `cell` take.
  static int64_t bytes(const Cell &cell, int64_t slots);

  /// The arrays of slot `index` modulo the number of slots.
  Task task(int64_t index) const;
  int64_t slots() const { return count; }

private:
  static llvm::Expected<Pages> map(int64_t size);
  llvm::Error addGradients(int64_t blockRows);

  Cell cell;
  int64_t count = 1;
  Pages x, residual, scale, bias, y, sum, dy, rstd, mean, dscale, dbias;
};

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_WORKSPACE_H
