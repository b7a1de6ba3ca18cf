//===- TallyTest.cpp - sums without rounding ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Tally.h"

#include "Models/FloatBlock.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>
#include <random>

using namespace mlir::norm;

static constexpr double kLargest = std::numeric_limits<double>::max();
static constexpr double kSmallest = std::numeric_limits<double>::denorm_min();

static double sumOf(std::initializer_list<double> values) {
  ExactSum sum;
  for (double value : values)
    sum.add(value);
  return sum.get();
}

TEST(ExactSum, ForgetsNothingOnTheWay) {
  EXPECT_EQ(sumOf({}), 0.0);
  EXPECT_EQ(sumOf({1e308, 1.0, -1e308}), 1.0);
  EXPECT_EQ(sumOf({kLargest, kLargest, kSmallest, -kLargest, -kLargest}),
            kSmallest);
  EXPECT_EQ(sumOf({-kSmallest, 3 * kSmallest}), 2 * kSmallest);
  EXPECT_EQ(sumOf({-1.5, 0.25}), -1.25);
  EXPECT_EQ(sumOf({kLargest, kLargest}),
            std::numeric_limits<double>::infinity());
}

/// 2^53 + 1 lies between two doubles, and goes to the even one.
TEST(ExactSum, RoundsOnceToEven) {
  EXPECT_EQ(sumOf({0x1p53, 1.0}), 0x1p53);
  EXPECT_EQ(sumOf({0x1p53, 1.0, kSmallest}), 0x1p53 + 2);
  EXPECT_EQ(sumOf({-0x1p53, -1.0, -kSmallest}), -0x1p53 - 2);
}

/// A sum that is added to itself 45 times passes its carries on.
TEST(ExactSum, MergesAsItAdds) {
  for (double value : {3.0, -0x1.fffffffffffffp100, kSmallest}) {
    ExactSum sum;
    sum.add(value);
    for (int i = 0; i < 45; ++i) {
      ExactSum same = sum;
      sum.merge(same);
    }
    EXPECT_EQ(sum.get(), std::ldexp(value, 45));
    sum.add(-std::ldexp(value, 45));
    EXPECT_EQ(sum.get(), 0.0);
  }
}

TEST(LogHistogram, HasABinForEachPowerOfTwo) {
  LogHistogram histogram;
  for (double value : {1.0, 1.999, 0.5, 0x1p-48, 0x1p-60, 0.0, kSmallest,
                       0x1p15, 0x1p200, kLargest})
    histogram.add(value);
  EXPECT_EQ(histogram.counts[48], 2);
  EXPECT_EQ(histogram.counts[47], 1);
  EXPECT_EQ(histogram.counts[0], 4);
  EXPECT_EQ(histogram.counts[63], 3);
}

/// Rows of `count` with mean squares from 2^-20 to 2^20, of which the first has
/// `square` instead.
static std::array<RowValues, 3> makeRows(int64_t count, float square) {
  std::mt19937 random(count);
  std::normal_distribution<float> normal;
  std::array<RowValues, 3> rows;
  for (int64_t i = 0; i < count; ++i) {
    float size = std::ldexp(1.0f, int(i % 41) - 20);
    rows[0][i] = 0.1f * normal(random);
    rows[1][i] = size * (1.0f + std::abs(normal(random)));
    rows[2][i] = rows[1][i] * (1.0f + 0.01f * normal(random));
  }
  rows[1][0] = square;
  return rows;
}

static void expectSame(const BlockSum &a, const BlockSum &b) {
  EXPECT_EQ(a.sum, b.sum);
  EXPECT_EQ(a.largest, b.largest);
  EXPECT_EQ(a.isExact, b.isExact);
}

/// The widest vectors and the least, for both norms, with epsilon inside of the
/// root and outside, of whole blocks and of others, with rows that are not
/// ordinary.
TEST(FloatBlock, AllVectorUnitsGiveTheSame) {
  for (NormKind kind : {NormKind::rmsnorm, NormKind::layernorm})
    for (EpsMode mode : {EpsMode::inside, EpsMode::outside})
      for (int64_t count : {1, 3, 63, 64})
        for (float square : {2.0f, 0.0f, INFINITY, NAN, 1e-42f}) {
          WatchedNorm norm;
          norm.kind = kind;
          norm.epsilon = 1e-6;
          norm.epsMode = mode;
          auto [mean, squares, leading] = makeRows(count, square);
          std::vector<FloatBlock> blocks;
          std::vector<BinCounts> bins;
          for (Summarize *summarize : getSummaries())
            summarize(norm, mean.data(), squares.data(), leading.data(), count,
                      blocks.emplace_back(), bins.emplace_back());
          const FloatBlock &last = blocks.back();
          EXPECT_EQ(last.isOrdinary, std::isfinite(square) && square > 0);
          for (size_t way = 0; way < blocks.size(); ++way) {
            const FloatBlock &own = blocks[way];
            for (int64_t i = 1; i < count; ++i) {
              EXPECT_EQ(own.rms[i], last.rms[i]);
              EXPECT_EQ(own.ratio[i], last.ratio[i]);
              EXPECT_EQ(own.change[i], last.change[i]);
            }
            EXPECT_EQ(own.isOrdinary, last.isOrdinary);
            EXPECT_EQ(bins[way], bins.back());
            if (!last.isOrdinary)
              continue;
            expectSame(own.meanSum, last.meanSum);
            expectSame(own.rmsSum, last.rmsSum);
            expectSame(own.ratioSum, last.ratioSum);
            expectSame(own.changeSum, last.changeSum);
          }
        }
}

/// |rstd_k / rstd - 1| of floats, where both are nearly the same: as of
/// doubles.
TEST(FloatBlock, ChangesKeepTheirDigits) {
  WatchedNorm norm;
  norm.epsilon = 1e-6;
  RowValues mean{}, square, leading;
  for (int64_t i = 0; i < kBlockRows; ++i) {
    square[i] = 1.0f + 0.001f * i;
    leading[i] = square[i] * (1.0f + 0x1p-20f * (i + 1));
  }
  for (EpsMode mode : {EpsMode::inside, EpsMode::outside}) {
    norm.epsMode = mode;
    FloatBlock block;
    BinCounts bins{};
    getSummaries().front()(norm, mean.data(), square.data(), leading.data(),
                           kBlockRows, block, bins);
    for (int64_t i = 0; i < kBlockRows; ++i) {
      double s = square[i], l = leading[i];
      double q = mode == EpsMode::inside
                     ? std::sqrt((s + 1e-6) / (l + 1e-6))
                     : (std::sqrt(s) + 1e-6) / (std::sqrt(l) + 1e-6);
      EXPECT_NEAR(block.change[i], std::abs(q - 1), 4e-7 * std::abs(q - 1));
    }
  }
}

/// A quotient that leaves the range of floats, whose root does not.
TEST(RowTallies, ChangesKeepTheirRange) {
  float mean = 0, square = 1, leading = 1e-40f;
  RowTallies tallies;
  tallies.add(WatchedNorm(), {&mean, &square, &leading, 1, /*isWide=*/false});
  EXPECT_EQ(tallies.undefinedRows, 0);
  EXPECT_NEAR(tallies.change.largest, 1 / std::sqrt(double(leading)), 1e14);
}
