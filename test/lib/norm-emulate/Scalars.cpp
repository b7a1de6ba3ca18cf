//===- Scalars.cpp - operations on single elements ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Scalars.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::emulate;

static unsigned getWidth(Type type) {
  return type.isIndex() ? 64 : type.getIntOrFloatBitWidth();
}

static double toDouble(uint64_t bits, Type type) {
  const auto *semantics = &cast<FloatType>(type).getFloatSemantics();
  APFloat value(*semantics, APInt(getWidth(type), bits));
  bool loses;
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &loses);
  return value.convertToDouble();
}

/// `value` rounded to `type`. From 53 digits to half of them or fewer, a second
/// rounding changes no sum, product, quotient or root.
static uint64_t fromDouble(double value, Type type) {
  APFloat rounded(value);
  bool loses;
  rounded.convert(cast<FloatType>(type).getFloatSemantics(),
                  APFloat::rmNearestTiesToEven, &loses);
  return rounded.bitcastToAPInt().getZExtValue();
}

static uint64_t truncate(uint64_t bits, unsigned width) {
  return width >= 64 ? bits : bits & ((uint64_t(1) << width) - 1);
}

static int64_t extend(uint64_t bits, unsigned width) {
  return width >= 64 ? bits : llvm::SignExtend64(bits, width);
}

SmallVector<uint64_t, 4> norm::emulate::getBits(Attribute attribute) {
  if (auto integer = dyn_cast<IntegerAttr>(attribute))
    return {integer.getValue().getZExtValue()};
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return {number.getValue().bitcastToAPInt().getZExtValue()};
  SmallVector<uint64_t, 4> lanes;
  auto elements = cast<DenseElementsAttr>(attribute);
  if (isa<FloatType>(elements.getElementType()))
    for (const APFloat &value : elements.getValues<APFloat>())
      lanes.push_back(value.bitcastToAPInt().getZExtValue());
  else
    for (const APInt &value : elements.getValues<APInt>())
      lanes.push_back(value.getZExtValue());
  return lanes;
}

//===----------------------------------------------------------------------===//
// Floats
//===----------------------------------------------------------------------===//

static double keepNaN(double a, double b, double other) {
  return std::isnan(a) ? a : std::isnan(b) ? b : other;
}

/// Off by up to 2^-22.9 in a way that the input and the seed decide.
static double approximateRsqrt(double value, uint64_t seed) {
  uint64_t hash = llvm::hash_combine(seed, llvm::bit_cast<uint64_t>(value));
  double part = double(hash % 2001) / 1000 - 1;
  return (1 + part * std::exp2(-22.9)) / std::sqrt(value);
}

static std::optional<double> callIntrinsic(StringRef name, ArrayRef<double> a,
                                           Type type, uint64_t seed) {
  if (name == "llvm.nvvm.rsqrt.approx.f")
    return approximateRsqrt(a[0], seed);
  if (name == "llvm.fma")
    return type.isF32() ? std::fma(float(a[0]), float(a[1]), float(a[2]))
                        : std::fma(a[0], a[1], a[2]);
  if (name == "llvm.fabs")
    return std::fabs(a[0]);
  if (name == "llvm.ceil")
    return std::ceil(a[0]);
  if (name == "llvm.copysign")
    return std::copysign(a[0], a[1]);
  if (name == "llvm.floor")
    return std::floor(a[0]);
  if (name == "llvm.roundeven")
    return std::nearbyint(a[0]);
  if (name == "llvm.sqrt")
    return std::sqrt(a[0]);
  if (name == "llvm.trunc")
    return std::trunc(a[0]);
  return std::nullopt;
}

static std::optional<double> evaluateFloat(Operation *op, ArrayRef<double> a,
                                           Type type, uint64_t seed) {
  using Result = std::optional<double>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::AddFOp) { return a[0] + a[1]; })
      .Case([&](arith::SubFOp) { return a[0] - a[1]; })
      .Case([&](arith::MulFOp) { return a[0] * a[1]; })
      .Case([&](arith::DivFOp) { return a[0] / a[1]; })
      .Case([&](arith::NegFOp) { return -a[0]; })
      .Case<arith::ExtFOp, arith::TruncFOp>([&](auto) { return a[0]; })
      .Case([&](arith::MaximumFOp) {
        return keepNaN(a[0], a[1],
                       a[0] == a[1] ? (std::signbit(a[0]) ? a[1] : a[0])
                                    : std::fmax(a[0], a[1]));
      })
      .Case([&](arith::MinimumFOp) {
        return keepNaN(a[0], a[1],
                       a[0] == a[1] ? (std::signbit(a[0]) ? a[0] : a[1])
                                    : std::fmin(a[0], a[1]));
      })
      .Case([&](arith::MaxNumFOp) { return std::fmax(a[0], a[1]); })
      .Case([&](arith::MinNumFOp) { return std::fmin(a[0], a[1]); })
      .Case([&](LLVM::CallIntrinsicOp call) {
        return callIntrinsic(call.getIntrin(), a, type, seed);
      })
      .Default(Result());
}

/// The predicates in order: ordered 1 to 7, unordered 8 to 14; less, equal and
/// greater are bits of their own.
static bool compareFloats(arith::CmpFPredicate predicate, double a, double b) {
  uint64_t number = static_cast<uint64_t>(predicate);
  bool unordered = std::isnan(a) || std::isnan(b);
  if (predicate == arith::CmpFPredicate::AlwaysFalse)
    return false;
  if (predicate == arith::CmpFPredicate::AlwaysTrue)
    return true;
  if (predicate == arith::CmpFPredicate::ORD)
    return !unordered;
  if (predicate == arith::CmpFPredicate::UNO)
    return unordered;
  if (unordered)
    return number >= 8;
  switch (number >= 8 ? number - 7 : number) {
  case 1:
    return a == b;
  case 2:
    return a > b;
  case 3:
    return a >= b;
  case 4:
    return a < b;
  case 5:
    return a <= b;
  default:
    return a != b;
  }
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

static std::optional<uint64_t>
evaluateInteger(Operation *op, ArrayRef<uint64_t> a, unsigned width) {
  using Result = std::optional<uint64_t>;
  auto s = [&](unsigned i) { return extend(a[i], width); };
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::AddIOp) { return a[0] + a[1]; })
      .Case([&](arith::SubIOp) { return a[0] - a[1]; })
      .Case([&](arith::MulIOp) { return a[0] * a[1]; })
      .Case([&](arith::DivUIOp) { return a[0] / a[1]; })
      .Case([&](arith::RemUIOp) { return a[0] % a[1]; })
      .Case([&](arith::DivSIOp) { return s(0) / s(1); })
      .Case([&](arith::RemSIOp) { return s(0) % s(1); })
      .Case([&](arith::CeilDivUIOp) { return (a[0] + a[1] - 1) / a[1]; })
      .Case([&](arith::MinUIOp) { return std::min(a[0], a[1]); })
      .Case([&](arith::MaxUIOp) { return std::max(a[0], a[1]); })
      .Case([&](arith::MinSIOp) { return std::min(s(0), s(1)); })
      .Case([&](arith::MaxSIOp) { return std::max(s(0), s(1)); })
      .Case([&](arith::AndIOp) { return a[0] & a[1]; })
      .Case([&](arith::OrIOp) { return a[0] | a[1]; })
      .Case([&](arith::XOrIOp) { return a[0] ^ a[1]; })
      .Case([&](arith::ShLIOp) { return a[0] << a[1]; })
      .Case([&](arith::ShRUIOp) { return a[0] >> a[1]; })
      .Case([&](arith::ShRSIOp) { return s(0) >> a[1]; })
      .Case([&](arith::CmpIOp compare) {
        return arith::applyCmpPredicate(compare.getPredicate(),
                                        APInt(width, a[0]), APInt(width, a[1]));
      })
      .Case<arith::ExtUIOp, arith::TruncIOp, arith::IndexCastUIOp,
            arith::BitcastOp>([&](auto) { return a[0]; })
      .Case<arith::ExtSIOp, arith::IndexCastOp>([&](auto) { return s(0); })
      .Default(Result());
}

static std::optional<uint64_t> evaluateConversion(Operation *op, uint64_t bits,
                                                  Type from, Type to) {
  using Result = std::optional<uint64_t>;
  unsigned width = getWidth(from);
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](arith::SIToFPOp) {
        return fromDouble(double(extend(bits, width)), to);
      })
      .Case([&](arith::UIToFPOp) { return fromDouble(double(bits), to); })
      .Case<arith::FPToSIOp, arith::FPToUIOp>([&](auto) {
        return truncate(int64_t(toDouble(bits, from)), getWidth(to));
      })
      .Default(Result());
}

std::optional<uint64_t> norm::emulate::evaluate(Operation *op,
                                                ArrayRef<uint64_t> operands,
                                                uint64_t seed) {
  Type from = getElementTypeOrSelf(op->getOperand(0).getType());
  Type to = getElementTypeOrSelf(op->getResult(0).getType());
  if (isa<arith::SelectOp>(op))
    return operands[0] ? operands[1] : operands[2];
  if (std::optional<uint64_t> converted =
          evaluateConversion(op, operands[0], from, to))
    return converted;
  if (isa<FloatType>(from) && !isa<arith::BitcastOp>(op)) {
    auto values = llvm::map_to_vector(
        operands, [&](uint64_t bits) { return toDouble(bits, from); });
    if (auto compare = dyn_cast<arith::CmpFOp>(op))
      return compareFloats(compare.getPredicate(), values[0], values[1]);
    std::optional<double> result = evaluateFloat(op, values, to, seed);
    if (!result)
      return std::nullopt;
    return fromDouble(*result, to);
  }
  std::optional<uint64_t> result =
      evaluateInteger(op, operands, getWidth(from));
  if (result)
    result = truncate(*result, getWidth(to));
  return result;
}
