//===- PrimeField.h - a finite field with positive roots --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic modulo p = 9221216986982680679, a prime that is 3 modulo 4. Call
// the quadratic residues positive. Exactly one of s and -s is positive then,
// and products and quotients of positive elements are positive, as over the
// reals. So each positive a has one positive root, sqrt(a b) is sqrt(a)
// sqrt(b), and |x| = sqrt(x^2). p + 1 is 7577 * 8 * 3 * 5 * .. * 41: by
// quadratic reciprocity all primes up to 43 are positive, and with them the row
// lengths 768 = 2^8 * 3, 1000 or 5120.
//
// For example rsqrt(4) = 1/2: of the roots 2 and p - 2 the first is positive.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_PRIMEFIELD_H
#define NORM_LIB_RAISE_CHECK_PRIMEFIELD_H

#include <cstdint>
#include <optional>

namespace mlir::norm::raise::field {

/// An element, in [0, kPrime).
using Element = uint64_t;

inline constexpr uint64_t kPrime = 9221216986982680679ull;

inline Element add(Element a, Element b) {
  uint64_t sum = a + b; // below 2^64
  return sum >= kPrime ? sum - kPrime : sum;
}
inline Element negate(Element a) { return a == 0 ? 0 : kPrime - a; }
inline Element subtract(Element a, Element b) { return add(a, negate(b)); }
Element multiply(Element a, Element b);
Element power(Element a, uint64_t exponent);
/// 1 / a, and 0 for 0.
Element invert(Element a);
/// The positive root of a positive element or of 0; none for others.
std::optional<Element> root(Element a);
/// sqrt(a^2), and 0 for 0.
Element absolute(Element a);
/// The sign of `a`: 1, -1 or 0.
Element sign(Element a);
Element fromInteger(int64_t number);
/// A finite number, which is an integer times a power of two.
Element fromReal(double number);

} // namespace mlir::norm::raise::field

#endif // NORM_LIB_RAISE_CHECK_PRIMEFIELD_H
