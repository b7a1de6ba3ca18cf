//===- RowNumbers.h - the change that a cheaper norm makes ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_MODELS_ROWNUMBERS_H
#define NORM_LIB_MODELS_ROWNUMBERS_H

#include "norm/Models/Profile.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mlir::norm {

/// What is tallied of a row beside its mean.
template <typename T> struct RowNumbers {
  T rms, ratio, change;
};

/// rmsnorm over all elements, of mean square s, and over the first k, of l:
///
///   |rstd_k / rstd - 1| = |q - 1|,   q = sqrt((s + epsilon) / (l + epsilon))
template <EpsMode kMode>
double compareLeading(double epsilon, double s, double l) {
  double rootS = std::sqrt(kMode == EpsMode::inside ? s + epsilon : s);
  double rootL = std::sqrt(kMode == EpsMode::inside ? l + epsilon : l);
  double added = kMode == EpsMode::inside ? 0.0 : epsilon;
  return std::abs((rootS + added) / (rootL + added) - 1.0);
}

/// The same in floats, without the digits that 1 takes from q: q^2 - 1 is
/// (s - l) / (l + epsilon), and (q - 1) (q + 1). With epsilon outside, q - 1 is
/// (sqrt(s) - sqrt(l)) / (sqrt(l) + epsilon), and s - l has the factor
/// sqrt(s) - sqrt(l), too. What leaves the range of floats is not finite.
template <EpsMode kMode> float compareLeading(float epsilon, float s, float l) {
  float distance = std::abs(s - l);
  if (kMode == EpsMode::inside) {
    float below = l + epsilon;
    return distance / below / (1.0f + std::sqrt((s + epsilon) / below));
  }
  float rootS = std::sqrt(s), rootL = std::sqrt(l);
  return distance / (rootS + rootL) / (rootL + epsilon);
}

template <typename T, EpsMode kMode>
RowNumbers<T> numberLeading(T epsilon, T s, T l) {
  return {std::sqrt(s), std::sqrt(l / s), compareLeading<kMode>(epsilon, s, l)};
}

/// sqrt(a^2 + b^2), also where the squares leave the range. std::hypot would
/// make the library ask for glibc 2.35, which RHEL 9 has not.
inline double getHypotenuse(double a, double b) {
  a = std::abs(a);
  b = std::abs(b);
  double large = std::max(a, b), small = std::min(a, b);
  if (std::isnan(a) || std::isnan(b) || std::isinf(large) || large == 0)
    return a + b;
  return large * std::sqrt(1 + (small / large) * (small / large));
}

/// layernorm and rmsnorm: y = (x - mean) / a and y' = x / b, with a and b from
/// the variance v and the mean square v + mean^2. With q = a / b
///
///   ||y' - y||^2 / ||y||^2 = (1 - q)^2 + q^2 mean^2 / v
///
/// as x - mean and the mean are orthogonal. 1 - q = (b - a) / b, in which b - a
/// is mean^2 / (a + b), or that of the roots where epsilon is added to them. A
/// row of mean 0 does not change, unless there is nothing to divide by.
template <typename T, EpsMode kMode>
RowNumbers<T> numberCentred(double epsilon, T mean, T variance) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr bool isInside = kMode == EpsMode::inside, isNarrow = sizeof(T) == 4;
  double m = mean, v = variance, shift = m * m;
  double s = v + shift;
  double rms = isNarrow ? std::sqrt(s) : getHypotenuse(m, std::sqrt(v));
  double rootV = std::sqrt(isInside ? v + epsilon : v);
  double rootS = std::sqrt(isInside ? s + epsilon : s);
  double a = isInside ? rootV : rootV + epsilon;
  double b = isInside ? rootS : rootS + epsilon;
  double scaled = shift / ((rootV + rootS) * b);
  // The squares of floats, and products of them, do not leave the range.
  double turned = a / b * std::abs(m) / std::sqrt(v);
  double turned2 = isNarrow ? a * a * shift / (b * b * v) : turned * turned;
  double change = std::sqrt(scaled * scaled + turned2);
  double still = v + epsilon > 0.0 ? 0.0 : kNaN;
  return {T(rms), T(shift / s), T(shift == 0.0 ? still : change)};
}

} // namespace mlir::norm

#endif // NORM_LIB_MODELS_ROWNUMBERS_H
