//===- TypedArithmetic.cpp - numbers as their types have them -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Arithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::norm::raise;

//===----------------------------------------------------------------------===//
// Rounding
//===----------------------------------------------------------------------===//

double mlir::norm::raise::roundTo(Type type, double number,
                                  llvm::RoundingMode mode) {
  auto floating = dyn_cast<FloatType>(type);
  if (!floating || floating.getWidth() >= 64 || number == 0 ||
      std::isnan(number))
    return number;
  if (floating.isF32() && mode == llvm::RoundingMode::NearestTiesToEven)
    return double(float(number));
  const llvm::fltSemantics &semantics = floating.getFloatSemantics();
  APFloat value(number);
  bool losesInfo = false;
  // Between the least normal number and the largest a multiple of a power of
  // two.
  if (mode == llvm::RoundingMode::NearestTiesToEven && std::isfinite(number)) {
    int exponent = 0;
    std::frexp(number, &exponent);
    if (exponent - 1 >= APFloat::semanticsMinExponent(semantics) &&
        exponent - 1 < APFloat::semanticsMaxExponent(semantics)) {
      int shift = exponent - int(APFloat::semanticsPrecision(semantics));
      return std::ldexp(std::nearbyint(std::ldexp(number, -shift)), shift);
    }
  }
  value.convert(semantics, mode, &losesInfo);
  value.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToDouble();
}

double TypedArithmetic::round(Type type, double number) const {
  auto floating = dyn_cast<FloatType>(type);
  if (areNarrowWide && floating && floating.getWidth() < 32)
    return double(float(number));
  return roundTo(type, number);
}

Number TypedArithmetic::makeLeaf(Type type, double real, uint64_t bits) {
  return {roundTo(type, real), 0};
}

Number TypedArithmetic::makeConstant(const APFloat &literal) {
  APFloat wide = literal;
  bool losesInfo = false;
  wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
  return {wide.convertToDouble(), 0};
}

Number TypedArithmetic::addTo(Type type, Number sum, int64_t weight,
                              Number term) {
  double weighted =
      weight == 1 ? term.real : round(type, double(weight) * term.real);
  double result = round(type, sum.real + weighted);
  overflown |= !std::isfinite(result) && std::isfinite(sum.real) &&
               std::isfinite(term.real);
  return {result, 0};
}

Number TypedArithmetic::divide(Type type, Number sum, int64_t count) {
  return {round(type, sum.real / double(count)), 0};
}

Number TypedArithmetic::multiply(Type type, Number lhs, Number rhs) {
  double result = round(type, lhs.real * rhs.real);
  overflown |= !std::isfinite(result) && std::isfinite(lhs.real) &&
               std::isfinite(rhs.real);
  return {result, 0};
}

Number TypedArithmetic::invertRoot(Type type, Number number) {
  return {round(type, 1 / std::sqrt(number.real)), 0};
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

/// A function of one number as the C library has it; none for other ops.
static std::optional<double> applyFunction(Operation *op, double a) {
  using Result = std::optional<double>;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<arith::NegFOp>([&](auto) { return -a; })
      .Case<math::AbsFOp>([&](auto) { return std::abs(a); })
      .Case<math::SqrtOp>([&](auto) { return std::sqrt(a); })
      .Case<math::RsqrtOp>([&](auto) { return 1 / std::sqrt(a); })
      .Case<math::CbrtOp>([&](auto) { return std::cbrt(a); })
      .Case<math::ExpOp>([&](auto) { return std::exp(a); })
      .Case<math::Exp2Op>([&](auto) { return std::exp2(a); })
      .Case<math::ExpM1Op>([&](auto) { return std::expm1(a); })
      .Case<math::LogOp>([&](auto) { return std::log(a); })
      .Case<math::Log2Op>([&](auto) { return std::log2(a); })
      .Case<math::Log10Op>([&](auto) { return std::log10(a); })
      .Case<math::Log1pOp>([&](auto) { return std::log1p(a); })
      .Case<math::SinOp>([&](auto) { return std::sin(a); })
      .Case<math::CosOp>([&](auto) { return std::cos(a); })
      .Case<math::TanOp>([&](auto) { return std::tan(a); })
      .Case<math::AtanOp>([&](auto) { return std::atan(a); })
      .Case<math::TanhOp>([&](auto) { return std::tanh(a); })
      .Case<math::ErfOp>([&](auto) { return std::erf(a); })
      .Case<math::ErfcOp>([&](auto) { return std::erfc(a); })
      .Case<math::FloorOp>([&](auto) { return std::floor(a); })
      .Case<math::CeilOp>([&](auto) { return std::ceil(a); })
      .Case<math::TruncOp>([&](auto) { return std::trunc(a); })
      .Case<math::RoundOp>([&](auto) { return std::round(a); })
      .Case<math::RoundEvenOp>([&](auto) { return std::nearbyint(a); })
      .Default([](Operation *) { return std::nullopt; });
}

static llvm::RoundingMode getRoundingMode(arith::TruncFOp op) {
  switch (op.getRoundingmode().value_or(arith::RoundingMode::to_nearest_even)) {
  case arith::RoundingMode::to_nearest_even:
    return llvm::RoundingMode::NearestTiesToEven;
  case arith::RoundingMode::to_nearest_away:
    return llvm::RoundingMode::NearestTiesToAway;
  case arith::RoundingMode::downward:
    return llvm::RoundingMode::TowardNegative;
  case arith::RoundingMode::upward:
    return llvm::RoundingMode::TowardPositive;
  case arith::RoundingMode::toward_zero:
    return llvm::RoundingMode::TowardZero;
  }
  llvm_unreachable("a rounding mode");
}

/// The number of type `type` that has the given bits, and back.
static std::optional<double> fromBits(Type type, uint64_t bits) {
  if (type.isF32())
    return double(llvm::bit_cast<float>(uint32_t(bits)));
  if (type.isF64())
    return llvm::bit_cast<double>(bits);
  return std::nullopt;
}
static std::optional<uint64_t> toBits(Type type, double number) {
  if (type.isF32())
    return llvm::bit_cast<uint32_t>(float(number));
  if (type.isF64())
    return llvm::bit_cast<uint64_t>(number);
  return std::nullopt;
}

/// An op whose result is a float, before it is rounded; none for ops that are
/// not known.
std::optional<double> TypedArithmetic::applyFloat(Operation *op,
                                                  ArrayRef<Number> operands) {
  using Result = std::optional<double>;
  double a = operands[0].real;
  double b = operands.size() > 1 ? operands[1].real : 0.0;
  Type from = getElementTypeOrSelf(op->getOperand(0).getType());
  unsigned width = getIntegerWidth(from).value_or(64);
  bool isF32 = getElementTypeOrSelf(op->getResult(0).getType()).isF32();
  if (std::optional<double> result = applyFunction(op, a))
    return result;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<arith::AddFOp>([&](auto) { return a + b; })
      .Case<arith::SubFOp>([&](auto) { return a - b; })
      .Case<arith::MulFOp>([&](auto) { return a * b; })
      .Case<arith::DivFOp>([&](auto) { return a / b; })
      .Case<arith::RemFOp>([&](auto) { return std::fmod(a, b); })
      .Case<math::FmaOp>([&](auto) {
        double c = operands[2].real;
        return isF32 ? double(std::fma(float(a), float(b), float(c)))
                     : std::fma(a, b, c);
      })
      .Case<arith::MaximumFOp, arith::MaxNumFOp, arith::MinimumFOp,
            arith::MinNumFOp>(
          [&](auto) { return operands[chooseExtremum(op, a, b)].real; })
      .Case<math::PowFOp>([&](auto) { return std::pow(a, b); })
      .Case<math::Atan2Op>([&](auto) { return std::atan2(a, b); })
      .Case<math::CopySignOp>([&](auto) { return std::copysign(a, b); })
      .Case<math::FPowIOp>([&](math::FPowIOp power) {
        unsigned bits = getIntegerWidth(power.getRhs().getType()).value_or(64);
        return std::pow(a, double(toSigned(operands[1].bits, bits)));
      })
      .Case<arith::ExtFOp>([&](auto) { return a; })
      .Case<arith::TruncFOp>([&](arith::TruncFOp truncate) {
        Type to = getElementTypeOrSelf(truncate.getType());
        llvm::RoundingMode mode = getRoundingMode(truncate);
        return mode == llvm::RoundingMode::NearestTiesToEven
                   ? a
                   : roundTo(to, a, mode);
      })
      .Case<arith::SIToFPOp>(
          [&](auto) { return double(toSigned(operands[0].bits, width)); })
      .Case<arith::UIToFPOp>([&](auto) { return double(operands[0].bits); })
      .Case<arith::BitcastOp>([&](auto) {
        return fromBits(getElementTypeOrSelf(op->getResult(0).getType()),
                        operands[0].bits);
      })
      .Case<arith::SelectOp>(
          [&](auto) { return operands[operands[0].bits != 0 ? 1 : 2].real; })
      .Default([](Operation *) { return std::nullopt; });
}

/// An op that makes an integer of floats; none for other ops, and where the
/// result is poison.
static std::optional<uint64_t> applyToInteger(Operation *op,
                                              ArrayRef<Number> operands) {
  using Result = std::optional<uint64_t>;
  double a = operands[0].real;
  unsigned width = getIntegerWidth(op->getResult(0).getType()).value_or(64);
  double limit = std::ldexp(1.0, int(width));
  double whole = std::trunc(a);
  uint64_t mask = width >= 64 ? ~0ull : (1ull << width) - 1;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case<arith::CmpFOp>([&](arith::CmpFOp cmp) {
        return uint64_t(
            compare(unsigned(cmp.getPredicate()), a, operands[1].real));
      })
      .Case<arith::FPToSIOp>([&](auto) -> Result {
        if (!(whole >= -limit / 2 && whole < limit / 2))
          return std::nullopt;
        return uint64_t(int64_t(whole)) & mask;
      })
      .Case<arith::FPToUIOp>([&](auto) -> Result {
        if (!(whole >= 0 && whole < limit))
          return std::nullopt;
        return uint64_t(whole);
      })
      .Case<arith::BitcastOp>([&](auto) {
        return toBits(getElementTypeOrSelf(op->getOperand(0).getType()), a);
      })
      .Default([](Operation *) { return std::nullopt; });
}

/// Sums, differences, products and quotients, of which most steps are.
template <typename Function>
void TypedArithmetic::applyTo(const Numbers &lhs, const Numbers &rhs, Type type,
                              bool isQuotient, Numbers &result,
                              Function function) {
  bool isF32 = type.isF32();
  size_t left = lhs.size() == 1 ? 0 : 1, right = rhs.size() == 1 ? 0 : 1;
  for (size_t i = 0; i < result.size(); ++i) {
    double a = lhs[i * left].real, b = rhs[i * right].real;
    double exact = function(a, b);
    double rounded = isF32 ? double(float(exact)) : round(type, exact);
    bool isByZero = isQuotient && b == 0;
    overflown |= std::isinf(rounded) && std::isfinite(a) && std::isfinite(b) &&
                 !isByZero;
    result[i] = {rounded, 0};
  }
}

/// Whether `step` is one of these; then it is applied.
bool TypedArithmetic::applyBasic(const Step &step,
                                 ArrayRef<const Numbers *> operands,
                                 Numbers &result) {
  if (operands.size() != 2)
    return false;
  auto apply = [&](auto function, bool isQuotient = false) {
    applyTo(*operands[0], *operands[1], step.type, isQuotient, result,
            function);
    return true;
  };
  return llvm::TypeSwitch<Operation *, bool>(step.op)
      .Case<arith::AddFOp>([&](auto) { return apply(std::plus<double>()); })
      .Case<arith::SubFOp>([&](auto) { return apply(std::minus<double>()); })
      .Case<arith::MulFOp>(
          [&](auto) { return apply(std::multiplies<double>()); })
      .Case<arith::DivFOp>([&](auto) {
        return apply(std::divides<double>(), /*isQuotient=*/true);
      })
      .Default([](Operation *) { return false; });
}

void TypedArithmetic::apply(const Step &step,
                            ArrayRef<const Numbers *> operands,
                            Numbers &result) {
  if (applyBasic(step, operands, result))
    return;
  Operation *op = step.op;
  bool isInteger = getIntegerWidth(step.type).has_value();
  forEachNumber(operands, result, [&](ArrayRef<Number> point) -> Number {
    if (point.empty())
      return applyUnknown(op, point);
    if (isInteger) {
      SmallVector<uint64_t, 4> bits;
      for (Number number : point)
        bits.push_back(number.bits);
      std::optional<uint64_t> integer = applyToInteger(op, point);
      if (!integer)
        integer = applyInteger(op, bits);
      return integer ? Number{0.0, *integer} : applyUnknown(op, point);
    }
    bool areFinite = llvm::all_of(
        point, [](Number number) { return std::isfinite(number.real); });
    std::optional<double> number = applyFloat(op, point);
    if (!number) {
      // Of what is not known this much is: NaN and infinities matter to it.
      Number random = applyUnknown(op, point);
      return {areFinite ? round(step.type, random.real) : std::nan(""), 0};
    }
    double rounded = round(step.type, *number);
    bool isByZero = isa<arith::DivFOp>(op) && point[1].real == 0;
    overflown |= areFinite && std::isinf(rounded) && !isByZero;
    return {rounded, 0};
  });
}
