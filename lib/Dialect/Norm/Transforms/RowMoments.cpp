//===- RowMoments.cpp - mean and variance from sums -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/RowMoments.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

#include <limits>

using namespace mlir;
using namespace mlir::norm;

Value norm::divideByCount(OpBuilder &builder, Location loc, Value sum,
                          Value count) {
  Value integer =
      arith::IndexCastOp::create(builder, loc, builder.getI64Type(), count);
  Value divisor = arith::SIToFPOp::create(
      builder, loc, getElementTypeOrSelf(sum.getType()), integer);
  if (auto type = dyn_cast<VectorType>(sum.getType()))
    divisor = vector::BroadcastOp::create(builder, loc, type, divisor);
  return emitQuotient(builder, loc, sum, divisor);
}

ShiftedMoments norm::emitShiftedMoments(OpBuilder &builder, Location loc,
                                        const FormulaEmitter &emitter,
                                        Value sum, Value sumOfSquares,
                                        Value count) {
  // Whether a sum of zeros begins with 0 or with its first term must not show:
  // 0 + -0 is 0.
  sum = arith::AddFOp::create(builder, loc, sum,
                              emitConstant(builder, loc, sum.getType(), 0.0));
  Value distance = divideByCount(builder, loc, sum, count);
  Value square = divideByCount(builder, loc, sumOfSquares, count);
  Value negated = arith::NegFOp::create(builder, loc, distance);
  Value variance = emitter.multiplyAdd(builder, loc, negated, distance, square);
  // NaN is not less than 0 and stays.
  Value zero = emitConstant(builder, loc, variance.getType(), 0.0);
  Value negative = arith::CmpFOp::create(
      builder, loc, arith::CmpFPredicate::OLT, variance, zero);
  variance = arith::SelectOp::create(builder, loc, negative, zero, variance);
  return {distance, variance};
}

static Value isNaN(OpBuilder &builder, Location loc, Value value) {
  return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO, value,
                               value);
}

SecondLook norm::emitSecondLook(OpBuilder &builder, Location loc, Value shift,
                                ShiftedMoments first) {
  auto constant = [&](double value) {
    return emitConstant(builder, loc, shift.getType(), value);
  };
  auto select = [&](Value condition, double a, Value b) -> Value {
    return arith::SelectOp::create(builder, loc, condition, constant(a), b);
  };
  SecondLook look;
  Value squared =
      arith::MulFOp::create(builder, loc, first.distance, first.distance);
  // Also where the variance is NaN.
  look.needed = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UGT,
                                      squared, first.variance);
  look.outside = isNaN(builder, loc, first.variance);
  Value mean = arith::AddFOp::create(builder, loc, shift, first.distance);
  look.shift = select(look.outside, 0.0, mean);
  look.scale = select(look.outside, kSumScale, constant(1.0));
  return look;
}

/// inf where all elements of a row with the given mean are numbers, else NaN.
///
/// That is the variance of a row whose sums of differences from some c among
/// its elements were outside of the range up to F: an element is F / n away
/// from c, and so the variance at least F^2 / (2 n^3), which is beyond F as
/// well for any n up to 2^40.
static Value emitInfinity(OpBuilder &builder, Location loc, Value mean) {
  Value infinity = emitConstant(builder, loc, mean.getType(),
                                std::numeric_limits<double>::infinity());
  Value excess = arith::SubFOp::create(builder, loc, mean, mean);
  return arith::AddFOp::create(builder, loc, infinity, excess);
}

RowCentre norm::emitRowCentre(OpBuilder &builder, Location loc,
                              const SecondLook &look, ShiftedMoments second) {
  Type type = second.distance.getType();
  auto constant = [&](double value) {
    return emitConstant(builder, loc, type, value);
  };
  // No mean of numbers is beyond the largest of them, but for its rounding; inf
  // and NaN of the row stay.
  double most =
      APFloat::getLargest(
          cast<FloatType>(getElementTypeOrSelf(type)).getFloatSemantics())
          .convertToDouble();
  Value mean = arith::MulFOp::create(builder, loc, second.distance,
                                     constant(1 / kSumScale));
  Value bounded = arith::MinNumFOp::create(builder, loc, mean, constant(most));
  bounded = arith::MaxNumFOp::create(builder, loc, bounded, constant(-most));
  Value known = isNaN(
      builder, loc,
      arith::SubFOp::create(builder, loc, second.distance, second.distance));
  mean = arith::SelectOp::create(builder, loc, known, mean, bounded);
  Value shift =
      arith::SelectOp::create(builder, loc, look.outside, mean, look.shift);
  Value distance = arith::SelectOp::create(builder, loc, look.outside,
                                           constant(0.0), second.distance);
  Value variance = arith::SelectOp::create(
      builder, loc, look.outside,
      constant(std::numeric_limits<double>::quiet_NaN()), second.variance);
  return emitRowCentre(builder, loc, shift, {distance, variance});
}

RowCentre norm::emitRowCentre(OpBuilder &builder, Location loc, Value shift,
                              ShiftedMoments moments) {
  Value outside = isNaN(builder, loc, moments.variance);
  Value distance = arith::SelectOp::create(
      builder, loc, outside, emitConstant(builder, loc, shift.getType(), 0.0),
      moments.distance);
  Value variance = arith::SelectOp::create(builder, loc, outside,
                                           emitInfinity(builder, loc, shift),
                                           moments.variance);
  return {shift, distance, variance};
}
