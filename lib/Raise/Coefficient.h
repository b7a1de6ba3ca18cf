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

#include <algorithm>
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

/// A value and the range in which the meant number lies: its magnitude is in
/// [1 - below, 1 + above] times that of the value.
struct Coefficient {
  double value = 0.0;
  double above = 0.0;
  double below = 0.0;

  /// A number that is meant exactly (an extent, a structural 1 or 2).
  static Coefficient exact(double value) { return {value, 0.0, 0.0}; }

  /// A literal of the program: exact for 0 and for powers of two whose
  /// neighbours among the integers, or their inverses, are numbers of its type;
  /// else what its type rounds to it: half a unit in the last place, of which a
  /// power of two has half below, and without the ties that round to other
  /// literals.
  static Coefficient literal(const llvm::APFloat &literal);

  Coefficient operator*(Coefficient other) const;
  /// The sum; the absolute errors add up.
  Coefficient operator+(Coefficient other) const;
  Coefficient operator-() const { return {-value, above, below}; }
  /// value ^ exponent; the caller rules out negative bases of roots.
  Coefficient pow(Rational exponent) const;

  /// The largest relative error.
  double error() const { return std::max(above, below); }
  bool isExactly(double number) const { return value == number; }
  /// Whether the meant number can be `number`.
  bool matches(double number) const;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_COEFFICIENT_H
