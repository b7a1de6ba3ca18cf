//===- NormTransformOps.h - scripts that find and lower norms ---*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMOPS_NORMTRANSFORMOPS_H
#define NORM_DIALECT_NORM_TRANSFORMOPS_NORMTRANSFORMOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Transform/IR/TransformDialect.h"
#include "mlir/Dialect/Transform/Interfaces/TransformInterfaces.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir::norm {

/// Adds `transform.norm.raise`, `transform.norm.fuse_rows` and
/// `transform.norm.vectorize_rows` to the transform dialect.
void registerTransformDialectExtension(DialectRegistry &registry);

} // namespace mlir::norm

#define GET_OP_CLASSES
#include "norm/Dialect/Norm/TransformOps/NormTransformOps.h.inc"

#endif // NORM_DIALECT_NORM_TRANSFORMOPS_NORMTRANSFORMOPS_H
