//===- Number.h - what the second opinion computes with ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_NUMBER_H
#define NORM_LIB_RAISE_CHECK_NUMBER_H

#include "mlir/IR/Operation.h"

#include <cmath>
#include <optional>
#include <vector>

namespace mlir::norm::raise {

/// A number of a program. A float is `real`, and beside it an element of the
/// field where the arithmetic has one; an integer is `bits`, zero-extended from
/// its width.
struct Number {
  double real = 0.0;
  uint64_t bits = 0;
};

using Numbers = std::vector<Number>;

/// A well mixed function of its argument (the finalizer of splitmix64).
inline uint64_t mixBits(uint64_t bits) {
  bits += 0x9e3779b97f4a7c15ull;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9ull;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebull;
  return bits ^ (bits >> 31);
}

/// A number in [-1, 2) from random bits: neither centred nor of one sign.
inline double toReal(uint64_t bits) {
  return double(mixBits(bits) >> 11) * 0x1p-53 * 3 - 1;
}

/// The bits of an integer of `type`; none for integers wider than 64 bits.
std::optional<unsigned> getIntegerWidth(Type type);

/// `bits` of `width` bits as a signed integer.
inline int64_t toSigned(uint64_t bits, unsigned width) {
  return width >= 64 ? int64_t(bits)
                     : int64_t(bits << (64 - width)) >> (64 - width);
}

/// The result of an op on integers as upstream defines it: it wraps, casts
/// extend by sign or by zero as they say. None for ops that are not known and
/// for operands on which the result is poison.
std::optional<uint64_t> applyInteger(Operation *op,
                                     ArrayRef<uint64_t> operands);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_NUMBER_H
