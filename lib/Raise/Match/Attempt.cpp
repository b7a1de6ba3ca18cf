//===- Attempt.cpp - one reading of a root as a norm ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/Attempt.h"

#include "Expr/IndexMath.h"
#include "Match/Epsilon.h"
#include "Match/Reasons.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

using Stage = MatchStage;

namespace {
/// The unknowns of one reading, in the order in which they are found.
class Attempt {
public:
  Attempt(const Equation &equation, const Reading &reading)
      : equation(equation), reading(reading), context(equation.context),
        bounds(reading.square.sum->bounds), length(getLength(context, bounds)) {
  }

  std::variant<NormMatch, MatchFailure> run();

private:
  using Failure = std::optional<MatchFailure>;

  Failure takeRow();
  Failure splitFactors();
  Failure solveShift();
  Failure solveStatistic();
  Failure checkFactor();
  Failure solveEpsilon();
  Failure solveBias();
  NormMatch getMatch();
  ExprRef coefficientOf(ExprRef expr, ExprRef sum);
  ExprRef getWeight(ExprRef inBase, ExprRef factorSquared);
  ExprRef getMeanOf(ExprRef expr) {
    return distribute(context, context.pow(length, -1),
                      context.sumOver(expr, bounds));
  }

  const Equation &equation;
  const Reading &reading;
  ExprContext &context;
  ArrayRef<BoundIndex> bounds;
  ExprRef length; ///< n, or k of a prmsnorm

  uint32_t rowMask = 0;
  bool isPrefix = false;
  /// a = k * extentFactor * scale * gate * (factor * u + shift); extents are
  /// numbers, too: sqrt(n) stands where sqrt(64) would.
  Coefficient k;
  ExprRef extentFactor, scale, gate, factor, shift;
  ExprRef element;    ///< factor * u + shift, in the bound indices
  ExprRef meanSquare; ///< mean(element^2)
  ExprRef weight;     ///< base = weight * (meanSquare + remainder)
  ExprRef remainder;
  ExprRef totalWeight;  ///< with that of the root of epsilon outside
  Coefficient leftover; ///< k / sqrt(totalWeight)
  Coefficient epsilon;
  ExprRef bias, rest;
};
} // namespace

/// The row: the positions that the bound indices stand for.
std::optional<MatchFailure> Attempt::takeRow() {
  for (auto [number, value] : reading.row) {
    rowMask |= uint32_t(dimsOf(value));
    const BoundIndex *bound =
        llvm::find_if(bounds, [&](BoundIndex b) { return b.dim == number; });
    switch (getCoverage(context, *bound, value, equation.extents,
                        equation.staticExtents)) {
    case Coverage::All:
      break;
    case Coverage::Prefix:
      // Of several dimensions that of the outermost one is the first elements;
      // which one that is depends on the input, and is checked with it.
      if (!isPrefix && length->isConstant()) {
        isPrefix = true;
        break;
      }
      [[fallthrough]];
    case Coverage::Other:
      return MatchFailure{Stage::Row,
                          "the statistic is not taken over the row that is "
                          "scaled, nor over its first elements"};
    }
  }
  return std::nullopt;
}

/// The factors of u: what varies along the row is the scale, what else varies
/// is a gate, if there may be one, or scales the row element.
std::optional<MatchFailure> Attempt::splitFactors() {
  SmallVector<Factor> scales, gates, fixed, extents;
  ExprRef slope = context.takeCoefficient(reading.form.slope, k);
  Coefficient inner;
  for (Factor f : context.factorsOf(slope, inner)) {
    bool isScale = f.operand->dependsOn(rowMask);
    bool isExtent = f.operand->kind == Expr::Kind::Extent;
    bool isGate = isScale ? equation.withGate && f.operand->dependsOn(~rowMask)
                          : reading.hasRowGate && !isExtent;
    (isGate     ? gates
     : isScale  ? scales
     : isExtent ? extents
                : fixed)
        .push_back(f);
  }
  k = k * inner;
  extentFactor = context.mul(extents);
  scale = context.mul(scales);
  gate = context.mul(gates);
  factor = context.mul(fixed);
  if (!scale->dependsOn(~rowMask))
    return std::nullopt;
  return MatchFailure{
      Stage::Scale,
      llvm::formatv("scale varies along dimension {0}, which is not normalized",
                    llvm::countr_zero(scale->freeDims & ~rowMask))};
}

std::optional<MatchFailure> Attempt::solveShift() {
  shift = divideExactly(context, reading.form.rest, context.mul(scale, gate));
  if (!shift || shift->dependsOn(rowMask))
    return MatchFailure{Stage::Row,
                        "the numerator is not the row element plus a value "
                        "that is the same for the whole row"};
  shift = distribute(context, context.pow(extentFactor, -1),
                     context.scale(k.pow(-1), shift));
  element = context.add(context.mul(factor, reading.square.root), shift);
  return std::nullopt;
}

/// The factor of `sum` in `expr`: the terms that have it, without it.
ExprRef Attempt::coefficientOf(ExprRef expr, ExprRef sum) {
  Coefficient constant, coefficient;
  SmallVector<Term> terms;
  for (Term term : context.termsOf(expr, constant))
    for (Factor f : context.factorsOf(term.operand, coefficient))
      if (f.operand == sum && f.exponent == Rational(1))
        terms.push_back(
            {term.coefficient, context.withoutFactor(term.operand, sum, 1)});
  return context.add(terms);
}

/// weight where inBase = weight * factorSquared / length; null where the two do
/// not differ by a number (or by the length).
ExprRef Attempt::getWeight(ExprRef inBase, ExprRef factorSquared) {
  Coefficient lhs, rhs;
  ExprRef wanted = context.takeCoefficient(factorSquared, rhs);
  if (context.takeCoefficient(context.mul(inBase, length), lhs) == wanted)
    return context.constant(lhs * rhs.pow(-1));
  if (context.takeCoefficient(inBase, lhs) == wanted)
    return context.scale(lhs * rhs.pow(-1), length);
  return nullptr;
}

/// base = weight * (mean(element^2) + remainder).
std::optional<MatchFailure> Attempt::solveStatistic() {
  ExprRef base = reading.reciprocal.base;
  meanSquare = getMeanOf(context.pow(element, 2));
  weight = getWeight(coefficientOf(base, reading.square.sum),
                     context.pow(factor, 2));
  if (!weight || !weight->positive)
    return MatchFailure{Stage::Statistic,
                        "the statistic is not a mean of squares of the values "
                        "that are scaled"};
  remainder =
      distribute(context, context.pow(weight, -1),
                 context.sub(base, distribute(context, weight, meanSquare)));
  if (remainder->isConstant())
    return std::nullopt;
  if (!remainder->hasSum)
    return MatchFailure{Stage::Statistic, "epsilon is not a constant"};
  return MatchFailure{Stage::Statistic,
                      shift->isZero()
                          ? "the statistic is centred but the numerator is "
                            "not, or is taken over other values"
                          : "the numerator is centred but the statistic is not "
                            "its mean square"};
}

/// The number that remains, k / sqrt(weight) times the weight of the root,
/// is 1.
std::optional<MatchFailure> Attempt::checkFactor() {
  totalWeight =
      context.mul(weight, context.pow(reading.reciprocal.rootWeight, 2));
  ExprRef number = context.scale(
      k, context.mul({{extentFactor, 1}, {totalWeight, Rational(-1, 2)}}));
  if (!number->isConstant())
    return MatchFailure{Stage::Factor, "the divisor is not the extent of the "
                                       "reduced dimension"};
  leftover = number->constant;
  if (leftover.matches(1.0))
    return std::nullopt;
  if (leftover.matches(-1.0))
    return MatchFailure{Stage::Factor,
                        "the numerator has the opposite sign (mean - x)"};
  return MatchFailure{Stage::Factor, describeFactor(leftover, length)};
}

std::optional<MatchFailure> Attempt::solveEpsilon() {
  epsilon = chooseEpsilon(remainder->constant, leftover.value);
  if (reading.reciprocal.epsMode == EpsMode::outside) {
    if (epsilon.value != 0)
      return MatchFailure{Stage::Statistic,
                          "epsilon is added inside and outside of the root"};
    ExprRef outside = context.scale(reading.reciprocal.epsilon,
                                    context.pow(totalWeight, Rational(-1, 2)));
    if (!outside->isConstant())
      return MatchFailure{Stage::Statistic, "epsilon is not a constant"};
    epsilon = outside->constant;
  }
  if (epsilon.value >= 0 && std::isfinite(epsilon.value))
    return std::nullopt;
  return MatchFailure{Stage::Statistic,
                      llvm::formatv("epsilon is {0:e6}, not a finite number of "
                                    "at least 0",
                                    epsilon.value)};
}

/// What is left of the root is the bias, or a rest beside a gate. Without a
/// gate the terms that vary along the row alone are the bias: y + (b + z).
std::optional<MatchFailure> Attempt::solveBias() {
  ExprRef left =
      linearIn(context, equation.root, reading.reciprocal.factor).rest;
  SmallVector<Term> biases, rests;
  Coefficient constant;
  for (Term term : context.termsOf(left, constant)) {
    bool isBias = gate->isOne() && term.operand->dependsOn(rowMask) &&
                  !term.operand->dependsOn(~rowMask);
    (isBias ? biases : rests).push_back(term);
  }
  // A number goes with the bias, if there is one.
  Coefficient none = Coefficient::exact(0);
  bool hasBias = !biases.empty();
  bias = context.add(biases, hasBias ? constant : none);
  rest = context.add(rests, hasBias ? none : constant);
  if (!rest->isZero() && !equation.withGate)
    return MatchFailure{Stage::Scale,
                        "what is added to the product varies along rows"};
  // What stays beside the norm must not take its statistic once more.
  if (gate->hasSum || rest->hasSum)
    return MatchFailure{Stage::Scale, "what the norm is multiplied by, or what "
                                      "is added to it, is computed from sums"};
  return std::nullopt;
}

NormMatch Attempt::getMatch() {
  const Reciprocal &reciprocal = reading.reciprocal;
  ExprRef uncentred = context.mul(factor, reading.square.root);
  ExprRef mean =
      distribute(context, context.mul(factor, context.pow(length, -1)),
                 context.sumOver(reading.square.root, bounds));
  bool isCentred = context.add(shift, mean)->isZero() && !isPrefix;
  SmallVector<AffineExpr> identity;
  for (unsigned i = 0; i < equation.extents.size(); ++i)
    identity.push_back(context.dim(i));
  NormMatch match;
  match.kind = isCentred  ? NormKind::layernorm
               : isPrefix ? NormKind::prmsnorm
                          : NormKind::rmsnorm;
  match.input = context.substitute(isCentred ? uncentred : element, identity,
                                   equation.staticExtents, reading.row);
  match.rowMask = rowMask;
  match.scale = scale->isOne() ? nullptr : scale;
  match.bias = bias->isZero() ? nullptr : bias;
  match.gate = gate->isOne() ? nullptr : gate;
  match.rest = rest->isZero() ? nullptr : rest;
  match.epsilon = epsilon;
  match.epsMode = reciprocal.epsMode;
  match.statisticLength = length;
  match.base = reciprocal.factor.operand;
  match.statistic = meanSquare;
  match.mean = mean;
  match.otherDivisor = describeOtherDivisor(leftover, length);
  match.rstd =
      context.mul({{reciprocal.factor.operand, reciprocal.factor.exponent},
                   {totalWeight, Rational(1, 2)}});
  return match;
}

std::variant<NormMatch, MatchFailure> Attempt::run() {
  Failure (Attempt::*steps[])() = {
      &Attempt::takeRow,        &Attempt::splitFactors, &Attempt::solveShift,
      &Attempt::solveStatistic, &Attempt::checkFactor,  &Attempt::solveEpsilon,
      &Attempt::solveBias};
  for (auto step : steps)
    if (Failure failure = (this->*step)())
      return std::move(*failure);
  return getMatch();
}

std::variant<NormMatch, MatchFailure>
mlir::norm::raise::solveReading(const Equation &equation,
                                const Reading &reading) {
  return Attempt(equation, reading).run();
}
