//===- CoefficientTest.cpp - numbers with the precision they had ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/Coefficient.h"

#include <gtest/gtest.h>

using namespace mlir::norm::raise;
using llvm::APFloat;

static Coefficient f32(float value) {
  return Coefficient::literal(APFloat(value));
}

static Coefficient rounded(double value, const llvm::fltSemantics &semantics) {
  APFloat number(value);
  bool losesInfo = false;
  number.convert(semantics, APFloat::rmNearestTiesToEven, &losesInfo);
  return Coefficient::literal(number);
}

static Coefficient bf16(double value) {
  return rounded(value, APFloat::BFloat());
}

static Coefficient f16(double value) {
  return rounded(value, APFloat::IEEEhalf());
}

TEST(Rational, IsInLowestTerms) {
  EXPECT_EQ(Rational(2, 4), Rational(1, 2));
  EXPECT_EQ(Rational(1, -2), Rational(-1, 2));
  EXPECT_EQ(Rational(1, 2) + Rational(1, 2), Rational(1));
  EXPECT_TRUE(Rational(4, 2).isEvenInteger());
  EXPECT_FALSE(Rational(1, 2).isInteger());
}

// A literal stands for every number that its type rounds to it, no more.
TEST(Coefficient, LiteralStandsForWhatItsTypeRounds) {
  EXPECT_TRUE(f32(1.0f / 768).matches(1.0 / 768));
  EXPECT_FALSE(f32(1.0f / 768).matches(1.0 / 769));
  EXPECT_FALSE(f32(0.1f).matches(0.1f * (1 + 1e-7)));
  EXPECT_TRUE(bf16(515).matches(515.9));
  EXPECT_FALSE(bf16(515).matches(518.1));
}

// Subnormal numbers of f16 are 2^-24 apart, and so have fewer bits.
TEST(Coefficient, SubnormalLiteralsStandForMore) {
  EXPECT_TRUE(f16(1e-5).matches(1e-5));
  EXPECT_TRUE(f16(1e-5).matches(1e-5 + 0x1p-26));
  EXPECT_FALSE(f16(1e-5).matches(1e-5 + 0x1p-24));
  EXPECT_TRUE(f16(0x1p-24).matches(0x1.4p-24));
}

TEST(Coefficient, IntegersAndInversePowersOfTwoAreExact) {
  EXPECT_EQ(f32(768.0f).error(), 0.0);
  EXPECT_EQ(f32(1.0f / 64).error(), 0.0);
  EXPECT_NE(f32(0.1f).error(), 0.0);
}

// 0.1 - 0.1 and 0.1 / 0.1 know more than two literals of their errors would.
TEST(Coefficient, ErrorsOfOneLiteralCancel) {
  Coefficient tenth = f32(0.1f);
  EXPECT_LT((tenth * tenth.pow(-1)).error(), 1e-13); // of doubles alone
  EXPECT_TRUE((tenth * tenth.pow(-1)).matches(1.0));
  EXPECT_FALSE((tenth * f32(10.001f)).matches(1.0));
}

// 0.1 * 0.3 - 0.03: nothing is left but what the literals were rounded by.
TEST(Coefficient, CancelledSumIsNoNumber) {
  Coefficient product = f32(0.1f) * f32(0.3f);
  EXPECT_TRUE((product + -f32(0.03f)).isCancelled());
  EXPECT_FALSE((product + -f32(0.031f)).isCancelled());
  // The same literal cancels without a rest, whatever it means.
  EXPECT_TRUE((f32(0.1f) + -f32(0.1f)).isExactly(0.0));
}

// sqrt(4) is 2, and no other number.
TEST(Coefficient, PowersOfExactNumbersAreExactWhereTheyCanBe) {
  EXPECT_EQ(Coefficient::exact(4).pow({1, 2}), Coefficient::exact(2));
  EXPECT_EQ(Coefficient::exact(-2).pow(3), Coefficient::exact(-8));
  EXPECT_EQ(Coefficient::exact(16).pow({-3, 2}), Coefficient::exact(0.015625));
  EXPECT_NE(Coefficient::exact(2).pow({1, 2}).error(), 0.0);
  EXPECT_NE(Coefficient::exact(3).pow(-1).error(), 0.0);
}

// 0 times a number that is not known exactly is 0.
TEST(Coefficient, ZeroTimesANumberIsExact) {
  EXPECT_EQ(Coefficient::exact(0) * f32(0.1f), Coefficient::exact(0));
}

TEST(Coefficient, ErrorsGrowWithPowers) {
  Coefficient tenth = f32(0.1f);
  EXPECT_GT(tenth.pow(2).error(), tenth.error());
  EXPECT_LT(tenth.pow({1, 2}).error(), tenth.error());
}

TEST(Coefficient, ZeroHasOneSign) {
  EXPECT_FALSE(std::signbit((-Coefficient::exact(0.0)).value));
  EXPECT_FALSE(
      std::signbit((Coefficient::exact(0.0) * Coefficient::exact(-1)).value));
}
