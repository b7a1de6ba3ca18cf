//===- Arithmetic.cpp - row expressions of arithmetic ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/Cancellation.h"
#include "Read/ScalarLaws.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm::raise;

bool mlir::norm::raise::hasNoNaNs(Operation *op) {
  auto fastmath = dyn_cast<arith::ArithFastMathInterface>(op);
  return fastmath && fastmath.getFastMathFlagsAttr() &&
         bitEnumContainsAll(fastmath.getFastMathFlagsAttr().getValue(),
                            arith::FastMathFlags::nnan);
}

/// base ^ exponent for a constant exponent that is a multiple of 1/2.
static ExprRef readPower(ExprContext &context, ExprRef base, ExprRef exponent) {
  if (!exponent->isConstant())
    return nullptr;
  double twice = 2 * exponent->constant.value;
  if (twice != std::trunc(twice) || std::abs(twice) > 64)
    return nullptr;
  return context.pow(base, Rational(int64_t(twice), 2));
}

/// fma(a, b, c) = a b + c
static ExprRef readFma(ExprContext &context, ArrayRef<ExprRef> operands) {
  ExprRef product = mulKeepingLeaves(context, operands[0], operands[1]);
  return product ? addKeepingLeaves(context, product, Coefficient::exact(1),
                                    operands[2])
                 : nullptr;
}

/// min(a, b) = -max(-a, -b)
static ExprRef readMinimum(ExprContext &context, ArrayRef<ExprRef> operands) {
  Coefficient minus = Coefficient::exact(-1);
  return context.scale(minus, context.max(context.scale(minus, operands[0]),
                                          context.scale(minus, operands[1])));
}

ExprRef mlir::norm::raise::readArithmetic(ExprContext &context, Operation *op,
                                          ArrayRef<ExprRef> operands) {
  Coefficient one = Coefficient::exact(1), minus = Coefficient::exact(-1);
  auto add = [&](Coefficient coefficient) {
    return addKeepingLeaves(context, operands[0], coefficient, operands[1]);
  };
  auto mul = [&](Rational exponent) {
    return mulKeepingLeaves(context, operands[0], operands[1], exponent);
  };
  // maxnumf and minnumf drop a NaN, which a maximum keeps.
  bool keepsNaN = !isa<arith::MaxNumFOp, arith::MinNumFOp>(op) || hasNoNaNs(op);
  return llvm::TypeSwitch<Operation *, ExprRef>(op)
      .Case<arith::AddFOp>([&](auto) { return add(one); })
      .Case<arith::SubFOp>([&](auto) { return add(minus); })
      .Case<arith::MulFOp>([&](auto) { return mul(1); })
      .Case<arith::DivFOp>([&](auto) { return mul(-1); })
      .Case<math::FmaOp>([&](auto) { return readFma(context, operands); })
      .Case<arith::NegFOp>(
          [&](auto) { return context.scale(minus, operands[0]); })
      .Case<arith::MaximumFOp, arith::MaxNumFOp>([&](auto) {
        return keepsNaN ? context.max(operands[0], operands[1]) : nullptr;
      })
      .Case<arith::MinimumFOp, arith::MinNumFOp>([&](auto) {
        return keepsNaN ? readMinimum(context, operands) : nullptr;
      })
      .Case<math::SqrtOp>(
          [&](auto) { return context.pow(operands[0], {1, 2}); })
      .Case<math::RsqrtOp>(
          [&](auto) { return context.pow(operands[0], {-1, 2}); })
      .Case<math::PowFOp, math::FPowIOp>(
          [&](auto) { return readPower(context, operands[0], operands[1]); })
      .Case<math::AbsFOp>([&](auto) { return context.abs(operands[0]); })
      .Case<arith::ExtFOp, arith::TruncFOp>([&](auto) { return operands[0]; })
      .Default([](Operation *) { return nullptr; });
}
