//===- Failure.h - errors with a status and a place -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_FAILURE_H
#define NORM_LIB_CAPI_FAILURE_H

#include "norm-c/Support.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string>

struct NormError {
  NormStatus status;
  std::string message;
  std::string file = "";
  uint32_t line = 0, column = 0;
};

struct NormText {
  std::string data;
};

namespace mlir::norm::capi {

/// A NormError on its way to the caller. An error of another kind becomes
/// NORM_UNSUPPORTED.
class Failure : public llvm::ErrorInfo<Failure> {
public:
  static char ID;

  explicit Failure(NormError error) : error(std::move(error)) {}
  void log(llvm::raw_ostream &os) const override { os << error.message; }
  std::error_code convertToErrorCode() const override {
    return llvm::inconvertibleErrorCode();
  }

  NormError error;
};

llvm::Error makeFailure(NormStatus status, const llvm::Twine &message);

/// A failure with NORM_INVALID_ARGUMENT.
inline llvm::Error rejectArgument(const llvm::Twine &message) {
  return makeFailure(NORM_INVALID_ARGUMENT, message);
}

/// The end of a function of the interface: hands `error`, if it is one, to the
/// caller and returns its status.
NormStatus finish(llvm::Error error, NormError **out);

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_FAILURE_H
