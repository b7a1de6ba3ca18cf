//===- PassOptions.h - options that take a word -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_MODELS_PASSOPTIONS_H
#define NORM_LIB_MODELS_PASSOPTIONS_H

#include "mlir/IR/Diagnostics.h"

namespace mlir::norm::models {

/// An error at `loc` if `option` has a value that is neither of two words.
inline LogicalResult checkOption(Location loc, StringRef option,
                                 StringRef value, StringRef one,
                                 StringRef other) {
  if (value == one || value == other)
    return success();
  return emitError(loc, "expected ")
         << option << " to be " << one << " or " << other << ", got " << value;
}

} // namespace mlir::norm::models

#endif // NORM_LIB_MODELS_PASSOPTIONS_H
