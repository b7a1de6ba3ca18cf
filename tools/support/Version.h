//===- Version.h - what --version prints ------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_SUPPORT_VERSION_H
#define NORM_TOOLS_SUPPORT_VERSION_H

#include "llvm/Support/raw_ostream.h"

namespace mlir::norm::run {

/// What --version prints: the versions that a bug report needs.
void printVersion(llvm::raw_ostream &os);

} // namespace mlir::norm::run

#endif // NORM_TOOLS_SUPPORT_VERSION_H
