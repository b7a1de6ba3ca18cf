//===- RewriteBackward.cpp - applying the plan of a gradient --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/BackwardSpec.h"
#include "Rewrite/Rewriter.h"
#include "Rewrite/RowWise.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

using SumKind = ParameterGradient::Kind;

namespace {
/// Makes the operands of one op, which are shaped as dimensions of x.
class OperandMaker {
public:
  OperandMaker(OpBuilder &builder, Location loc, const NormPlan &plan)
      : builder(builder), loc(loc), input(makeTensor(builder, plan.input)) {}

  Value make(const BackwardOperand &operand, ArrayRef<int64_t> dims);
  Value makeProduct(const BackwardOperand &lhs, const BackwardOperand &rhs,
                    ArrayRef<int64_t> dims);
  Value makeNumber(double number, ArrayRef<int64_t> dims, Type element);
  Value makeEmpty(ArrayRef<int64_t> dims, Type element);
  Value getInput() const { return input; }

private:
  SmallVector<OpFoldResult> getSizes(ArrayRef<int64_t> dims);

  OpBuilder &builder;
  Location loc;
  Value input;
};
} // namespace

SmallVector<OpFoldResult> OperandMaker::getSizes(ArrayRef<int64_t> dims) {
  SmallVector<OpFoldResult> sizes;
  for (int64_t dim : dims)
    sizes.push_back(tensor::getMixedSize(builder, loc, input, dim));
  return sizes;
}

Value OperandMaker::makeEmpty(ArrayRef<int64_t> dims, Type element) {
  return tensor::EmptyOp::create(builder, loc, getSizes(dims), element);
}

Value OperandMaker::make(const BackwardOperand &operand,
                         ArrayRef<int64_t> dims) {
  const View &view = operand.view;
  if (operand.witness.number)
    return makeNumber(*operand.witness.number, dims,
                      view.type.getElementType());
  Value tensor = makeTensor(builder, operand.witness);
  if (view.kind != View::Kind::Copy)
    return makeView(builder, loc, tensor, view);
  Type element = view.type.getElementType();
  return makeRowWise(builder, loc, tensor, view.map, getSizes(dims), element,
                     [&](OpBuilder &b, Location l, ValueRange inputs) -> Value {
                       Value value =
                           convertScalarToDtype(b, l, inputs.front(), element,
                                                /*isUnsignedCast=*/false);
                       if (!operand.isReciprocal)
                         return value;
                       Value one = arith::ConstantOp::create(
                           b, l, b.getFloatAttr(element, 1.0));
                       return arith::DivFOp::create(b, l, one, value);
                     });
}

Value OperandMaker::makeProduct(const BackwardOperand &lhs,
                                const BackwardOperand &rhs,
                                ArrayRef<int64_t> dims) {
  Type element = lhs.view.type.getElementType();
  return makeRowWise(
      builder, loc,
      {makeTensor(builder, lhs.witness), makeTensor(builder, rhs.witness)},
      {lhs.view.map, rhs.view.map}, getSizes(dims), element,
      [&](OpBuilder &b, Location l, ValueRange inputs) -> Value {
        SmallVector<Value> factors;
        for (Value input : inputs)
          factors.push_back(convertScalarToDtype(b, l, input, element,
                                                 /*isUnsignedCast=*/false));
        return arith::MulFOp::create(b, l, factors[0], factors[1]);
      });
}

Value OperandMaker::makeNumber(double number, ArrayRef<int64_t> dims,
                               Type element) {
  Value constant = arith::ConstantOp::create(
      builder, loc, builder.getFloatAttr(element, number));
  Value empty = makeEmpty(dims, element);
  return linalg::FillOp::create(builder, loc, constant, empty).getResult(0);
}

Operation *Rewriter::makeBackward(const BackwardPlan &plan,
                                  OpBuilder &builder) {
  const NormSpec &spec = plan.dx.spec;
  builder.setInsertionPoint(plan.dx.placement.block,
                            Block::iterator(plan.dx.placement.before));
  Location loc = getLocation(plan.dx);
  OperandMaker maker(builder, loc, plan.dx);
  SmallVector<int64_t> all;
  for (int64_t dim = 0; dim < spec.inputType.getRank(); ++dim)
    all.push_back(dim);
  auto optional = [&](const std::optional<BackwardOperand> &operand,
                      ArrayRef<int64_t> dims) {
    return operand ? maker.make(*operand, dims) : Value();
  };
  BackwardOperands operands;
  operands.input = maker.getInput();
  operands.dy = plan.gain ? maker.makeProduct(plan.dy, *plan.gain, all)
                          : maker.make(plan.dy, all);
  operands.scale = optional(plan.scale, spec.rowDims);
  operands.rstd = maker.make(plan.rstd, spec.otherDims);
  operands.mean = optional(plan.mean, spec.otherDims);
  operands.residual = optional(plan.residual, all);
  if (plan.hasDx)
    operands.dxInit = maker.makeEmpty(all, spec.resultType.getElementType());
  for (SumKind kind : {SumKind::Scale, SumKind::Bias})
    if (RankedTensorType type = plan.getSumType(kind))
      operands.sumInits[unsigned(kind)] =
          maker.makeEmpty(spec.rowDims, type.getElementType());
  return createBackward(builder, loc, spec, operands);
}

Operation *Rewriter::apply(const BackwardPlan &plan) {
  OpBuilder builder(plan.dx.root.owner->getContext());
  Operation *op = makeBackward(plan, builder);
  auto backward = cast<NormBackwardOpInterface>(op);
  SmallVector<Operation *> producers;
  for (const ParameterGradient &sum : plan.sums) {
    Value result =
        sum.kind == SumKind::Scale ? backward.getDscale() : backward.getDbias();
    Value view = makeView(builder, op->getLoc(), result, sum.view);
    producers.push_back(Value(sum.value).getDefiningOp());
    Value(sum.value).replaceAllUsesWith(view);
  }
  if (plan.hasDx)
    replaceRoot(plan.dx, backward.getDx(), builder);
  for (Operation *source : plan.dx.cone.ops)
    releaseSizes(source);
  for (Operation *producer : producers)
    dead.mark(producer);
  dead.mark(plan.dx.root.owner);
  for (Operation *source : plan.dx.cone.ops)
    dead.mark(source);
  return op;
}
