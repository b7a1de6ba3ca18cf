//===- Version.cpp - what --version prints --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Version.h"

#include "norm/Dialect/Norm/IR/NormDialect.h"
#include "norm/Version.h"

#include "llvm/Config/llvm-config.h"

void mlir::norm::run::printVersion(llvm::raw_ostream &os) {
  os << "norm " << NORM_VERSION_STRING << "\n  LLVM version "
     << LLVM_VERSION_STRING << "\n  text version " << kTextVersion << "\n";
}
