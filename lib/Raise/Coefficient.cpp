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
  if (magnitude == 0.0 || magnitude == 0.5 || magnitude == 1.0 ||
      magnitude == 2.0 || !std::isfinite(value))
    return exact(value);
  int precision = llvm::APFloat::semanticsPrecision(literal.getSemantics());
  double halfUnit = std::ldexp(1.0, std::ilogb(magnitude) - precision);
  return {value, halfUnit / magnitude};
}

Coefficient Coefficient::operator*(Coefficient other) const {
  double product = value * other.value;
  bool isExact = std::fma(value, other.value, -product) == 0.0;
  return {product, error + other.error + (isExact ? 0.0 : kDoubleError)};
}

Coefficient Coefficient::operator+(Coefficient other) const {
  double sum = value + other.value;
  // The part of the exact sum that rounding took away (two-sum).
  double tail = sum - value;
  double lost = (value - (sum - tail)) + (other.value - tail);
  double absolute = std::abs(value) * error +
                    std::abs(other.value) * other.error + std::abs(lost);
  if (sum == 0.0 || std::abs(sum) <= absolute)
    return {sum, absolute == 0.0 ? 0.0 : 1.0};
  return {sum, absolute / std::abs(sum)};
}

Coefficient Coefficient::pow(Rational exponent) const {
  if (exponent == Rational(1) || (value == 1.0 && error == 0.0))
    return *this;
  double result = std::pow(value, exponent.toDouble());
  double scaled = error * std::abs(exponent.toDouble());
  bool isExact =
      exponent == Rational(-1)
          ? std::fma(result, value, -1.0) == 0.0
          : exponent == Rational(2) && std::fma(value, value, -result) == 0.0;
  return {result, scaled * (1 + scaled) + (isExact ? 0.0 : 2 * kDoubleError)};
}

bool Coefficient::matches(double number) const {
  if (value == number)
    return true;
  // A little slack for the bound itself, which is computed in doubles.
  return std::abs(value - number) <= std::abs(value) * error * (1 + 1e-6);
}
