//===- BackwardOpinion.cpp - checking the raise of a gradient -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The op is a rational function of its operands, which are values of the
// program: no root is taken, and nothing is left open but epsilon outside of a
// root. So program and op are the same element of the field, or the raise is
// refused.
//
//===----------------------------------------------------------------------===//

#include "Check/BackwardOpinion.h"

#include "Check/Arithmetic.h"
#include "Check/BackwardDefinition.h"
#include "Check/BackwardOps.h"
#include "Check/Comparisons.h"
#include "Check/SpecialNumbers.h"
#include "Expr/Limits.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Rows, with other samples and dynamic extents, that are compared.
static constexpr uint64_t kBackwardRows = 3;
/// How often elements of the field are drawn until all roots exist.
static constexpr unsigned kBackwardDraws = 40;

//===----------------------------------------------------------------------===//
// Exactly
//===----------------------------------------------------------------------===//

/// Calls `compare` with what the program and the op have, and with how large
/// the terms of the op are.
static void forEachResult(
    const BackwardTape &at, const std::vector<Numbers> &slots,
    const BackwardResults &op,
    llvm::function_ref<void(double program, double op, double magnitude)>
        compare) {
  auto numberOf = [&](unsigned slot, size_t i) {
    return slots[slot][slots[slot].size() == 1 ? 0 : i].real;
  };
  for (size_t i = 0; i < at.numPoints; ++i)
    compare(numberOf(at.root, i), op.roots[i], op.magnitudes[i]);
  for (size_t sum = 0; sum < at.sums.size(); ++sum)
    for (size_t i = 0; i < at.numSumPoints; ++i)
      compare(numberOf(at.sums[sum].value, i), op.sums[sum][i],
              op.sumMagnitudes[sum][i]);
}

static Verdict compareGradientReals(const BackwardPlan &plan,
                                    const BackwardTape &at,
                                    const std::vector<Numbers> &slots,
                                    double error) {
  BackwardResults op = evaluateBackward(plan, at, slots, /*compute=*/nullptr,
                                        /*roundsResults=*/false);
  double tolerance = 1e-9 + 16 * std::min(error, 0x1p-24);
  bool agrees = true, hasNumber = false;
  forEachResult(at, slots, op, [&](double program, double own, double largest) {
    bool areFinite = std::isfinite(program) && std::isfinite(own);
    hasNumber |= areFinite && program != 0;
    if (std::isfinite(program) != std::isfinite(own) ||
        (areFinite && std::abs(program - own) > tolerance * largest))
      agrees = false;
  });
  if (!agrees)
    return Verdict::Disagrees;
  return hasNumber ? Verdict::Agrees : Verdict::Silent;
}

static bool gradientAgreesInField(const BackwardPlan &plan,
                                  const BackwardTape &at, const Leaves &leaves,
                                  ExactArithmetic &arithmetic,
                                  std::vector<Numbers> slots,
                                  std::optional<field::Element> &epsilon) {
  for (unsigned draw = 0; draw < kBackwardDraws; ++draw) {
    if (!arithmetic.hasLackedRoot()) {
      std::optional<field::Element> solved = epsilon;
      FieldVerdict verdict = compareInField(plan, at, slots, solved);
      if (verdict == FieldVerdict::Equal) {
        epsilon = solved;
        return true;
      }
      if (verdict == FieldVerdict::Different && !arithmetic.hasMetWrongSign())
        return false;
    }
    arithmetic.redraw();
    slots = arithmetic.run(at.tape, leaves);
  }
  // Roots that do not exist however often elements are drawn.
  return true;
}

static Verdict compareGradientExactly(const BackwardPlan &plan,
                                      const llvm::SetVector<Operation *> &ops,
                                      ExtentClasses &classes,
                                      int64_t maxSamples, bool withField) {
  SmallVector<double> lengths =
      getLengths(plan.match.length, plan.dx.cone.values.getArrayRef());
  std::optional<field::Element> epsilon;
  Verdict verdict = Verdict::Silent;
  for (bool arePositive : {false, true}) {
    for (uint64_t number = 0; number < kBackwardRows; ++number) {
      std::optional<BackwardTape> at =
          makeBackwardTape(plan, ops, classes, number, maxSamples);
      if (!at)
        return Verdict::TooLarge;
      Leaves leaves;
      leaves.seed = number + 1;
      leaves.arePositive = arePositive;
      ExactArithmetic arithmetic(lengths, /*literals=*/{});
      std::vector<Numbers> slots = arithmetic.run(at->tape, leaves);
      Verdict row =
          compareGradientReals(plan, *at, slots, arithmetic.getLiteralError());
      if (row == Verdict::Disagrees)
        return row;
      if (row == Verdict::Silent)
        continue;
      verdict = row;
      if (withField && !gradientAgreesInField(plan, *at, leaves, arithmetic,
                                              std::move(slots), epsilon))
        return Verdict::Disagrees;
    }
    if (verdict != Verdict::Silent)
      break;
  }
  return verdict;
}

//===----------------------------------------------------------------------===//
// As typed
//===----------------------------------------------------------------------===//

namespace {
/// Compares the numbers that the types of program and op have.
class TypedComparison {
public:
  TypedComparison(const BackwardPlan &plan, const BackwardTape &at,
                  bool isStrict)
      : plan(plan), at(at), isStrict(isStrict) {}

  std::string run();

private:
  bool agrees(const Leaves &leaves, bool areNarrowWide);
  std::string probe(unsigned leaf);

  const BackwardPlan &plan;
  const BackwardTape &at;
  bool isStrict;
};
} // namespace

bool TypedComparison::agrees(const Leaves &leaves, bool areNarrowWide) {
  TypedArithmetic arithmetic(areNarrowWide);
  std::vector<Numbers> slots = arithmetic.run(at.tape, leaves);
  const NormSpec &spec = plan.dx.spec;
  BackwardResults op = evaluateBackward(plan, at, slots, spec.computeType,
                                        /*roundsResults=*/!areNarrowWide);
  Type result = areNarrowWide ? Type() : spec.resultType.getElementType();
  double unit = getUnit(at.tape, {spec.computeType, result}, areNarrowWide);
  double tolerance = (areNarrowWide ? 1024 : 64) * unit;
  bool isSpecial = leaves.special != ~0u && !std::isfinite(leaves.number);
  // What overflows from finite numbers may do so in another order.
  bool mayOverflow =
      !isSpecial && (arithmetic.hasOverflown() || op.hasOverflown);
  double largest = 1e-30;
  for (double magnitude : op.magnitudes)
    if (std::isfinite(magnitude))
      largest = std::max(largest, magnitude);
  bool isSame = true;
  forEachResult(
      at, slots, op, [&](double program, double own, double magnitude) {
        if (mayOverflow)
          return;
        bool areFinite = std::isfinite(program) && std::isfinite(own);
        if (std::isfinite(program) != std::isfinite(own) ||
            (areFinite && std::abs(program - own) >
                              tolerance * std::max(largest, magnitude)))
          isSame = false;
        if (isStrict && std::isnan(program) != std::isnan(own) && !isSpecial)
          isSame = false;
      });
  return isSame;
}

/// Puts special numbers into elements of a leaf.
std::string TypedComparison::probe(unsigned leaf) {
  const Step &step = at.tape.steps[leaf];
  auto type = dyn_cast<FloatType>(step.type);
  if (!type || step.size == 0 || matchPattern(step.leaf, m_Constant()))
    return "";
  llvm::SmallSetVector<size_t, 3> elements;
  elements.insert(0);
  elements.insert(step.size - 1);
  elements.insert(step.size / 2);
  for (const Special &special : getSpecials(type))
    for (size_t element : elements) {
      Leaves leaves;
      leaves.seed = 1;
      leaves.special = leaf;
      leaves.element = element;
      leaves.number = special.number;
      if (!agrees(leaves, /*areNarrowWide=*/false))
        return llvm::formatv("where one element of a value that the program "
                             "reads is {0}, the program and the gradient of a "
                             "norm differ",
                             special.name);
    }
  return "";
}

std::string TypedComparison::run() {
  for (bool areNarrowWide : {true, false}) {
    Leaves leaves;
    leaves.seed = 1;
    if (!agrees(leaves, areNarrowWide))
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

//===----------------------------------------------------------------------===//
// Both
//===----------------------------------------------------------------------===//

std::string
mlir::norm::raise::judgeBackward(const BackwardPlan &plan,
                                 ExtentClasses &classes,
                                 const SecondOpinionOptions &options) {
  // Of no elements there is nothing to compare.
  if (llvm::is_contained(plan.dx.root.staticExtents, 0))
    return "";
  llvm::SetVector<Operation *> ops = getOps(plan);
  Verdict verdict = Verdict::TooLarge;
  int64_t samples = kExactSamples;
  for (int64_t maxSamples : {kExactSamples, kTypedSamples, kWholeRow}) {
    samples = maxSamples;
    verdict = compareGradientExactly(plan, ops, classes, maxSamples,
                                     options.withField);
    if (verdict == Verdict::Agrees)
      break;
  }
  if (verdict != Verdict::Agrees)
    return describeVerdict(verdict).str();
  if (samples == kExactSamples)
    samples = kTypedSamples;
  // Samples of a row that is summed up in parts are not samples of the parts:
  // what they refuse the whole row may allow.
  std::string refusal;
  for (int64_t maxSamples : {samples, kWholeRow}) {
    std::optional<BackwardTape> at =
        makeBackwardTape(plan, ops, classes, /*number=*/0, maxSamples);
    if (at)
      refusal = TypedComparison(plan, *at, options.isStrict).run();
    else if (maxSamples == samples)
      return describeVerdict(Verdict::TooLarge).str();
    if (refusal.empty())
      break;
  }
  return refusal;
}
