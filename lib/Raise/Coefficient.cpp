//===- Coefficient.cpp - numbers with the precision they had --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Coefficient.h"

#include <limits>
#include <numeric>

using namespace mlir::norm::raise;

/// Half a unit in the last place of a double, relative to its value.
static constexpr double kDoubleError =
    std::numeric_limits<double>::epsilon() / 2;

/// How much of a bound its computation in doubles may cost, and how much of it
/// an open end is short of it.
static constexpr double kSlack = 1e-6;
static constexpr double kOpenEnd = 1e-3;

Rational::Rational(int64_t numerator, int64_t denominator) {
  int64_t divisor = std::gcd(numerator, denominator);
  if (denominator < 0)
    divisor = -divisor;
  if (divisor == 0)
    divisor = 1;
  this->numerator = numerator / divisor;
  this->denominator = denominator / divisor;
}

Coefficient Coefficient::literal(const llvm::APFloat &literal) {
  llvm::APFloat wide = literal;
  bool losesInfo = false;
  wide.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
               &losesInfo);
  double value = wide.convertToDouble();
  double magnitude = std::abs(value);
  if (magnitude == 0.0 || !std::isfinite(value))
    return exact(value);
  int precision = llvm::APFloat::semanticsPrecision(literal.getSemantics());
  int exponent = std::ilogb(magnitude);
  double significand = std::ldexp(magnitude, -exponent); // in [1, 2)
  // A power of two among the integers that the type holds, or its inverse.
  if (significand == 1.0 && std::abs(exponent) < precision)
    return exact(value);
  double halfUnit = std::ldexp(1.0, -precision);
  // Ties round to even: an odd literal does not stand for them.
  double units = significand / (2 * halfUnit);
  bool isEven = std::fmod(units, 2.0) == 0.0;
  double half = isEven ? halfUnit : halfUnit * (1 - kOpenEnd);
  bool isPowerOfTwo = significand == 1.0;
  return {value, half / significand,
          (isPowerOfTwo ? half / 2 : half) / significand};
}

Coefficient Coefficient::operator*(Coefficient other) const {
  double product = value * other.value;
  bool isExact = std::fma(value, other.value, -product) == 0.0;
  double rounding = isExact ? 0.0 : kDoubleError;
  return {product, above + other.above + above * other.above + rounding,
          below + other.below - below * other.below + rounding};
}

Coefficient Coefficient::operator+(Coefficient other) const {
  double sum = value + other.value;
  // The part of the exact sum that rounding took away (two-sum).
  double tail = sum - value;
  double lost = std::abs((value - (sum - tail)) + (other.value - tail));
  // How far the meant sum may lie towards larger and smaller numbers.
  double up = lost, down = lost;
  for (Coefficient part : {*this, other}) {
    double magnitude = std::abs(part.value);
    up += magnitude * (part.value > 0 ? part.above : part.below);
    down += magnitude * (part.value > 0 ? part.below : part.above);
  }
  if (sum >= 0 ? sum <= down : -sum <= up) {
    double unknown = up == 0.0 && down == 0.0 ? 0.0 : 1.0;
    return {sum, unknown, unknown};
  }
  double above = (sum > 0 ? up : down) / std::abs(sum);
  double below = (sum > 0 ? down : up) / std::abs(sum);
  return {sum, above, below};
}

Coefficient Coefficient::pow(Rational exponent) const {
  if (exponent == Rational(1) || (value == 1.0 && error() == 0.0))
    return *this;
  double power = exponent.toDouble();
  double result = std::pow(value, power);
  bool isExact =
      exponent == Rational(-1)
          ? std::fma(result, value, -1.0) == 0.0
          : exponent == Rational(2) && std::fma(value, value, -result) == 0.0;
  // The ends of the range, raised to the power.
  double ends[] = {std::expm1(power * std::log1p(above)),
                   std::expm1(power * std::log1p(-std::min(below, 0.5)))};
  double rounding = isExact ? 0.0 : 2 * kDoubleError;
  return {result, std::max(ends[0], ends[1]) + rounding,
          -std::min(ends[0], ends[1]) + rounding};
}

bool Coefficient::matches(double number) const {
  if (value == number)
    return true;
  bool isAbove = std::abs(number) > std::abs(value);
  double error = isAbove ? above : below;
  // A little slack for the bound itself, which is computed in doubles.
  return std::abs(value - number) <= std::abs(value) * error * (1 + kSlack);
}
