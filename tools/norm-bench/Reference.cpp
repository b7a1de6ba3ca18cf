//===- Reference.cpp - checking results against the definition ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

#include "Comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

using namespace mlir::norm;
using namespace mlir::norm::bench;

std::vector<int64_t> bench::sample(int64_t count, int64_t length) {
  int64_t taken = std::clamp<int64_t>((1 << 20) / length, 2, 64);
  taken = std::min(taken, count);
  std::vector<int64_t> sampled;
  sampled.reserve(taken);
  for (int64_t i = 0; i < taken; ++i)
    sampled.push_back(taken == 1 ? 0 : i * (count - 1) / (taken - 1));
  return sampled;
}

void bench::spoilOutputs(const Task &task) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  for (void *sum : {task.dscale, task.dbias})
    for (int64_t i = 0; sum && i < task.cols; ++i)
      storeElement(computeType(task.type), sum, i, nan);
  for (int64_t row : sample(task.rows, task.cols))
    for (int64_t i = row * task.cols; i < (row + 1) * task.cols; ++i) {
      storeElement(task.type, task.y, i, nan);
      if (task.sum)
        storeElement(task.type, task.sum, i, nan);
    }
}

namespace {
/// Compares one row after the other, in the arithmetic of `Real`.
template <typename Real> class RowCheck {
public:
  explicit RowCheck(const Task &task) : task(task), input(task.cols) {}

  void run(int64_t row) {
    int64_t first = row * task.cols;
    if (task.op == OpKind::AddRMSNorm)
      compareSum(first);
    const void *source = task.sum ? task.sum : task.x;
    for (int64_t i = 0; i < task.cols; ++i)
      input[i] = loadElement(task.type, source, first + i);
    compareNorm(first);
  }

  Accuracy accuracy;

private:
  void compareSum(int64_t first);
  void compareNorm(int64_t first);
  void compare(double got, Real reference, Real magnitude) {
    bench::compare(accuracy, task.type, got, reference, magnitude);
  }

  const Task &task;
  std::vector<Real> input;
};
} // namespace

template <typename Real> void RowCheck<Real>::compareSum(int64_t first) {
  for (int64_t i = first; i < first + task.cols; ++i) {
    Real x = loadElement(task.type, task.x, i);
    Real residual = loadElement(task.type, task.residual, i);
    compare(loadElement(task.type, task.sum, i), x + residual,
            std::max<Real>(std::abs(x) + std::abs(residual), 1e-30));
  }
}

template <typename Real> void RowCheck<Real>::compareNorm(int64_t first) {
  Real mean = 0, statistic = 0;
  if (task.op == OpKind::LayerNorm) {
    for (Real value : input)
      mean += value;
    mean /= task.cols;
  }
  for (int64_t i = 0; i < task.k; ++i)
    statistic += (input[i] - mean) * (input[i] - mean);
  Real rstd = 1 / std::sqrt(statistic / task.k + Real(kEpsilon));

  bool biased = task.op == OpKind::LayerNorm;
  Real magnitude = 1e-30;
  std::vector<Real> &reference = input;
  for (int64_t i = 0; i < task.cols; ++i) {
    Real scaled =
        (input[i] - mean) * rstd * loadElement(task.type, task.scale, i);
    Real bias = biased ? loadElement(task.type, task.bias, i) : 0;
    magnitude = std::max(magnitude, std::abs(scaled) + std::abs(bias));
    reference[i] = scaled + bias;
  }
  for (int64_t i = 0; i < task.cols; ++i)
    compare(loadElement(task.type, task.y, first + i), reference[i], magnitude);
}

template <typename Real> static Accuracy checkIn(const Task &task) {
  RowCheck<Real> check(task);
  for (int64_t row : sample(task.rows, task.cols))
    check.run(row);
  return check.accuracy;
}

Accuracy bench::checkOutputs(const Task &task) {
  if (isBackward(task.op))
    return checkGradients(task);
  return task.type == Storage::F64 ? checkIn<long double>(task)
                                   : checkIn<double>(task);
}
