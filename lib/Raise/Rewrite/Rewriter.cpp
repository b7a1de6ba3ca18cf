//===- Rewriter.cpp - applying a plan -------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Rewrite/Rewriter.h"

#include "Plan/NormSpec.h"
#include "Plan/RootPlan.h"
#include "Rewrite/RowWise.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

void Rewriter::releaseSizes(Operation *op) {
  for (Value result : op->getResults()) {
    for (OpOperand *use : dead.getLiveUses(result)) {
      auto dim = dyn_cast<tensor::DimOp>(use->getOwner());
      if (!dim || !dim.getConstantIndex())
        continue;
      ExtentOrigin origin = trace(result, *dim.getConstantIndex());
      OpBuilder builder(dim);
      OpFoldResult size =
          origin.number ? OpFoldResult(builder.getIndexAttr(*origin.number))
                        : getSize(origin.value.getDefiningOp(), origin.dim);
      if (!size && origin.value != result)
        size = tensor::DimOp::create(builder, dim.getLoc(), origin.value,
                                     origin.dim)
                   .getResult();
      if (!size)
        continue;
      dim.replaceAllUsesWith(
          getValueOrCreateConstantIndexOp(builder, dim.getLoc(), size));
      dead.mark(dim);
    }
  }
}

/// One location that lists every op that went in, in program order.
static Location getLocation(const NormPlan &plan) {
  Operation *ownInput =
      plan.input.op ? nullptr : plan.input.value.getDefiningOp();
  SmallVector<Location> locations;
  for (Operation *op : llvm::reverse(plan.cone.ops.getArrayRef()))
    if (op != ownInput)
      locations.push_back(op->getLoc());
  return FusedLoc::get(plan.root.owner->getContext(), locations);
}

Operation *Rewriter::makeNorm(const NormPlan &plan, OpBuilder &builder) {
  const NormSpec &spec = plan.spec;
  builder.setInsertionPoint(plan.placement.block,
                            Block::iterator(plan.placement.before));
  Location loc = getLocation(plan), rootLoc = plan.root.value.getLoc();
  NormOperands operands;
  operands.input = makeTensor(builder, plan.input);
  SmallVector<OpFoldResult> sizes;
  auto getSizes = [&](ArrayRef<int64_t> dims) {
    SmallVector<OpFoldResult> result;
    for (int64_t dim : dims)
      result.push_back(sizes[dim]);
    return result;
  };
  auto shape = [&](const std::optional<Witness> &parameter, const View &view) {
    if (!parameter)
      return Value();
    SmallVector<OpFoldResult> dynamicSizes;
    if (view.kind == View::Kind::Copy)
      for (int64_t dim : spec.rowDims)
        if (spec.inputType.isDynamicDim(dim))
          dynamicSizes.push_back(
              tensor::getMixedSize(builder, rootLoc, operands.input, dim));
    return makeView(builder, rootLoc, parameter->value, view, dynamicSizes);
  };
  operands.scale = shape(plan.scale, plan.scaleView);
  operands.bias = shape(plan.bias, plan.biasView);
  sizes = tensor::getMixedSizes(builder, loc, operands.input);
  operands.init = plan.destination;
  if (!operands.init)
    operands.init = tensor::EmptyOp::create(builder, loc, sizes,
                                            spec.resultType.getElementType());
  for (const StatisticUse &use : plan.statistics)
    if (Value &init = operands.statisticInits[unsigned(use.kind)]; !init)
      init = tensor::EmptyOp::create(builder, loc, getSizes(spec.otherDims),
                                     spec.computeType);
  return createNorm(builder, loc, spec, operands);
}

/// y * gate + rest over the positions of the root, in front of its op.
///
/// x * (gate * rstd) is no norm at any point, and so is x * s + (b - m * s)
/// where s = rstd * g varies beside the row. Multiplication commutes: both are
/// y * gate + rest for the norm y.
Value Rewriter::makeGated(const NormPlan &plan, Value y) {
  OpBuilder builder(plan.root.owner);
  Location loc = plan.root.value.getLoc();
  int64_t rank = plan.root.staticExtents.size();
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  auto addInput = [&](Value tensor, ArrayRef<AffineExpr> indices) {
    inputs.push_back(tensor);
    maps.push_back(AffineMap::get(rank, 0, indices, builder.getContext()));
  };
  addInput(y, plan.input.indices);
  for (const std::optional<Witness> *witness : {&plan.gate, &plan.rest})
    if (*witness)
      addInput(makeTensor(builder, **witness), (*witness)->indices);
  SmallVector<OpFoldResult> sizes;
  for (Size size : plan.replacement.gatedSizes)
    sizes.push_back(makeSize(builder, loc, size));
  Type type = getElementTypeOrSelf(plan.root.value.getType());
  Type computeType = plan.spec.computeType;
  return makeRowWise(
      builder, loc, inputs, maps, sizes, type,
      [&](OpBuilder &b, Location l, ValueRange arguments) {
        auto convert = [&](Value value, Type to) {
          return convertScalarToDtype(b, l, value, to,
                                      /*isUnsignedCast=*/false);
        };
        Value value = arguments[0];
        unsigned next = 1;
        if (plan.gate)
          value = arith::MulFOp::create(b, l, value,
                                        convert(arguments[next++], computeType));
        if (plan.rest)
          value = arith::AddFOp::create(b, l, value,
                                        convert(arguments[next++], computeType));
        return convert(value, type);
      });
}

Operation *Rewriter::apply(const NormPlan &plan) {
  OpBuilder builder(plan.root.owner->getContext());
  Operation *op = makeNorm(plan, builder);
  auto norm = cast<NormOpInterface>(op);
  Value root = plan.isGated() ? makeGated(plan, norm.getY()) : norm.getY();
  for (const StatisticUse &use : plan.statistics)
    replaceStatistic(use,
                     use.kind == StatisticKind::Mean   ? norm.getMeanResult()
                     : use.kind == StatisticKind::Rstd ? norm.getRstd()
                                                       : norm.getStatistic(),
                     builder);
  replaceRoot(plan, root, builder);
  for (Operation *source : plan.cone.ops)
    releaseSizes(source);
  dead.mark(plan.root.owner);
  for (Operation *source : plan.cone.ops)
    dead.mark(source);
  return op;
}
