//===- VectorConversion.h - float vectors to other types --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Vectors of f64, f32, f16 and bf16 into each other with one rounding to
// nearest even, by instructions that every target has: no function is called.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMS_VECTORCONVERSION_H
#define NORM_DIALECT_NORM_TRANSFORMS_VECTORCONVERSION_H

#include "norm/Dialect/Norm/Transforms/Formula.h"
#include "norm/Target/VectorTarget.h"

namespace mlir::norm {

/// The formula on vectors: conversions as above, fused multiply-add where there
/// is one.
class VectorEmitter : public FormulaEmitter {
public:
  explicit VectorEmitter(VectorTarget target) : target(std::move(target)) {}
  Value convert(OpBuilder &builder, Location loc, Value value,
                FloatType element) const override;
  Value multiplyAdd(OpBuilder &builder, Location loc, Value a, Value b,
                    Value c) const override;

  /// `even` and `odd`, vectors of f32, rounded to bf16 and put in turn: element
  /// 2i is that of even lane i, 2i + 1 that of odd lane i.
  Value roundPair(OpBuilder &builder, Location loc, Value even,
                  Value odd) const;

private:
  VectorTarget target;
};

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_TRANSFORMS_VECTORCONVERSION_H
