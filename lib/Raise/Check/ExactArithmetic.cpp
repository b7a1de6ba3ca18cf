//===- ExactArithmetic.cpp - reals, and a field beside them ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Arithmetic.h"
#include "Check/PrimeField.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Leaves and literals
//===----------------------------------------------------------------------===//

Number ExactArithmetic::makeLeaf(Type type, double real, uint64_t bits) {
  return {real, mixBits(bits ^ mixBits(fieldSeed)) % field::kPrime};
}

/// Digits of a decimal number that is meant as it is written.
static constexpr unsigned kMaxDigits = 6;

namespace {
/// radicand^(1 / 2^numRoots), or the reciprocal of that.
struct MeantNumber {
  double radicand;
  unsigned numRoots;
  bool isReciprocal;

  double toReal() const {
    double number = radicand;
    for (unsigned i = 0; i < numRoots; ++i)
      number = std::sqrt(number);
    return isReciprocal ? 1 / number : number;
  }
};
} // namespace

/// The number that a literal of `precision` bits with this significand, in
/// [1/2, 1), means, up to a power of two.
static std::optional<MeantNumber> findMeant(double significand, int precision,
                                            ArrayRef<double> lengths,
                                            ArrayRef<double> literals) {
  auto isMeant = [&](const MeantNumber &meant) {
    int ignored = 0;
    double own = std::frexp(meant.toReal(), &ignored);
    double rounded =
        std::ldexp(std::nearbyint(std::ldexp(own, precision)), -precision);
    // A double that was computed is off by a unit in the last place or two.
    bool isComputed = precision == 53 && std::abs(own - significand) <= 0x1p-51;
    // Up to the next power of two.
    return rounded == significand || (rounded == 1.0 && significand == 0.5) ||
           isComputed;
  };
  auto find = [&](double length,
                  unsigned maxRoots) -> std::optional<MeantNumber> {
    // Powers of two below 2^(2^numRoots) do not leave the root.
    for (unsigned numRoots = 0; numRoots <= maxRoots; ++numRoots)
      for (unsigned exponent = 0; exponent < (1u << numRoots); ++exponent)
        for (bool isReciprocal : {false, true}) {
          MeantNumber meant = {std::ldexp(length, int(exponent)), numRoots,
                               isReciprocal};
          if (isMeant(meant))
            return meant;
        }
    return std::nullopt;
  };
  for (double length : lengths)
    if (std::optional<MeantNumber> meant = find(length, 1))
      return meant;
  // Fourth roots, which factors of a scale have: 2^(1/4).
  bool isCoarse = precision <= 11;
  for (double length : lengths)
    if (std::optional<MeantNumber> meant = find(length, isCoarse ? 1 : 2))
      return meant;
  if (isCoarse)
    return std::nullopt;
  for (double literal : literals)
    if (MeantNumber meant = {literal, 0, /*isReciprocal=*/true}; isMeant(meant))
      return meant;
  return find(1.0, 2);
}

/// A decimal number of few digits that is rounded to `literal`: 1e-10 in f32 is
/// 10^-10, which is positive as 2 and 5 are. Else what is written.
static field::Element makeDecimal(const APFloat &literal) {
  bool isCoarse = APFloat::semanticsPrecision(literal.getSemantics()) <= 11;
  SmallString<32> text;
  for (unsigned digits = 1; digits <= kMaxDigits && !isCoarse; ++digits) {
    text.clear();
    literal.toString(text, digits, /*FormatMaxPadding=*/0,
                     /*TruncateZero=*/true);
    if (!APFloat(literal.getSemantics(), text).bitwiseIsEqual(literal))
      continue;
    auto [mantissa, exponent] = StringRef(text).split('E');
    auto [whole, fraction] = mantissa.split('.');
    int64_t number = 0;
    int written = 0;
    if ((whole + fraction).str().size() > 18 ||
        StringRef((whole + fraction).str()).getAsInteger(10, number) ||
        (!exponent.empty() && exponent.getAsInteger(10, written)))
      break;
    int scale = written - int(fraction.size());
    field::Element power = field::power(10, uint64_t(std::abs(scale)));
    return field::multiply(field::fromInteger(number),
                           scale < 0 ? field::invert(power) : power);
  }
  APFloat wide = literal;
  bool losesInfo = false;
  wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
  return field::fromReal(wide.convertToDouble());
}

Number ExactArithmetic::makeConstant(const APFloat &literal) {
  APFloat wide = literal;
  bool losesInfo = false;
  wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
  double value = wide.convertToDouble();
  if (!std::isfinite(value)) // no such element: any one
    return {value, mixBits(std::isnan(value) ? 1 : 2) % field::kPrime};
  int precision = APFloat::semanticsPrecision(literal.getSemantics());
  literalError = std::max(literalError, std::ldexp(1.0, -precision));
  bool isCoarse = precision <= 11;
  bool isExact = value == std::trunc(value) &&
                 std::abs(value) <= std::ldexp(1.0, precision) && !isCoarse;
  if (value == 0 || isExact)
    return {value, field::fromReal(value)};
  int exponent = 0;
  double significand = std::frexp(std::abs(value), &exponent);
  std::optional<MeantNumber> meant =
      findMeant(significand, precision, lengths, literals);
  if (!meant) {
    field::Element element = makeDecimal(abs(literal));
    // sqrt((c x)^2) is -c sqrt(x^2) where c is no square.
    hasNegative |= field::sign(element) != 1;
    return {value, value < 0 ? field::negate(element) : element};
  }
  // Both are positive, and their quotient is a power of two, but for rounding.
  double real = meant->toReal();
  int power = int(std::lround(std::log2(std::abs(value) / real)));
  APFloat radicand(meant->radicand);
  radicand.convert(literal.getSemantics(), APFloat::rmNearestTiesToEven,
                   &losesInfo);
  field::Element element = llvm::is_contained(literals, meant->radicand)
                               ? makeDecimal(radicand)
                               : field::fromReal(meant->radicand);
  for (unsigned i = 0; i < meant->numRoots; ++i) {
    std::optional<field::Element> root = field::root(element);
    lacksRoot |= !root;
    element = root.value_or(1);
  }
  if (meant->isReciprocal)
    element = field::invert(element);
  element = field::multiply(element, field::fromReal(std::ldexp(1.0, power)));
  bool isNegative = value < 0;
  return {isCoarse ? std::copysign(std::ldexp(real, power), value) : value,
          isNegative ? field::negate(element) : element};
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

Number ExactArithmetic::add(Number lhs, Number rhs) {
  double sum = lhs.real + rhs.real;
  double largest = std::max(std::abs(lhs.real), std::abs(rhs.real));
  cancelled |= lhs.real != 0 && rhs.real != 0 && std::abs(sum) < 1e-7 * largest;
  return {sum, field::add(lhs.bits, rhs.bits)};
}

Number ExactArithmetic::addTo(Type, Number sum, int64_t weight, Number term) {
  return {sum.real + double(weight) * term.real,
          field::add(sum.bits, weight == 1
                                   ? term.bits
                                   : field::multiply(field::fromInteger(weight),
                                                     term.bits))};
}

Number ExactArithmetic::divide(Type, Number sum, int64_t count) {
  return {sum.real / double(count),
          field::multiply(sum.bits, field::invert(field::fromInteger(count)))};
}

Number ExactArithmetic::multiply(Type, Number lhs, Number rhs) {
  return {lhs.real * rhs.real, field::multiply(lhs.bits, rhs.bits)};
}

Number ExactArithmetic::invertRoot(Type, Number number) {
  return raise(number, -0.5);
}

Number ExactArithmetic::root(Number number) {
  std::optional<field::Element> root = field::root(number.bits);
  lacksRoot |= !root;
  return {std::sqrt(number.real), root.value_or(0)};
}

/// base^exponent; an exponent that is no multiple of 1/4 is a random function.
Number ExactArithmetic::raise(Number base, double exponent) {
  double quarters = std::abs(exponent) * 4;
  bool isKnown = quarters == std::trunc(quarters) && quarters <= 256;
  Number result = {std::pow(base.real, exponent), 0};
  if (!isKnown) {
    result.bits = mixBits(base.bits ^ mixBits(uint64_t(quarters * 65536)));
    result.bits %= field::kPrime;
    return result;
  }
  uint64_t numerator = uint64_t(quarters);
  // numerator / 4 in lowest terms: one root for halves, two for quarters.
  unsigned roots = numerator % 4 == 0 ? 0 : numerator % 2 == 0 ? 1 : 2;
  field::Element element = base.bits;
  for (unsigned i = 0; i < roots; ++i)
    element = root({0.0, element}).bits;
  element = field::power(element, numerator >> (2 - roots));
  result.bits = exponent < 0 ? field::invert(element) : element;
  return result;
}

/// An op whose result is a float.
Number ExactArithmetic::applyFloat(Operation *op, ArrayRef<Number> operands) {
  Number a = operands[0], b = operands.size() > 1 ? operands[1] : Number();
  auto inverted = [](Number number) -> Number {
    return {1 / number.real, field::invert(number.bits)};
  };
  auto multiplied = [](Number lhs, Number rhs) -> Number {
    return {lhs.real * rhs.real, field::multiply(lhs.bits, rhs.bits)};
  };
  auto negated = [](Number number) -> Number {
    return {-number.real, field::negate(number.bits)};
  };
  auto unknown = [&](std::optional<double> real = std::nullopt) {
    Number result = applyUnknown(op, operands);
    result.bits %= field::kPrime;
    if (real)
      result.real = *real;
    return result;
  };
  auto fromInteger = [](int64_t number) -> Number {
    return {double(number), field::fromInteger(number)};
  };
  unsigned width = getIntegerWidth(op->getOperand(0).getType()).value_or(64);
  return llvm::TypeSwitch<Operation *, Number>(op)
      .Case<arith::AddFOp>([&](auto) { return add(a, b); })
      .Case<arith::SubFOp>([&](auto) { return add(a, negated(b)); })
      .Case<arith::MulFOp>([&](auto) { return multiplied(a, b); })
      .Case<arith::DivFOp>([&](auto) -> Number {
        return {a.real / b.real,
                field::multiply(a.bits, field::invert(b.bits))};
      })
      .Case<arith::NegFOp>([&](auto) { return negated(a); })
      .Case<math::FmaOp>(
          [&](auto) { return add(multiplied(a, b), operands[2]); })
      .Case<arith::MaximumFOp, arith::MaxNumFOp, arith::MinimumFOp,
            arith::MinNumFOp>(
          [&](auto) { return operands[chooseExtremum(op, a.real, b.real)]; })
      .Case<math::SqrtOp>([&](auto) { return root(a); })
      .Case<math::RsqrtOp>([&](auto) { return inverted(root(a)); })
      .Case<math::PowFOp>([&](auto) { return raise(a, b.real); })
      .Case<math::FPowIOp>([&](math::FPowIOp power) {
        unsigned bits = getIntegerWidth(power.getRhs().getType()).value_or(64);
        return raise(a, double(toSigned(b.bits, bits)));
      })
      .Case<math::AbsFOp>([&](auto) -> Number {
        hasWrongMagnitude |= (field::sign(a.bits) == 1) != (a.real > 0);
        return {std::abs(a.real), field::absolute(a.bits)};
      })
      .Case<math::ExpOp>([&](auto) { return unknown(std::exp(a.real)); })
      .Case<math::TanhOp>([&](auto) { return unknown(std::tanh(a.real)); })
      .Case<arith::ExtFOp>([&](auto) { return a; })
      .Case<arith::TruncFOp>([&](arith::TruncFOp truncate) {
        // Rounding to nearest is what the roundings of a norm are.
        auto mode = truncate.getRoundingmode();
        return !mode || *mode == arith::RoundingMode::to_nearest_even
                   ? a
                   : unknown();
      })
      .Case<arith::SIToFPOp>(
          [&](auto) { return fromInteger(toSigned(a.bits, width)); })
      .Case<arith::UIToFPOp>([&](auto) { return fromInteger(int64_t(a.bits)); })
      .Case<arith::SelectOp>(
          [&](auto) { return a.bits != 0 ? b : operands[2]; })
      .Default([&](Operation *) { return unknown(); });
}

void ExactArithmetic::apply(const Step &step,
                            ArrayRef<const Numbers *> operands,
                            Numbers &result) {
  Operation *op = step.op;
  std::optional<unsigned> width = getIntegerWidth(step.type);
  if (!width && isa<FloatType>(step.type) && !operands.empty())
    return forEachNumber(operands, result, [&](ArrayRef<Number> point) {
      return applyFloat(op, point);
    });
  if (auto cmp = dyn_cast<arith::CmpFOp>(op))
    return forEachNumber(operands, result, [&](ArrayRef<Number> point) {
      bool holds =
          compare(unsigned(cmp.getPredicate()), point[0].real, point[1].real);
      return Number{0.0, uint64_t(holds)};
    });
  forEachNumber(operands, result, [&](ArrayRef<Number> point) {
    SmallVector<uint64_t, 4> bits;
    for (Number number : point)
      bits.push_back(number.bits);
    std::optional<uint64_t> integer = applyInteger(op, bits);
    return integer ? Number{0.0, *integer} : applyUnknown(op, point);
  });
}
