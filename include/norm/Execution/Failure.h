//===- Failure.h - errors with a status and a place -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTION_FAILURE_H
#define NORM_EXECUTION_FAILURE_H

#include "norm-c/Support.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <string>

struct NormError {
  NormStatus status;
  std::string message;
  /// The place in the program; empty and 0 if there is none.
  std::string file = "";
  uint32_t line = 0, column = 0;
};

namespace mlir::norm::run {

/// An error that knows what kind it is and where, as the C interface tells it;
/// an error of another class is NORM_UNSUPPORTED there.
class Failure : public llvm::ErrorInfo<Failure> {
public:
  static char ID;

  explicit Failure(NormError error) : error(std::move(error)) {}
  /// "file:line:column: message", as the tools print it.
  void log(llvm::raw_ostream &os) const override;
  std::error_code convertToErrorCode() const override {
    return llvm::inconvertibleErrorCode();
  }

  NormError error;
};

llvm::Error makeFailure(NormStatus status, const llvm::Twine &message);

/// A failure at the first place in a file that `loc` has.
llvm::Error makeFailure(NormStatus status, Location loc,
                        const llvm::Twine &message);

/// A failure with NORM_INVALID_ARGUMENT.
inline llvm::Error rejectArgument(const llvm::Twine &message) {
  return makeFailure(NORM_INVALID_ARGUMENT, message);
}

/// Sets file, line and column of `placed`, an error or a remark, to the first
/// place in a file that `loc` has; leaves them as they are if it has none.
template <typename T> void setPlace(T &placed, Location loc) {
  if (auto found = loc->findInstanceOf<FileLineColLoc>()) {
    placed.file = found.getFilename().str();
    placed.line = found.getLine();
    placed.column = found.getColumn();
  }
}

} // namespace mlir::norm::run

#endif // NORM_EXECUTION_FAILURE_H
