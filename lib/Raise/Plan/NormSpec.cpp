//===- NormSpec.cpp - the op of a plan ------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/NormSpec.h"

#include "Expr/IndexMath.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Verifier.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// The shortest decimal that rounds to the same number of the compute type.
static double getShortestEpsilon(Coefficient epsilon, FloatType computeType) {
  if (!computeType.isF32())
    return epsilon.value;
  for (int digits = 1; digits <= 9; ++digits) {
    char text[40];
    snprintf(text, sizeof(text), "%.*e", digits - 1, epsilon.value);
    double candidate = strtod(text, nullptr);
    if (float(candidate) == float(epsilon.value))
      return candidate;
  }
  return epsilon.value;
}

RankedTensorType NormSpec::getStatisticType() const {
  SmallVector<int64_t> shape;
  for (int64_t dim : otherDims)
    shape.push_back(inputType.getDimSize(dim));
  return RankedTensorType::get(shape, computeType);
}

NormSpec mlir::norm::raise::getSpec(const NormMatch &match,
                                    const Witness &input, Type resultElement) {
  NormSpec spec;
  spec.kind = match.kind;
  spec.inputType = getType(input);
  spec.resultType =
      RankedTensorType::get(spec.inputType.getShape(), resultElement);
  spec.computeType = getComputeType(spec.inputType.getElementType());
  for (auto [dim, index] : llvm::enumerate(input.indices))
    (uint32_t(dimsOf(index)) & match.rowMask ? spec.rowDims : spec.otherDims)
        .push_back(dim);
  spec.epsilon = getShortestEpsilon(match.epsilon, spec.computeType);
  spec.epsMode = match.epsMode;
  if (match.kind == NormKind::PRMSNorm)
    spec.k = int64_t(match.statisticLength->constant.value);
  return spec;
}

RankedTensorType mlir::norm::raise::getParameterType(const NormSpec &spec,
                                                     Type element) {
  SmallVector<int64_t> shape;
  for (int64_t dim : spec.rowDims)
    shape.push_back(spec.inputType.getDimSize(dim));
  return RankedTensorType::get(shape, element);
}

static StringRef getName(NormKind kind) {
  switch (kind) {
  case NormKind::RMSNorm:
    return RMSNormOp::getOperationName();
  case NormKind::PRMSNorm:
    return PRMSNormOp::getOperationName();
  case NormKind::LayerNorm:
    return LayerNormOp::getOperationName();
  }
  llvm_unreachable("a kind of norm");
}

Operation *mlir::norm::raise::createNorm(OpBuilder &builder, Location loc,
                                         const NormSpec &spec,
                                         const NormOperands &operands) {
  OperationState state(loc, getName(spec.kind));
  auto statistic = [&](StatisticKind kind) {
    return operands.statisticInits[unsigned(kind)];
  };
  SmallVector<Value> groups = {operands.input,
                               operands.scale,
                               operands.bias,
                               operands.init,
                               statistic(StatisticKind::Statistic),
                               statistic(StatisticKind::Rstd)};
  if (spec.kind == NormKind::LayerNorm)
    groups.push_back(statistic(StatisticKind::Mean));
  constexpr size_t firstInit = 3;
  SmallVector<int32_t> segments, resultSegments;
  for (auto [position, operand] : llvm::enumerate(groups)) {
    segments.push_back(operand ? 1 : 0);
    if (operand)
      state.addOperands(operand);
    if (position < firstInit)
      continue;
    resultSegments.push_back(operand ? 1 : 0);
    if (operand)
      state.addTypes(operand.getType());
  }
  state.addAttribute("operandSegmentSizes",
                     builder.getDenseI32ArrayAttr(segments));
  state.addAttribute("resultSegmentSizes",
                     builder.getDenseI32ArrayAttr(resultSegments));
  state.addAttribute("epsilon", builder.getF64FloatAttr(spec.epsilon));
  state.addAttribute("dimensions", builder.getDenseI64ArrayAttr(spec.rowDims));
  if (spec.epsMode != EpsMode::inside)
    state.addAttribute("eps_mode",
                       EpsModeAttr::get(builder.getContext(), spec.epsMode));
  if (spec.scaleOffset != 0)
    state.addAttribute("scale_offset",
                       builder.getI64IntegerAttr(spec.scaleOffset));
  if (spec.scaleRounding)
    state.addAttribute("scale_rounding", TypeAttr::get(spec.scaleRounding));
  if (spec.kind == NormKind::PRMSNorm)
    state.addAttribute("k", builder.getI64IntegerAttr(spec.k));
  return builder.create(state);
}

std::string mlir::norm::raise::verifyNorm(const NormPlan &plan) {
  const NormSpec &spec = plan.spec;
  MLIRContext *context = spec.inputType.getContext();
  Location loc = UnknownLoc::get(context);
  Block block;
  NormOperands operands;
  operands.input = block.addArgument(spec.inputType, loc);
  if (plan.scale)
    operands.scale = block.addArgument(plan.scaleView.type, loc);
  if (plan.bias)
    operands.bias = block.addArgument(plan.biasView.type, loc);
  operands.init = block.addArgument(spec.resultType, loc);
  for (const StatisticUse &use : plan.statistics)
    if (Value &init = operands.statisticInits[unsigned(use.kind)]; !init)
      init = block.addArgument(spec.getStatisticType(), loc);
  std::string message;
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
    message = diagnostic.str();
    return success();
  });
  OpBuilder builder(context);
  builder.setInsertionPointToStart(&block);
  Operation *op = createNorm(builder, loc, spec, operands);
  // A verifier that fails says why.
  bool isValid = succeeded(verify(op));
  assert(isValid == message.empty() && "expected a message of the verifier");
  (void)isValid;
  // What emitOpError puts in front: the name of the op.
  StringRef text = message;
  text.consume_front(("'" + op->getName().getStringRef() + "' op ").str());
  return text.str();
}
