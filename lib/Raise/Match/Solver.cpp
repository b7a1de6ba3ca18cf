//===- Solver.cpp - solving a row expression for a norm -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A root is a * r + bias, where r = base^(-1/2), or 1 / (base^(1/2) + epsilon).
// The squares that the base sums tell what the row element u is; a, as linear
// in u, gives the factors that vary along the row (the scale), those that do
// not, and the shift c. With the element x = f u + c the mean of the squares of
// x is computed by the same laws, and base = weight * (mean(x^2) + epsilon) is
// solved for weight and epsilon. The factor that remains must be exactly 1.
// With c = -mean(f u) the root is a layernorm of f u, else an rmsnorm of x.
//
//===----------------------------------------------------------------------===//

#include "Match/NormMatch.h"

#include "Match/Reciprocals.h"
#include "Expr/IndexMath.h"
#include "Match/OddStatistic.h"
#include "Expr/Polynomial.h"
#include "Match/RowAccess.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

namespace {
/// Solves one root; keeps the reason of the attempt that got furthest.
class Solver {
public:
  Solver(ExprContext &context, ExprRef root, ArrayRef<ExprRef> extents,
         bool withGate)
      : context(context), root(root), extents(extents), withGate(withGate) {
    for (ExprRef extent : extents)
      staticExtents.push_back(extent && extent->isConstant()
                                  ? int64_t(extent->constant.value)
                                  : ShapedType::kDynamic);
  }

  MatchOutcome run();

private:
  /// How far an attempt got: later stages give better reasons.
  enum Stage { None, Odd, Found, Row, Scale, Statistic, Factor };

  SmallVector<std::pair<BoundAssignment, ExprRef>>
  findElements(SquareSum square, ExprRef slope, bool intoSums);
  std::optional<NormMatch> solve(const Reciprocal &reciprocal);
  std::optional<NormMatch> solve(const Reciprocal &reciprocal, SquareSum square,
                                 LinearForm form, const BoundAssignment &row,
                                 bool hasRowGate);
  std::optional<NormMatch> fail(Stage stage, std::string reason) {
    if (stage > reasonStage) {
      reasonStage = stage;
      outcome.reason = std::move(reason);
      outcome.stage = stage;
      outcome.base = current;
    }
    return std::nullopt;
  }
  ExprRef coefficientOf(ExprRef expr, ExprRef sum);
  ExprRef getWeight(ExprRef inBase, ExprRef factorSquared, ExprRef length);
  std::string describeFactor(Coefficient factor, ExprRef length);
  std::string describeOtherDivisor(Coefficient factor, ExprRef length);

  ExprContext &context;
  ExprRef root;
  ArrayRef<ExprRef> extents;
  SmallVector<int64_t> staticExtents;
  bool withGate;
  MatchOutcome outcome;
  Stage reasonStage = None;
  ExprRef current = nullptr;
};
} // namespace

/// The factor of `sum` in `expr`: the terms that have it, without it.
ExprRef Solver::coefficientOf(ExprRef expr, ExprRef sum) {
  Coefficient constant, coefficient;
  SmallVector<Term> terms;
  for (Term term : context.termsOf(expr, constant))
    for (raise::Factor factor : context.factorsOf(term.operand, coefficient))
      if (factor.operand == sum && factor.exponent == Rational(1))
        terms.push_back(
            {term.coefficient, context.withoutFactor(term.operand, sum, 1)});
  return context.add(terms);
}

/// weight where inBase = weight * factorSquared / length; null where the two do
/// not differ by a number (or by the length).
ExprRef Solver::getWeight(ExprRef inBase, ExprRef factorSquared,
                          ExprRef length) {
  Coefficient lhs, rhs;
  ExprRef wanted = context.takeCoefficient(factorSquared, rhs);
  Coefficient quotient;
  if (context.takeCoefficient(context.mul(inBase, length), lhs) == wanted) {
    quotient = lhs * rhs.pow(-1);
    return context.constant(quotient);
  }
  if (context.takeCoefficient(inBase, lhs) == wanted) {
    quotient = lhs * rhs.pow(-1);
    return context.scale(quotient, length);
  }
  return nullptr;
}

std::string Solver::describeFactor(Coefficient factor, ExprRef length) {
  if (!length->isConstant() || factor.value <= 0)
    return llvm::formatv("the result is a norm times {0}", factor.value);
  double n = length->constant.value;
  double divisor = n * factor.value * factor.value;
  if (std::abs(divisor - 1) <= 2 * factor.error() + 1e-9)
    return llvm::formatv("the sum of squares is not divided by the extent {0} "
                         "of the reduced dimension (an L2 norm)",
                         int64_t(n));
  double rounded = std::round(divisor);
  if (rounded == n)
    return llvm::formatv("divisor {0:f9} is not the extent {1} of the reduced "
                         "dimension",
                         divisor, int64_t(n));
  if (std::abs(divisor - rounded) < 1e-6 * divisor)
    return llvm::formatv(
        "divisor {0} is not the extent {1} of the reduced dimension",
        int64_t(rounded), int64_t(n));
  return llvm::formatv("the result is a norm times {0}", factor.value);
}

/// A divisor of n + 1 or n - 1 leaves the root of its quotient by n.
std::string Solver::describeOtherDivisor(Coefficient factor, ExprRef length) {
  if (!length->isConstant())
    return "";
  double n = length->constant.value;
  for (double other : {n + 1, n - 1})
    if (other > 0 && factor.matches(std::sqrt(other / n)))
      return llvm::formatv("the divisor stands for the extent {0} of the "
                           "reduced dimension, and {1} is the same number in "
                           "its type",
                           int64_t(n), int64_t(other));
  return "";
}

/// `number` without what its computation in doubles added, where it has no more
/// than `bits` significant bits.
static std::optional<double> asShort(double number, int bits) {
  int exponent = 0;
  double units = std::ldexp(std::frexp(number, &exponent), bits);
  if (std::abs(units - std::round(units)) > 1e-13 * std::abs(units))
    return std::nullopt;
  return std::ldexp(std::round(units), exponent - bits);
}

/// Epsilon beside a mean that is off by the factor leftover^2, within rounding:
/// a divisor that is the extent rounded to its type means the extent, and
/// epsilon was written beside the quotient. Where it was written beside a
/// rescaled sum, its number tells: the one with fewer bits was written, the
/// other computed.
static Coefficient chooseEpsilon(Coefficient epsilon, double leftover) {
  for (int bits : {8, 11, 24}) {
    if (asShort(epsilon.value, bits))
      return epsilon;
    double besideMean = epsilon.value / (leftover * leftover);
    if (std::optional<double> number = asShort(besideMean, bits))
      return epsilon.withValue(*number);
  }
  return epsilon;
}

std::optional<NormMatch> Solver::solve(const Reciprocal &reciprocal,
                                       SquareSum square, LinearForm form,
                                       const BoundAssignment &row,
                                       bool hasRowGate) {
  ExprRef one = context.constant(1.0), zero = context.constant(0.0);
  ArrayRef<BoundIndex> bounds = square.sum->bounds;
  uint32_t rowMask = 0;
  ExprRef length = getLength(context, bounds);
  bool isPrefix = false;
  for (auto [number, value] : row) {
    rowMask |= uint32_t(dimsOf(value));
    const BoundIndex *bound =
        llvm::find_if(bounds, [&](BoundIndex b) { return b.dim == number; });
    switch (getCoverage(context, *bound, value, extents, staticExtents)) {
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
      return fail(Row,
                  "the statistic is not taken over the row that is scaled, "
                  "nor over its first elements");
    }
  }

  // a = k * scale * gate * (factor * u + shift)
  Coefficient k;
  // Extents are numbers, too: sqrt(n) stands where sqrt(64) would.
  SmallVector<raise::Factor> scaleFactors, gateFactors, fixedFactors,
      extentFactors;
  ExprRef slope = context.takeCoefficient(form.slope, k);
  Coefficient inner;
  for (raise::Factor f : context.factorsOf(slope, inner)) {
    bool isScale = f.operand->dependsOn(rowMask);
    bool isExtent = f.operand->kind == Expr::Kind::Extent;
    bool isGate = isScale ? withGate && f.operand->dependsOn(~rowMask)
                          : hasRowGate && !isExtent;
    (isGate     ? gateFactors
     : isScale  ? scaleFactors
     : isExtent ? extentFactors
                : fixedFactors)
        .push_back(f);
  }
  k = k * inner;
  ExprRef extentFactor = context.mul(extentFactors);
  ExprRef scale = context.mul(scaleFactors);
  ExprRef gate = context.mul(gateFactors);
  ExprRef factor = context.mul(fixedFactors);
  if (scale->dependsOn(~rowMask)) {
    unsigned dim = llvm::countr_zero(scale->freeDims & ~rowMask);
    return fail(Scale, llvm::formatv("scale varies along dimension {0}, which "
                                     "is not normalized",
                                     dim));
  }
  ExprRef shift = divideExactly(context, form.rest, context.mul(scale, gate));
  if (!shift || shift->dependsOn(rowMask))
    return fail(Row,
                "the numerator is not the row element plus a value that is "
                "the same for the whole row");
  shift = distribute(context, context.pow(extentFactor, -1),
                     context.scale(k.pow(-1), shift));

  // base = weight * (mean((factor * u + shift)^2) + epsilon)
  ExprRef element = context.add(context.mul(factor, square.root), shift);
  ExprRef meanSquare =
      distribute(context, context.pow(length, -1),
                 context.sumOver(context.pow(element, 2), bounds));
  ExprRef weight = getWeight(coefficientOf(reciprocal.base, square.sum),
                             context.pow(factor, 2), length);
  if (!weight || !weight->positive)
    return fail(Statistic, "the statistic is not a mean of squares of the "
                           "values that are scaled");
  ExprRef remainder =
      context.sub(reciprocal.base, distribute(context, weight, meanSquare));
  remainder = distribute(context, context.pow(weight, -1), remainder);
  if (!remainder->isConstant()) {
    if (remainder->hasSum) {
      bool isCentred = !shift->isZero();
      return fail(Statistic,
                  isCentred
                      ? "the numerator is centred but the statistic is not its "
                        "mean square"
                      : "the statistic is centred but the numerator is not, or "
                        "is taken over other values");
    }
    return fail(Statistic, "epsilon is not a constant");
  }

  // The number that remains: k / sqrt(weight), times the weight of the root.
  ExprRef totalWeight =
      context.mul(weight, context.pow(reciprocal.rootWeight, 2));
  ExprRef leftover = context.scale(
      k, context.mul({{extentFactor, 1}, {totalWeight, Rational(-1, 2)}}));
  if (!leftover->isConstant())
    return fail(Factor,
                "the divisor is not the extent of the reduced dimension");
  if (!leftover->constant.matches(1.0)) {
    if (leftover->constant.matches(-1.0))
      return fail(Factor, "the numerator has the opposite sign (mean - x)");
    return fail(Factor, describeFactor(leftover->constant, length));
  }

  Coefficient epsilon =
      chooseEpsilon(remainder->constant, leftover->constant.value);
  if (reciprocal.epsMode == EpsMode::outside) {
    if (epsilon.value != 0)
      return fail(Statistic, "epsilon is added inside and outside of the root");
    ExprRef outside = context.scale(reciprocal.epsilon,
                                    context.pow(totalWeight, Rational(-1, 2)));
    if (!outside->isConstant())
      return fail(Statistic, "epsilon is not a constant");
    epsilon = outside->constant;
  }
  if (!(epsilon.value >= 0) || !std::isfinite(epsilon.value))
    return fail(Statistic,
                llvm::formatv("epsilon is {0:e6}, not a finite number "
                              "of at least 0",
                              epsilon.value));

  // bias: what is left of the root.
  LinearForm whole = linearIn(context, root, reciprocal.factor);
  ExprRef bias = whole.rest, rest = zero;
  bool isBias =
      gate == one && bias->dependsOn(rowMask) && !bias->dependsOn(~rowMask);
  if (!bias->isZero() && !isBias) {
    if (!withGate)
      return fail(Scale, "what is added to the product varies along rows");
    std::swap(bias, rest);
  }
  // What stays beside the norm must not take its statistic once more.
  if (gate->hasSum || rest->hasSum)
    return fail(Scale, "what the norm is multiplied by, or what is added to "
                       "it, is computed from sums");

  NormMatch match;
  ExprRef mean =
      distribute(context, context.mul(factor, context.pow(length, -1)),
                 context.sumOver(square.root, bounds));
  bool isCentred = context.add(shift, mean)->isZero() && !isPrefix;
  ExprRef uncentred = context.mul(factor, square.root);
  SmallVector<AffineExpr> identity;
  for (unsigned i = 0; i < extents.size(); ++i)
    identity.push_back(context.dim(i));
  match.kind = isCentred  ? NormKind::LayerNorm
               : isPrefix ? NormKind::PRMSNorm
                          : NormKind::RMSNorm;
  match.input = context.substitute(isCentred ? uncentred : element, identity,
                                   staticExtents, row);
  match.rowMask = rowMask;
  match.scale = scale == one ? nullptr : scale;
  match.bias = bias == zero ? nullptr : bias;
  match.gate = gate == one ? nullptr : gate;
  match.rest = rest == zero ? nullptr : rest;
  match.epsilon = epsilon;
  match.epsMode = reciprocal.epsMode;
  match.statisticLength = length;
  match.base = reciprocal.factor.operand;
  match.statistic = meanSquare;
  match.mean = mean;
  match.otherDivisor = describeOtherDivisor(leftover->constant, length);
  match.rstd =
      context.mul({{reciprocal.factor.operand, reciprocal.factor.exponent},
                   {totalWeight, Rational(1, 2)}});
  return match;
}

/// Where the rows whose squares are summed may lie in `slope`: the positions of
/// the bound indices, and the element there. `intoSums` looks at what sums
/// read: rows of a convolution are nothing but sums.
SmallVector<std::pair<BoundAssignment, ExprRef>>
Solver::findElements(SquareSum square, ExprRef slope, bool intoSums) {
  SmallVector<AffineExpr> identity;
  for (unsigned i = 0; i < extents.size(); ++i)
    identity.push_back(context.dim(i));
  SmallVector<std::pair<BoundAssignment, ExprRef>> elements;
  SmallVector<ExprRef> leaves = getLeaves(slope, intoSums);
  for (ExprRef inSum : getLeaves(square.root, intoSums)) {
    if (inSum->boundDims == 0)
      continue;
    for (ExprRef inRoot : leaves) {
      if (inRoot->value != inSum->value)
        continue;
      std::optional<BoundAssignment> row = solveAccess(
          context, inSum, inRoot, square.sum->bounds, staticExtents);
      if (!row)
        continue;
      ExprRef element =
          context.substitute(square.root, identity, staticExtents, *row);
      if (llvm::none_of(elements, [&](auto &e) { return e.second == element; }))
        elements.push_back({*row, element});
    }
  }
  return elements;
}

std::optional<NormMatch> Solver::solve(const Reciprocal &reciprocal) {
  LinearForm whole = linearIn(context, root, reciprocal.factor);
  if (whole.slope->isZero() || whole.slope->freeDims == 0)
    return std::nullopt;
  SmallVector<SquareSum> squares = getSquareSums(context, reciprocal.base);
  // A minimum is -max(-a, -b), and its square that of the maximum.
  for (SquareSum square : SmallVector<SquareSum>(squares))
    if (square.root->kind == Expr::Kind::Max)
      squares.push_back(
          {square.sum, context.scale(Coefficient::exact(-1), square.root)});
  for (SquareSum square : squares) {
    fail(Found, "the values that are scaled are not those whose squares are "
                "summed");
    auto elements = findElements(square, whole.slope, /*intoSums=*/false);
    if (elements.empty())
      elements = findElements(square, whole.slope, /*intoSums=*/true);
    for (const auto &[row, element] : elements) {
      LinearForm form = linearIn(context, whole.slope, element);
      if (form.slope->isZero())
        continue;
      for (bool hasRowGate : {false, true})
        if (!hasRowGate || withGate)
          if (auto match = solve(reciprocal, square, form, row, hasRowGate))
            return match;
    }
  }
  return std::nullopt;
}

MatchOutcome Solver::run() {
  SmallVector<Reciprocal> reciprocals;
  collectReciprocals(context, root, reciprocals);
  for (const Reciprocal &reciprocal : reciprocals) {
    current = reciprocal.factor.operand;
    if (auto match = solve(reciprocal)) {
      outcome.match = match;
      outcome.reason.clear();
      return outcome;
    }
  }
  if (outcome.reason.empty())
    if (std::optional<OddStatistic> odd = findOddStatistic(context, root)) {
      current = odd->base;
      fail(Odd, std::move(odd->reason));
    }
  return outcome;
}

MatchOutcome mlir::norm::raise::matchNorm(ExprContext &context, ExprRef root,
                                          ArrayRef<ExprRef> extents,
                                          bool withGate) {
  return Solver(context, root, extents, withGate).run();
}

NormMatch mlir::norm::raise::rescale(ExprContext &context,
                                     const NormMatch &match,
                                     Coefficient factor) {
  Coefficient square = factor.pow(2);
  NormMatch result = match;
  result.input = context.scale(factor, match.input);
  result.mean = context.scale(factor, match.mean);
  result.statistic =
      distribute(context, context.constant(square), match.statistic);
  result.rstd = context.scale(factor.pow(-1), match.rstd);
  result.epsilon =
      match.epsilon * (match.epsMode == EpsMode::inside ? square : factor);
  return result;
}

std::string mlir::norm::raise::toString(const NormMatch &match) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << (match.kind == NormKind::RMSNorm    ? "rmsnorm"
         : match.kind == NormKind::PRMSNorm ? "prmsnorm"
                                            : "layernorm")
     << " of " << toString(match.input);
  if (match.kind == NormKind::PRMSNorm)
    os << ", k " << toString(match.statisticLength);
  if (match.scale)
    os << ", scale " << toString(match.scale);
  if (match.bias)
    os << ", bias " << toString(match.bias);
  if (match.gate)
    os << ", gate " << toString(match.gate);
  if (match.rest)
    os << ", rest " << toString(match.rest);
  os << llvm::formatv(", epsilon {0:e6} {1}", match.epsilon.value,
                      stringifyEpsMode(match.epsMode));
  return text;
}
