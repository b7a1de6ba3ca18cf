//===- Formula.cpp - one element of y -------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/Formula.h"

#include "norm/Dialect/Norm/IR/NormDescription.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;

Value norm::emitConstant(OpBuilder &builder, Location loc, Type type,
                         double value) {
  TypedAttr attribute = builder.getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attribute = DenseElementsAttr::get(vector, attribute);
  return arith::ConstantOp::create(builder, loc, attribute);
}

Value norm::emitQuotient(OpBuilder &builder, Location loc, Value sum,
                         Value count) {
  return arith::DivFOp::create(builder, loc, sum, count,
                               arith::FastMathFlags::arcp);
}

Value ScalarEmitter::convert(OpBuilder &builder, Location loc, Value value,
                             FloatType element) const {
  auto from = cast<FloatType>(value.getType());
  if (from == element)
    return value;
  if (from.getWidth() > element.getWidth())
    return arith::TruncFOp::create(builder, loc, element, value);
  if (from.getWidth() == element.getWidth())
    return convert(builder, loc,
                   convert(builder, loc, value, builder.getF32Type()), element);
  return arith::ExtFOp::create(builder, loc, element, value);
}

Value ScalarEmitter::multiplyAdd(OpBuilder &builder, Location loc, Value a,
                                 Value b, Value c) const {
  Value product = arith::MulFOp::create(builder, loc, a, b);
  return arith::AddFOp::create(builder, loc, product, c);
}

static FloatType getWider(FloatType a, FloatType b) {
  return a.getWidth() >= b.getWidth() ? a : b;
}

/// P: the wider of R and G; f32 where neither holds the other, which is what
/// frameworks promote f16 and bf16 to.
static FloatType getPromotedType(FloatType rounding, FloatType scale) {
  FloatType product = getProductType(rounding, scale);
  return product ? product : Float32Type::get(rounding.getContext());
}

static FloatType getFloatType(Value value) {
  return cast<FloatType>(getElementTypeOrSelf(value.getType()));
}

Value norm::addScaleOffset(OpBuilder &builder, NormRowsOpInterface op,
                           Value scale) {
  if (op.getScaleOffset() == 0)
    return scale;
  Value offset =
      emitConstant(builder, op.getLoc(), scale.getType(), op.getScaleOffset());
  return arith::AddFOp::create(builder, op.getLoc(), scale, offset);
}

/// Y( P( P( R(t_i) * (o + g_i) ) + b_i ) ), sums and products evaluated in the
/// wider of C and P before they are rounded.
static Value emitRoundedElement(OpBuilder &builder, NormOpInterface op,
                                const FormulaEmitter &emitter, Value normalized,
                                Value scale, Value bias) {
  Location loc = op.getLoc();
  auto rounding = cast<FloatType>(*op.getScaleRounding());
  FloatType product = getPromotedType(rounding, getFloatType(scale));
  FloatType wide = getWider(op.getComputeType(), product);
  auto convert = [&](Value value, FloatType type) {
    return emitter.convert(builder, loc, value, type);
  };

  Value rounded = convert(convert(normalized, rounding), wide);
  Value factor = addScaleOffset(builder, op, convert(scale, wide));
  Value result =
      convert(arith::MulFOp::create(builder, loc, rounded, factor), product);
  if (bias) {
    Value sum = arith::AddFOp::create(builder, loc, convert(result, wide),
                                      convert(bias, wide));
    result = convert(sum, product);
  }
  return convert(result, cast<FloatType>(op.getInitType().getElementType()));
}

Value norm::emitElement(OpBuilder &builder, NormOpInterface op,
                        const FormulaEmitter &emitter, Value normalized,
                        Value scale, Value bias) {
  if (op.getScaleRounding())
    return emitRoundedElement(builder, op, emitter, normalized, scale, bias);
  Location loc = op.getLoc();
  FloatType compute = op.getComputeType();
  Value result = normalized;
  if (bias)
    bias = emitter.convert(builder, loc, bias, compute);
  if (scale) {
    scale = emitter.convert(builder, loc, scale, compute);
    scale = addScaleOffset(builder, op, scale);
  }
  if (scale && bias)
    result = emitter.multiplyAdd(builder, loc, result, scale, bias);
  else if (scale)
    result = arith::MulFOp::create(builder, loc, result, scale);
  else if (bias)
    result = arith::AddFOp::create(builder, loc, result, bias);
  return emitter.convert(builder, loc, result,
                         cast<FloatType>(op.getInitType().getElementType()));
}

Value norm::emitRstd(OpBuilder &builder, NormOpInterface op, Value statistic) {
  Location loc = op.getLoc();
  Type compute = statistic.getType();
  Value epsilon =
      emitConstant(builder, loc, compute, op.getEpsilon().convertToDouble());
  if (op.getEpsMode() == EpsMode::inside) {
    Value shifted = arith::AddFOp::create(builder, loc, statistic, epsilon);
    return math::RsqrtOp::create(builder, loc, shifted);
  }
  Value root = math::SqrtOp::create(builder, loc, statistic);
  Value shifted = arith::AddFOp::create(builder, loc, root, epsilon);
  Value one = emitConstant(builder, loc, compute, 1.0);
  return arith::DivFOp::create(builder, loc, one, shifted);
}
