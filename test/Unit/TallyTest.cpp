//===- TallyTest.cpp - sums without rounding ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Tally.h"

#include "gtest/gtest.h"

#include <cmath>
#include <limits>

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
