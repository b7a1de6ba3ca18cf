//===- ResidualStream.h - sums that layernorms read -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In a model with norms before its layers one tensor runs from layer to layer:
//
//   x0 = embedding,  x1 = x0 + layer1(norm(x0)),  x2 = x1 + layer2(norm(x1)),
//   ...
//
// It is a sum of what embeddings and last products of layers add to it. Let C
// be the linear map that subtracts from each row its mean. C commutes with
// sums, C(a W) = a (W C), and layernorm(C x) = layernorm(x) = rmsnorm(C x). So
// where each term is a product or a convolution with weights, a row of a table
// or a vector, and each reader a layernorm, centring the weights changes no
// result and makes each layernorm an rmsnorm.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_MODELS_RESIDUALSTREAM_H
#define NORM_LIB_MODELS_RESIDUALSTREAM_H

#include "WeightArguments.h"

#include "norm/Models/Fold.h"

namespace mlir::norm::models {

/// A use of weights, of which dimension `dim` is along the rows.
struct StreamTerm {
  OpOperand *weights;
  int64_t dim;
  /// Where they are a copy of an argument; constants otherwise.
  std::optional<ArgumentDim> argument;
};

/// All that is connected by sums and reshapes.
struct ResidualStream {
  SmallVector<StreamTerm> terms;
  SmallVector<NormOpInterface> norms;
  /// The tensors on the way, with the dimension along their rows.
  llvm::DenseMap<Value, int64_t> dims;
  /// What is no such term or reader, in words; empty if there is nothing.
  std::string obstacle;
};

/// The stream that the layernorm `op` reads.
ResidualStream findResidualStream(NormOpInterface op,
                                  const FoldOptions &options);

} // namespace mlir::norm::models

#endif // NORM_LIB_MODELS_RESIDUALSTREAM_H
