//===- NormDescription.cpp - a norm op as plain data ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/NormDescription.h"

#include "llvm/ADT/APFloat.h"

using namespace mlir;
using namespace mlir::norm;

StringRef mlir::norm::stringifyNormKind(NormKind kind) {
  switch (kind) {
  case NormKind::rmsnorm:
    return "rmsnorm";
  case NormKind::prmsnorm:
    return "prmsnorm";
  case NormKind::layernorm:
    return "layernorm";
  }
  llvm_unreachable("unknown kind of norm");
}

NormDescription NormDescription::get(NormOpInterface op) {
  NormDescription description;
  description.kind = op.isCentered()           ? NormKind::layernorm
                     : op.getStatisticLength() ? NormKind::prmsnorm
                                               : NormKind::rmsnorm;
  description.input = op.getInput();
  description.scale = op.getScale();
  description.bias = op.getBias();
  description.init = op.getInit();
  description.statisticInit = op.getStatisticInit();
  description.rstdInit = op.getRstdInit();
  description.meanInit = op.getMeanDestination();
  description.epsilon = op.getEpsilon().convertToDouble();
  description.epsMode = op.getEpsMode();
  description.dimensions = llvm::to_vector(op.getDimensions());
  description.scaleOffset = op.getScaleOffset();
  if (std::optional<Type> type = op.getScaleRounding())
    description.scaleRounding = cast<FloatType>(*type);
  description.k = op.getStatisticLength().value_or(0);
  description.fastmath = op.getFastmath();
  description.discardableAttributes = op->getDiscardableAttrDictionary();
  return description;
}

template <typename OpTy>
static NormOpInterface build(const NormDescription &description,
                             OpBuilder &builder, Location loc) {
  OperationState state(loc, OpTy::getOperationName());
  auto &properties = state.getOrAddProperties<typename OpTy::Properties>();
  SmallVector<int32_t> operandSegments;
  SmallVector<int32_t> resultSegments;
  auto addOperand = [&](Value operand) {
    operandSegments.push_back(operand ? 1 : 0);
    if (operand)
      state.operands.push_back(operand);
  };
  auto addDestination = [&](Value init) {
    addOperand(init);
    bool hasResult = init && isa<RankedTensorType>(init.getType());
    resultSegments.push_back(hasResult ? 1 : 0);
    if (hasResult)
      state.types.push_back(init.getType());
  };
  addOperand(description.input);
  addOperand(description.scale);
  addOperand(description.bias);
  addDestination(description.init);
  addDestination(description.statisticInit);
  addDestination(description.rstdInit);
  if constexpr (std::is_same_v<OpTy, LayerNormOp>)
    addDestination(description.meanInit);
  if constexpr (std::is_same_v<OpTy, PRMSNormOp>)
    properties.k = builder.getI64IntegerAttr(description.k);
  llvm::copy(operandSegments, properties.operandSegmentSizes.begin());
  llvm::copy(resultSegments, properties.resultSegmentSizes.begin());

  MLIRContext *context = builder.getContext();
  properties.epsilon = builder.getF64FloatAttr(description.epsilon);
  properties.eps_mode = EpsModeAttr::get(context, description.epsMode);
  properties.dimensions = builder.getDenseI64ArrayAttr(description.dimensions);
  properties.scale_offset = builder.getI64IntegerAttr(description.scaleOffset);
  if (description.scaleRounding)
    properties.scale_rounding = TypeAttr::get(description.scaleRounding);
  properties.fastmath =
      arith::FastMathFlagsAttr::get(context, description.fastmath);
  if (description.discardableAttributes)
    state.addAttributes(description.discardableAttributes.getValue());
  return cast<NormOpInterface>(builder.create(state));
}

NormOpInterface NormDescription::create(OpBuilder &builder,
                                        Location loc) const {
  switch (kind) {
  case NormKind::rmsnorm:
    return build<RMSNormOp>(*this, builder, loc);
  case NormKind::prmsnorm:
    return build<PRMSNormOp>(*this, builder, loc);
  case NormKind::layernorm:
    return build<LayerNormOp>(*this, builder, loc);
  }
  llvm_unreachable("unknown kind of norm");
}

bool mlir::norm::isHeldBy(FloatType narrow, FloatType wide) {
  return narrow == wide ||
         APFloat::isRepresentableBy(narrow.getFloatSemantics(),
                                    wide.getFloatSemantics());
}

FloatType mlir::norm::getProductType(FloatType scaleRounding, FloatType scale) {
  if (isHeldBy(scale, scaleRounding))
    return scaleRounding;
  return isHeldBy(scaleRounding, scale) ? scale : FloatType();
}
