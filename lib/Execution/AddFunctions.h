//===- AddFunctions.h - functions that objects bring along ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_EXECUTION_ADDFUNCTIONS_H
#define NORM_LIB_EXECUTION_ADDFUNCTIONS_H

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

namespace mlir::norm::run {

/// Adds the functions of `text`, LLVM IR, to `module`. Nobody outside of its
/// object sees them.
llvm::Error addFunctions(llvm::Module &module, llvm::StringRef text);

} // namespace mlir::norm::run

#endif // NORM_LIB_EXECUTION_ADDFUNCTIONS_H
