//===- VectorConversion.cpp - float vectors to other types ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/VectorConversion.h"
#include "Bits.h"
#include "EightBitFloats.h"
#include "norm/Target/RowCode.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

/// The upper half of an f32 is a bf16.
static Value bf16ToF32(Bits bits, Value value) {
  return bits.asFloat(bits.left(bits.widen(bits.integer(value)), 16));
}

/// An i32 whose upper half is `value`, an f32, rounded to bf16: half of a unit
/// in the last place is added, less one where the kept part is even. A NaN,
/// which the carry could turn into an infinity or a zero, becomes all ones: a
/// quiet NaN, whatever its payload, by a comparison and an `or`.
static Value roundUpperHalf(Bits bits, Value value) {
  Value word = bits.integer(value);
  Value odd = bits.both(bits.right(word, 16), bits.constant(32, 1));
  Value rounded = bits.add(word, bits.add(odd, bits.constant(32, 0x7fff)));
  Value isNaN = arith::CmpFOp::create(bits.builder, bits.loc,
                                      arith::CmpFPredicate::UNO, value, value);
  Value ones = arith::ExtSIOp::create(
      bits.builder, bits.loc, bits.shape.clone(bits.builder.getI32Type()),
      isNaN);
  return bits.either(rounded, ones);
}

static Value f32ToBF16(Bits bits, Value value) {
  Value result = bits.right(roundUpperHalf(bits, value), 16);
  return bits.cast(bits.narrow(result), bits.builder.getBF16Type());
}

/// Moves exponent and fraction to their places in an f32 and rebiases the
/// exponent by 112; infinities and NaNs need 112 more, and subnormals are
/// normalized by the subtraction of 2^-14.
static Value f16ToF32(Bits bits, Value value) {
  Value word = bits.widen(bits.integer(value));
  Value sign = bits.left(bits.both(word, bits.constant(32, 0x8000)), 16);
  Value moved = bits.left(bits.both(word, bits.constant(32, 0x7fff)), 13);
  Value exponent = bits.both(moved, bits.constant(32, 0x7c00 << 13));
  Value rebias = bits.constant(32, 112u << 23);
  Value normal = bits.add(moved, rebias);
  Value special = bits.add(normal, rebias);
  Value least = bits.constant(32, 113u << 23); // 2^-14
  Value tiny = bits.integer(arith::SubFOp::create(
      bits.builder, bits.loc, bits.asFloat(bits.add(moved, least)),
      bits.asFloat(least)));
  Value isSpecial = bits.equal(exponent, bits.constant(32, 0x7c00 << 13));
  Value isTiny = bits.equal(exponent, bits.constant(32, 0));
  Value magnitude =
      bits.select(isSpecial, special, bits.select(isTiny, tiny, normal));
  return bits.asFloat(bits.either(magnitude, sign));
}

/// Normal results round in integers as for bf16; results below 2^-14 round by
/// the addition of 2^-1, whose last place is that of a subnormal f16; from 2^16
/// on the result is an infinity or a NaN.
static Value f32ToF16(Bits bits, Value value) {
  Value word = bits.integer(value);
  Value magnitude = bits.both(word, bits.constant(32, 0x7fffffff));
  Value sign = bits.both(bits.right(word, 16), bits.constant(32, 0x8000));
  Value odd = bits.both(bits.right(magnitude, 13), bits.constant(32, 1));
  Value rounded = bits.add(
      magnitude, bits.add(odd, bits.constant(32, 0xc8000fffu))); // -112 << 23
  Value normal = bits.right(rounded, 13);
  Value half = bits.constant(32, 126u << 23);
  Value tiny = bits.sub(
      bits.integer(arith::AddFOp::create(
          bits.builder, bits.loc, bits.asFloat(magnitude), bits.asFloat(half))),
      half);
  Value isNaN = bits.less(bits.constant(32, 0x7f800000), magnitude);
  Value special =
      bits.select(isNaN, bits.constant(32, 0x7e00), bits.constant(32, 0x7c00));
  Value isSpecial = bits.less(bits.constant(32, (143u << 23) - 1), magnitude);
  Value isTiny = bits.less(magnitude, bits.constant(32, 113u << 23));
  Value result =
      bits.select(isSpecial, special, bits.select(isTiny, tiny, normal));
  return bits.cast(bits.narrow(bits.either(result, sign)),
                   bits.builder.getF16Type());
}

/// f64 to f32, rounded to odd: a further rounding to 16 bits then gives what
/// one rounding would (Boldo and Melquiond, IEEE TC 57(4), 2008).
static Value f64ToOddF32(Bits bits, Value value) {
  OpBuilder &builder = bits.builder;
  Value nearest = bits.convert(value, builder.getF32Type());
  Value back = bits.convert(nearest, builder.getF64Type());
  auto compare = [&](arith::CmpFPredicate predicate, Value a, Value b) {
    return bits.widen(
        arith::CmpFOp::create(builder, bits.loc, predicate, a, b));
  };
  Value away = compare(arith::CmpFPredicate::OGT,
                       math::AbsFOp::create(builder, bits.loc, back),
                       math::AbsFOp::create(builder, bits.loc, value));
  Value inexact = compare(arith::CmpFPredicate::ONE, back, value);
  Value towardZero = bits.sub(bits.integer(nearest), away);
  return bits.asFloat(bits.either(towardZero, inexact));
}

/// vcvtneps2bf16 on 16 or 8 lanes. As an intrinsic: arith-expand would write
/// arith.truncf as integer arithmetic again.
static Value convertByInstruction(Bits bits, Value value) {
  OpBuilder &builder = bits.builder;
  VectorType type = bits.shape.clone(builder.getBF16Type());
  if (type.getNumElements() != 16 && type.getNumElements() != 8)
    return f32ToBF16(bits, value);
  StringRef name = type.getNumElements() == 16
                       ? "llvm.x86.avx512bf16.cvtneps2bf16.512"
                       : "llvm.x86.avx512bf16.cvtneps2bf16.256";
  return LLVM::CallIntrinsicOp::create(builder, bits.loc, type,
                                       builder.getStringAttr(name), value)
      .getResult(0);
}

Value VectorEmitter::convert(OpBuilder &builder, Location loc, Value value,
                             FloatType element) const {
  Type from = getElementTypeOrSelf(value);
  if (from == element)
    return value;
  Bits bits(builder, loc, value);
  if (isEightBitFloat(from))
    return convert(builder, loc, widenEightBits(bits, value), element);
  if (isEightBitFloat(element) && from.isF32())
    return narrowToEightBits(bits, value, element);
  if (from.isF64() && element.getWidth() <= 16)
    return convert(builder, loc, f64ToOddF32(bits, value), element);
  if (from.isF64() || (from.isF32() && element.isF64()))
    return bits.convert(value, element);
  if (from.isBF16())
    return convert(builder, loc, bf16ToF32(bits, value), element);
  if (from.isF16()) {
    Value wide = target.convertsHalf ? bits.convert(value, builder.getF32Type())
                                     : f16ToF32(bits, value);
    return convert(builder, loc, wide, element);
  }
  if (target.narrowsByOp)
    return bits.convert(value, element);
  if (element.isBF16())
    return target.convertsBF16 ? convertByInstruction(bits, value)
                               : f32ToBF16(bits, value);
  return target.convertsHalf ? bits.convert(value, element)
                             : f32ToF16(bits, value);
}

/// The elements at even places from `even` and those at odd places from `odd`.
static Value blend(OpBuilder &builder, Location loc, Value even, Value odd) {
  int64_t count = cast<VectorType>(even.getType()).getNumElements();
  SmallVector<int64_t> places;
  for (int64_t i = 0; i < count; ++i)
    places.push_back(i % 2 == 0 ? i : count + i);
  return vector::ShuffleOp::create(builder, loc, even, odd, places);
}

/// vcvtne2ps2bf16 on twice 16 lanes, and one permutation; else the upper halves
/// of the odd words stay where they are, and those of the even ones go to the
/// lower halves.
Value VectorEmitter::roundPair(OpBuilder &builder, Location loc, Value even,
                               Value odd) const {
  int64_t lanes = cast<VectorType>(even.getType()).getNumElements();
  auto type = VectorType::get(2 * lanes, builder.getBF16Type());
  if (target.convertsBF16 && lanes == 16) {
    Value both =
        LLVM::CallIntrinsicOp::create(
            builder, loc, type,
            builder.getStringAttr("llvm.x86.avx512bf16.cvtne2ps2bf16.512"),
            ValueRange{odd, even})
            .getResult(0);
    SmallVector<int64_t> order;
    for (int64_t i = 0; i < lanes; ++i)
      llvm::append_values(order, i, i + lanes);
    return vector::ShuffleOp::create(builder, loc, both, both, order);
  }
  Bits bits(builder, loc, even);
  auto halves = type.clone(builder.getI16Type());
  auto asHalves = [&](Value words) {
    return vector::BitCastOp::create(builder, loc, halves, words);
  };
  Value lower = asHalves(bits.right(roundUpperHalf(bits, even), 16));
  Value upper = asHalves(roundUpperHalf(bits, odd));
  return arith::BitcastOp::create(builder, loc, type,
                                  blend(builder, loc, lower, upper));
}

Value VectorEmitter::multiplyAdd(OpBuilder &builder, Location loc, Value a,
                                 Value b, Value c) const {
  if (target.fusesMultiplyAdd)
    return math::FmaOp::create(builder, loc, a, b, c);
  Value product = arith::MulFOp::create(builder, loc, a, b);
  return arith::AddFOp::create(builder, loc, product, c);
}
