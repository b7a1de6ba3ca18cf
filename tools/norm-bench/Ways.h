//===- Ways.h - the ways to do the work of a cell ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is measured side by side: this project's kernel, copies of the same
// bytes, and the peers.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_WAYS_H
#define NORM_TOOLS_NORM_BENCH_WAYS_H

#include "Cell.h"
#include "mlir/IR/MLIRContext.h"

#include <functional>
#include <string>

namespace mlir::norm::bench {

/// One way to do the work of a cell, as a call on the arrays of a task.
struct Way {
  std::string name;
  /// What stands behind the name: a compiler, a version, instructions.
  std::string detail;
  std::function<void(const Task &)> call;
};

/// The kernel that this project's passes make of the cell's program, compiled
/// with more `options` of norm-to-llvm. Adds the seconds that took to
/// `compileSeconds`.
llvm::Expected<Way> compileNorm(MLIRContext &context, const Cell &cell,
                                StringRef options, double &compileSeconds);

/// Copies of x to y (and the residual to the sum): memcpy, plain stores,
/// non-temporal stores.
SmallVector<Way> copies();

/// Rows by the widest vectors of this machine, with plain and with non-temporal
/// stores; none for f64, or where the instructions are missing.
SmallVector<Way> intrinsics(const Cell &cell);

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_WAYS_H
