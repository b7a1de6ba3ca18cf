//===- SecondOpinion.cpp - checking a raise by evaluation -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SecondOpinion.h"

#include "Evaluator.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Longer rows are checked at the first scale only.
static constexpr int64_t kLongRow = 512;
/// Positions of one row at which the root is compared.
static constexpr int64_t kComparedPositions = 4;

namespace {
/// One row of the input: its values and those of the parameters.
struct Row {
  Numbers input, scale, bias;
};
} // namespace

/// The op's definition at element `i` of a row (semantics of the op, in f64).
static double evaluateDefinition(const NormPlan &plan, const Row &row,
                                 int64_t i) {
  const NormMatch &match = plan.match;
  size_t n = row.input.size();
  bool isPartial = match.kind == NormKind::PRMSNorm;
  size_t k = isPartial ? size_t(match.statisticLength->constant.value) : n;
  double mean = 0, statistic = 0;
  if (match.kind == NormKind::LayerNorm) {
    for (double value : row.input)
      mean += value;
    mean /= double(n);
  }
  for (size_t j = 0; j < std::min(k, n); ++j)
    statistic += (row.input[j] - mean) * (row.input[j] - mean);
  statistic /= double(k);
  double epsilon = match.epsilon.value;
  double rstd = match.epsMode == EpsMode::inside
                    ? 1 / std::sqrt(statistic + epsilon)
                    : 1 / (std::sqrt(statistic) + epsilon);
  double result = (row.input[i] - mean) * rstd;
  if (plan.scale)
    result *= double(plan.scaleOffset) + row.scale[i];
  return plan.bias ? result + row.bias[i] : result;
}

/// Whether root and definition agree on the row that holds position `start`.
static bool agreesOnRow(const NormPlan &plan, Evaluator &evaluator,
                        const Position &start, ArrayRef<int64_t> extents) {
  // All positions of the root that run along the row, in row-major order.
  Positions positions = {start};
  for (unsigned dim = 0; dim < extents.size(); ++dim) {
    if ((plan.match.rowMask >> dim & 1) == 0)
      continue;
    Positions next;
    for (Position position : positions)
      for (int64_t index = 0; index < extents[dim]; ++index) {
        position[dim] = index;
        next.push_back(position);
      }
    positions = std::move(next);
  }
  auto indicesOf = [&](const Witness &witness, const Positions &points) {
    return evaluateIndices(AffineMap::get(extents.size(), 0, witness.indices,
                                          plan.root.value.getContext()),
                           points);
  };
  // Row-major in the input: by its indices.
  Positions inputIndices = indicesOf(plan.input, positions);
  SmallVector<size_t> order(positions.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::stable_sort(order, [&](size_t lhs, size_t rhs) {
    return inputIndices[lhs] < inputIndices[rhs];
  });
  Positions sorted;
  for (size_t position : order)
    sorted.push_back(positions[position]);
  positions = std::move(sorted);
  auto read = [&](const Witness &witness) {
    return evaluator.evaluateTensor(witness.tensor,
                                    indicesOf(witness, positions));
  };
  Row row;
  row.input = read(plan.input);
  if (plan.scale)
    row.scale = read(*plan.scale);
  if (plan.bias)
    row.bias = read(*plan.bias);

  SmallVector<int64_t> compared;
  Positions points;
  int64_t n = positions.size();
  int64_t step = std::max<int64_t>(1, n / kComparedPositions);
  for (int64_t i = 0; i < n; i += step) {
    compared.push_back(i);
    points.push_back(positions[i]);
  }
  auto structured = dyn_cast<linalg::LinalgOp>(plan.root.owner);
  Numbers roots =
      structured ? evaluator.evaluateInBody(structured, plan.root.value, points)
                 : evaluator.evaluateTensor(plan.root.value, points);
  double largest = 1e-30;
  for (double root : roots)
    if (std::isfinite(root))
      largest = std::max(largest, std::abs(root));
  double tolerance = (1e-9 + 16 * evaluator.getLiteralError()) * largest;
  for (auto [i, root] : llvm::zip(compared, roots)) {
    double expected = evaluateDefinition(plan, row, i);
    bool sameSpecial = !std::isfinite(expected) && !std::isfinite(root);
    if (!sameSpecial && !(std::abs(expected - root) <= tolerance))
      return false;
  }
  return true;
}

bool mlir::norm::raise::agreesWithProgram(const NormPlan &plan) {
  SmallVector<int64_t> extents;
  int64_t length = 1;
  for (auto [dim, extent] : llvm::enumerate(plan.root.staticExtents)) {
    extents.push_back(ShapedType::isDynamic(extent) ? 7 : extent);
    if (plan.match.rowMask >> dim & 1)
      length *= extents.back();
  }
  if (llvm::is_contained(extents, 0))
    return true; // no element to disagree on
  double root = std::sqrt(std::max(plan.match.epsilon.value, 1e-30));
  SmallVector<double> scales = {1.0};
  if (length <= kLongRow)
    scales.append({root, 100 * root});
  for (auto [seed, scale] : llvm::enumerate(scales)) {
    Evaluator evaluator(plan.cone.ops, seed + 1, scale);
    Position start;
    for (auto [dim, extent] : llvm::enumerate(extents))
      start.push_back(int64_t(seed * 5 + dim * 3 + 1) % extent);
    if (!agreesOnRow(plan, evaluator, start, extents))
      return false;
  }
  return true;
}
