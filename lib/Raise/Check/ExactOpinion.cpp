//===- ExactOpinion.cpp - program and op as exact numbers -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two different rational functions of the leaves, and of roots, agree at random
// leaves with probability zero. Over the reals a comparison needs a tolerance;
// in the field none, and there the chance of a wrong agreement is the degree
// divided by p, below 1e-16 a row. The reals are asked for the value of
// epsilon, which the field leaves open, and for what has no meaning in a field.
//
//===----------------------------------------------------------------------===//

#include "Check/Arithmetic.h"
#include "Check/Comparisons.h"
#include "Check/Definition.h"

#include <set>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// Literals whose rounding is at least this large, relative to them, have 16
/// bits or fewer.
static constexpr double kCoarseLiteral = 0x1p-11;
/// Rows that are compared: of scale 1, sqrt(epsilon) and 100 sqrt(epsilon).
static constexpr uint64_t kRows = 3;
/// How often elements of the field are drawn until all roots exist: of a row
/// with one root half of all draws are refused.
static constexpr unsigned kDraws = 40;

SmallVector<double> mlir::norm::raise::getLengths(ExprRef length,
                                                  ArrayRef<Value> tensors) {
  llvm::SetVector<double, SmallVector<double>, std::set<double>> lengths;
  if (length && length->isConstant())
    lengths.insert(length->constant.value);
  for (Value value : tensors) {
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

/// Literals whose reciprocals other literals may be: where x * 1e-10 and
/// x / 1e10 meet, they are one number.
static SmallVector<double> getLargeLiterals(const Tape &tape) {
  SmallVector<double> literals;
  for (const Step &step : tape.steps)
    if (auto literal = dyn_cast_or_null<FloatAttr>(step.constant))
      if (double number = std::abs(literal.getValueAsDouble());
          number > 1 && std::isfinite(number) &&
          !llvm::is_contained(literals, number))
        literals.push_back(number);
  return literals;
}

/// Compares real numbers. Literals have been taken for what the match takes
/// them for, but epsilon may be any number that is rounded to its literal: it
/// counts where the row does not outweigh it, and with its own size where it
/// does.
static Verdict compareReals(const NormPlan &plan, const PlanTape &at,
                            const std::vector<Numbers> &slots,
                            double literalError, bool isOrdinary) {
  OpResults expected = evaluateOp(plan, at, slots, OpTypes());
  double error = literalError;
  if (isOrdinary)
    error = std::min(error, 0x1p-24) + error * plan.spec.epsilon;
  Verdict verdict = Verdict::Silent;
  auto compare = [&](double actual, double wanted, double largest) {
    if (!std::isfinite(actual) && !std::isfinite(wanted))
      return;
    double difference = std::abs(actual - wanted);
    bool isCoarse = literalError >= kCoarseLiteral;
    if (difference <= (1e-9 + 16 * error) * largest) {
      if (verdict == Verdict::Silent && actual != 0)
        verdict = Verdict::Agrees;
    } else if (isCoarse && difference <= (1e-9 + 16 * literalError) * largest) {
      if (verdict != Verdict::Disagrees)
        verdict = Verdict::Coarse;
    } else {
      verdict = Verdict::Disagrees;
    }
  };
  auto numberOf = [&](unsigned slot, size_t i) {
    return slots[slot][slots[slot].size() == 1 ? 0 : i].real;
  };
  double largest = 1e-30;
  for (size_t i = 0; i < at.numPoints; ++i)
    if (double root = numberOf(at.root, i); std::isfinite(root))
      largest = std::max(largest, std::abs(root));
  for (size_t i = 0; i < at.numPoints; ++i)
    compare(numberOf(at.root, i), expected.roots[i], largest);
  for (auto [slot, wanted] : llvm::zip(at.uses, expected.uses))
    compare(numberOf(slot, 0), wanted, std::abs(wanted));
  return verdict;
}

/// Whether the field has nothing against the plan. It has no opinion where
/// roots do not exist however often elements are drawn.
static bool agreesInField(const NormPlan &plan, const PlanTape &at,
                          const Leaves &leaves, ExactArithmetic &arithmetic,
                          std::vector<Numbers> slots,
                          SolvedConstants &constants) {
  for (unsigned draw = 0; draw < kDraws; ++draw) {
    if (!arithmetic.hasLackedRoot()) {
      SolvedConstants solved = constants;
      FieldVerdict verdict = compareInField(plan, at, slots, solved);
      if (verdict == FieldVerdict::Equal) {
        // Where |v| is -v, so are the constants that were found.
        if (!arithmetic.hasMetWrongSign())
          constants = std::move(solved);
        return true;
      }
      // Beside a root the sign of what it is taken of matters.
      bool isSigned = plan.spec.epsMode == EpsMode::outside &&
                      arithmetic.hasNegativeLiteral();
      if (verdict == FieldVerdict::Different && !isSigned &&
          !arithmetic.hasMetWrongSign())
        return false;
    }
    arithmetic.redraw();
    slots = arithmetic.run(at.tape, leaves);
  }
  return true;
}

Verdict mlir::norm::raise::compareExactly(
    const NormPlan &plan, const llvm::SetVector<Operation *> &ops,
    ExtentClasses &classes, int64_t maxSamples, bool withField) {
  SmallVector<double> lengths =
      getLengths(plan.match.statisticLength, plan.cone.values.getArrayRef());
  double root = std::sqrt(std::max(plan.spec.epsilon, 1e-30));
  double scales[kRows] = {1.0, root, 100 * root};
  Verdict verdict = Verdict::Silent;
  // Where random rows say nothing, those without negative numbers may.
  for (bool arePositive : {false, true}) {
    SolvedConstants constants;
    for (uint64_t number = 0; number < kRows; ++number) {
      std::optional<PlanTape> at =
          makePlanTape(plan, ops, classes, number, maxSamples);
      if (!at)
        return Verdict::TooLarge;
      Leaves leaves;
      leaves.seed = number + 1;
      leaves.scale = scales[number];
      leaves.arePositive = arePositive;
      SmallVector<double> literals = getLargeLiterals(at->tape);
      ExactArithmetic arithmetic(lengths, literals);
      std::vector<Numbers> slots = arithmetic.run(at->tape, leaves);
      Verdict row = compareReals(plan, *at, slots, arithmetic.getLiteralError(),
                                 number == 0);
      if (row == Verdict::Disagrees && arithmetic.hasCancelled())
        return Verdict::Cancels;
      if (row == Verdict::Coarse || row == Verdict::Disagrees)
        return row;
      if (row == Verdict::Silent)
        continue;
      verdict = row;
      if (withField && !agreesInField(plan, *at, leaves, arithmetic,
                                      std::move(slots), constants))
        return arithmetic.getLiteralError() >= kCoarseLiteral
                   ? Verdict::Coarse
                   : Verdict::Disagrees;
    }
    if (verdict != Verdict::Silent)
      break;
  }
  return verdict;
}
