//===- BackwardRange.cpp - the range of a gradient ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The leaves of dy are multiplied by powers of two, until the program, as it is
// typed, no longer gives the right gradients; then the same is asked of the op.
// So are those of x and the mean, and where rstd is not computed from x it is
// divided by the same, as the rstd of such rows is; and all of these together
// with the scale. What is right follows from the definition of the op in f64.
//
// Example: (dy r) scale of dy, scale and x of 2^70 and rstd of 2^-70 is 2^70.
// The op begins with dy scale, which is infinite: it is right up to 2^63.
//
//===----------------------------------------------------------------------===//

#include "Check/Arithmetic.h"
#include "Check/BackwardDefinition.h"
#include "Check/BackwardEdges.h"
#include "Check/Comparisons.h"

#include "mlir/IR/TypeUtilities.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Powers of two from one rung to the next. Sums of a row and products of three
/// terms may leave the range a rung earlier: nothing is said of numbers so
/// close to the ends.
static constexpr int kRung = 16;
/// Of numbers that are compared with those out of range: 0 or not finite.
static constexpr double kTolerance = 0.125;

namespace {
/// Leaves that are scaled together.
struct ScaledLeaves {
  SmallVector<unsigned> scaled, divided;
};

struct Rung {
  bool isProgramRight = true, isOpRight = true;
};
} // namespace

/// The slots of one operand, wherever it is read.
static SmallVector<unsigned> collectSlots(
    const BackwardTape &at,
    llvm::function_ref<std::optional<unsigned>(const OperandSlots &)> get) {
  SmallVector<unsigned> slots;
  auto take = [&](const OperandSlots &operands) {
    if (std::optional<unsigned> slot = get(operands))
      slots.push_back(*slot);
  };
  take(at.points);
  take(at.row);
  for (const SumSlots &sum : at.sums)
    take(sum.operands);
  return slots;
}

static SmallVector<unsigned> getInputLeaves(const BackwardTape &at) {
  SmallVector<unsigned> slots = collectSlots(
      at, [](const OperandSlots &operands) { return operands.input; });
  llvm::append_range(slots, collectSlots(at, [](const OperandSlots &operands) {
                       return operands.mean;
                     }));
  return getLeavesOf(at.tape, slots);
}

static SmallVector<unsigned> getRstdLeaves(const BackwardTape &at) {
  return getLeavesOf(at.tape,
                     collectSlots(at, [](const OperandSlots &operands) {
                       return operands.rstd;
                     }));
}

bool mlir::norm::raise::isRstdInSight(const BackwardTape &at) {
  SmallVector<unsigned> input = getInputLeaves(at);
  return llvm::any_of(getRstdLeaves(at), [&](unsigned leaf) {
    return llvm::is_contained(input, leaf);
  });
}

/// dy; x with what it is normalized by; and all.
static SmallVector<ScaledLeaves> getGroups(const BackwardTape &at) {
  ScaledLeaves dy, x;
  x.scaled = getInputLeaves(at);
  dy.scaled =
      getLeavesOf(at.tape, collectSlots(at, [](const OperandSlots &operands) {
                    return operands.dy;
                  }));
  // A dy that is computed from x is what it is for these rows.
  llvm::erase_if(dy.scaled, [&](unsigned leaf) {
    return llvm::is_contained(x.scaled, leaf);
  });
  if (!isRstdInSight(at))
    x.divided = getRstdLeaves(at);
  ScaledLeaves all = x;
  llvm::append_range(all.scaled, dy.scaled);
  for (unsigned leaf :
       getLeavesOf(at.tape, collectSlots(at, [](const OperandSlots &operands) {
                     return operands.scale;
                   })))
    if (!llvm::is_contained(all.scaled, leaf))
      all.scaled.push_back(leaf);
  return {dy, x, all};
}

static Rung evaluateRung(const BackwardPlan &plan, const BackwardTape &at,
                         const ScaledLeaves &group, int step) {
  Leaves leaves;
  leaves.seed = 1;
  leaves.scaled = group.scaled;
  leaves.divided = group.divided;
  leaves.magnitude = std::ldexp(1.0, kRung * step);
  TypedArithmetic arithmetic;
  std::vector<Numbers> slots = arithmetic.run(at.tape, leaves);
  BackwardResults right = evaluateBackward(plan, at, slots, /*compute=*/nullptr,
                                           /*roundsResults=*/false);
  BackwardResults op = evaluateBackward(
      plan, at, slots, plan.dx.spec.computeType, /*roundsResults=*/true);
  Rung rung;
  auto compare = [&](bool &isRight) {
    return [&](double found, double wanted, double magnitude) {
      isRight &= std::isfinite(wanted) && std::isfinite(magnitude) &&
                 std::abs(found - wanted) <= kTolerance * magnitude;
    };
  };
  forEachResult(at, slots, right, compare(rung.isProgramRight));
  auto compareOp = compare(rung.isOpRight);
  for (size_t i = 0; i < at.numPoints; ++i)
    compareOp(op.roots[i], right.roots[i], right.magnitudes[i]);
  for (size_t sum = 0; sum < at.sums.size(); ++sum)
    for (size_t i = 0; i < at.numSumPoints; ++i)
      compareOp(op.sums[sum][i], right.sums[sum][i],
                right.sumMagnitudes[sum][i]);
  return rung;
}

/// By how much further the program is right in the direction of `end`.
static double compareEnd(const BackwardPlan &plan, const BackwardTape &at,
                         const ScaledLeaves &group, int end) {
  std::optional<int> program = findLastStep(end, [&](int step) {
    return evaluateRung(plan, at, group, step).isProgramRight;
  });
  if (!program || evaluateRung(plan, at, group, *program).isOpRight)
    return 1.0;
  std::optional<int> op = findLastStep(*program, [&](int step) {
    return evaluateRung(plan, at, group, step).isOpRight;
  });
  int steps = op ? std::abs(*program - *op) : 0;
  return steps > 1 ? std::ldexp(1.0, kRung * steps) : 1.0;
}

RangeLoss mlir::norm::raise::compareGradientRanges(const BackwardPlan &plan,
                                                   const BackwardTape &at) {
  RangeLoss loss;
  for (const ScaledLeaves &group : getGroups(at)) {
    int end = 0;
    for (unsigned leaf : group.scaled)
      if (auto type = dyn_cast<FloatType>(at.tape.steps[leaf].type))
        end = std::max(
            end, int(APFloat::semanticsMaxExponent(type.getFloatSemantics())));
    if (end == 0)
      continue;
    loss.ratio = std::max(loss.ratio, compareEnd(plan, at, group, end));
    loss.smallRatio =
        std::max(loss.smallRatio, compareEnd(plan, at, group, -end));
  }
  return loss;
}
