//===- Failure.cpp - errors with a status and a place ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/Failure.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

char Failure::ID;

void Failure::log(llvm::raw_ostream &os) const {
  if (!error.file.empty())
    os << error.file << ":" << error.line << ":" << error.column << ": ";
  os << error.message;
}

llvm::Error run::makeFailure(NormStatus status, const llvm::Twine &message) {
  return llvm::make_error<Failure>(NormError{status, message.str()});
}

llvm::Error run::makeFailure(NormStatus status, Location loc,
                             const llvm::Twine &message) {
  NormError error{status, message.str()};
  setPlace(error, loc);
  return llvm::make_error<Failure>(std::move(error));
}
