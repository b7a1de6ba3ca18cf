//===- RowCode.h - what has code in row loops -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm-fuse-rows takes in what norm-vectorize-rows, or norm-rows-to-gpu, can
// emit; all of them ask here.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TARGET_ROWCODE_H
#define NORM_TARGET_ROWCODE_H

#include "norm/Dialect/Norm/IR/NormOps.h"
#include "norm/Target/RowTarget.h"

namespace mlir::norm {

/// Whether vectors of `type` can be converted: f64, f32, f16 or bf16.
bool isConvertibleType(Type type);

/// Whether `type` is f8E4M3FN or f8E5M2 (OCP 8-bit floating point 1.0).
bool isEightBitFloat(Type type);

/// Whether `type`, or its elements, are f16 or bf16.
bool isHalf(Type type);

/// Why the scalar op `op` has no vector code for `target`; empty if it has.
std::string getVectorObstacle(Operation *op, const RowTarget &target);

/// Whether the function of this name has a polynomial in f32 upstream, and norm
/// uses it; exp has one of norm's own.
bool hasPolynomial(StringRef name);

/// The intrinsic of which LLVM makes instructions on GPUs, or none.
StringRef getGPUIntrinsic(Operation *op);

/// Whether `op` is a function of integers, which convert-math-to-llvm lowers.
bool isIntegerFunction(Operation *op);

/// Whether `op` is a function that vector code approximates, such as exp.
bool isTranscendental(Operation *op);

/// Why the elements of `type`, a tensor, memref or scalar, cannot be loaded or
/// stored as vectors; empty if they can.
std::string getElementObstacle(Type type);

/// Why there is no vector code for `loop` and `target`; empty if there is.
std::string getLoopObstacle(RowLoopOp loop, const RowTarget &target);

} // namespace mlir::norm

#endif // NORM_TARGET_ROWCODE_H
