//===- RangeOpinion.cpp - the range of rows that stay right ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The leaves of the input are multiplied by 2^(s/4) for integers s, until the
// program, as it is typed, no longer gives the right row. Then the same is
// asked of the op. A program that squares x * 2^-34 is right up to elements of
// 2^97; the op, which squares x in f32, up to 2^63: its range is smaller by a
// factor of 2^34, and by 2^68 for the squares. What is right follows from the
// definition of the op for rows that are divided by their largest element.
// Squares grow by sqrt(2) from one step to the next, so that what a division of
// two squares by two before they are added gains is seen.
//
//===----------------------------------------------------------------------===//

#include "Check/Arithmetic.h"
#include "Check/Comparisons.h"
#include "Check/Definition.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

namespace {
/// What is right at one scale.
struct Rung {
  bool isFinite = false; ///< the input still is
  bool isProgramRight = false, isOpRight = false;
  double largest = 0; ///< of the input
};
} // namespace

/// Steps by which rows double.
static constexpr int kSteps = 4;

/// Of numbers that are compared with those of a row out of range, which are 0
/// or not finite.
static constexpr double kTolerance = 0.125;

static Rung evaluateRung(const NormPlan &plan, const PlanTape &at,
                         ArrayRef<unsigned> leaves, int step) {
  Leaves scaled;
  scaled.seed = 1;
  scaled.scaled = leaves;
  scaled.magnitude = std::exp2(double(step) / kSteps);
  TypedArithmetic arithmetic;
  std::vector<Numbers> slots = arithmetic.run(at.tape, scaled);
  auto numberOf = [&](unsigned slot, size_t i) {
    return slots[slot][slots[slot].size() == 1 ? 0 : i].real;
  };
  Rung rung;
  for (size_t i = 0; i < at.weights.size(); ++i)
    rung.largest = std::max(rung.largest, std::abs(numberOf(at.row, i)));
  rung.isFinite = std::isfinite(rung.largest) && rung.largest > 0;
  for (size_t i = 0; i < at.weights.size(); ++i)
    rung.isFinite &= std::isfinite(numberOf(at.row, i));
  if (!rung.isFinite)
    return rung;
  OpResults right = evaluateScaledOp(plan, at, slots);
  OpResults op = evaluateOp(plan, at, slots, getOpTypes(plan, false));
  double tolerance = 0;
  for (double number : right.roots)
    tolerance = std::max(tolerance, kTolerance * std::abs(number));
  rung.isProgramRight = rung.isOpRight = true;
  for (auto [i, number] : llvm::enumerate(right.roots)) {
    rung.isProgramRight &= std::abs(numberOf(at.root, i) - number) <= tolerance;
    rung.isOpRight &= std::abs(op.roots[i] - number) <= tolerance;
  }
  return rung;
}

std::optional<int>
mlir::norm::raise::findLastStep(int end,
                                llvm::function_ref<bool(int step)> holds) {
  if (!holds(0))
    return std::nullopt;
  int sign = end < 0 ? -1 : 1, last = 0, beyond = std::abs(end) + 1;
  while (beyond - last > 1) {
    int middle = last + (beyond - last) / 2;
    (holds(sign * middle) ? last : beyond) = middle;
  }
  return sign * last;
}

/// By how much the squares exceed those of the program at the end of the range
/// in the direction of `end`; 1 where the op is right wherever the program is.
static double compareEnd(const NormPlan &plan, const PlanTape &at,
                         ArrayRef<unsigned> leaves, int end) {
  auto evaluate = [&](int step) {
    return evaluateRung(plan, at, leaves, step);
  };
  std::optional<int> program = findLastStep(end, [&](int step) {
    Rung rung = evaluate(step);
    return rung.isFinite && rung.isProgramRight;
  });
  if (!program)
    return 1.0;
  Rung furthest = evaluate(*program);
  if (furthest.isOpRight)
    return 1.0;
  std::optional<int> op = findLastStep(*program, [&](int step) {
    Rung rung = evaluate(step);
    return rung.isFinite && rung.isOpRight;
  });
  if (!op)
    return 1.0;
  double ratio = furthest.largest / evaluate(*op).largest;
  return std::max(ratio * ratio, 1 / (ratio * ratio));
}

/// The largest loss where all of `leaves` are scaled, and where each is: of
/// x * (|z| / sqrt(z^2)) the range ends with that of z^2, which hides that of
/// x.
static double compareEnds(const NormPlan &plan, const PlanTape &at,
                          ArrayRef<unsigned> leaves, int end) {
  double loss = compareEnd(plan, at, leaves, end);
  if (leaves.size() > 1)
    for (unsigned leaf : leaves)
      loss = std::max(loss, compareEnd(plan, at, leaf, end));
  return loss;
}

/// How often rows double while their squares grow by `ratio`, which is known
/// up to a step.
static int doublings(double ratio) {
  return int(std::ceil(std::log2(ratio) / 2 - 1.0 / kSteps));
}

RangeLoss mlir::norm::raise::compareRanges(const NormPlan &plan,
                                           const PlanTape &at) {
  RangeLoss loss;
  SmallVector<unsigned> leaves = getLeavesOf(at.tape, {at.input, at.row});
  int end = 0;
  Type compute = getOpTypes(plan, false).compute;
  for (unsigned leaf : leaves)
    if (auto type = dyn_cast<FloatType>(at.tape.steps[leaf].type))
      end = std::max(end, kSteps * int(APFloat::semanticsMaxExponent(
                                       type.getFloatSemantics())));
  if (end == 0)
    return loss;
  loss.ratio = compareEnds(plan, at, leaves, end);
  // Squares that are lost beside epsilon are no loss.
  if (plan.spec.epsilon < 0x1p-100)
    loss.smallRatio = compareEnds(plan, at, leaves, -end);
  for (const Step &step : at.tape.steps)
    loss.isWiderStatistic |= !loss.isNone() && step.kind == Step::Kind::Sum &&
                             step.type.isF64() && !compute.isF64();
  // Squares that are divided by n before they are added gain no more than n.
  bool isOwnScaling = std::max(loss.ratio, loss.smallRatio) > 4 * at.length;
  if (isOwnScaling && !loss.isWiderStatistic)
    loss.exponent =
        loss.ratio != 1.0 ? -doublings(loss.ratio) : doublings(loss.smallRatio);
  return loss;
}
