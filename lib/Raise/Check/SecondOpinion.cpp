//===- SecondOpinion.cpp - checking a raise by evaluation -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/SecondOpinion.h"

#include "Check/Evaluator.h"
#include "Check/Fingerprint.h"
#include "Expr/IndexMath.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SetVector.h"

#include <cmath>
#include <set>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Longer rows are checked at the first scale only.
static constexpr int64_t kLongRow = 512;
/// Literals whose rounding is at least this large, relative to them, have 16
/// bits or fewer.
static constexpr double kCoarseLiteral = 0x1p-11;
/// Positions of one row at which the root is compared.
static constexpr uint64_t kComparedPositions = 6;

/// The op's definition at element `i` of a row, for which scale and bias are
/// given (semantics of the op, in f64).
static double evaluateDefinition(const NormPlan &plan, const Numbers &row,
                                 int64_t i, double scale, double bias) {
  const NormMatch &match = plan.match;
  size_t n = row.size();
  bool isPartial = match.kind == NormKind::PRMSNorm;
  size_t k = isPartial ? size_t(match.statisticLength->constant.value) : n;
  double mean = 0, statistic = 0;
  if (match.kind == NormKind::LayerNorm) {
    for (double value : row)
      mean += value;
    mean /= double(n);
  }
  for (size_t j = 0; j < std::min(k, n); ++j)
    statistic += (row[j] - mean) * (row[j] - mean);
  statistic /= double(k);
  double epsilon = match.epsilon.value;
  double rstd = match.epsMode == EpsMode::inside
                    ? 1 / std::sqrt(statistic + epsilon)
                    : 1 / (std::sqrt(statistic) + epsilon);
  return (row[i] - mean) * rstd * scale + bias;
}

/// The extent of dimension `dim` of the tensor that `witness` is, or would be
/// made into.
static int64_t extentOf(Evaluator &evaluator, const Witness &witness,
                        unsigned dim) {
  Size size = getSize(witness, dim);
  return size.value ? evaluator.getExtent(size.value, size.dim) : size.dim;
}

/// The elements of the tensor that `witness` is, or would be made into.
static Numbers evaluateWitness(Evaluator &evaluator, const Witness &witness,
                               const Positions &positions) {
  Numbers numbers;
  if (witness.number)
    return Numbers(positions.size(), *witness.number);
  if (!witness.op) {
    numbers = evaluator.evaluateTensor(witness.value, positions);
  } else {
    linalg::LinalgOp op = witness.op;
    Positions loops;
    for (const Position &position : positions) {
      Position point(op.getNumLoops(), 0);
      for (auto [dim, loop] : llvm::enumerate(witness.loops))
        point[loop] = position[dim];
      loops.push_back(point);
    }
    numbers = evaluator.evaluateInBody(op, witness.value, loops);
  }
  for (double &number : numbers)
    number *= witness.factor;
  return numbers;
}

namespace {
/// What a comparison says; Coarse: no more than literals of 16 bits may make
/// up.
enum class Verdict { Agrees, Coarse, Disagrees };
} // namespace

/// Whether root and definition agree on the row that holds position `start`.
/// The row is that of the input, whatever part of it the root reads.
static Verdict agreesOnRow(const NormPlan &plan, Evaluator &evaluator,
                           const Position &start, ArrayRef<int64_t> extents,
                           uint64_t seed) {
  auto indicesOf = [&](const Witness &witness, const Positions &points) {
    return evaluateIndices(AffineMap::get(extents.size(), 0, witness.indices,
                                          plan.root.value.getContext()),
                           points);
  };

  // Elements of the row, in row-major order.
  Positions row = indicesOf(plan.input, {start});
  SmallVector<int64_t> rowDims, rowExtents;
  for (auto [dim, index] : llvm::enumerate(plan.input.indices)) {
    if (!(uint32_t(dimsOf(index)) & plan.match.rowMask))
      continue;
    rowDims.push_back(dim);
    rowExtents.push_back(extentOf(evaluator, plan.input, dim));
    Positions next;
    for (Position position : row)
      for (position[dim] = 0; position[dim] < rowExtents.back();
           ++position[dim])
        next.push_back(position);
    row = std::move(next);
  }
  // Positions of the root: the ends of the row, and some in between.
  Positions points;
  for (uint64_t number = 0; number < kComparedPositions; ++number) {
    Position point = start;
    for (unsigned dim = 0; dim < extents.size(); ++dim)
      if (plan.match.rowMask >> dim & 1)
        point[dim] = number == 0   ? 0
                     : number == 1 ? extents[dim] - 1
                                   : mixBits(seed * 64 + number * 8 + dim) %
                                         uint64_t(extents[dim]);
    points.push_back(point);
  }
  auto read = [&](const std::optional<Witness> &witness, double absent) {
    return witness ? evaluateWitness(evaluator, *witness,
                                     indicesOf(*witness, points))
                   : Numbers(points.size(), absent);
  };
  Numbers input = evaluateWitness(evaluator, plan.input, row);
  Numbers scale = read(plan.scale, 1.0);
  Numbers bias = read(plan.bias, 0.0);
  Numbers gate = read(plan.gate, 1.0);
  Numbers rest = read(plan.rest, 0.0);
  auto structured = dyn_cast<linalg::LinalgOp>(plan.root.owner);
  Numbers roots =
      structured ? evaluator.evaluateInBody(structured, plan.root.value, points)
                 : evaluator.evaluateTensor(plan.root.value, points);
  double largest = 1e-30;
  for (double root : roots)
    if (std::isfinite(root))
      largest = std::max(largest, std::abs(root));
  // Literals have been taken for what the match takes them for, but epsilon may
  // be any number that is rounded to its literal: it counts where the row does
  // not outweigh it, and with its own size where it does.
  double literalError = evaluator.getLiteralError();
  double error = literalError;
  if (seed == 0)
    error = std::min(error, 0x1p-24) + error * plan.match.epsilon.value;
  auto toleranceOf = [&](double relative) {
    return (1e-9 + 16 * relative) * largest;
  };
  double tolerance = toleranceOf(error);
  double coarse =
      literalError >= kCoarseLiteral ? toleranceOf(literalError) : tolerance;
  Verdict verdict = Verdict::Agrees;
  Positions inputIndices = indicesOf(plan.input, points);
  for (size_t point = 0; point < points.size(); ++point) {
    int64_t i = 0;
    for (auto [dim, extent] : llvm::zip(rowDims, rowExtents))
      i = i * extent + inputIndices[point][dim];
    double expected = evaluateDefinition(
        plan, input, i,
        plan.scale ? scale[point] + double(plan.spec.scaleOffset) : 1.0,
        bias[point]);
    expected = expected * gate[point] + rest[point];
    double root = roots[point];
    bool sameSpecial = !std::isfinite(expected) && !std::isfinite(root);
    if (sameSpecial || std::abs(expected - root) <= tolerance)
      continue;
    if (!(std::abs(expected - root) <= coarse))
      return Verdict::Disagrees;
    verdict = Verdict::Coarse;
  }
  return verdict;
}

/// The extents of the positions of the root, dynamic ones as the evaluator has
/// chosen them for the input.
static SmallVector<int64_t> getRootExtents(const NormPlan &plan,
                                           Evaluator &evaluator) {
  SmallVector<int64_t> extents;
  for (auto [dim, extent] : llvm::enumerate(plan.root.staticExtents)) {
    extents.push_back(extent);
    if (!ShapedType::isDynamic(extent))
      continue;
    extents.back() = 3;
    for (auto [inputDim, index] : llvm::enumerate(plan.input.indices))
      if (auto position = dyn_cast<AffineDimExpr>(index);
          position && position.getPosition() == dim)
        extents.back() = extentOf(evaluator, plan.input, inputDim);
  }
  return extents;
}

/// The lengths that a literal may stand for: that of the statistic, and the
/// products of neighbouring dimensions of the tensors that are read.
static SmallVector<double> getLengths(const NormPlan &plan) {
  llvm::SetVector<double, SmallVector<double>, std::set<double>> lengths;
  if (plan.match.statisticLength && plan.match.statisticLength->isConstant())
    lengths.insert(plan.match.statisticLength->constant.value);
  for (Value value : plan.cone.values) {
    ArrayRef<int64_t> shape =
        cast<RankedTensorType>(value.getType()).getShape();
    for (size_t first = 0; first < shape.size(); ++first) {
      double product = 1;
      for (size_t last = first; last < shape.size(); ++last) {
        if (ShapedType::isDynamic(shape[last]))
          break;
        product *= double(shape[last]);
        if (product > 1)
          lengths.insert(product);
      }
    }
  }
  return lengths.takeVector();
}

/// Whether the elements of the results of `op` follow from those of its
/// operands, without sums over many of them unless `withSums`.
static bool isElementwise(Operation *op, bool withSums) {
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return structured.hasPureTensorSemantics() &&
           (withSums || structured.getNumReductionLoops() == 0);
  return isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp,
             tensor::ExtractSliceOp>(op) ||
         op->hasTrait<OpTrait::Elementwise>();
}

/// The ops of the cone, and those from which the tensors that it reads follow
/// element by element, or by sums. Such tensors are no independent leaves:
/// (x + x) / 2 is x, and a mean may have been computed twice. Nearest first.
static llvm::SetVector<Operation *> getWiderCone(const Cone &cone,
                                                 bool withSums) {
  constexpr unsigned maxOps = 64;
  llvm::SetVector<Operation *> ops = cone.ops;
  size_t limit = ops.size() + maxOps;
  for (size_t next = 0; next < ops.size(); ++next)
    for (Value operand : ops[next]->getOperands())
      if (Operation *producer = operand.getDefiningOp();
          producer && isa<RankedTensorType>(operand.getType()) &&
          ops.size() < limit && isElementwise(producer, withSums))
        ops.insert(producer);
  return ops;
}

bool SecondOpinion::agrees(const NormPlan &plan, std::string &reason) {
  bool agrees = false;
  if (std::optional<std::string> fingerprint = getFingerprint(plan)) {
    auto [entry, isNew] = verdicts.try_emplace(*fingerprint, false);
    if (isNew)
      entry->second = evaluate(plan, plan.cone.ops);
    agrees = entry->second;
  } else {
    agrees = evaluate(plan, plan.cone.ops);
  }
  // What the cone reads may be related; most often it need not be looked at.
  if (agrees || evaluate(plan, getWiderCone(plan.cone, /*withSums=*/false)) ||
      evaluate(plan, getWiderCone(plan.cone, /*withSums=*/true)))
    return true;
  reason = hasCancelled ? "numbers in the statistic cancel, and for rows of "
                          "small values rounding decides what is left"
           : isWithinLiterals
               ? "literals of 16 bits are too coarse to tell whether what they "
                 "scale is a norm"
               : "the evaluation of the program disagrees with the algebra: "
                 "please report this program as a bug";
  return false;
}

bool SecondOpinion::evaluate(const NormPlan &plan,
                             const llvm::SetVector<Operation *> &ops) {
  if (llvm::is_contained(plan.root.staticExtents, 0))
    return true; // no element to disagree on
  SmallVector<double> lengths = getLengths(plan);
  double root = std::sqrt(std::max(plan.match.epsilon.value, 1e-30));
  SmallVector<double> scales = {1.0, root, 100 * root};
  for (auto [seed, scale] : llvm::enumerate(scales)) {
    Evaluator evaluator(ops, extentClasses, lengths, seed + 1, scale);
    SmallVector<int64_t> extents = getRootExtents(plan, evaluator);
    // There are elements to compare: no extent of these is 0.
    for (unsigned dim = 0; dim < plan.input.indices.size(); ++dim)
      extentOf(evaluator, plan.input, dim);
    Value result = plan.root.owner->getResult(0);
    for (int64_t dim = 0;
         dim < cast<RankedTensorType>(result.getType()).getRank(); ++dim)
      evaluator.getExtent(result, dim);
    int64_t length = 1;
    for (auto [dim, index] : llvm::enumerate(plan.input.indices))
      if (uint32_t(dimsOf(index)) & plan.match.rowMask)
        length *= extentOf(evaluator, plan.input, dim);
    if (seed > 0 && length > kLongRow)
      break;
    Position start;
    for (auto [dim, extent] : llvm::enumerate(extents))
      start.push_back(int64_t(seed * 5 + dim * 3 + 1) % extent);
    Verdict verdict = agreesOnRow(plan, evaluator, start, extents, seed);
    if (verdict != Verdict::Agrees) {
      hasCancelled = evaluator.hasCancelled();
      isWithinLiterals = verdict == Verdict::Coarse;
      return false;
    }
  }
  return true;
}
