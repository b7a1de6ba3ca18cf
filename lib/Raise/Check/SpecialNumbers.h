//===- SpecialNumbers.h - numbers at the edges of types ---------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_SPECIALNUMBERS_H
#define NORM_LIB_RAISE_CHECK_SPECIALNUMBERS_H

#include "Check/Tape.h"

namespace mlir::norm::raise {

/// A number that one element of a leaf is given.
struct Special {
  StringRef name;
  double number;
};

/// NaN, infinities, -0, the largest and the least number of `type`.
SmallVector<Special> getSpecials(FloatType type);

/// The relative error of the coarsest rounding that `tape` makes, or an op with
/// `types`, null for none; where `areNarrowWide`, no type is narrower than f32.
double getUnit(const Tape &tape, ArrayRef<Type> types, bool areNarrowWide);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_SPECIALNUMBERS_H
