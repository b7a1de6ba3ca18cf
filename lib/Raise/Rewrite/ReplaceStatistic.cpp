//===- ReplaceStatistic.cpp - reading a statistic from a norm op ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rewrite/Rewriter.h"
#include "Rewrite/RowWise.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// coefficient * form(statistic) + summand, in the type of the value.
static Value makeForm(OpBuilder &builder, Location loc, const StatisticUse &use,
                      Value statistic) {
  auto constant = [&](double number) -> Value {
    return arith::ConstantOp::create(
        builder, loc, builder.getFloatAttr(statistic.getType(), number));
  };
  Value value = statistic;
  if (use.form == StatisticForm::Reciprocal)
    value = arith::DivFOp::create(builder, loc, constant(1.0), value);
  else if (use.form == StatisticForm::Root)
    value = math::SqrtOp::create(builder, loc, value);
  if (use.coefficient != 1.0)
    value =
        arith::MulFOp::create(builder, loc, value, constant(use.coefficient));
  if (use.summand != 0.0)
    value = arith::AddFOp::create(builder, loc, value, constant(use.summand));
  return convertScalarToDtype(builder, loc, value,
                              use.view.type.getElementType(),
                              /*isUnsignedCast=*/false);
}

void Rewriter::replaceStatistic(const StatisticUse &use, Value result,
                                OpBuilder &builder) {
  Location loc = use.value.getLoc();
  if (!use.merged.empty())
    result = tensor::CollapseShapeOp::create(builder, loc, result, use.merged);
  if (use.view.kind != View::Kind::Copy) {
    Value(use.value).replaceAllUsesWith(
        makeView(builder, loc, result, use.view));
    return;
  }
  // Dimension d of the copy is dimension `reads` of the result where it reads
  // one.
  SmallVector<OpFoldResult> sizes;
  for (auto [dim, extent] : llvm::enumerate(use.view.type.getShape())) {
    if (!ShapedType::isDynamic(extent)) {
      sizes.push_back(builder.getIndexAttr(extent));
      continue;
    }
    std::optional<unsigned> read =
        use.view.map.getResultPosition(builder.getAffineDimExpr(dim));
    sizes.push_back(tensor::getMixedSize(builder, loc, result, *read));
  }
  Value copy = makeRowWise(builder, loc, result, use.view.map, sizes,
                           use.view.type.getElementType(),
                           [&](OpBuilder &b, Location l, ValueRange inputs) {
                             return makeForm(b, l, use, inputs.front());
                           });
  if (copy.getType() != use.view.type)
    copy = tensor::CastOp::create(builder, loc, use.view.type, copy);
  Value(use.value).replaceAllUsesWith(copy);
}
