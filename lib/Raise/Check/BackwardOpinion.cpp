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
#include "Check/BackwardEdges.h"
#include "Check/BackwardOps.h"
#include "Check/Comparisons.h"
#include "Expr/Limits.h"

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
// Both
//===----------------------------------------------------------------------===//

Opinion mlir::norm::raise::judgeBackward(const BackwardPlan &plan,
                                         ExtentClasses &classes,
                                         const SecondOpinionOptions &options) {
  Opinion opinion;
  // Of no elements there is nothing to compare.
  if (llvm::is_contained(plan.dx.root.staticExtents, 0))
    return opinion;
  llvm::SetVector<Operation *> ops;
  int64_t samples = kExactSamples;
  auto compare = [&](llvm::SetVector<Operation *> wider) {
    ops = std::move(wider);
    Verdict verdict = Verdict::TooLarge;
    for (int64_t maxSamples : {kExactSamples, kTypedSamples, kWholeRow}) {
      samples = maxSamples;
      verdict = compareGradientExactly(plan, ops, classes, maxSamples,
                                       options.withField);
      if (verdict == Verdict::Agrees)
        break;
    }
    return verdict;
  };
  // What is read may be related: x may be there twice, as x / 4 * 2 * 2.
  llvm::SetVector<Operation *> own = getOps(plan);
  Verdict verdict = compare(own);
  if (verdict != Verdict::Agrees &&
      compare(getWiderOps(own, /*withSums=*/false)) != Verdict::Agrees &&
      compare(getWiderOps(own, /*withSums=*/true)) != Verdict::Agrees) {
    opinion.refusal = describeVerdict(verdict);
    return opinion;
  }
  if (samples == kExactSamples)
    samples = kTypedSamples;
  // Samples of a row that is summed up in parts are not samples of the parts:
  // what they refuse the whole row may allow.
  for (int64_t maxSamples : {samples, kWholeRow}) {
    std::optional<BackwardTape> at =
        makeBackwardTape(plan, ops, classes, /*number=*/0, maxSamples);
    if (at)
      opinion = compareGradientsAsTyped(plan, *at, options.isStrict);
    else if (maxSamples == samples)
      opinion.refusal = describeVerdict(Verdict::TooLarge);
    if (!at || opinion.refusal.empty())
      break;
    if (plan.hasDx && plan.match.epsMode == EpsMode::outside &&
        !isRstdInSight(*at))
      opinion.refusal =
          "the root beside which epsilon stands is given, and may be 0 where "
          "the row is not: the gradient of a norm takes it from 1 / rstd - "
          "epsilon, which then is 0 but for rounding";
  }
  return opinion;
}
