//===- BackwardReference.cpp - checking gradients -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Comparison.h"

#include <algorithm>

using namespace mlir::norm;
using namespace mlir::norm::bench;

namespace {
/// Compares dx row by row, dscale and dbias column by column, in the arithmetic
/// of `Real`.
template <typename Real> class GradientCheck {
public:
  explicit GradientCheck(const Task &task)
      : task(task), compute(computeType(task.type)) {}

  /// dx_i = r (m_i - mean(m) - [i < k] xh_i sum(xh m)/k), mean(m) and that of x
  /// 0 but for layernorm.
  void checkRow(int64_t row) {
    Real r = rstd(row), sum = 0, dot = 0;
    for (int64_t i = 0; i < task.cols; ++i) {
      sum += m(row, i);
      dot += m(row, i) * normalized(row, i);
    }
    Real mean = task.mean ? sum / task.cols : 0, pull = dot / task.k;
    auto taken = [&](int64_t i) {
      return r * (mean + (i < task.k ? normalized(row, i) * pull : 0));
    };
    Real magnitude = 1e-30;
    for (int64_t i = 0; i < task.cols; ++i)
      magnitude =
          std::max(magnitude, std::abs(r * m(row, i)) + std::abs(taken(i)));
    for (int64_t i = 0; i < task.cols; ++i)
      compare(accuracy, task.type,
              loadElement(task.type, task.dx, row * task.cols + i),
              r * m(row, i) - taken(i), magnitude);
  }

  void checkColumn(int64_t column) {
    if (task.dscale)
      checkSum(task.dscale, column, [&](int64_t row) {
        return dy(row, column) * normalized(row, column);
      });
    if (task.dbias)
      checkSum(task.dbias, column,
               [&](int64_t row) { return dy(row, column); });
  }

  Accuracy accuracy;

private:
  template <typename Term>
  void checkSum(const void *sums, int64_t column, Term term) {
    Real sum = 0, squares = 0;
    for (int64_t row = 0; row < task.rows; ++row) {
      sum += term(row);
      squares += term(row) * term(row);
    }
    compare(accuracy, compute, loadElement(compute, sums, column), sum,
            std::max<Real>(2 * (std::sqrt(squares) + std::abs(sum)), 1e-30));
  }

  Real dy(int64_t row, int64_t i) {
    return loadElement(task.type, task.dy, row * task.cols + i);
  }
  Real m(int64_t row, int64_t i) {
    return dy(row, i) * loadElement(task.type, task.scale, i);
  }
  Real rstd(int64_t row) { return loadElement(compute, task.rstd, row); }
  Real normalized(int64_t row, int64_t i) {
    Real mean = task.mean ? loadElement(compute, task.mean, row) : 0;
    return (loadElement(task.type, task.x, row * task.cols + i) - mean) *
           rstd(row);
  }

  const Task &task;
  const Storage compute;
};
} // namespace

template <typename Real> static Accuracy checkGradientsIn(const Task &task) {
  GradientCheck<Real> check(task);
  if (task.dx)
    for (int64_t row : sample(task.rows, task.cols))
      check.checkRow(row);
  for (int64_t column : sample(task.cols, task.rows))
    check.checkColumn(column);
  return check.accuracy;
}

Accuracy bench::checkGradients(const Task &task) {
  return task.type == Storage::F64 ? checkGradientsIn<long double>(task)
                                   : checkGradientsIn<double>(task);
}
