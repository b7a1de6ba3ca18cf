//===- Decompose.h - norm ops as linalg ops ---------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMS_DECOMPOSE_H
#define NORM_DIALECT_NORM_TRANSFORMS_DECOMPOSE_H

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::norm {

/// Emits linalg ops on tensors that compute the results of `op`, in the order
/// of its results, at the builder's insertion point; `op` itself stays. Fails
/// if `op` is on memrefs.
FailureOr<SmallVector<Value>> decomposeNorm(OpBuilder &builder,
                                            NormOpInterface op);

/// The same for a backward op: dx from sums over each row, dscale and dbias as
/// sums over rows in C.
FailureOr<SmallVector<Value>> decomposeNormBackward(OpBuilder &builder,
                                                    NormBackwardOpInterface op);

/// Adds the patterns that replace a norm op on tensors, or its backward, by its
/// decomposition.
void populateNormDecomposePatterns(RewritePatternSet &patterns);

/// Lets `linalg::AggregatedOpInterface::decomposeOperation`, and with it
/// `transform.structured.decompose_interface`, decompose the norm ops.
void registerAggregatedOpInterfaceExternalModels(DialectRegistry &registry);

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_TRANSFORMS_DECOMPOSE_H
