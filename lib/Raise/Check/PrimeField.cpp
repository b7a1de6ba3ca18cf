//===- PrimeField.cpp - a finite field with positive roots ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/PrimeField.h"

#include <cmath>

using namespace mlir::norm::raise;
using namespace mlir::norm::raise::field;

__extension__ using Wide = unsigned __int128;

Element field::multiply(Element a, Element b) {
  return uint64_t(Wide(a) * b % kPrime);
}

Element field::power(Element a, uint64_t exponent) {
  Element result = 1;
  for (; exponent != 0; exponent >>= 1) {
    if (exponent & 1)
      result = multiply(result, a);
    a = multiply(a, a);
  }
  return result;
}

/// Euclid's algorithm: each remainder is kept as a multiple of `a`.
Element field::invert(Element a) {
  uint64_t previous = kPrime, remainder = a;
  Element previousFactor = 0, factor = 1;
  while (remainder > 1) {
    uint64_t quotient = previous / remainder;
    uint64_t next = previous - quotient * remainder;
    Element nextFactor =
        subtract(previousFactor, multiply(quotient % kPrime, factor));
    previous = remainder, remainder = next;
    previousFactor = factor, factor = nextFactor;
  }
  return remainder == 0 ? 0 : factor;
}

/// a^((p + 1) / 4) squared is a times a^((p - 1) / 2), and that is 1 where a is
/// positive (Euler); as a power of a it is positive itself.
std::optional<Element> field::root(Element a) {
  Element candidate = power(a, (kPrime + 1) / 4);
  if (multiply(candidate, candidate) != a)
    return std::nullopt;
  return candidate;
}

Element field::sign(Element a) { return power(a, (kPrime - 1) / 2); }

Element field::absolute(Element a) { return multiply(a, sign(a)); }

Element field::fromInteger(int64_t number) {
  uint64_t magnitude = number < 0 ? 0 - uint64_t(number) : uint64_t(number);
  Element element = magnitude % kPrime;
  return number < 0 ? negate(element) : element;
}

Element field::fromReal(double number) {
  int exponent = 0;
  double significand = std::frexp(number, &exponent);
  Element element = fromInteger(int64_t(std::ldexp(significand, 53)));
  exponent -= 53;
  // 1 / 2 is (p + 1) / 2.
  Element base = exponent < 0 ? (kPrime + 1) / 2 : 2;
  return multiply(element, power(base, uint64_t(std::abs(exponent))));
}
