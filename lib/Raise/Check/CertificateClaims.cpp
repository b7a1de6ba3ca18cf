//===- CertificateClaims.cpp - what literals stand for --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/CertificateClaims.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::raise::certificate;

/// Numbers of so many bits are meant as they are written.
static constexpr int kShortBits = 12;

std::string Claim::str() const {
  std::string text = toString(number);
  if (kind == Kind::Number)
    return text;
  return (kind == Kind::Root ? "sqrt(" : "1/sqrt(") + text + ")";
}

static double toDouble(APFloat number) {
  bool losesInfo = false;
  number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                 &losesInfo);
  return number.convertToDouble();
}

static double roundTo(double number, const llvm::fltSemantics &semantics) {
  APFloat rounded(number);
  bool losesInfo = false;
  rounded.convert(semantics, APFloat::rmNearestTiesToEven, &losesInfo);
  return toDouble(rounded);
}

static Fraction getPower(int64_t base, int64_t exponent) {
  DynamicAPInt power(1);
  for (int64_t i = 0; i < std::abs(exponent); ++i)
    power *= DynamicAPInt(base);
  return exponent < 0 ? Fraction(DynamicAPInt(1), power) : Fraction(power);
}

Fraction mlir::norm::raise::certificate::toFraction(double number) {
  int exponent = 0;
  double significand = std::frexp(number, &exponent);
  return Fraction(int64_t(std::ldexp(significand, 53))) *
         getPower(2, exponent - 53);
}

/// The decimal number of the fewest digits that is rounded to `number`.
static Fraction getShortest(double number,
                            const llvm::fltSemantics &semantics) {
  for (int digits = 1; digits < 17; ++digits) {
    char text[40];
    snprintf(text, sizeof(text), "%.*e", digits - 1, number);
    if (roundTo(std::strtod(text, nullptr), semantics) != number)
      continue;
    auto [mantissa, exponent] = StringRef(text).split('e');
    std::string whole = mantissa.str();
    llvm::erase(whole, '.');
    return Fraction(std::strtoll(whole.c_str(), nullptr, 10)) *
           getPower(10, std::strtol(exponent.str().c_str(), nullptr, 10) -
                            (digits - 1));
  }
  return toFraction(number);
}

static bool isShort(double number) {
  int exponent = 0;
  double significand = std::ldexp(std::frexp(number, &exponent), kShortBits);
  return significand == std::trunc(significand);
}

static bool isPowerOfTwo(double number) {
  int exponent = 0;
  return std::frexp(number, &exponent) == 0.5;
}

Claim Claims::getClaim(const APFloat &literal) const {
  const llvm::fltSemantics &semantics = literal.getSemantics();
  double number = toDouble(literal), size = std::abs(number);
  bool isNarrow = APFloat::semanticsPrecision(semantics) <= 11;
  // 512 in bf16 may be 511, and no number in f32 but 512.
  if (!isNarrow && isShort(number))
    return {Claim::Kind::Number, toFraction(number)};
  Fraction sign = number < 0 ? Fraction(-1) : Fraction(1);
  for (int64_t length : lengths) {
    double n = double(length);
    if (roundTo(n, semantics) == size)
      return {Claim::Kind::Number, sign * Fraction(length)};
    if (roundTo(1 / n, semantics) == size)
      return {Claim::Kind::Number, sign / Fraction(length)};
    if (number < 0 || isPowerOfTwo(size))
      continue;
    if (roundTo(std::sqrt(n), semantics) == size)
      return {Claim::Kind::Root, Fraction(length)};
    if (roundTo(1 / std::sqrt(n), semantics) == size)
      return {Claim::Kind::ReciprocalRoot, Fraction(length)};
  }
  if (isNarrow)
    return {Claim::Kind::Number, toFraction(number)};
  return {Claim::Kind::Number, getShortest(number, semantics)};
}

/// The literal that `op` is, or rounds one to; none for others.
static std::optional<APFloat> getLiteral(Operation *op) {
  Attribute attribute;
  auto truncate = dyn_cast<arith::TruncFOp>(op);
  if (!matchPattern(truncate ? truncate.getIn() : op->getResult(0),
                    m_Constant(&attribute)))
    return std::nullopt;
  if (auto splat = dyn_cast<SplatElementsAttr>(attribute))
    attribute = splat.getSplatValue<Attribute>();
  auto number = dyn_cast<FloatAttr>(attribute);
  Type type = getElementTypeOrSelf(op->getResult(0));
  if (!number || !number.getValue().isFinite() ||
      !isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(type) ||
      !isa<Float16Type, BFloat16Type, Float32Type, Float64Type>(
          number.getType()))
    return std::nullopt;
  APFloat literal = number.getValue();
  bool losesInfo = false;
  literal.convert(cast<FloatType>(type).getFloatSemantics(),
                  APFloat::rmNearestTiesToEven, &losesInfo);
  return literal.isFinite() ? std::optional(literal) : std::nullopt;
}

Claims::Claims(func::FuncOp function, ArrayRef<int64_t> lengths)
    : lengths(lengths) {
  function->walk([&](Operation *op) {
    if (!isa<arith::ConstantOp, arith::TruncFOp>(op))
      return;
    std::optional<APFloat> literal = getLiteral(op);
    if (!literal)
      return;
    literals[op->getResult(0)] = getClaim(*literal);
    order.push_back(op->getResult(0));
  });
}

Fraction Claims::derive(double number,
                        const llvm::fltSemantics &semantics) const {
  if (number == std::trunc(number) && std::abs(number) < 1e6)
    return toFraction(number);
  // Computed from rounded literals, in f32 or in doubles.
  int precision = APFloat::semanticsPrecision(semantics);
  double allowed = std::ldexp(std::abs(number), precision > 24 ? -51 : -23);
  auto fits = [&](double candidate) {
    return std::abs(candidate - number) < allowed;
  };
  // A literal, times a power of two, of a length or of another literal.
  auto deriveFrom = [&](Value literal) -> std::optional<Fraction> {
    const Claim &claim = literals.at(literal);
    double own = toDouble(*getLiteral(literal.getDefiningOp()));
    if (claim.kind != Claim::Kind::Number || own == 0)
      return std::nullopt;
    int exponent = int(std::lround(std::log2(std::abs(number / own))));
    if (std::abs(exponent) < 500 && fits(std::ldexp(own, exponent)))
      return claim.number * getPower(2, exponent);
    for (int power : {1, -1, 2, -2}) {
      for (int64_t length : lengths)
        if (fits(own * std::pow(double(length), power)))
          return claim.number * getPower(length, power);
      for (Value other : order) {
        const Claim &factor = literals.at(other);
        if (factor.kind != Claim::Kind::Number ||
            factor.number == Fraction(0) ||
            !fits(own * std::pow(toDouble(*getLiteral(other.getDefiningOp())),
                                 power)))
          continue;
        Fraction base = power > 0 ? factor.number : Fraction(1) / factor.number;
        return claim.number * (std::abs(power) == 2 ? base * base : base);
      }
    }
    return std::nullopt;
  };
  for (Value literal : order)
    if (std::optional<Fraction> derived = deriveFrom(literal))
      return *derived;
  for (int64_t length : lengths)
    if (fits(1 / double(length)))
      return Fraction(1, length);
  double rounded = roundTo(number, semantics);
  return isShort(rounded) ? toFraction(rounded)
                          : getShortest(rounded, semantics);
}
