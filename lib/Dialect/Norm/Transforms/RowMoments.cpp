//===- RowMoments.cpp - mean and variance from sums -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RowMoments.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

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
