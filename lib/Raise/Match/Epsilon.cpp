//===- Epsilon.cpp - which epsilon a program means ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/Epsilon.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// `number` without what its computation in doubles added, where it has no more
/// than `bits` significant bits.
static std::optional<double> asShort(double number, int bits) {
  constexpr double lostInDoubles = 1e-13;
  int exponent = 0;
  double units = std::ldexp(std::frexp(number, &exponent), bits);
  if (std::abs(units - std::round(units)) > lostInDoubles * std::abs(units))
    return std::nullopt;
  return std::ldexp(std::round(units), exponent - bits);
}

Coefficient mlir::norm::raise::chooseEpsilon(Coefficient epsilon,
                                             double leftover) {
  for (int bits : {8, 11, 24}) { // bf16, f16, f32
    if (asShort(epsilon.value, bits))
      return epsilon;
    double besideMean = epsilon.value / (leftover * leftover);
    if (std::optional<double> number = asShort(besideMean, bits))
      return epsilon.withValue(*number);
  }
  return epsilon;
}
