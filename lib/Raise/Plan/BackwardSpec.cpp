//===- BackwardSpec.cpp - the op of a plan for a gradient -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/BackwardSpec.h"

#include "Plan/NormSpec.h"

#include "norm/Dialect/Norm/IR/BackwardDescription.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

Operation *mlir::norm::raise::createBackward(OpBuilder &builder, Location loc,
                                             const NormSpec &spec,
                                             const BackwardOperands &operands) {
  BackwardDescription description;
  description.kind = spec.kind;
  description.dy = operands.dy;
  description.input = operands.input;
  description.scale = operands.scale;
  description.rstd = operands.rstd;
  description.mean = operands.mean;
  description.dres = operands.residual;
  description.dxInit = operands.dxInit;
  description.dscaleInit = operands.sumInits[0];
  description.dbiasInit = operands.sumInits[1];
  description.epsMode = spec.epsMode;
  description.epsilon = spec.epsilon;
  llvm::append_range(description.dimensions, spec.rowDims);
  description.scaleOffset = spec.scaleOffset;
  description.k = spec.k;
  return description.create(builder, loc);
}

std::string mlir::norm::raise::verifyBackward(const BackwardPlan &plan) {
  const NormSpec &spec = plan.dx.spec;
  Location loc = UnknownLoc::get(spec.inputType.getContext());
  return verifyAlone(
      loc.getContext(), [&](OpBuilder &builder, Block &block) -> Operation * {
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
        return createBackward(builder, loc, spec, operands);
      });
}
