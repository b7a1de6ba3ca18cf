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
/// Decimal numbers of fewer units are meant as they are written.
static constexpr int64_t kMaxDecimal = 1000000;
/// Powers of two by which a length is scaled.
static constexpr int kMaxExponent = 60;

std::string Claim::str() const {
  std::string text = toString(number);
  switch (kind) {
  case Kind::Number:
    return text;
  case Kind::Root:
    return "sqrt(" + text + ")";
  case Kind::ReciprocalRoot:
    return "1/sqrt(" + text + ")";
  case Kind::FourthRoot:
    return "sqrt(sqrt(" + text + "))";
  }
  llvm_unreachable("unknown kind");
}

static double toDouble(APFloat number) {
  bool losesInfo = false;
  number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                 &losesInfo);
  return number.convertToDouble();
}

static double roundToSemantics(double number,
                               const llvm::fltSemantics &semantics) {
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

/// Whether `candidate` may be what a literal of this size stands for: it is
/// rounded to it. A double that was computed is off by two units in the last
/// place.
static bool isMeant(double candidate, double size,
                    const llvm::fltSemantics &semantics) {
  if (APFloat::semanticsPrecision(semantics) <= 24)
    return roundToSemantics(candidate, semantics) == size;
  int exponent = 0;
  std::frexp(size, &exponent);
  return std::abs(candidate - size) <= std::ldexp(1.0, exponent - 52);
}

/// The decimal number of the fewest digits that stands for `number`.
static Fraction getShortest(double number,
                            const llvm::fltSemantics &semantics) {
  for (int digits = 1; digits < 17; ++digits) {
    char text[40];
    snprintf(text, sizeof(text), "%.*e", digits - 1, number);
    if (!isMeant(std::abs(std::strtod(text, nullptr)), std::abs(number),
                 semantics))
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

/// length^(+-1) times a power of two, or a root of one: 2/63, sqrt(3/2).
static std::optional<Claim> findScaled(double size, ArrayRef<int64_t> lengths,
                                       const llvm::fltSemantics &semantics) {
  SmallVector<int64_t> bases(lengths);
  bases.push_back(1);
  for (auto [kind, degree] :
       {std::pair(Claim::Kind::Number, 1), std::pair(Claim::Kind::Root, 2),
        std::pair(Claim::Kind::FourthRoot, 4)})
    for (int64_t length : bases)
      for (int sign : {1, -1}) {
        double base = std::pow(double(length), sign);
        double power = std::pow(size, degree);
        int exponent = int(std::lround(std::log2(power / base)));
        double candidate =
            std::pow(std::ldexp(base, exponent), 1.0 / double(degree));
        if (std::abs(exponent) <= kMaxExponent &&
            isMeant(candidate, size, semantics))
          return Claim{kind, getPower(length, sign) * getPower(2, exponent)};
      }
  return std::nullopt;
}

Claim Claims::getClaim(const APFloat &literal) const {
  const llvm::fltSemantics &semantics = literal.getSemantics();
  double number = toDouble(literal), size = std::abs(number);
  bool isNarrow = APFloat::semanticsPrecision(semantics) <= 11;
  // 512 in bf16 may be 511, and no number in f32 but 512.
  if (!isNarrow && isShort(number))
    return {Claim::Kind::Number, toFraction(number)};
  Fraction sign = number < 0 ? Fraction(-1) : Fraction(1);
  if (isNarrow && (reading == NarrowReading::Written || isPowerOfTwo(size)))
    return {Claim::Kind::Number, toFraction(number)};
  for (int64_t length : lengths) {
    double n = double(length);
    if (isMeant(n, size, semantics))
      return {Claim::Kind::Number, sign * Fraction(length)};
    if (isMeant(1 / n, size, semantics))
      return {Claim::Kind::Number, sign / Fraction(length)};
    if (number < 0 || isPowerOfTwo(size))
      continue;
    if (isMeant(std::sqrt(n), size, semantics))
      return {Claim::Kind::Root, Fraction(length)};
    if (isMeant(1 / std::sqrt(n), size, semantics))
      return {Claim::Kind::ReciprocalRoot, Fraction(length)};
  }
  if (isNarrow) {
    std::optional<Claim> scaled;
    if (reading == NarrowReading::Scaled && number > 0)
      scaled = findScaled(size, lengths, semantics);
    return scaled ? *scaled : Claim{Claim::Kind::Number, toFraction(number)};
  }
  Fraction decimal = getShortest(number, semantics);
  if (number > 0 && !(decimal.num < kMaxDecimal))
    if (std::optional<Claim> scaled = findScaled(size, lengths, semantics))
      return *scaled;
  return {Claim::Kind::Number, decimal};
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

Claims::Claims(func::FuncOp function, ArrayRef<int64_t> lengths,
               NarrowReading reading)
    : lengths(lengths), reading(reading) {
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

//===----------------------------------------------------------------------===//
// Numbers that were computed
//===----------------------------------------------------------------------===//

static double toDouble(const Fraction &number) {
  auto toReal = [](const DynamicAPInt &integer) {
    return std::strtod(toString(Fraction(integer)).c_str(), nullptr);
  };
  return toReal(number.num) / toReal(number.den);
}

namespace {
/// A number that a program has, and what it stands for.
struct Known {
  double value;
  Fraction meant;

  Known toPower(int power) const {
    Fraction own = meant;
    if (std::abs(power) == 2)
      own = own * own;
    return {std::pow(value, power), power < 0 ? Fraction(1) / own : own};
  }
};
} // namespace

bool Claims::fits(double candidate, double number,
                  const llvm::fltSemantics &semantics) const {
  int precision = APFloat::semanticsPrecision(semantics);
  double allowed = std::ldexp(std::abs(number), precision > 24 ? -51 : -23);
  return std::abs(candidate - number) < allowed;
}

const llvm::fltSemantics &
Claims::getSemantics(const Fraction &meant, double number,
                     const llvm::fltSemantics &semantics) const {
  for (Value literal : order) {
    const llvm::fltSemantics &own =
        cast<FloatType>(getElementTypeOrSelf(literal)).getFloatSemantics();
    if (APFloat::semanticsPrecision(own) <= 11 &&
        !fits(toDouble(meant), number, semantics))
      return own;
  }
  return semantics;
}

bool Claims::hasNarrow() const {
  return llvm::any_of(order, [](Value literal) {
    return getElementTypeOrSelf(literal).getIntOrFloatBitWidth() == 16;
  });
}

Claim Claims::deriveRoot(double number,
                         const llvm::fltSemantics &semantics) const {
  Fraction own = derive(number, semantics);
  if (number > 0 && !(own.num < kMaxDecimal)) {
    SmallVector<int64_t> bases(lengths);
    bases.push_back(1);
    for (int64_t length : bases)
      for (int sign : {1, -1}) {
        double base = std::pow(double(length), sign);
        int exponent = int(std::lround(std::log2(number * number / base)));
        if (std::abs(exponent) <= kMaxExponent &&
            fits(std::sqrt(std::ldexp(base, exponent)), number, semantics))
          return {Claim::Kind::Root,
                  getPower(length, sign) * getPower(2, exponent)};
      }
  }
  return {Claim::Kind::Number, own};
}

Fraction Claims::derive(double number, const llvm::fltSemantics &semantics,
                        ArrayRef<Fraction> candidates) const {
  if (number == std::trunc(number) && std::abs(number) < 1e6)
    return toFraction(number);
  if (number < 0)
    return Fraction(-1) * derive(-number, semantics);
  for (const Fraction &candidate : candidates) {
    const llvm::fltSemantics &own = getSemantics(candidate, number, semantics);
    int precision = APFloat::semanticsPrecision(own);
    if (fits(toDouble(candidate), number, semantics) ||
        (precision <= 11 && std::abs(toDouble(candidate) - number) <
                                std::ldexp(number, -precision)))
      return candidate;
  }
  SmallVector<Known> literalNumbers, factors;
  for (Value value : order) {
    const Claim &claim = literals.at(value);
    double own = std::abs(toDouble(*getLiteral(value.getDefiningOp())));
    if (claim.kind == Claim::Kind::Number && own != 0)
      literalNumbers.push_back({own, abs(claim.number)});
  }
  factors.push_back({1.0, Fraction(1)});
  for (int64_t length : lengths)
    factors.push_back({double(length), Fraction(length)});
  llvm::append_range(factors, literalNumbers);
  // A literal or its reciprocal, times a power of two and one of another
  // number.
  for (const Known &literal : literalNumbers)
    for (int ownPower : {1, -1, 2, -2})
      for (const Known &factor : factors)
        for (int power : {1, -1, 2, -2}) {
          Known base = literal.toPower(ownPower), other = factor.toPower(power);
          double product = base.value * other.value;
          int exponent = int(std::lround(std::log2(number / product)));
          if (std::abs(exponent) < 500 &&
              fits(std::ldexp(product, exponent), number, semantics))
            return base.meant * other.meant * getPower(2, exponent);
        }
  for (int64_t length : lengths)
    if (fits(1 / double(length), number, semantics))
      return Fraction(1, length);
  double rounded = roundToSemantics(number, semantics);
  return isShort(rounded) ? toFraction(rounded)
                          : getShortest(rounded, semantics);
}
