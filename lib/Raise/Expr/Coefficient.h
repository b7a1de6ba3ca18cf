//===- Coefficient.h - numbers with the precision they had ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A literal of a program is a rounded number: 0.0013020834 in f32 stands for
// 1/768. A coefficient carries the value together with how far the number that
// was meant may be from it, so that comparisons can ask "equal after rounding
// to the precision it was written in".
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_EXPR_COEFFICIENT_H
#define NORM_LIB_RAISE_EXPR_COEFFICIENT_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/ArrayRef.h"

#include <algorithm>
#include <array>
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

/// How a coefficient changes with one literal of the program. Literals that are
/// written alike are one: they mean the same number.
struct Sensitivity {
  uint64_t literal = 0; ///< names it: its value and its precision
  float above = 0.0f;   ///< the number that it means has a magnitude of
  float below = 0.0f;   ///< [1 - below, 1 + above] times its own
  double slope = 0.0;   ///< relative change of the coefficient by that of it

  bool operator==(const Sensitivity &other) const {
    return literal == other.literal && slope == other.slope;
  }
};

/// A value, and how far the number that was meant may be from it:
///   meant = value * (1 + sum_i slope_i * change_i + rest)
/// where change_i is what rounding did to literal i, and |rest| <= `rest`. So
/// errors that come from one literal cancel where the literal does.
struct Coefficient {
  static constexpr unsigned kMaxLiterals = 4;

  double value = 0.0;
  double rest = 0.0;
  unsigned numLiterals = 0;
  std::array<Sensitivity, kMaxLiterals> literals;

  /// A number that is meant exactly (an extent, a structural 1 or 2).
  static Coefficient exact(double value) {
    Coefficient result;
    result.value = value;
    return result;
  }

  /// A literal of the program. It is exact if it is 0, an integer of the range
  /// in which its type has all integers, or a power of two that is the inverse
  /// of one. Else it stands for what its type rounds to it: half a unit in the
  /// last place, of which a power of two has half below, and without the ties
  /// that round to other literals.
  static Coefficient literal(const llvm::APFloat &literal);

  Coefficient operator*(const Coefficient &other) const;
  Coefficient operator+(const Coefficient &other) const;
  Coefficient operator-() const;
  /// value ^ exponent; the caller rules out negative bases of roots.
  Coefficient pow(Rational exponent) const;

  /// The same uncertainty of another value.
  Coefficient withValue(double number) const;

  bool operator==(const Coefficient &other) const;

  ArrayRef<Sensitivity> getLiterals() const {
    return ArrayRef<Sensitivity>(literals.data(), numLiterals);
  }
  /// The relative errors of the magnitude to either side, and the larger one.
  double above() const;
  double below() const;
  double error() const { return std::max(above(), below()); }
  /// Whether nothing but 0 is known of a sum that cancelled.
  bool isCancelled() const { return rest >= 1.0; }
  bool isExactly(double number) const { return value == number; }
  /// Whether the meant number can be `number`.
  bool matches(double number) const;

private:
  /// Adds `slope` for a literal; what finds no place goes to the rest.
  void addSlope(const Sensitivity &literal, double slope);
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_EXPR_COEFFICIENT_H
