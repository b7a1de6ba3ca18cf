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

struct KernelSet;

/// The code for instructions `isa`, sse2, avx2, avx512 or avx512bf16; where it
/// is empty for the widest of this machine, null if there are none. An error if
/// the machine lacks those that are asked for.
llvm::Expected<const KernelSet *> findKernels(StringRef isa);

/// What moves the bytes of a cell and no more. Of a norm copies of x to y (and
/// the residual to the sum): memcpy and, with `kernels`, plain stores,
/// non-temporal stores, those with prefetch. Of a backward y = x + dy, bits as
/// numbers of f32, or of f64 for that.
SmallVector<Way> limits(const Cell &cell, const KernelSet *kernels);

/// Rows by `kernels`, with plain and with non-temporal stores; none for
/// backwards, f64, f16 without instructions that convert it, or without
/// kernels.
SmallVector<Way> intrinsics(const Cell &cell, const KernelSet *kernels);

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_WAYS_H
