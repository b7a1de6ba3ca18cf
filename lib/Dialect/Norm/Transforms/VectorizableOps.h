//===- VectorizableOps.h - what has vector code -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm-fuse-rows takes in what norm-vectorize-rows can emit; both ask here.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_VECTORIZABLEOPS_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_VECTORIZABLEOPS_H

#include "norm/Dialect/Norm/IR/NormOps.h"

namespace mlir::norm {

/// Whether vectors of `type` can be converted: f64, f32, f16 or bf16.
bool isConvertibleType(Type type);

/// Whether `type`, or its elements, are f16 or bf16.
bool isHalf(Type type);

/// Why the scalar op `op` has no vector code; empty if it has.
std::string getVectorObstacle(Operation *op);

/// Whether `op` is a function that vector code approximates, such as exp.
bool isTranscendental(Operation *op);

/// Why the elements of `type`, a tensor, memref or scalar, cannot be loaded or
/// stored as vectors; empty if they can.
std::string getElementObstacle(Type type);

/// Why there is no vector code for `loop`; empty if there is.
std::string getLoopObstacle(RowLoopOp loop);

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_VECTORIZABLEOPS_H
