//===- Tally.h - sums and maxima of rows, in any order ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_MODELS_TALLY_H
#define NORM_MODELS_TALLY_H

#include <array>
#include <cstdint>

namespace mlir::norm {

/// A sum of finite doubles without rounding: an integer in units of the
/// smallest double, so that the order of what is added is no matter.
///
/// The integer has digits of 32 bits in limbs of 64, whose upper halves collect
/// carries: 2^30 doubles are added before carries are passed on.
class ExactSum {
public:
  void add(double value);
  void merge(const ExactSum &other);
  /// The sum, rounded to nearest even.
  double get() const;

private:
  void passCarries();

  /// From 2^-1074 to 2^1024, a sign, and 2^64 terms.
  static constexpr unsigned kLimbs = (1074 + 1024 + 1 + 64 + 31) / 32 + 1;
  std::array<int64_t, kLimbs> limbs = {};
  /// Since carries were passed on.
  int64_t terms = 0;
};

/// Mean and largest absolute value of a number that each row has.
struct Tally {
  ExactSum sum;
  int64_t count = 0;
  double largest = 0.0;

  void add(double value);
  void merge(const Tally &other);
  double getMean() const { return count ? sum.get() / double(count) : 0.0; }
};

/// Counts of positive numbers c by size: bin i has 2^(i-48) <= c < 2^(i-47).
/// The first has what is smaller, too, the last what is larger.
struct LogHistogram {
  static constexpr int kFirstExponent = -48;
  std::array<int64_t, 64> counts = {};

  void add(double value);
  void merge(const LogHistogram &other);
};

} // namespace mlir::norm

#endif // NORM_MODELS_TALLY_H
