//===- Placements.cpp - tensors that are put into others ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Read/Placements.h"

#include "Read/ExprReader.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::norm::raise;

std::optional<TensorPlacement>
mlir::norm::raise::getTensorPlacement(Operation *op) {
  if (auto pad = dyn_cast<tensor::PadOp>(op)) {
    Value number = pad.getConstantPaddingValue();
    auto isStatic = [](RankedTensorType type) { return type.hasStaticShape(); };
    if (!number || !matchPattern(number, m_AnyZeroFloat()) ||
        !isStatic(pad.getSourceType()) || !isStatic(pad.getResultType()) ||
        llvm::is_contained(pad.getStaticLow(), ShapedType::kDynamic) ||
        llvm::any_of(pad.getStaticLow(), [](int64_t low) { return low < 0; }) ||
        llvm::any_of(pad.getStaticHigh(),
                     [](int64_t high) { return high < 0; }))
      return std::nullopt;
    return TensorPlacement{pad.getSource(), Value(),
                           SmallVector<int64_t>(pad.getStaticLow())};
  }
  auto insert = dyn_cast<tensor::InsertSliceOp>(op);
  if (!insert ||
      insert.getSourceType().getRank() != insert.getType().getRank() ||
      !insert.getSourceType().hasStaticShape() ||
      !insert.getType().hasStaticShape() || !insert.hasUnitStride() ||
      llvm::is_contained(insert.getStaticOffsets(), ShapedType::kDynamic))
    return std::nullopt;
  Attribute constant;
  bool isZero = matchPattern(insert.getDest(), m_Constant(&constant)) &&
                matchPattern(insert.getDest(), m_AnyZeroFloat());
  return TensorPlacement{insert.getSource(),
                         isZero ? Value() : insert.getDest(),
                         SmallVector<int64_t>(insert.getStaticOffsets())};
}

/// [o <= d < o + s] source(d - o) + (1 - [o <= d < o + s]) target(d)
bool ExprReader::visitPlacement(Operation *op) {
  std::optional<TensorPlacement> placement = getTensorPlacement(op);
  if (!placement)
    return false;
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  auto source = cast<RankedTensorType>(placement->source.getType());
  SmallVector<AffineExpr> indices;
  ExprRef mask = context.constant(1.0);
  for (auto [dim, offset] : llvm::enumerate(placement->offsets)) {
    AffineExpr index = context.dim(dim);
    indices.push_back(index - offset);
    int64_t end = offset + source.getDimSize(dim);
    ExprRef inside = end < type.getDimSize(dim) ? context.below(index, end)
                                                : context.constant(1.0);
    if (offset > 0)
      inside = context.sub(inside, context.below(index, offset));
    mask = context.mul(mask, inside);
  }
  ValueExpr part = getAt(placement->source, indices, type.getShape());
  ValueExpr rest = {context.constant(0.0), context.constant(0.0)};
  if (placement->target)
    rest = get(placement->target);
  auto join = [&](ExprRef own, ExprRef other) {
    ExprRef beside = context.sub(other, context.mul(mask, other));
    return context.add(context.mul(mask, own), beside);
  };
  setComputed(op->getResult(0),
              {join(part.relaxed, rest.relaxed), join(part.exact, rest.exact)});
  return true;
}
