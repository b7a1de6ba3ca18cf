//===- PackedName.h - names of functions to call ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_EXECUTION_PACKEDNAME_H
#define NORM_LIB_EXECUTION_PACKEDNAME_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace mlir::norm::run {

/// The symbol of the function that calls `name` on a list of operands.
inline std::string getPackedName(llvm::StringRef name) {
  return "_norm_packed_" + name.str();
}

} // namespace mlir::norm::run

#endif // NORM_LIB_EXECUTION_PACKEDNAME_H
