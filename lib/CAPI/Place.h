//===- Place.h - errors at places of a program ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_PLACE_H
#define NORM_LIB_CAPI_PLACE_H

#include "Failure.h"

#include "mlir/IR/Location.h"

namespace mlir::norm::capi {

/// The first place in a file that `loc` has; empty and 0 if it has none.
struct Place {
  explicit Place(Location loc) {
    if (auto found = loc->findInstanceOf<FileLineColLoc>()) {
      file = found.getFilename().str();
      line = found.getLine();
      column = found.getColumn();
    }
  }

  std::string file;
  uint32_t line = 0, column = 0;
};

inline llvm::Error makePlacedFailure(NormStatus status, Location loc,
                                     const llvm::Twine &message) {
  Place place(loc);
  return llvm::make_error<Failure>(
      NormError{status, message.str(), place.file, place.line, place.column});
}

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_PLACE_H
