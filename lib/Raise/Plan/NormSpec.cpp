//===- NormSpec.cpp - the op of a plan ------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/NormSpec.h"

#include "Expr/IndexMath.h"

#include "norm/Dialect/Norm/IR/NormDescription.h"

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
  if (match.kind == NormKind::prmsnorm)
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

Operation *mlir::norm::raise::createNorm(OpBuilder &builder, Location loc,
                                         const NormSpec &spec,
                                         const NormOperands &operands) {
  auto statistic = [&](StatisticKind kind) {
    return operands.statisticInits[unsigned(kind)];
  };
  NormDescription description;
  description.kind = spec.kind;
  description.input = operands.input;
  description.scale = operands.scale;
  description.bias = operands.bias;
  description.init = operands.init;
  description.statisticInit = statistic(StatisticKind::Statistic);
  description.rstdInit = statistic(StatisticKind::Rstd);
  description.meanInit = statistic(StatisticKind::Mean);
  description.epsilon = spec.epsilon;
  description.epsMode = spec.epsMode;
  llvm::append_range(description.dimensions, spec.rowDims);
  description.scaleOffset = spec.scaleOffset;
  description.scaleRounding = cast_or_null<FloatType>(spec.scaleRounding);
  description.k = spec.k;
  return description.create(builder, loc);
}

std::string mlir::norm::raise::verifyAlone(
    MLIRContext *context,
    llvm::function_ref<Operation *(OpBuilder &, Block &)> make) {
  Block block;
  std::string message;
  ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
    message = diagnostic.str();
    return success();
  });
  OpBuilder builder(context);
  builder.setInsertionPointToStart(&block);
  Operation *op = make(builder, block);
  // A verifier that fails says why.
  bool isValid = succeeded(verify(op));
  assert(isValid == message.empty() && "expected a message of the verifier");
  (void)isValid;
  // What emitOpError puts in front: the name of the op.
  StringRef text = message;
  text.consume_front(("'" + op->getName().getStringRef() + "' op ").str());
  return text.str();
}

std::string mlir::norm::raise::verifyNorm(const NormPlan &plan) {
  const NormSpec &spec = plan.spec;
  Location loc = UnknownLoc::get(spec.inputType.getContext());
  return verifyAlone(
      loc.getContext(), [&](OpBuilder &builder, Block &block) -> Operation * {
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
        return createNorm(builder, loc, spec, operands);
      });
}
