//===- BackwardDefinition.cpp - the backward ops by their definition ------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/BackwardDefinition.h"

#include "Check/Arithmetic.h"

#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

using field::Element;

static Number numberAt(const std::vector<Numbers> &slots, unsigned slot,
                       size_t i) {
  const Numbers &numbers = slots[slot];
  return numbers[numbers.size() == 1 ? 0 : i];
}

//===----------------------------------------------------------------------===//
// Two arithmetics
//===----------------------------------------------------------------------===//

namespace {
/// Numbers that are rounded to a type, or not.
struct Rounded {
  using T = double;
  Type type;
  bool *hasOverflown;

  double round(double number, bool areFinite) const {
    double rounded = type ? roundTo(type, number) : number;
    *hasOverflown |= areFinite && !std::isfinite(rounded);
    return rounded;
  }
  static bool areFinite(double a, double b) {
    return std::isfinite(a) && std::isfinite(b);
  }
  double read(Number number) const { return number.real; }
  double of(double number) const { return number; }
  double add(double a, double b) const { return round(a + b, areFinite(a, b)); }
  double subtract(double a, double b) const {
    return round(a - b, areFinite(a, b));
  }
  double multiply(double a, double b) const {
    return round(a * b, areFinite(a, b));
  }
  double divide(double a, double b) const {
    return round(a / b, areFinite(a, b) && b != 0);
  }
};

/// Elements of the field.
struct InField {
  using T = Element;

  Element read(Number number) const { return number.bits; }
  Element of(double number) const { return field::fromReal(number); }
  Element add(Element a, Element b) const { return field::add(a, b); }
  Element subtract(Element a, Element b) const { return field::subtract(a, b); }
  Element multiply(Element a, Element b) const { return field::multiply(a, b); }
  Element divide(Element a, Element b) const {
    return field::multiply(a, field::invert(b));
  }
};

/// The definition in one of them.
template <typename Arithmetic> class BackwardDefinition {
public:
  using T = typename Arithmetic::T;

  BackwardDefinition(const BackwardPlan &plan, const BackwardTape &at,
                     const std::vector<Numbers> &slots, Arithmetic arithmetic)
      : plan(plan), at(at), slots(slots), a(arithmetic) {
    sumRow();
  }

  /// dx without the residual and without the term of the statistic.
  T getLinear(size_t i) const {
    return a.multiply(rstd, getCentredGradient(i));
  }

  /// How large the terms are that it is the difference of: a mean of nearly m
  /// leaves little of a rounded 1/n.
  double getLinearMagnitude(size_t i) const {
    double mean = plan.mean ? std::abs(gradientSum / at.length) : 0;
    return std::abs(rstd) * (std::abs(getGradient(at.points, i)) + mean);
  }

  /// The term of the statistic: rstd xh mean(m xh), or xh mean(m xh) / root.
  T getStatistic(size_t i, T epsilon) const {
    T term = getTerm(i, epsilon);
    return isInside() ? a.multiply(rstd, term) : term;
  }

  T getResidual(size_t i) const {
    return at.points.residual ? read(*at.points.residual, i) : a.of(0);
  }

  /// In the order of the op: rstd^3, which leaves the range, does not occur.
  T getDx(size_t i, T epsilon) const {
    T term = getTerm(i, epsilon);
    T dx = isInside()
               ? a.multiply(rstd, a.subtract(getCentredGradient(i), term))
               : a.subtract(getLinear(i), term);
    return at.points.residual ? a.add(dx, getResidual(i)) : dx;
  }

  /// dscale or dbias: one term of the sum over rows.
  T getSumTerm(const SumSlots &sum, ParameterGradient::Kind kind,
               size_t i) const {
    T term = read(sum.operands.dy, i);
    if (kind == ParameterGradient::Kind::Bias)
      return term;
    return a.multiply(term, getNormalized(sum.operands, i));
  }

  T weighted(T term, int64_t weight) const {
    return a.multiply(a.of(double(weight)), term);
  }
  T read(unsigned slot, size_t i) const {
    return a.read(numberAt(slots, slot, i));
  }
  T getRstd() const { return rstd; }
  const Arithmetic &getArithmetic() const { return a; }

private:
  void sumRow() {
    rstd = readRstd(at.points, 0);
    gradientSum = elementSum = a.of(0);
    for (auto [i, weight] : llvm::enumerate(at.weights)) {
      T gradient = weighted(getGradient(at.row, i), weight);
      gradientSum = a.add(gradientSum, gradient);
      elementSum =
          a.add(elementSum, a.multiply(gradient, getNormalized(at.row, i)));
    }
  }

  T readRstd(const OperandSlots &operands, size_t i) const {
    T value = read(operands.rstd, i);
    return plan.rstd.isReciprocal ? a.divide(a.of(1), value) : value;
  }

  T getGradient(const OperandSlots &operands, size_t i) const {
    T gradient = read(operands.dy, i);
    if (operands.gain)
      gradient = a.multiply(gradient, read(*operands.gain, i));
    if (!operands.scale)
      return gradient;
    T scale = read(*operands.scale, i);
    if (plan.dx.spec.scaleOffset != 0)
      scale = a.add(scale, a.of(double(plan.dx.spec.scaleOffset)));
    return a.multiply(gradient, scale);
  }

  T getNormalized(const OperandSlots &operands, size_t i) const {
    T input = read(operands.input, i);
    if (operands.mean)
      input = a.subtract(input, read(*operands.mean, i));
    return a.multiply(input, readRstd(operands, i));
  }

  bool isInside() const { return plan.dx.spec.epsMode == EpsMode::inside; }

  T getCentredGradient(size_t i) const {
    T gradient = getGradient(at.points, i);
    return plan.mean
               ? a.subtract(gradient, a.divide(gradientSum, a.of(at.length)))
               : gradient;
  }

  T getTerm(size_t i, T epsilon) const {
    if (!at.isInStatistic[i])
      return a.of(0);
    T mean = a.divide(elementSum, a.of(at.statisticLength));
    if (!isInside()) {
      T root = a.subtract(a.divide(a.of(1), rstd), epsilon);
      if (root == a.of(0))
        return a.of(0);
      mean = a.divide(mean, root);
    }
    return a.multiply(getNormalized(at.points, i), mean);
  }

  const BackwardPlan &plan;
  const BackwardTape &at;
  const std::vector<Numbers> &slots;
  Arithmetic a;
  T rstd, gradientSum, elementSum;
};
} // namespace

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

BackwardResults mlir::norm::raise::evaluateBackward(
    const BackwardPlan &plan, const BackwardTape &at,
    const std::vector<Numbers> &slots, Type compute, bool roundsResults) {
  BackwardResults results;
  Rounded arithmetic{compute, &results.hasOverflown};
  BackwardDefinition<Rounded> definition(plan, at, slots, arithmetic);
  auto roundResult = [&](Type type, double number) {
    return roundsResults ? Rounded{type, &results.hasOverflown}.round(
                               number, std::isfinite(number))
                         : number;
  };
  double epsilon = plan.dx.spec.epsilon;
  for (size_t i = 0; i < at.numPoints; ++i) {
    results.roots.push_back(
        roundResult(plan.dx.spec.resultType.getElementType(),
                    definition.getDx(i, epsilon)));
    results.magnitudes.push_back(definition.getLinearMagnitude(i) +
                                 std::abs(definition.getStatistic(i, epsilon)) +
                                 std::abs(definition.getResidual(i)));
  }
  for (auto [sum, slotsOfSum] : llvm::zip(plan.sums, at.sums)) {
    SmallVector<double> values, magnitudes;
    for (size_t point = 0; point < at.numSumPoints; ++point) {
      double value = 0, magnitude = 0;
      for (auto [row, weight] : llvm::enumerate(at.rowWeights)) {
        double term = definition.weighted(
            definition.getSumTerm(slotsOfSum, sum.kind,
                                  point * at.rowWeights.size() + row),
            weight);
        value = arithmetic.add(value, term);
        magnitude += std::abs(term);
      }
      values.push_back(roundResult(
          cast<RankedTensorType>(sum.value.getType()).getElementType(), value));
      magnitudes.push_back(magnitude);
    }
    results.sums.push_back(std::move(values));
    results.sumMagnitudes.push_back(std::move(magnitudes));
  }
  return results;
}

void mlir::norm::raise::forEachResult(
    const BackwardTape &at, const std::vector<Numbers> &slots,
    const BackwardResults &op,
    llvm::function_ref<void(double program, double op, double magnitude)>
        compare) {
  auto programAt = [&](unsigned slot, size_t i) {
    return numberAt(slots, slot, i).real;
  };
  for (size_t i = 0; i < at.numPoints; ++i)
    compare(programAt(at.root, i), op.roots[i], op.magnitudes[i]);
  for (size_t sum = 0; sum < at.sums.size(); ++sum)
    for (size_t i = 0; i < at.numSumPoints; ++i)
      compare(programAt(at.sums[sum].value, i), op.sums[sum][i],
              op.sumMagnitudes[sum][i]);
}

//===----------------------------------------------------------------------===//
// The field
//===----------------------------------------------------------------------===//

/// The root s of 1 / (s + epsilon) that makes the program at point `i` the
/// definition: xh mean(m xh) / (linear + residual - dx).
static std::optional<Element>
solveEpsilon(const BackwardDefinition<InField> &op, Element program, size_t i) {
  // With a root of 1 the term of the statistic is what stands above it.
  InField a;
  Element one = a.divide(1, op.getRstd());
  Element above = op.getStatistic(i, a.subtract(one, 1));
  Element term = a.subtract(a.add(op.getLinear(i), op.getResidual(i)), program);
  if (above == 0 || term == 0)
    return std::nullopt;
  return a.subtract(one, a.divide(above, term));
}

FieldVerdict mlir::norm::raise::compareInField(
    const BackwardPlan &plan, const BackwardTape &at,
    const std::vector<Numbers> &slots, std::optional<Element> &epsilon) {
  InField arithmetic;
  BackwardDefinition<InField> op(plan, at, slots, arithmetic);
  auto programAt = [&](size_t i) { return op.read(at.root, i); };
  bool isOutside = plan.dx.spec.epsMode == EpsMode::outside;
  for (size_t i = 0; isOutside && !epsilon && i < at.numPoints; ++i)
    epsilon = solveEpsilon(op, programAt(i), i);
  if (isOutside && !epsilon)
    return FieldVerdict::Undefined;
  for (size_t i = 0; i < at.numPoints; ++i)
    if (programAt(i) != op.getDx(i, epsilon.value_or(0)))
      return FieldVerdict::Different;
  for (auto [sum, slotsOfSum] : llvm::zip(plan.sums, at.sums))
    for (size_t point = 0; point < at.numSumPoints; ++point) {
      Element value = 0;
      for (auto [row, weight] : llvm::enumerate(at.rowWeights))
        value = field::add(
            value,
            op.weighted(op.getSumTerm(slotsOfSum, sum.kind,
                                      point * at.rowWeights.size() + row),
                        weight));
      if (op.read(slotsOfSum.value, point) != value)
        return FieldVerdict::Different;
    }
  return FieldVerdict::Equal;
}
