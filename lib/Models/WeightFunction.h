//===- WeightFunction.h - new weights of old ones ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_MODELS_WEIGHTFUNCTION_H
#define NORM_LIB_MODELS_WEIGHTFUNCTION_H

#include "WeightArguments.h"

#include "norm/Models/Fold.h"

namespace mlir::norm::models {

/// Makes the function that takes arguments of another one and returns what that
/// one expects in their places from now on:
///
///   func.func @fold_weights(%w: tensor<2x2xf32>) -> tensor<2x2xf32>
///       attributes {norm.takes = array<i64: 1>, norm.gives = array<i64: 1>,
///                   norm.changes = ["centred along 1"]}
///
/// Changes of one argument add up, each of what the earlier ones have made.
class WeightFunction {
public:
  explicit WeightFunction(func::FuncOp function);

  /// w -> w minus its mean along the dimension.
  void centre(ArgumentDim w);
  /// w -> (offset + scale) * w, with one of the scale for each index along the
  /// dimension.
  void scale(ArgumentDim w, Value scale, double offset);
  /// bias -> bias + vector w; w is as it was before it was scaled.
  void shift(BlockArgument bias, ArgumentDim w, Value vector);

  /// The changes, in the order of the arguments; puts the function behind the
  /// one whose arguments change if there are any.
  SmallVector<ArgumentChange> finish();

private:
  /// An argument as it is now.
  Value &get(BlockArgument argument) { return values[argument.getArgNumber()]; }
  /// A vector that is an argument or a constant.
  Value import(Value vector);
  void note(BlockArgument argument, const Twine &change);

  func::FuncOp function;
  OwningOpRef<func::FuncOp> made;
  OpBuilder builder;
  SmallVector<Value> values;
  SmallVector<std::string> changes;
};

} // namespace mlir::norm::models

#endif // NORM_LIB_MODELS_WEIGHTFUNCTION_H
