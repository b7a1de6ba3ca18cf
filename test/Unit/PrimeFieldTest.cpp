//===- PrimeFieldTest.cpp - the field behaves like positive numbers -------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The laws of Check/PrimeField.h. "Positive" is a quadratic residue.
//
//===----------------------------------------------------------------------===//

#include "Check/PrimeField.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

using namespace mlir::norm::raise::field;

static constexpr uint64_t kSmallPrimes[] = {2,  3,  5,  7,  11, 13, 17,
                                            19, 23, 29, 31, 37, 41, 43};

/// Elements at the ends of the range, and some in between (splitmix64).
static std::vector<Element> makeElements() {
  std::vector<Element> elements = {
      0, 1, 2, 4, kPrime - 1, kPrime - 2, (kPrime + 1) / 2, (kPrime - 1) / 2};
  uint64_t state = 1;
  for (int i = 0; i < 100; ++i) {
    state = (state ^ (state >> 27)) * 0x94d049bb133111ebull + 1;
    elements.push_back(state % kPrime);
  }
  return elements;
}

// p + 1 = 7577 * 8 * 3 * 5 * .. * 41, so p is 3 modulo 4 and modulo 8 it is 7.
TEST(PrimeField, ThePrime) {
  uint64_t product = 7577 * 8;
  for (uint64_t prime : kSmallPrimes)
    product *= prime == 2 || prime == 43 ? 1 : prime;
  EXPECT_EQ(kPrime + 1, product);
  EXPECT_EQ(kPrime % 4, 3u);
  // A composite number of 63 bits does not pass this for all of them.
  for (uint64_t base : kSmallPrimes)
    EXPECT_EQ(power(base, kPrime - 1), 1u) << base;
}

TEST(PrimeField, Arithmetic) {
  std::vector<Element> elements = makeElements();
  for (Element a : elements) {
    EXPECT_EQ(add(a, negate(a)), 0u);
    EXPECT_LT(negate(a), kPrime);
    EXPECT_EQ(multiply(a, 1), a);
    EXPECT_EQ(power(a, 0), 1u);
    EXPECT_EQ(power(a, 3), multiply(a, multiply(a, a)));
    for (Element b : elements) {
      EXPECT_LT(add(a, b), kPrime);
      EXPECT_EQ(add(a, b), add(b, a));
      EXPECT_EQ(subtract(add(a, b), b), a);
      EXPECT_EQ(multiply(a, b), multiply(b, a));
      EXPECT_EQ(multiply(a, add(b, 1)), add(multiply(a, b), a));
      EXPECT_EQ(multiply(negate(a), b), negate(multiply(a, b)));
    }
  }
  EXPECT_EQ(add(kPrime - 1, 1), 0u);
  EXPECT_EQ(multiply(kPrime - 1, kPrime - 1), 1u); // (-1) (-1)
}

TEST(PrimeField, Reciprocals) {
  EXPECT_EQ(invert(0), 0u);
  EXPECT_EQ(invert(1), 1u);
  EXPECT_EQ(invert(kPrime - 1), kPrime - 1);
  for (Element a : makeElements())
    if (a != 0) {
      EXPECT_EQ(multiply(a, invert(a)), 1u) << a;
      EXPECT_EQ(invert(a), power(a, kPrime - 2)) << a;
    }
}

// Exactly one of a and -a is positive; products of positive ones are.
TEST(PrimeField, Signs) {
  EXPECT_EQ(sign(0), 0u);
  EXPECT_EQ(sign(1), 1u);
  EXPECT_EQ(sign(kPrime - 1), kPrime - 1);
  std::vector<Element> elements = makeElements();
  for (Element a : elements) {
    EXPECT_EQ(sign(negate(a)), negate(sign(a)));
    for (Element b : elements)
      EXPECT_EQ(sign(multiply(a, b)), multiply(sign(a), sign(b)));
  }
}

// Row lengths are products of these: 768, 1000, 5120.
TEST(PrimeField, SmallPrimesArePositive) {
  for (uint64_t prime : kSmallPrimes)
    EXPECT_EQ(sign(prime), 1u) << prime;
  for (uint64_t length : {64, 768, 1000, 4096, 5120})
    EXPECT_EQ(sign(length), 1u) << length;
}

TEST(PrimeField, Roots) {
  EXPECT_EQ(root(0), 0u);
  EXPECT_EQ(root(1), 1u);
  EXPECT_EQ(root(4), 2u);
  EXPECT_EQ(root(kPrime - 1), std::nullopt); // of -1
  EXPECT_EQ(root(negate(4)), std::nullopt);
  std::vector<Element> elements = makeElements();
  for (Element a : elements) {
    Element square = multiply(a, a);
    ASSERT_TRUE(root(square));
    EXPECT_EQ(*root(square), absolute(a)) << a;
    EXPECT_EQ(root(a).has_value(), sign(a) != kPrime - 1) << a;
    for (Element b : elements) // sqrt(a b) = sqrt(a) sqrt(b)
      if (root(a) && root(b)) {
        EXPECT_EQ(root(multiply(a, b)), multiply(*root(a), *root(b)));
      }
  }
}

TEST(PrimeField, Magnitudes) {
  EXPECT_EQ(absolute(0), 0u);
  EXPECT_EQ(absolute(negate(3)), 3u);
  for (Element a : makeElements()) {
    EXPECT_EQ(absolute(a), absolute(negate(a)));
    EXPECT_EQ(absolute(absolute(a)), absolute(a));
  }
}

TEST(PrimeField, Integers) {
  EXPECT_EQ(fromInteger(0), 0u);
  EXPECT_EQ(fromInteger(-1), kPrime - 1);
  int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(fromInteger(most), uint64_t(most) % kPrime);
  EXPECT_EQ(fromInteger(std::numeric_limits<int64_t>::min()),
            negate((uint64_t(1) << 63) % kPrime));
}

// A double is an integer times a power of two, and nothing is rounded.
TEST(PrimeField, Reals) {
  EXPECT_EQ(fromReal(0.0), 0u);
  EXPECT_EQ(fromReal(-0.0), 0u);
  EXPECT_EQ(fromReal(3.0), 3u);
  EXPECT_EQ(fromReal(-3.0), negate(3));
  EXPECT_EQ(multiply(fromReal(0.5), 2), 1u);
  EXPECT_EQ(multiply(fromReal(0.1), fromReal(std::ldexp(1.0, 56))),
            fromReal(std::ldexp(0.1, 56)));
  double least = std::numeric_limits<double>::denorm_min();
  EXPECT_EQ(multiply(fromReal(least), power(2, 1074)), 1u);
  double largest = std::numeric_limits<double>::max();
  EXPECT_EQ(multiply(fromReal(largest), invert(power(2, 1023 - 52))),
            (uint64_t(1) << 53) - 1);
}
