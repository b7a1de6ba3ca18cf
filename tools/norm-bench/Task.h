//===- Task.h - the data of one call ----------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a call of any way computes and where its arrays lie. Plain data without
// LLVM's headers, as files with wider vector instructions include it.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_TASK_H
#define NORM_TOOLS_NORM_BENCH_TASK_H

#include <cstdint>

namespace mlir::norm::bench {

/// AddRMSNorm: h = x + residual in the storage type, y = rmsnorm(h).
enum class OpKind {
  RMSNorm,
  PRMSNorm,
  LayerNorm,
  AddRMSNorm,
  RMSNormBackward,
  PRMSNormBackward,
  LayerNormBackward
};
inline bool isBackward(OpKind op) { return op >= OpKind::RMSNormBackward; }
enum class Storage { F32, BF16, F16, F64 };

/// The epsilon of every measured norm, inside the square root.
constexpr double kEpsilon = 1e-5;

/// The arrays of one call: dense rows of elements of the storage type; null for
/// what the op or the call has not.
struct Task {
  OpKind op;
  Storage type;
  int64_t rows, cols, k;
  unsigned threads;
  const void *x, *residual, *scale, *bias;
  void *y, *sum;
  /// Of a backward: the gradient of the norm's result, and numbers of C, f64
  /// for f64 and f32 for the others: one for each row, and sums over rows. dx
  /// is y, or null where it is not asked for.
  const void *dy, *rstd, *mean;
  void *dx, *dscale, *dbias;
};

/// C, the type that rows are computed in.
inline Storage computeType(Storage type) {
  return type == Storage::F64 ? Storage::F64 : Storage::F32;
}

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_TASK_H
