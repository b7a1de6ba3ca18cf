//===- Coefficient.cpp - numbers with the precision they had --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/Coefficient.h"

#include "llvm/ADT/bit.h"

#include <limits>
#include <numeric>
#include <optional>

using namespace mlir;
using namespace mlir::norm::raise;

/// Half a unit in the last place of a double, relative to its value.
static constexpr double kDoubleError =
    std::numeric_limits<double>::epsilon() / 2;

/// How much of a bound its computation in doubles may cost, and how much of it
/// an open end is short of it.
static constexpr double kSlack = 1e-6;
static constexpr double kOpenEnd = 1e-2;

Rational::Rational(int64_t numerator, int64_t denominator) {
  int64_t divisor = std::gcd(numerator, denominator);
  if (denominator < 0)
    divisor = -divisor;
  if (divisor == 0)
    divisor = 1;
  this->numerator = numerator / divisor;
  this->denominator = denominator / divisor;
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

void Coefficient::addSlope(const Sensitivity &literal, double slope) {
  if (slope == 0.0)
    return;
  Sensitivity *end = literals.begin() + numLiterals;
  Sensitivity *found = std::lower_bound(
      literals.begin(), end, literal.literal,
      [](const Sensitivity &s, uint64_t name) { return s.literal < name; });
  if (found != end && found->literal == literal.literal) {
    found->slope += slope;
    if (found->slope != 0.0)
      return;
    std::move(found + 1, end, found);
    literals[--numLiterals] = Sensitivity();
    return;
  }
  if (numLiterals == kMaxLiterals) {
    rest += std::abs(slope) * double(std::max(literal.above, literal.below));
    return;
  }
  std::move_backward(found, end, end + 1);
  *found = literal;
  found->slope = slope;
  ++numLiterals;
}

double Coefficient::above() const {
  double error = rest;
  for (const Sensitivity &literal : getLiterals())
    error += literal.slope > 0 ? literal.slope * literal.above
                               : -literal.slope * literal.below;
  return error;
}

double Coefficient::below() const {
  double error = rest;
  for (const Sensitivity &literal : getLiterals())
    error += literal.slope > 0 ? literal.slope * literal.below
                               : -literal.slope * literal.above;
  return error;
}

bool Coefficient::operator==(const Coefficient &other) const {
  return value == other.value && rest == other.rest &&
         getLiterals() == other.getLiterals();
}

Coefficient Coefficient::withValue(double number) const {
  Coefficient result = *this;
  result.value = number;
  return result;
}

/// 0 has one sign, so that equal nodes are one.
Coefficient Coefficient::operator-() const { return withValue(0.0 - value); }

bool Coefficient::matches(double number) const {
  if (value == number)
    return true;
  double error = std::abs(number) > std::abs(value) ? above() : below();
  // A little slack for the bound itself, which is computed in doubles.
  return std::abs(value - number) <= std::abs(value) * error * (1 + kSlack);
}

//===----------------------------------------------------------------------===//
// Literals
//===----------------------------------------------------------------------===//

Coefficient Coefficient::literal(const llvm::APFloat &literal) {
  llvm::APFloat wide = literal;
  bool losesInfo = false;
  wide.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
               &losesInfo);
  double value = wide.convertToDouble();
  double magnitude = std::abs(value);
  if (magnitude == 0.0 || !std::isfinite(value))
    return exact(value + 0.0);
  int precision = llvm::APFloat::semanticsPrecision(literal.getSemantics());
  int exponent = std::ilogb(magnitude);
  double significand = std::ldexp(magnitude, -exponent); // in [1, 2)
  bool isInteger = std::trunc(magnitude) == magnitude;
  bool isInverse = significand == 1.0 && exponent < 0;
  if ((isInteger || isInverse) && std::abs(exponent) < precision)
    return exact(value);
  // Subnormal numbers are as far apart as the smallest normal ones: 1e-5 in f16
  // has 8 bits of 11.
  int lost =
      std::max(0, llvm::APFloat::semanticsMinExponent(literal.getSemantics()) -
                      exponent);
  double halfUnit = std::ldexp(1.0, lost - precision);
  // Ties round to even: an odd literal does not stand for them.
  double units = significand / (2 * halfUnit);
  bool isEven = std::fmod(units, 2.0) == 0.0;
  double half = isEven ? halfUnit : halfUnit * (1 - kOpenEnd);
  bool isPowerOfTwo = significand == 1.0 && lost == 0;
  Coefficient result = exact(value);
  Sensitivity own;
  // Numbers of less precision than double leave room in the lowest bits.
  own.literal = llvm::bit_cast<uint64_t>(magnitude) ^ uint64_t(precision);
  own.above = float(half / significand);
  own.below = float((isPowerOfTwo ? half / 2 : half) / significand);
  result.addSlope(own, 1.0);
  return result;
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

Coefficient Coefficient::operator*(const Coefficient &other) const {
  for (const Coefficient *factor : {this, &other})
    if (factor->value == 0.0 && factor->error() == 0.0)
      return exact(0.0);
  double product = value * other.value + 0.0; // no -0
  bool isExact = std::fma(value, other.value, -product) == 0.0;
  Coefficient result = withValue(product);
  for (const Sensitivity &literal : other.getLiterals())
    result.addSlope(literal, literal.slope);
  result.rest +=
      other.rest + error() * other.error() + (isExact ? 0.0 : kDoubleError);
  return result;
}

Coefficient Coefficient::operator+(const Coefficient &other) const {
  // Nothing is added: the range stays as it is, to the last bit.
  if (value == 0.0 && error() == 0.0)
    return other;
  if (other.value == 0.0 && other.error() == 0.0)
    return *this;
  double sum = value + other.value;
  // The part of the exact sum that rounding took away (two-sum).
  double tail = sum - value;
  double lost = std::abs((value - (sum - tail)) + (other.value - tail));
  // Slopes and rest as absolute changes first.
  Coefficient result;
  for (const Coefficient &part : {*this, other})
    for (const Sensitivity &literal : part.getLiterals())
      result.addSlope(literal, part.value * literal.slope);
  result.rest +=
      std::abs(value) * rest + std::abs(other.value) * other.rest + lost;
  // Zero within the errors: towards it is below for a positive sum.
  double towardsZero = sum >= 0 ? result.below() : result.above();
  if (std::abs(sum) <= towardsZero) {
    double unknown = towardsZero == 0.0 ? 0.0 : 1.0;
    result = exact(sum);
    result.rest = unknown;
    return result;
  }
  result.value = sum;
  result.rest /= std::abs(sum);
  for (unsigned i = 0; i < result.numLiterals; ++i)
    result.literals[i].slope /= sum;
  return result;
}

/// base ^ exponent where every product on the way is exact.
static std::optional<double> raiseExactly(double base, int64_t exponent) {
  constexpr int64_t kMaxExponent = 16;
  if (exponent > kMaxExponent)
    return std::nullopt;
  double product = 1.0;
  for (int64_t i = 0; i < exponent; ++i) {
    double next = product * base;
    if (std::fma(product, base, -next) != 0.0)
      return std::nullopt;
    product = next;
  }
  return product;
}

/// Whether power = base^(p/q) to the last bit: power^q = base^p, or
/// power^q * base^(-p) = 1.
static bool isExactPower(double power, double base, Rational exponent) {
  std::optional<double> lhs = raiseExactly(power, exponent.denominator);
  std::optional<double> rhs = raiseExactly(base, std::abs(exponent.numerator));
  if (!lhs || !rhs)
    return false;
  return exponent.numerator >= 0 ? *lhs == *rhs
                                 : std::fma(*lhs, *rhs, -1.0) == 0.0;
}

Coefficient Coefficient::pow(Rational exponent) const {
  if (exponent == Rational(1) || *this == exact(1.0))
    return *this;
  double power = exponent.toDouble();
  double number = std::pow(value, power);
  bool isExact = isExactPower(number, value, exponent);
  Coefficient result = withValue(number);
  for (unsigned i = 0; i < result.numLiterals; ++i)
    result.literals[i].slope *= power;
  // (1 + e)^q = 1 + q e + q (q - 1) / 2 e^2 (1 + e)^(q - 2)
  double largest = error();
  double second = std::abs(power * (power - 1)) / 2 * largest * largest;
  result.rest = std::abs(power) * rest +
                second * std::pow(1 + largest, std::abs(power - 2)) +
                (isExact ? 0.0 : 2 * kDoubleError);
  return result;
}
