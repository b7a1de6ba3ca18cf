//===- NormSpec.h - the op of a plan ----------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_PLAN_NORMSPEC_H
#define NORM_LIB_RAISE_PLAN_NORMSPEC_H

#include "Plan/NormPlan.h"

namespace mlir::norm::raise {

/// The op that `match` asks for, of `input`, with results of element type
/// `resultElement`; scale_offset and scale_rounding are left at none.
NormSpec getSpec(const NormMatch &match, const Witness &input,
                 Type resultElement);

/// The type of the scale and the bias of `spec` with elements `element`.
RankedTensorType getParameterType(const NormSpec &spec, Type element);

/// Makes the op at `builder`.
Operation *createNorm(OpBuilder &builder, Location loc, const NormSpec &spec,
                      const NormOperands &operands);

/// What the verifier says of the op that `make` makes of arguments of a block
/// of its own; empty where it takes it.
std::string
verifyAlone(MLIRContext *context,
            llvm::function_ref<Operation *(OpBuilder &, Block &)> make);

/// What the verifier says of the op that `plan` would make; empty where it
/// takes it.
std::string verifyNorm(const NormPlan &plan);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_PLAN_NORMSPEC_H
