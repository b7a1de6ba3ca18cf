//===- Kernels.h - norms and copies by intrinsics ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The peers that mark what a machine can do: rows written by hand for each set
// of vector instructions. No LLVM headers: files with instructions that the
// machine may lack include this one.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_KERNELS_H
#define NORM_TOOLS_NORM_BENCH_KERNELS_H

#include "Task.h"

#include <cstddef>

namespace mlir::norm::bench {

/// The bits of 16-bit floats.
struct BFloat16 {
  uint16_t bits;
};
struct Float16 {
  uint16_t bits;
};

/// Plain stores; non-temporal ones; those with the source fetched well ahead,
/// beyond the page at which the hardware stops.
enum class CopyKind { Plain, Stream, FetchAndStream };

/// Sums over a part of a row: of d and of d^2, where d is the element less the
/// row's first element for layernorm, and the element for the others.
struct RowSums {
  float total = 0, squares = 0;
};

/// Code for one set of vector instructions. With `stream`, stores bypass the
/// caches, and the next row is fetched while a row is stored.
struct KernelSet {
  const char *name;
  bool hasF16;
  /// Computes rows [first, last).
  void (*rows)(const Task &task, int64_t first, int64_t last, bool stream);
  /// The two phases of one row by several threads: the sums over columns
  /// [first, last), and their results.
  RowSums (*sums)(const Task &task, int64_t row, int64_t first, int64_t last,
                  bool stream);
  void (*finish)(const Task &task, int64_t row, int64_t first, int64_t last,
                 RowSums sums, bool stream);
  /// Copies `size` bytes between arrays that are aligned to 64 bytes.
  void (*copy)(char *to, const char *from, size_t size, CopyKind kind);
  /// The same of sums of two arrays, taken as f32.
  void (*add)(char *to, const char *left, const char *right, size_t size,
              CopyKind kind);
};

extern const KernelSet kKernelsSSE2, kKernelsAVX2, kKernelsAVX512,
    kKernelsAVX512BF16;

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_KERNELS_H
