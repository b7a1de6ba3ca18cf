//===- EightBitFloats.h - vectors of 8-bit floats ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_DIALECT_NORM_TRANSFORMS_EIGHTBITFLOATS_H
#define NORM_LIB_DIALECT_NORM_TRANSFORMS_EIGHTBITFLOATS_H

#include "Bits.h"

namespace mlir::norm {

/// A vector of 8-bit floats as f32, without error.
Value widenEightBits(Bits bits, Value value);

/// A vector of f32 rounded to the nearest, ties to even. f8E4M3FN has no
/// infinity: what is beyond 448, infinities included, becomes 448, as in the
/// conversions of hardware and in semantics of quantisation. f8E5M2 overflows
/// to infinity. NaN stays NaN.
Value narrowToEightBits(Bits bits, Value value, Type element);

} // namespace mlir::norm

#endif // NORM_LIB_DIALECT_NORM_TRANSFORMS_EIGHTBITFLOATS_H
