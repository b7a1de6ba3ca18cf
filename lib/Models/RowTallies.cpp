//===- RowTallies.cpp - what rows of a norm were --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A kernel gives one to three numbers for each row, and is to lose less than
// one part in a hundred of its time here: five nanoseconds a row. So rows are
// taken in blocks, whose numbers are computed without branches. Those of a row
// do not depend on the rows beside it, and products and sums are not fused (see
// CMakeLists.txt): the order of rows is no matter.
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Profile.h"

#include "llvm/ADT/bit.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm;

/// What is tallied of a block of rows, in the type of their samples.
template <typename T> struct norm::RowBlock {
  RowValues<T> mean = {}, rms = {}, ratio = {}, change = {};
};

//===----------------------------------------------------------------------===//
// The change that a cheaper norm makes
//===----------------------------------------------------------------------===//

/// rmsnorm over all elements and over the first k: |rstd_k / rstd - 1|.
///
/// Of floats, the quotient of two mean squares is a double.
template <typename T, EpsMode kMode>
static void compareLeading(double epsilon, const T *square, const T *leading,
                           int64_t count, RowBlock<T> &block) {
  for (int64_t i = 0; i < count; ++i) {
    double s = square[i], l = leading[i], quotient;
    block.rms[i] = std::sqrt(square[i]);
    block.ratio[i] = std::sqrt(leading[i] / square[i]);
    if (kMode == EpsMode::outside)
      quotient = (std::sqrt(s) + epsilon) / (std::sqrt(l) + epsilon);
    else if (sizeof(T) == 4)
      quotient = std::sqrt((s + epsilon) / (l + epsilon));
    else
      quotient = std::sqrt(s + epsilon) / std::sqrt(l + epsilon);
    block.change[i] = T(std::abs(quotient - 1.0));
  }
}

/// sqrt(a^2 + b^2), also where the squares leave the range. std::hypot would
/// make the library ask for glibc 2.35, which RHEL 9 has not.
static double getHypotenuse(double a, double b) {
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
static void compareCentred(double epsilon, const T *mean, const T *variance,
                           int64_t count, RowBlock<T> &block) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  constexpr bool isInside = kMode == EpsMode::inside, isNarrow = sizeof(T) == 4;
  for (int64_t i = 0; i < count; ++i) {
    double m = mean[i], v = variance[i], shift = m * m;
    double s = v + shift;
    block.rms[i] = T(isNarrow ? std::sqrt(s) : getHypotenuse(m, std::sqrt(v)));
    block.ratio[i] = T(shift / s);
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
    block.change[i] = T(shift == 0.0 ? still : change);
  }
}

template <typename T>
static void compare(const WatchedNorm &norm, const T *mean, const T *square,
                    const T *leading, int64_t count, RowBlock<T> &block) {
  bool isInside = norm.epsMode == EpsMode::inside;
  std::copy_n(mean, count, block.mean.begin());
  if (norm.isCentred())
    (isInside ? compareCentred<T, EpsMode::inside>
              : compareCentred<T, EpsMode::outside>)(norm.epsilon, mean, square,
                                                     count, block);
  else
    (isInside ? compareLeading<T, EpsMode::inside>
              : compareLeading<T, EpsMode::outside>)(norm.epsilon, square,
                                                     leading, count, block);
}

//===----------------------------------------------------------------------===//
// Tallies
//===----------------------------------------------------------------------===//

/// Whether all numbers of all rows are finite. A square or leading square that
/// is not makes the RMS or the ratio so.
static bool isOrdinary(const RowBlock<float> &block) {
  // The exponent of what is not finite has all its bits, and carries.
  auto carry = [](float value) {
    return (llvm::bit_cast<uint32_t>(value) & 0x7fffffff) + 0x00800000;
  };
  uint32_t carries = 0;
  for (int64_t i = 0; i < kBlockRows; ++i)
    carries |= carry(block.mean[i]) | carry(block.rms[i]) |
               carry(block.ratio[i]) | carry(block.change[i]);
  return !(carries >> 31);
}

/// Counts row `i`, which may be one of those that are left out.
template <typename T>
void RowTallies::addRow(bool isCentred, const RowBlock<T> &block, T square,
                        T leading, int64_t i) {
  T value = block.mean[i];
  // Squares hide no NaN and no signs; where the mean is subtracted it alone
  // tells.
  if (std::isnan(isCentred ? value : square)) {
    ++nanRows;
    return;
  }
  if (!std::isfinite(value)) {
    ++infiniteRows;
    return;
  }
  if (!std::isfinite(square) || !std::isfinite(leading)) {
    ++overflowingRows;
    return;
  }
  mean.add(value);
  if (std::isfinite(block.rms[i]))
    rms.add(block.rms[i]);
  if (std::isfinite(block.ratio[i]))
    ratio.add(block.ratio[i]);
  if (!std::isfinite(block.change[i])) {
    ++undefinedRows;
    return;
  }
  change.add(block.change[i]);
  changes.add(block.change[i]);
}

template <typename T>
void RowTallies::addRows(const WatchedNorm &norm, const RowSamples &samples) {
  bool isCentred = norm.isCentred();
  auto *means = static_cast<const T *>(samples.mean);
  auto *squares = static_cast<const T *>(samples.square);
  // Unused for a layernorm.
  auto *leadings =
      static_cast<const T *>(isCentred ? samples.square : samples.leading);
  for (int64_t first = 0; first < samples.count; first += kBlockRows) {
    int64_t count = std::min<int64_t>(kBlockRows, samples.count - first);
    const T *square = squares + first, *leading = leadings + first;
    RowBlock<T> block;
    compare(norm, means + first, square, leading, count, block);
    rows += count;
    if constexpr (sizeof(T) == 4) {
      if (isOrdinary(block)) {
        mean.add(block.mean, count);
        rms.add(block.rms, count);
        ratio.add(block.ratio, count);
        change.add(block.change, count);
        changes.add(block.change, count);
        continue;
      }
    }
    for (int64_t i = 0; i < count; ++i)
      addRow(isCentred, block, square[i], leading[i], i);
  }
}

void RowTallies::add(const WatchedNorm &norm, const RowSamples &samples) {
  if (samples.isWide)
    addRows<double>(norm, samples);
  else
    addRows<float>(norm, samples);
}

void RowTallies::merge(const RowTallies &other) {
  rows += other.rows;
  nanRows += other.nanRows;
  infiniteRows += other.infiniteRows;
  overflowingRows += other.overflowingRows;
  undefinedRows += other.undefinedRows;
  mean.merge(other.mean);
  rms.merge(other.rms);
  ratio.merge(other.ratio);
  change.merge(other.change);
  changes.merge(other.changes);
}
