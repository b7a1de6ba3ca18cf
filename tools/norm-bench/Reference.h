//===- Reference.h - checking results against the definition ----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_REFERENCE_H
#define NORM_TOOLS_NORM_BENCH_REFERENCE_H

#include "Task.h"

namespace mlir::norm::bench {

/// How far results are from the definition, evaluated in f64 (f64 cells: in
/// long double) on the same inputs.
struct Accuracy {
  /// The largest |y - reference| of an element as a part of its row's
  /// M = max_i(|t_i scale_i| + |bias_i|).
  double error = 0;
  /// The largest |y - reference| as a part of what the ops promise: 5e-7 M, for
  /// 16-bit results half a unit in the last place of the reference and half the
  /// least subnormal more; for f64 1e-14 M. NaN if a result is NaN.
  double share = 0;
};

/// Makes the outputs of the sampled rows NaN, so that a call that does not
/// write them is found out.
void spoilOutputs(const Task &task);

/// Compares a sample of rows: the first, the last and others between, about a
/// million elements. The sum of add-rmsnorm is compared with x + residual, and
/// y with the norm of the sum that was stored. Of a backward M is the largest
/// |r m_i| + |what is taken off| of a row of dx; dscale and dbias are compared
/// in a sample of columns, where M is twice the sum and the root of the sum of
/// squares of what is added up: what a sum of random numbers amounts to. (Rows
/// repeat, and so do their errors, hence twice.)
Accuracy checkOutputs(const Task &task);

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_REFERENCE_H
