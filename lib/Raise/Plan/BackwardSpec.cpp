//===- BackwardSpec.cpp - the op of a plan for a gradient -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/BackwardSpec.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

static StringRef getBackwardName(NormKind kind) {
  switch (kind) {
  case NormKind::RMSNorm:
    return RMSNormBackwardOp::getOperationName();
  case NormKind::PRMSNorm:
    return PRMSNormBackwardOp::getOperationName();
  case NormKind::LayerNorm:
    return LayerNormBackwardOp::getOperationName();
  }
  llvm_unreachable("a kind of norm");
}

Operation *mlir::norm::raise::createBackward(OpBuilder &builder, Location loc,
                                             const NormSpec &spec,
                                             const BackwardOperands &operands) {
  OperationState state(loc, getBackwardName(spec.kind));
  SmallVector<int32_t> segments, resultSegments;
  auto addOperand = [&](Value operand) {
    segments.push_back(operand ? 1 : 0);
    if (operand)
      state.addOperands(operand);
  };
  for (Value operand :
       {operands.dy, operands.input, operands.scale, operands.rstd})
    addOperand(operand);
  if (spec.kind == NormKind::LayerNorm)
    addOperand(operands.mean);
  addOperand(operands.residual);
  for (Value init :
       {operands.dxInit, operands.sumInits[0], operands.sumInits[1]}) {
    addOperand(init);
    resultSegments.push_back(init ? 1 : 0);
    if (init)
      state.addTypes(init.getType());
  }
  state.addAttribute("operandSegmentSizes",
                     builder.getDenseI32ArrayAttr(segments));
  state.addAttribute("resultSegmentSizes",
                     builder.getDenseI32ArrayAttr(resultSegments));
  state.addAttribute("dimensions", builder.getDenseI64ArrayAttr(spec.rowDims));
  if (spec.epsMode != EpsMode::inside) {
    state.addAttribute("epsilon", builder.getF64FloatAttr(spec.epsilon));
    state.addAttribute("eps_mode",
                       EpsModeAttr::get(builder.getContext(), spec.epsMode));
  }
  if (spec.scaleOffset != 0)
    state.addAttribute("scale_offset",
                       builder.getI64IntegerAttr(spec.scaleOffset));
  if (spec.kind == NormKind::PRMSNorm)
    state.addAttribute("k", builder.getI64IntegerAttr(spec.k));
  return builder.create(state);
}

std::string mlir::norm::raise::verifyBackward(const BackwardPlan &plan) {
  const NormSpec &spec = plan.dx.spec;
  MLIRContext *context = spec.inputType.getContext();
  Location loc = UnknownLoc::get(context);
  Block block;
  auto argument = [&](Type type) { return block.addArgument(type, loc); };
  auto optional = [&](const std::optional<BackwardOperand> &operand) {
    return operand ? argument(operand->view.type) : Value();
  };
  BackwardOperands operands;
  operands.dy = argument(plan.dy.view.type);
  operands.input = argument(spec.inputType);
  operands.scale = optional(plan.scale);
  operands.rstd = argument(plan.rstd.view.type);
  operands.mean = optional(plan.mean);
  operands.residual = optional(plan.residual);
  if (plan.hasDx)
    operands.dxInit = argument(spec.resultType);
  for (auto kind :
       {ParameterGradient::Kind::Scale, ParameterGradient::Kind::Bias})
    if (RankedTensorType type = plan.getSumType(kind))
      operands.sumInits[unsigned(kind)] = argument(type);
  std::string message;
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
    message = diagnostic.str();
    return success();
  });
  OpBuilder builder(context);
  builder.setInsertionPointToStart(&block);
  Operation *op = createBackward(builder, loc, spec, operands);
  bool isValid = succeeded(mlir::verify(op));
  assert(isValid == message.empty() && "expected a message of the verifier");
  (void)isValid;
  StringRef text = message;
  text.consume_front(("'" + op->getName().getStringRef() + "' op ").str());
  return text.str();
}
