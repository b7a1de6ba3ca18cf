//===- Gate.cpp - what is done to a norm before it is complete ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// x * (gate * rstd) is no norm at any point, and so is x * s + (b - m * s)
// where s = rstd * g varies beside the row. Multiplication commutes: both are
// y * gate + rest for the norm y, by an op of its own.
//
//===----------------------------------------------------------------------===//

#include "Rewrite/Rewriter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

SmallVector<AffineExpr> mlir::norm::raise::getPositions(const Point &point,
                                                        MLIRContext *context) {
  SmallVector<AffineExpr> positions;
  for (auto [dim, extent] : llvm::enumerate(point.staticExtents))
    positions.push_back(extent == 1 ? getAffineConstantExpr(0, context)
                                    : getAffineDimExpr(dim, context));
  return positions;
}

/// y * gate + rest over the positions of the root, in front of its op; null
/// where the size of a dimension is not known.
Value Rewriter::makeGated(const NormPlan &plan, Value y, OpBuilder &opBuilder) {
  OpBuilder::InsertionGuard guard(opBuilder);
  opBuilder.setInsertionPoint(plan.root.owner);
  Location loc = plan.root.value.getLoc();
  SmallVector<Witness> operands = {{y, plan.input.indices}};
  for (const std::optional<Witness> &witness : {plan.gate, plan.rest})
    if (witness)
      operands.push_back(*witness);

  SmallVector<OpFoldResult> sizes;
  for (auto [position, extent] : llvm::enumerate(plan.root.staticExtents)) {
    if (!ShapedType::isDynamic(extent)) {
      sizes.push_back(opBuilder.getIndexAttr(extent));
      continue;
    }
    OpFoldResult size;
    for (const Witness &operand : operands)
      for (auto [dim, index] : llvm::enumerate(operand.indices))
        if (!size && index == context.dim(position))
          size = tensor::getMixedSize(opBuilder, loc, operand.tensor, dim);
    if (!size)
      return nullptr;
    sizes.push_back(size);
  }
  int64_t rank = sizes.size();
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (const Witness &operand : operands) {
    inputs.push_back(operand.tensor);
    maps.push_back(
        AffineMap::get(rank, 0, operand.indices, opBuilder.getContext()));
  }
  maps.push_back(opBuilder.getMultiDimIdentityMap(rank));
  Type type = getElementTypeOrSelf(plan.root.value.getType());
  Value empty = tensor::EmptyOp::create(opBuilder, loc, sizes, type);
  SmallVector<utils::IteratorType> iterators(rank,
                                             utils::IteratorType::parallel);
  Type computeType = getElementTypeOrSelf(y.getType());
  return linalg::GenericOp::create(
             opBuilder, loc, empty.getType(), inputs, empty, maps, iterators,
             [&](OpBuilder &b, Location l, ValueRange arguments) {
               auto convert = [&](Value value, Type to) {
                 return convertScalarToDtype(b, l, value, to,
                                             /*isUnsignedCast=*/false);
               };
               Value value = arguments[0];
               unsigned next = 1;
               if (plan.gate)
                 value = arith::MulFOp::create(
                     b, l, value, convert(arguments[next++], computeType));
               if (plan.rest)
                 value = arith::AddFOp::create(
                     b, l, value, convert(arguments[next++], computeType));
               linalg::YieldOp::create(b, l, convert(value, type));
             })
      .getResult(0);
}
