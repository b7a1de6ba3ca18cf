//===- Weights.h - what norms make of weights -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// W' = diag(o + g) W and v W for vectors g and v along a dimension of W. Where
// all of them are constants, so are the results: they are computed here, in
// double. Otherwise linalg ops compute them.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_MODELS_WEIGHTS_H
#define NORM_LIB_MODELS_WEIGHTS_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"

namespace mlir::norm::models {

/// A tensor of weights and the dimension of it that vectors run along.
struct WeightsAlong {
  Value weights;
  unsigned dim;
};

/// The elements of `value` if it is a constant tensor of floats, or one that is
/// transposed; null otherwise.
DenseElementsAttr getConstantElements(Value value);

/// Whether `value` is a constant whose elements are not in the program.
bool isMissing(Value value);

/// w[k, n] minus its mean over k.
Value centreWeights(OpBuilder &builder, Location loc, WeightsAlong w);

/// (offset + scale[k]) * w[k, n], rounded to the type of w.
Value scaleWeights(OpBuilder &builder, Location loc, WeightsAlong w,
                   Value scale, double offset);

/// sum_k vector[k] * w[k, n] in `type`, f32 or f64; sum_k w[k, n] where
/// `vector` is null.
Value sumWeights(OpBuilder &builder, Location loc, WeightsAlong w, Value vector,
                 FloatType type);

/// weights + summand, rounded to the type of `weights`; `summand` has its
/// shape.
Value addToWeights(OpBuilder &builder, Location loc, Value weights,
                   Value summand);

} // namespace mlir::norm::models

#endif // NORM_LIB_MODELS_WEIGHTS_H
