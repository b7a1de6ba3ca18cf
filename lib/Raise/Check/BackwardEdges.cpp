//===- BackwardEdges.cpp - gradients as typed, at edges -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What overflows from finite numbers does so in another order than in the
// program. Where the program gives a number then and the op does not, the range
// is lost, but for numbers that are beside the largest themselves.
//
// Example: dx = r m - x r^3 / n sum(m x) with r = 3 in a row that holds the
// largest number. x r is infinite, x r^3 as well, and so is dx at that element.
// Elsewhere sum(m x) may be a number where sum(m (x r)) is not. Of the rstd of
// the row itself this cannot be: |x r| is at most the root of n.
//
//===----------------------------------------------------------------------===//

#include "Check/BackwardEdges.h"

#include "Check/Arithmetic.h"
#include "Check/BackwardDefinition.h"
#include "Check/Comparisons.h"
#include "Check/SpecialNumbers.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Numbers that are beside the largest of the type in which products of three
/// terms and sums of a row are computed: they may leave the range there in any
/// order. And such of a type that results are rounded to.
static constexpr double kBesideLargest = 0x1p-16;
static constexpr double kBesideLargestResult = 0x1p-4;
/// Rows that are drawn for the largest number where rstd is any number, of
/// which a program and an op that multiply in different orders make the same by
/// chance alone.
static constexpr uint64_t kLargestSeeds = 3;

namespace {
enum class Difference { None, Range, Value };

/// Compares one plan at one tape.
class GradientEdges {
public:
  GradientEdges(const BackwardPlan &plan, const BackwardTape &at, bool isStrict)
      : plan(plan), at(at), isStrict(isStrict) {}

  Opinion run();

private:
  double getEnd() const;
  Difference compareRun(const Leaves &leaves, bool areNarrowWide);
  std::string probe(unsigned leaf);
  std::string probeAll();

  const BackwardPlan &plan;
  const BackwardTape &at;
  bool isStrict;
  bool losesRange = false;
};
} // namespace

static double getLargest(Type type) {
  bool losesInfo = false;
  APFloat largest =
      APFloat::getLargest(cast<FloatType>(type).getFloatSemantics());
  largest.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                  &losesInfo);
  return largest.convertToDouble();
}

/// The least number that is beside the largest.
double GradientEdges::getEnd() const {
  double end = kBesideLargest * getLargest(plan.dx.spec.computeType);
  auto consider = [&](Type type) {
    end = std::min(end, kBesideLargestResult * getLargest(type));
  };
  if (plan.hasDx)
    consider(plan.dx.spec.resultType.getElementType());
  for (const ParameterGradient &sum : plan.sums)
    consider(getElementTypeOrSelf(Value(sum.value).getType()));
  return end;
}

Difference GradientEdges::compareRun(const Leaves &leaves, bool areNarrowWide) {
  TypedArithmetic arithmetic(areNarrowWide);
  std::vector<Numbers> slots = arithmetic.run(at.tape, leaves);
  const NormSpec &spec = plan.dx.spec;
  BackwardResults op = evaluateBackward(plan, at, slots, spec.computeType,
                                        /*roundsResults=*/!areNarrowWide);
  Type result = areNarrowWide ? Type() : spec.resultType.getElementType();
  double unit = getUnit(at.tape, {spec.computeType, result}, areNarrowWide);
  double tolerance = (areNarrowWide ? 1024 : 64) * unit;
  bool isSpecial = leaves.special != ~0u && !std::isfinite(leaves.number);
  bool mayOverflow =
      !isSpecial && (arithmetic.hasOverflown() || op.hasOverflown);
  double end = getEnd();
  double largest = 1e-30;
  for (double magnitude : op.magnitudes)
    if (std::isfinite(magnitude))
      largest = std::max(largest, magnitude);
  Difference worst = Difference::None;
  auto note = [&](Difference difference) {
    worst = std::max(worst, difference);
  };
  forEachResult(
      at, slots, op, [&](double program, double own, double magnitude) {
        bool isNumber = std::isfinite(program), isOwn = std::isfinite(own);
        if (mayOverflow) {
          if (isNumber && !isOwn && std::abs(program) < end)
            note(Difference::Range);
          return;
        }
        double scale = std::max(largest, magnitude);
        if (isNumber != isOwn ||
            (isNumber && std::abs(program - own) > tolerance * scale))
          note(Difference::Value);
        if (isStrict && std::isnan(program) != std::isnan(own) && !isSpecial)
          note(Difference::Value);
      });
  return worst;
}

/// Puts special numbers into elements of a leaf.
std::string GradientEdges::probe(unsigned leaf) {
  const Step &step = at.tape.steps[leaf];
  auto type = dyn_cast<FloatType>(step.type);
  if (!type || step.size == 0 || matchPattern(step.leaf, m_Constant()))
    return "";
  auto elements = getProbedElements(step.size);
  for (const Special &special : getSpecials(type)) {
    bool isChance = special.number == getLargest(type) && !isRstdInSight(at);
    for (size_t element : elements)
      for (uint64_t seed = 1; seed <= (isChance ? kLargestSeeds : 1); ++seed) {
        Leaves leaves;
        leaves.seed = seed;
        leaves.special = leaf;
        leaves.element = element;
        leaves.number = special.number;
        Difference difference = compareRun(leaves, /*areNarrowWide=*/false);
        losesRange |= difference == Difference::Range;
        if (difference == Difference::Value)
          return llvm::formatv("where one element of a value that the program "
                               "reads is {0}, the program and the gradient of "
                               "a norm differ",
                               special.name);
      }
  }
  return "";
}

std::string GradientEdges::probeAll() {
  for (bool areNarrowWide : {true, false}) {
    Leaves leaves;
    leaves.seed = 1;
    if (compareRun(leaves, areNarrowWide) != Difference::None)
      return "what the program rounds is not what the gradient of a norm "
             "rounds";
  }
  SmallVector<unsigned> slots;
  if (plan.hasDx)
    slots.push_back(at.root);
  for (const SumSlots &sum : at.sums)
    slots.push_back(sum.value);
  for (unsigned leaf : getLeavesOf(at.tape, slots))
    if (std::string refusal = probe(leaf); !refusal.empty())
      return refusal;
  return "";
}

Opinion GradientEdges::run() {
  Opinion opinion;
  opinion.refusal = probeAll();
  if (!opinion.refusal.empty())
    return opinion;
  opinion.range = compareGradientRanges(plan, at);
  if (!opinion.range.isNone()) {
    double ratio = std::max(opinion.range.ratio, opinion.range.smallRatio);
    opinion.notes.push_back(llvm::formatv(
        "range: the gradient of the norm leaves {0} where that of the program "
        "is 2^{1} times further away",
        plan.dx.spec.computeType, std::llround(std::log2(ratio))));
  }
  losesRange |= !plan.isInOrder && !isRstdInSight(at);
  if (losesRange)
    opinion.notes.push_back(llvm::formatv(
        "range: products of {0}s beside the largest leave the range in another "
        "order than in the program{1}",
        plan.dx.spec.computeType,
        isRstdInSight(at) ? "" : "; rstd is not computed from x here"));
  if (isStrict && !opinion.notes.empty())
    opinion.refusal = "strict: products that are numbers in the program are "
                      "out of range in the gradient of a norm";
  return opinion;
}

Opinion mlir::norm::raise::compareGradientsAsTyped(const BackwardPlan &plan,
                                                   const BackwardTape &at,
                                                   bool isStrict) {
  return GradientEdges(plan, at, isStrict).run();
}
