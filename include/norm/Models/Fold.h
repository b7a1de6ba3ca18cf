//===- Fold.h - layernorms that are rmsnorms --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_MODELS_FOLD_H
#define NORM_MODELS_FOLD_H

#include "norm/Dialect/Norm/IR/NormOps.h"
#include "norm/Raise/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>

namespace mlir::norm {

/// What norm-fold may change.
struct FoldOptions {
  /// How many of a function's first arguments are weights.
  unsigned numWeights = 0;
  /// Whether a sum that the function returns may lose the mean of its rows.
  bool centresResults = false;
  /// Whether scale and bias go into the products that read a norm.
  bool foldsParameters = true;
  /// Whether certificates are wanted.
  bool certifies = false;
};

/// What became of one norm.
struct FoldOutcome {
  Location loc;
  /// "centred" or "parameters".
  StringRef change;
  /// Uses of weights that were centred, or products that took scale and bias.
  unsigned uses = 0;
  /// How many layernorms read the same sum.
  unsigned norms = 0;
  /// Why the norm stays, in words; empty where it changed.
  std::string reason;
};

/// How an argument changed.
struct ArgumentChange {
  unsigned argument;
  std::string change;
};

/// What became of a function.
struct FoldReport {
  SmallVector<FoldOutcome> outcomes;
  SmallVector<ArgumentChange> arguments;
  SmallVector<RaiseCertificate> certificates;
};

/// layernorm(sum of terms) -> rmsnorm(sum of centred terms), and scale and bias
/// into products, as the pass norm-fold does.
FoldReport foldNorms(func::FuncOp function, const FoldOptions &options);

/// The name of the function that makes the new weights of `function`.
std::string getFoldWeightsName(func::FuncOp function);

} // namespace mlir::norm

#endif // NORM_MODELS_FOLD_H
