//===- Tally.cpp - sums and maxima of rows, in any order ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Tally.h"

#include "llvm/ADT/APInt.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/bit.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
using namespace mlir::norm;

/// The exponent of the smallest double, and the width of what a double stores
/// of its digits.
static constexpr int kSmallestExponent = -1074;
static constexpr int kDigits = 52;

/// Terms after which a limb, which gains less than 2^32 by each, may be full.
static constexpr int64_t kMostTerms = int64_t(1) << 30;

void ExactSum::add(double value) {
  if (++terms > kMostTerms)
    passCarries();
  // |value| = digits * 2^(shift - 1074). Normal numbers have one more digit.
  auto bits = llvm::bit_cast<uint64_t>(value);
  uint64_t digits = bits & ((uint64_t(1) << kDigits) - 1);
  unsigned exponent = (bits >> kDigits) & 0x7ff, shift = 0;
  if (exponent) {
    digits |= uint64_t(1) << kDigits;
    shift = exponent - 1;
  }
  // 53 digits at a place within a limb are in three.
  unsigned place = shift % 32;
  uint64_t low = digits << place;
  uint64_t high = place ? digits >> (64 - place) : 0;
  int64_t sign = value < 0.0 ? -1 : 1;
  int64_t *limb = &limbs[shift / 32];
  limb[0] += sign * int64_t(low & 0xffffffff);
  limb[1] += sign * int64_t(low >> 32);
  limb[2] += sign * int64_t(high);
}

void ExactSum::passCarries() {
  for (unsigned i = 0; i + 1 < kLimbs; ++i) {
    limbs[i + 1] += limbs[i] >> 32;
    limbs[i] &= 0xffffffff;
  }
  terms = 1;
}

void ExactSum::merge(const ExactSum &other) {
  if (terms + other.terms > kMostTerms)
    passCarries();
  for (auto [limb, more] : llvm::zip_equal(limbs, other.limbs))
    limb += more;
  terms += other.terms;
}

double ExactSum::get() const {
  constexpr unsigned kBits = 32 * kLimbs + 64;
  llvm::APInt units(kBits, 0);
  for (auto [number, limb] : llvm::enumerate(limbs))
    units += llvm::APInt(kBits, limb, /*isSigned=*/true).shl(32 * number);
  // The first 64 digits, the last of which tells of those that are cut off, are
  // rounded once. What is smaller than normal has no more than 52.
  llvm::APInt magnitude = units.abs();
  unsigned cut = std::max<int>(magnitude.getActiveBits() - 64, 0);
  uint64_t digits = magnitude.extractBitsAsZExtValue(64, cut);
  if (magnitude.countr_zero() < cut)
    digits |= 1;
  double value = std::ldexp(double(digits), int(cut) + kSmallestExponent);
  return units.isNegative() ? -value : value;
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

/// ilogb() of a positive double, -1023 for those that are not normal.
static int getExponent(double value) {
  return int(llvm::bit_cast<uint64_t>(value) >> kDigits) - 1023;
}

void LogHistogram::add(double value) {
  int bin = 0;
  if (value > 0.0)
    bin = std::clamp(getExponent(value) - kFirstExponent, 0,
                     int(counts.size()) - 1);
  ++counts[bin];
}

void LogHistogram::merge(const LogHistogram &other) {
  for (auto [count, more] : llvm::zip_equal(counts, other.counts))
    count += more;
}
