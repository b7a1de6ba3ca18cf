//===- Comparison.h - a result beside its reference -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_COMPARISON_H
#define NORM_TOOLS_NORM_BENCH_COMPARISON_H

#include "Element.h"
#include "Reference.h"

#include <cmath>
#include <vector>

namespace mlir::norm::bench {

/// Which of `count` rows or columns of `length` elements are compared,
/// ascending.
std::vector<int64_t> sample(int64_t count, int64_t length);

/// Takes the error of one result of `type` into `accuracy`.
template <typename Real>
void compare(Accuracy &accuracy, Storage type, double got, Real reference,
             Real magnitude) {
  Real error = std::abs(got - reference);
  Real bound = (type == Storage::F64 ? 1e-14 : 5e-7) * magnitude;
  double value = static_cast<double>(reference);
  if (type == Storage::BF16 || type == Storage::F16)
    bound += (unitInLastPlace(type, value) + unitInLastPlace(type, 0)) / 2;
  // Hardware that rounds to bf16 may make subnormal results zero.
  if (type == Storage::BF16 && got == 0 && std::abs(value) < leastNormal(type))
    error = 0;
  // A NaN stays.
  auto raise = [](double &worst, double candidate) {
    if (!(candidate <= worst))
      worst = candidate;
  };
  raise(accuracy.error, static_cast<double>(error / magnitude));
  raise(accuracy.share, static_cast<double>(error / bound));
}

/// checkOutputs() of a backward.
Accuracy checkGradients(const Task &task);

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_COMPARISON_H
