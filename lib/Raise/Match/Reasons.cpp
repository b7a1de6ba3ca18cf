//===- Reasons.cpp - words for factors that are not 1 ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/Reasons.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::raise;

std::string mlir::norm::raise::describeFactor(Coefficient factor,
                                              ExprRef length) {
  if (!length->isConstant() || factor.value <= 0)
    return llvm::formatv("the result is a norm times {0}", factor.value);
  double n = length->constant.value;
  double divisor = n * factor.value * factor.value;
  if (std::abs(divisor - 1) <= 2 * factor.error() + 1e-9)
    return llvm::formatv("the sum of squares is not divided by the extent {0} "
                         "of the reduced dimension (an L2 norm)",
                         int64_t(n));
  double rounded = std::round(divisor);
  if (rounded == n)
    return llvm::formatv("divisor {0:f9} is not the extent {1} of the reduced "
                         "dimension",
                         divisor, int64_t(n));
  if (std::abs(divisor - rounded) < 1e-6 * divisor)
    return llvm::formatv(
        "divisor {0} is not the extent {1} of the reduced dimension",
        int64_t(rounded), int64_t(n));
  return llvm::formatv("the result is a norm times {0}", factor.value);
}

std::string mlir::norm::raise::describeOtherDivisor(Coefficient factor,
                                                    ExprRef length) {
  if (!length->isConstant())
    return "";
  double n = length->constant.value;
  for (double other : {n + 1, n - 1})
    if (other > 0 && factor.matches(std::sqrt(other / n)))
      return llvm::formatv("the divisor stands for the extent {0} of the "
                           "reduced dimension, and {1} is the same number in "
                           "its type",
                           int64_t(n), int64_t(other));
  return "";
}
