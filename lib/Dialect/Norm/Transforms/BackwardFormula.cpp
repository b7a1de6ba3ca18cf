//===- BackwardFormula.cpp - one element of dx, dscale, dbias -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/BackwardFormula.h"

#include "norm/Dialect/Norm/IR/RowShape.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

BackwardInputs::BackwardInputs(NormBackwardOpInterface op, BackwardPart part) {
  auto add = [&](Value value, OperandRole role,
                 Value BackwardScalars::*member) {
    if (!value)
      return;
    values.push_back(value);
    maps.push_back(getRoleMap(op, role));
    members.push_back(member);
  };
  bool isDx = part == BackwardPart::dx;
  bool readsX =
      isDx || part == BackwardPart::rowSum || part == BackwardPart::dscale;
  bool readsScale =
      isDx || part == BackwardPart::rowSum || part == BackwardPart::gradientSum;
  add(op.getDy(), OperandRole::element, &BackwardScalars::dy);
  if (readsX)
    add(op.getInput(), OperandRole::element, &BackwardScalars::x);
  if (readsScale)
    add(op.getScale(), OperandRole::position, &BackwardScalars::scale);
  if (readsX) {
    add(op.getRstd(), OperandRole::row, &BackwardScalars::rstd);
    add(op.getMeanOperand(), OperandRole::row, &BackwardScalars::mean);
  }
  if (isDx)
    add(op.getDres(), OperandRole::element, &BackwardScalars::dres);
}

BackwardScalars BackwardInputs::getScalars(ValueRange arguments) const {
  BackwardScalars scalars;
  for (auto [member, argument] : llvm::zip(members, arguments))
    scalars.*member = argument;
  return scalars;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

Value norm::emitGradient(OpBuilder &builder, NormBackwardOpInterface op,
                         const FormulaEmitter &emitter,
                         const BackwardScalars &at) {
  Location loc = op.getLoc();
  FloatType compute = op.getComputeType();
  Value dy = emitter.convert(builder, loc, at.dy, compute);
  if (!at.scale)
    return dy;
  Value scale = emitter.convert(builder, loc, at.scale, compute);
  return arith::MulFOp::create(builder, loc, dy,
                               addScaleOffset(builder, op, scale));
}

Value norm::emitNormalized(OpBuilder &builder, NormBackwardOpInterface op,
                           const FormulaEmitter &emitter,
                           const BackwardScalars &at) {
  Location loc = op.getLoc();
  Value h = emitter.convert(builder, loc, at.x, op.getComputeType());
  if (at.mean)
    h = arith::SubFOp::create(builder, loc, h, at.mean);
  return arith::MulFOp::create(builder, loc, h, at.rstd);
}

Value norm::emitCoefficient(OpBuilder &builder, NormBackwardOpInterface op,
                            Value sum, Value count, Value rstd) {
  Location loc = op.getLoc();
  Value mean = emitQuotient(builder, loc, sum, count);
  if (op.getEpsMode() == EpsMode::inside)
    return mean;
  auto constant = [&](double value) {
    return emitConstant(builder, loc, op.getComputeType(), value);
  };
  Value shifted = arith::DivFOp::create(builder, loc, constant(1.0), rstd);
  Value rms = arith::SubFOp::create(
      builder, loc, shifted, constant(op.getEpsilon()->convertToDouble()));
  Value quotient = arith::DivFOp::create(builder, loc, mean, rms);
  Value isZero = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ,
                                       rms, constant(0.0));
  return arith::SelectOp::create(builder, loc, isZero, constant(0.0), quotient);
}

Value norm::emitInputGradient(OpBuilder &builder, NormBackwardOpInterface op,
                              const FormulaEmitter &emitter,
                              const BackwardScalars &at, const RowTerms &terms,
                              Value leading) {
  Location loc = op.getLoc();
  Value gradient = emitGradient(builder, op, emitter, at);
  // dy * scale - mean is one multiply-add.
  if (Value mean = terms.meanOfGradient) {
    auto product = gradient.getDefiningOp<arith::MulFOp>();
    gradient =
        product
            ? emitter.multiplyAdd(builder, loc, product.getLhs(),
                                  product.getRhs(),
                                  arith::NegFOp::create(builder, loc, mean))
            : arith::SubFOp::create(builder, loc, gradient, mean).getResult();
    if (product && product->use_empty())
      product->erase();
  }
  Value normalized = emitNormalized(builder, op, emitter, at);
  Value negated = arith::NegFOp::create(builder, loc, terms.coefficient);
  auto subtractTerm = [&](Value value) -> Value {
    Value rest = emitter.multiplyAdd(builder, loc, normalized, negated, value);
    if (!leading)
      return rest;
    return arith::SelectOp::create(builder, loc, leading, rest, value);
  };
  bool inside = op.getEpsMode() == EpsMode::inside;
  Value dx = inside ? subtractTerm(gradient) : gradient;
  if (inside && at.dres) {
    Value dres = emitter.convert(builder, loc, at.dres, op.getComputeType());
    dx = emitter.multiplyAdd(builder, loc, dx, at.rstd, dres);
  } else {
    dx = arith::MulFOp::create(builder, loc, dx, at.rstd);
    if (!inside)
      dx = subtractTerm(dx);
    if (at.dres)
      dx = arith::AddFOp::create(
          builder, loc, dx,
          emitter.convert(builder, loc, at.dres, op.getComputeType()));
  }
  auto type = cast<ShapedType>(op.getDxInit().getType());
  return emitter.convert(builder, loc, dx,
                         cast<FloatType>(type.getElementType()));
}

Value norm::emitScaleGradient(OpBuilder &builder, NormBackwardOpInterface op,
                              const FormulaEmitter &emitter,
                              const BackwardScalars &at) {
  Location loc = op.getLoc();
  FloatType compute = op.getComputeType();
  Value normalized = emitNormalized(builder, op, emitter, at);
  if (std::optional<Type> rounding = op.getScaleRounding())
    normalized = emitter.convert(
        builder, loc,
        emitter.convert(builder, loc, normalized, cast<FloatType>(*rounding)),
        compute);
  Value dy = emitter.convert(builder, loc, at.dy, compute);
  return arith::MulFOp::create(builder, loc, dy, normalized);
}
