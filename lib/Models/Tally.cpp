//===- Tally.cpp - sums and maxima of rows, in any order ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Tally.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mlir::norm;

/// The exponent of the smallest double.
static constexpr int kSmallestExponent = -1074;

void ExactSum::add(double value) {
  // value = digits * 2^(exponent - 53), |digits| < 2^53.
  int exponent;
  double fraction = std::frexp(value, &exponent);
  auto digits = static_cast<int64_t>(std::ldexp(fraction, 53));
  int shift = exponent - 53 - kSmallestExponent;
  llvm::APInt term(kBits, digits, /*isSigned=*/true);
  // The digits of a denormal end in zeros.
  units += shift < 0 ? term.ashr(-shift) : term.shl(shift);
}

double ExactSum::get() const {
  // Quadruple has the range of the units.
  llvm::APFloat value(llvm::APFloat::IEEEquad());
  value.convertFromAPInt(units, /*IsSigned=*/true,
                         llvm::APFloat::rmNearestTiesToEven);
  value = scalbn(value, kSmallestExponent, llvm::APFloat::rmNearestTiesToEven);
  bool losesInfo;
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToDouble();
}

void Tally::add(double value) {
  sum.add(value);
  ++count;
  largest = std::max(largest, std::abs(value));
}

void Tally::merge(const Tally &other) {
  sum.merge(other.sum);
  count += other.count;
  largest = std::max(largest, other.largest);
}

void LogHistogram::add(double value) {
  int bin = 0;
  if (value > 0.0)
    bin = std::clamp(std::ilogb(value) + 48, 0, int(counts.size()) - 1);
  ++counts[bin];
}

void LogHistogram::merge(const LogHistogram &other) {
  for (auto [count, more] : llvm::zip_equal(counts, other.counts))
    count += more;
}
