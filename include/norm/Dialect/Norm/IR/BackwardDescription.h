//===- BackwardDescription.h - a backward op as plain data ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_BACKWARDDESCRIPTION_H
#define NORM_DIALECT_NORM_IR_BACKWARDDESCRIPTION_H

#include "norm/Dialect/Norm/IR/NormDescription.h"

namespace mlir::norm {

/// The operands and attributes of a backward op as plain data, as
/// NormDescription has them for a norm. Null operands are absent ones.
struct BackwardDescription {
  NormKind kind = NormKind::rmsnorm;
  Value dy;
  Value input;
  Value scale;
  Value rstd;
  /// layernorm only.
  Value mean;
  Value dres;
  Value dxInit;
  Value dscaleInit;
  Value dbiasInit;
  EpsMode epsMode = EpsMode::inside;
  /// Of epsMode outside only.
  double epsilon = 0.0;
  SmallVector<int64_t> dimensions;
  uint64_t scaleOffset = 0;
  /// Null where the normalized value is not rounded in dscale.
  FloatType scaleRounding;
  /// prmsnorm only.
  int64_t k = 0;
  arith::FastMathFlags fastmath = arith::FastMathFlags::none;
  /// Attributes that are not of the op.
  DictionaryAttr discardableAttributes;

  /// The description of `op`.
  static BackwardDescription get(NormBackwardOpInterface op);

  /// The op that `this` describes. On tensors its results are those of dx,
  /// dscale and dbias that have a destination, in this order.
  NormBackwardOpInterface create(OpBuilder &builder, Location loc) const;
};

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_IR_BACKWARDDESCRIPTION_H
