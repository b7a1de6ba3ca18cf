//===- BackwardDescription.cpp - a backward op as plain data --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/BackwardDescription.h"

using namespace mlir;
using namespace mlir::norm;

BackwardDescription BackwardDescription::get(NormBackwardOpInterface op) {
  BackwardDescription description;
  description.kind = op.isCentered()           ? NormKind::layernorm
                     : op.getStatisticLength() ? NormKind::prmsnorm
                                               : NormKind::rmsnorm;
  description.dy = op.getDy();
  description.input = op.getInput();
  description.scale = op.getScale();
  description.rstd = op.getRstd();
  description.mean = op.getMeanOperand();
  description.dres = op.getDres();
  description.dxInit = op.getDxInit();
  description.dscaleInit = op.getDscaleInit();
  description.dbiasInit = op.getDbiasInit();
  description.epsMode = op.getEpsMode();
  if (std::optional<APFloat> epsilon = op.getEpsilon())
    description.epsilon = epsilon->convertToDouble();
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
static NormBackwardOpInterface
buildBackward(const BackwardDescription &description, OpBuilder &builder,
              Location loc) {
  OperationState state(loc, OpTy::getOperationName());
  auto &properties = state.getOrAddProperties<typename OpTy::Properties>();
  SmallVector<int32_t> operandSegments, resultSegments;
  auto addOperand = [&](Value operand) {
    operandSegments.push_back(operand ? 1 : 0);
    if (operand)
      state.operands.push_back(operand);
  };
  for (Value operand :
       {description.dy, description.input, description.scale, description.rstd})
    addOperand(operand);
  if constexpr (std::is_same_v<OpTy, LayerNormBackwardOp>)
    addOperand(description.mean);
  addOperand(description.dres);
  for (Value init :
       {description.dxInit, description.dscaleInit, description.dbiasInit}) {
    addOperand(init);
    bool hasResult = init && isa<RankedTensorType>(init.getType());
    resultSegments.push_back(hasResult ? 1 : 0);
    if (hasResult)
      state.types.push_back(init.getType());
  }
  if constexpr (std::is_same_v<OpTy, PRMSNormBackwardOp>)
    properties.k = builder.getI64IntegerAttr(description.k);
  llvm::copy(operandSegments, properties.operandSegmentSizes.begin());
  llvm::copy(resultSegments, properties.resultSegmentSizes.begin());

  MLIRContext *context = builder.getContext();
  if (description.epsMode == EpsMode::outside)
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
  return cast<NormBackwardOpInterface>(builder.create(state));
}

NormBackwardOpInterface BackwardDescription::create(OpBuilder &builder,
                                                    Location loc) const {
  switch (kind) {
  case NormKind::rmsnorm:
    return buildBackward<RMSNormBackwardOp>(*this, builder, loc);
  case NormKind::prmsnorm:
    return buildBackward<PRMSNormBackwardOp>(*this, builder, loc);
  case NormKind::layernorm:
    return buildBackward<LayerNormBackwardOp>(*this, builder, loc);
  }
  llvm_unreachable("unknown kind of norm");
}
