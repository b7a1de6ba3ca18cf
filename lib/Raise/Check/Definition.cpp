//===- Definition.cpp - the ops by their definition -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Definition.h"

#include "Check/Arithmetic.h"

#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

static Number at(const std::vector<Numbers> &slots, unsigned slot, size_t i) {
  const Numbers &numbers = slots[slot];
  return numbers[numbers.size() == 1 ? 0 : i];
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

OpTypes mlir::norm::raise::getOpTypes(const NormPlan &plan,
                                      bool areNarrowWide) {
  OpTypes types;
  types.compute = plan.spec.computeType;
  types.result = plan.root.owner
                     ? getElementTypeOrSelf(plan.root.value.getType())
                     : plan.spec.resultType.getElementType();
  if (plan.spec.scaleRounding && plan.scale) {
    auto scale =
        cast<FloatType>(getElementTypeOrSelf(plan.scale->value.getType()));
    types.rounding = plan.spec.scaleRounding;
    types.product =
        scale.getWidth() > cast<FloatType>(plan.spec.scaleRounding).getWidth()
            ? Type(scale)
            : plan.spec.scaleRounding;
  }
  types.areNarrowWide = areNarrowWide;
  if (areNarrowWide) {
    types.rounding = types.product = nullptr;
    if (types.result.getIntOrFloatBitWidth() < 32)
      types.result = types.compute;
  }
  return types;
}

namespace {
/// Rounds, and notes what overflows.
class Rounder {
public:
  explicit Rounder(bool &overflown) : overflown(overflown) {}

  double operator()(Type type, double number) const {
    if (!type)
      return number;
    double rounded = roundTo(type, number);
    overflown |= std::isfinite(number) && !std::isfinite(rounded);
    return rounded;
  }

private:
  bool &overflown;
};
} // namespace

/// The statistics of a row of numbers.
static RowStatistics evaluateRow(const NormPlan &plan, const PlanTape &at,
                                 ArrayRef<double> row, double epsilon,
                                 Type type, const Rounder &round) {
  RowStatistics result;
  if (plan.spec.kind == NormKind::layernorm) {
    for (auto [element, weight] : llvm::zip(row, at.weights))
      result.mean =
          round(type, result.mean + round(type, double(weight) * element));
    result.mean = round(type, result.mean / at.length);
  }
  for (auto [element, weight, isIn] :
       llvm::zip(row, at.weights, at.isInStatistic)) {
    if (!isIn)
      continue;
    double centred = round(type, element - result.mean);
    double square = round(type, centred * centred);
    result.statistic =
        round(type, result.statistic + round(type, double(weight) * square));
  }
  result.statistic = round(type, result.statistic / at.statisticLength);
  double shifted =
      plan.spec.epsMode == EpsMode::inside
          ? round(type, std::sqrt(round(type, result.statistic + epsilon)))
          : round(type, round(type, std::sqrt(result.statistic)) + epsilon);
  result.rstd = round(type, 1 / shifted);
  return result;
}

/// y * gate + rest at the compared element `i`, of which the input is
/// `element`.
static double evaluateElement(const NormPlan &plan, const PlanTape &at,
                              const std::vector<Numbers> &slots, size_t i,
                              double element, const RowStatistics &row,
                              const OpTypes &types, const Rounder &round) {
  auto read = [&](std::optional<unsigned> slot, double absent) {
    return slot ? ::at(slots, *slot, i).real : absent;
  };
  Type type = types.compute;
  double y = round(type, round(type, element - row.mean) * row.rstd);
  Type product = types.rounding ? types.product : type;
  y = round(types.rounding, y);
  if (at.scale) {
    double scale = read(at.scale, 1.0);
    if (plan.spec.scaleOffset != 0)
      scale = round(type, scale + double(plan.spec.scaleOffset));
    y = round(product, y * scale);
  }
  if (at.bias)
    y = round(product, y + read(at.bias, 0.0));
  if (at.gate)
    y = round(type, y * read(at.gate, 1.0));
  if (at.rest)
    y = round(type, y + read(at.rest, 0.0));
  return round(types.result, y);
}

/// The magnitude of the terms of the element, see OpResults.
static double getMagnitude(const NormPlan &plan, const PlanTape &at,
                           const std::vector<Numbers> &slots, size_t i,
                           double element, const RowStatistics &row) {
  auto read = [&](std::optional<unsigned> slot, double absent) {
    return slot ? std::abs(::at(slots, *slot, i).real) : absent;
  };
  double scale = read(at.scale, 1.0) + double(plan.spec.scaleOffset);
  double y = (std::abs(element) + std::abs(row.mean)) * row.rstd * scale;
  return (y + read(at.bias, 0.0)) * read(at.gate, 1.0) + read(at.rest, 0.0);
}

/// The statistic that `use` reads, in its form.
static double evaluateForm(const StatisticUse &use, const RowStatistics &row) {
  double plain = use.kind == StatisticKind::Mean   ? row.mean
                 : use.kind == StatisticKind::Rstd ? row.rstd
                                                   : row.statistic;
  return use.form == StatisticForm::Reciprocal ? 1 / plain
         : use.form == StatisticForm::Root     ? std::sqrt(plain)
                                               : plain;
}

/// What the op reads where the program has `number`: times the power of two
/// that keeps the squares in range, in the type that it has.
static double scaleInput(const NormPlan &plan, double number,
                         const OpTypes &types) {
  if (plan.input.multiple == 1.0)
    return number;
  double scaled = number * plan.input.multiple;
  return types.compute
             ? roundTo(getElementTypeOrSelf(plan.input.value.getType()), scaled)
             : scaled;
}

static SmallVector<double> getRow(const NormPlan &plan, const PlanTape &at,
                                  const std::vector<Numbers> &slots,
                                  const OpTypes &types) {
  SmallVector<double> row;
  for (size_t i = 0; i < at.weights.size(); ++i)
    row.push_back(scaleInput(plan, ::at(slots, at.row, i).real, types));
  return row;
}

OpResults mlir::norm::raise::evaluateOp(const NormPlan &plan,
                                        const PlanTape &at,
                                        const std::vector<Numbers> &slots,
                                        const OpTypes &types) {
  OpResults result;
  Rounder round(result.hasOverflown);
  double epsilon = plan.spec.epsilon;
  if (types.compute)
    epsilon = roundTo(types.compute, epsilon);
  result.row = evaluateRow(plan, at, getRow(plan, at, slots, types), epsilon,
                           types.compute, round);
  for (size_t i = 0; i < at.numPoints; ++i) {
    double element = scaleInput(plan, ::at(slots, at.input, i).real, types);
    double root =
        evaluateElement(plan, at, slots, i, element, result.row, types, round);
    // Doubles overflow before they are rounded.
    result.hasOverflown |= std::isinf(root) && std::isfinite(element) &&
                           std::isfinite(result.row.rstd);
    result.roots.push_back(root);
    result.magnitudes.push_back(
        getMagnitude(plan, at, slots, i, element, result.row));
  }
  for (const StatisticUse &use : plan.statistics) {
    double value =
        use.coefficient * evaluateForm(use, result.row) + use.summand;
    Type type = getElementTypeOrSelf(use.value.getType());
    if (types.areNarrowWide && type.getIntOrFloatBitWidth() < 32)
      type = types.compute;
    result.uses.push_back(types.compute ? round(type, value) : value);
  }
  return result;
}

/// rmsnorm(x, epsilon) = rmsnorm(x / c, epsilon / c^2), and so for the others.
OpResults
mlir::norm::raise::evaluateScaledOp(const NormPlan &plan, const PlanTape &at,
                                    const std::vector<Numbers> &slots) {
  OpResults result;
  Rounder round(result.hasOverflown);
  SmallVector<double> row = getRow(plan, at, slots, OpTypes());
  double largest = 0;
  for (double element : row)
    largest = std::max(largest, std::abs(element));
  int exponent = 0;
  std::frexp(largest, &exponent);
  for (double &element : row)
    element = std::ldexp(element, -exponent);
  bool isInside = plan.spec.epsMode == EpsMode::inside;
  double epsilon =
      std::ldexp(plan.spec.epsilon, isInside ? -2 * exponent : -exponent);
  result.row = evaluateRow(plan, at, row, epsilon, nullptr, round);
  for (size_t i = 0; i < at.numPoints; ++i)
    result.roots.push_back(evaluateElement(
        plan, at, slots, i,
        std::ldexp(scaleInput(plan, ::at(slots, at.input, i).real, OpTypes()),
                   -exponent),
        result.row, OpTypes(), round));
  return result;
}

//===----------------------------------------------------------------------===//
// The field
//===----------------------------------------------------------------------===//

using field::Element;

namespace {
struct FieldStatistics {
  Element mean = 0, statistic = 0, rstd = 0;
};
} // namespace

static Element readInput(const NormPlan &plan,
                         const std::vector<Numbers> &slots, unsigned slot,
                         size_t i) {
  Element element = ::at(slots, slot, i).bits;
  return plan.input.multiple == 1.0
             ? element
             : field::multiply(element, field::fromReal(plan.input.multiple));
}

static FieldStatistics evaluateRow(const NormPlan &plan, const PlanTape &at,
                                   const std::vector<Numbers> &slots) {
  FieldStatistics result;
  auto weighted = [](Element element, int64_t weight) {
    return weight == 1 ? element
                       : field::multiply(field::fromInteger(weight), element);
  };
  auto divided = [](Element sum, double length) {
    return field::multiply(sum,
                           field::invert(field::fromInteger(int64_t(length))));
  };
  if (plan.spec.kind == NormKind::layernorm) {
    for (auto [i, weight] : llvm::enumerate(at.weights))
      result.mean = field::add(
          result.mean, weighted(readInput(plan, slots, at.row, i), weight));
    result.mean = divided(result.mean, at.length);
  }
  for (auto [i, weight] : llvm::enumerate(at.weights)) {
    if (!at.isInStatistic[i])
      continue;
    Element centred =
        field::subtract(readInput(plan, slots, at.row, i), result.mean);
    result.statistic = field::add(
        result.statistic, weighted(field::multiply(centred, centred), weight));
  }
  result.statistic = divided(result.statistic, at.statisticLength);
  return result;
}

/// Sets rstd from statistic and epsilon; false where the root does not exist.
static bool setRstd(const NormPlan &plan, FieldStatistics &row,
                    Element epsilon) {
  bool isInside = plan.spec.epsMode == EpsMode::inside;
  std::optional<Element> root = field::root(
      isInside ? field::add(row.statistic, epsilon) : row.statistic);
  if (!root)
    return false;
  row.rstd = field::invert(isInside ? *root : field::add(*root, epsilon));
  return true;
}

/// (value - form) of three rows on one line: value = coefficient * form +
/// summand.
static bool isOnLine(ArrayRef<std::pair<Element, Element>> known, Element form,
                     Element value) {
  auto difference = [&](unsigned i) {
    return std::make_pair(field::subtract(known[i].first, form),
                          field::subtract(known[i].second, value));
  };
  auto [x0, y0] = difference(0);
  auto [x1, y1] = difference(1);
  return field::multiply(x0, y1) == field::multiply(x1, y0);
}

FieldVerdict
mlir::norm::raise::compareInField(const NormPlan &plan, const PlanTape &at,
                                  const std::vector<Numbers> &slots,
                                  SolvedConstants &constants) {
  auto read = [&](std::optional<unsigned> slot, size_t i, Element absent) {
    return slot ? ::at(slots, *slot, i).bits : absent;
  };
  FieldStatistics row = evaluateRow(plan, at, slots);
  // What rstd is multiplied by, and what the program makes of that.
  auto coefficientOf = [&](size_t i) {
    Element scale = read(at.scale, i, 1);
    if (plan.scale)
      scale = field::add(scale, field::fromInteger(plan.spec.scaleOffset));
    Element centred =
        field::subtract(readInput(plan, slots, at.input, i), row.mean);
    return field::multiply(field::multiply(centred, scale),
                           read(at.gate, i, 1));
  };
  auto restOf = [&](size_t i) {
    return field::add(field::multiply(read(at.bias, i, 0), read(at.gate, i, 1)),
                      read(at.rest, i, 0));
  };
  auto rootOf = [&](size_t i) { return ::at(slots, at.root, i).bits; };
  if (plan.spec.epsilon == 0)
    constants.epsilons = {0};
  bool isInside = plan.spec.epsMode == EpsMode::inside;
  // Without a root nothing says what epsilon is; of the statistics rstd alone
  // depends on it.
  bool hasRoot = at.numPoints != 0;
  if (!hasRoot && llvm::any_of(plan.statistics, [](const StatisticUse &use) {
        return use.kind == StatisticKind::Rstd;
      }))
    return FieldVerdict::Undefined;
  SmallVector<Element, 2> candidates = constants.epsilons;
  if (hasRoot && candidates.empty()) {
    Element coefficient = coefficientOf(0);
    Element product = field::subtract(rootOf(0), restOf(0));
    if (coefficient == 0 || product == 0)
      return coefficient == product ? FieldVerdict::Undefined
                                    : FieldVerdict::Different;
    Element deviation = field::multiply(coefficient, field::invert(product));
    std::optional<Element> root = field::root(row.statistic);
    if (!isInside && !root)
      return FieldVerdict::Undefined;
    if (isInside)
      candidates = {field::subtract(field::multiply(deviation, deviation),
                                    row.statistic)};
    else
      candidates = {field::subtract(deviation, *root),
                    field::subtract(field::negate(deviation), *root)};
  }
  auto isRoot = [&](Element rstd) {
    for (size_t i = 0; i < at.numPoints; ++i)
      if (rootOf(i) !=
          field::add(field::multiply(coefficientOf(i), rstd), restOf(i)))
        return false;
    return true;
  };
  SmallVector<Element, 2> epsilons;
  for (Element epsilon : hasRoot ? candidates : SmallVector<Element, 2>()) {
    if (!setRstd(plan, row, epsilon))
      return FieldVerdict::Undefined;
    if (isRoot(row.rstd) || isRoot(field::negate(row.rstd)))
      epsilons.push_back(epsilon);
  }
  if (hasRoot && epsilons.empty())
    return FieldVerdict::Different;
  if (hasRoot)
    setRstd(plan, row, epsilons.front());

  constants.uses.resize(plan.statistics.size());
  for (auto [use, slot, known] :
       llvm::zip(plan.statistics, at.uses, constants.uses)) {
    Element form = use.kind == StatisticKind::Mean   ? row.mean
                   : use.kind == StatisticKind::Rstd ? row.rstd
                                                     : row.statistic;
    if (use.form == StatisticForm::Reciprocal)
      form = field::invert(form);
    if (use.form == StatisticForm::Root) {
      std::optional<Element> root = field::root(form);
      if (!root)
        return FieldVerdict::Undefined;
      form = *root;
    }
    Element value = ::at(slots, slot, 0).bits;
    if (use.coefficient == 1.0 && use.summand == 0.0) {
      if (form != value)
        return FieldVerdict::Different;
    } else if (known.size() < 2) {
      known.push_back({form, value});
    } else if (!isOnLine(known, form, value)) {
      return FieldVerdict::Different;
    }
  }
  if (hasRoot)
    constants.epsilons = std::move(epsilons);
  return FieldVerdict::Equal;
}
