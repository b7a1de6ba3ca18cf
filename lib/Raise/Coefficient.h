//===- Coefficient.h - numbers with the precision they had ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A literal of a program is a rounded number: 0.0013020834 in f32 stands for
// 1/768. A coefficient carries the value together with a bound on how far the
// number that was meant may be from it, so that comparisons can ask "equal
// after rounding to the precision it was written in".
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_COEFFICIENT_H
#define NORM_LIB_RAISE_COEFFICIENT_H

#include "llvm/ADT/APFloat.h"

#include <cmath>
#include <cstdint>

namespace mlir::norm::raise {

/// An exponent: a rational in lowest terms with a positive denominator.
struct Rational {
  int64_t numerator = 0;
  int64_t denominator = 1;

  Rational(int64_t numerator = 0, int64_t denominator = 1);

  bool isInteger() const { return denominator == 1; }
  bool isEvenInteger() const { return isInteger() && numerator % 2 == 0; }
  double toDouble() const { return double(numerator) / double(denominator); }

  Rational operator+(Rational other) const {
    return {numerator * other.denominator + other.numerator * denominator,
            denominator * other.denominator};
  }
  Rational operator*(Rational other) const {
    return {numerator * other.numerator, denominator * other.denominator};
  }
  bool operator==(Rational other) const {
    return numerator == other.numerator && denominator == other.denominator;
  }
  bool operator!=(Rational other) const { return !(*this == other); }
};

/// A value and the relative error within which the meant number lies.
struct Coefficient {
  double value = 0.0;
  double error = 0.0;

  /// A number that is meant exactly (an extent, a structural 1 or 2).
  static Coefficient exact(double value) { return {value, 0.0}; }

  /// A literal of the program: exact for 0, 1/2, 1, 2 and their negatives,
  /// known to half a unit in the last place of its type otherwise.
  static Coefficient literal(const llvm::APFloat &literal);

  Coefficient operator*(Coefficient other) const;
  /// The sum; the absolute errors add up.
  Coefficient operator+(Coefficient other) const;
  Coefficient operator-() const { return {-value, error}; }
  /// value ^ exponent; the caller rules out negative bases of roots.
  Coefficient pow(Rational exponent) const;

  bool isExactly(double number) const { return value == number; }
  /// Whether the meant number can be `number`.
  bool matches(double number) const;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_COEFFICIENT_H
