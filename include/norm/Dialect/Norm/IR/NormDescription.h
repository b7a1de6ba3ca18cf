//===- NormDescription.h - a norm op as plain data --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_NORMDESCRIPTION_H
#define NORM_DIALECT_NORM_IR_NORMDESCRIPTION_H

#include "norm/Dialect/Norm/IR/NormOps.h"

#include <optional>

namespace mlir::norm {

/// Which of the three ops.
enum class NormKind { rmsnorm, prmsnorm, layernorm };

/// The mnemonic of the op.
StringRef stringifyNormKind(NormKind kind);

/// The operands and attributes of a norm op as plain data: read one from an op,
/// change it, build another op from it. Null operands are absent ones.
struct NormDescription {
  NormKind kind = NormKind::rmsnorm;
  Value input;
  Value scale;
  Value bias;
  Value init;
  Value statisticInit;
  Value rstdInit;
  /// layernorm only.
  Value meanInit;
  double epsilon = 0.0;
  EpsMode epsMode = EpsMode::inside;
  SmallVector<int64_t> dimensions;
  uint64_t scaleOffset = 0;
  /// Null where the normalized value is not rounded before the scale.
  FloatType scaleRounding;
  /// prmsnorm only.
  int64_t k = 0;
  arith::FastMathFlags fastmath = arith::FastMathFlags::none;
  /// Attributes that are not of the op.
  DictionaryAttr discardableAttributes;

  /// The description of `op`.
  static NormDescription get(NormOpInterface op);

  /// The op that `this` describes. On tensors its results are y, and those of
  /// statistic, rstd and mean that have a destination, in this order.
  NormOpInterface create(OpBuilder &builder, Location loc) const;
};

/// The type to which products with the scale and sums with the bias are rounded
/// under `scale_rounding`, P of the semantics: the wider of R and the type of
/// the scale. Null where neither holds the other (bf16 and f16).
FloatType getProductType(FloatType scaleRounding, FloatType scale);

/// Whether every value of `narrow` is a value of `wide`.
bool isHeldBy(FloatType narrow, FloatType wide);

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_IR_NORMDESCRIPTION_H
