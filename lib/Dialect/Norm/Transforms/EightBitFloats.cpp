//===- EightBitFloats.cpp - vectors of 8-bit floats -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM has no 8-bit floats: they are integers there, and so is all that is done
// with them here.
//
//===----------------------------------------------------------------------===//

#include "EightBitFloats.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
/// Sign, exponent and fraction of a format, as in an f32 of 8 and 23 bits.
struct Format {
  unsigned fraction, bias;
  /// The codes of the largest number, of what overflows, and of NaN.
  unsigned largest, overflow, nan;
};
} // namespace

static Format getFormat(Type type) {
  if (isa<Float8E4M3FNType>(type))
    return {3, 7, 0x7e, 0x7e, 0x7f};
  return {2, 15, 0x7b, 0x7c, 0x7e};
}

/// Exponent and fraction in their places in an f32 are the number times a power
/// of two, that of subnormals too; infinities and NaNs take the exponent of
/// theirs.
Value norm::widenEightBits(Bits bits, Value value) {
  Format format = getFormat(getElementTypeOrSelf(value));
  Value word = bits.widen(bits.integer(value));
  Value sign = bits.left(bits.both(word, bits.constant(32, 0x80)), 24);
  Value magnitude = bits.both(word, bits.constant(32, 0x7f));
  Value moved = bits.left(magnitude, 23 - format.fraction);
  Value rebias =
      bits.asFloat(bits.constant(32, uint64_t(254 - format.bias) << 23));
  Value number = bits.integer(arith::MulFOp::create(
      bits.builder, bits.loc, bits.asFloat(moved), rebias));
  Value special = bits.either(moved, bits.constant(32, 0x7f800000));
  Value isSpecial = bits.less(bits.constant(32, format.largest), magnitude);
  return bits.asFloat(
      bits.either(bits.select(isSpecial, special, number), sign));
}

/// Normal results round in integers: half of a unit in the last place is added,
/// less one where the kept part is even. Subnormal ones round by the addition
/// of the float whose last place is that of a subnormal.
Value norm::narrowToEightBits(Bits bits, Value value, Type element) {
  Format format = getFormat(element);
  unsigned dropped = 23 - format.fraction;
  Value word = bits.integer(value);
  Value sign = bits.both(bits.right(word, 24), bits.constant(32, 0x80));
  Value magnitude = bits.both(word, bits.constant(32, 0x7fffffff));
  Value odd = bits.both(bits.right(magnitude, dropped), bits.constant(32, 1));
  uint32_t half = (1u << (dropped - 1)) - 1;
  uint32_t rebias = (127 - format.bias) << 23;
  Value rounded = bits.right(
      bits.add(magnitude, bits.add(odd, bits.constant(32, half - rebias))),
      dropped);
  Value overflows = bits.less(bits.constant(32, format.largest), rounded);
  Value normal =
      bits.select(overflows, bits.constant(32, format.overflow), rounded);

  Value shifter =
      bits.constant(32, uint64_t(127 + 1 - format.bias + dropped) << 23);
  Value tiny = bits.sub(bits.integer(arith::AddFOp::create(
                            bits.builder, bits.loc, bits.asFloat(magnitude),
                            bits.asFloat(shifter))),
                        shifter);
  Value isTiny = bits.less(
      magnitude, bits.constant(32, uint64_t(127 + 1 - format.bias) << 23));
  Value isNaN = bits.less(bits.constant(32, 0x7f800000), magnitude);
  Value result = bits.select(isNaN, bits.constant(32, format.nan),
                             bits.select(isTiny, tiny, normal));
  return bits.cast(bits.narrow(bits.either(result, sign), 8), element);
}
