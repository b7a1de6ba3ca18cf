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

Location mlir::norm::raise::getLocation(const NormPlan &plan) {
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
    if (*witness && !(*witness)->number)
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
        unsigned next = 1;
        auto read = [&](const Witness &witness) -> Value {
          if (!witness.number)
            return convert(arguments[next++], computeType);
          return arith::ConstantOp::create(
              b, l, b.getFloatAttr(computeType, *witness.number));
        };
        Value value = arguments[0];
        if (plan.gate)
          value = arith::MulFOp::create(b, l, value, read(*plan.gate));
        if (plan.rest)
          value = arith::AddFOp::create(b, l, value, read(*plan.rest));
        return convert(value, type);
      });
}

static Value getResult(NormOpInterface norm, StatisticKind kind) {
  switch (kind) {
  case StatisticKind::Mean:
    return norm.getMeanResult();
  case StatisticKind::Rstd:
    return norm.getRstd();
  case StatisticKind::Statistic:
    return norm.getStatistic();
  }
  llvm_unreachable("a kind of statistic");
}

void Rewriter::replaceStatistics(ArrayRef<StatisticUse> uses, Operation *op,
                                 OpBuilder &builder) {
  for (const StatisticUse &use : uses) {
    Operation *producer = Value(use.value).getDefiningOp();
    replaceStatistic(use, getResult(cast<NormOpInterface>(op), use.kind),
                     builder);
    dead.mark(producer);
  }
}

Operation *Rewriter::apply(const NormPlan &plan) {
  OpBuilder builder(plan.root.owner->getContext());
  Operation *op = makeNorm(plan, builder);
  Value y = cast<NormOpInterface>(op).getY();
  Value root = plan.isGated() ? makeGated(plan, y) : y;
  replaceStatistics(plan.statistics, op, builder);
  replaceRoot(plan, root, builder);
  for (Operation *source : plan.cone.ops)
    releaseSizes(source);
  dead.mark(plan.root.owner);
  for (Operation *source : plan.cone.ops)
    dead.mark(source);
  return op;
}

Operation *Rewriter::addStatistics(const NormPlan &plan, Operation *op,
                                   ArrayRef<StatisticUse> uses) {
  OpBuilder builder(op);
  auto norm = cast<NormOpInterface>(op);
  constexpr StatisticKind kinds[] = {StatisticKind::Statistic,
                                     StatisticKind::Rstd, StatisticKind::Mean};
  NormOperands operands = {norm.getInput(), norm.getScale(), norm.getBias(),
                           norm.getInit()};
  for (StatisticKind kind : kinds)
    if (Value result = getResult(norm, kind))
      operands.statisticInits[unsigned(kind)] =
          cast<DestinationStyleOpInterface>(op)
              .getTiedOpOperand(cast<OpResult>(result))
              ->get();
  SmallVector<OpFoldResult> rows;
  for (int64_t dim : plan.spec.otherDims)
    rows.push_back(
        tensor::getMixedSize(builder, op->getLoc(), norm.getInput(), dim));
  for (const StatisticUse &use : uses)
    if (Value &init = operands.statisticInits[unsigned(use.kind)]; !init)
      init = tensor::EmptyOp::create(builder, op->getLoc(), rows,
                                     plan.spec.computeType);
  Operation *wider = createNorm(builder, op->getLoc(), plan.spec, operands);
  norm.getY().replaceAllUsesWith(cast<NormOpInterface>(wider).getY());
  for (StatisticKind kind : kinds)
    if (Value result = getResult(norm, kind))
      result.replaceAllUsesWith(getResult(cast<NormOpInterface>(wider), kind));
  dead.mark(op);
  replaceStatistics(uses, wider, builder);
  return wider;
}
