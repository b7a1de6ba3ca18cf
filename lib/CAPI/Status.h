//===- Status.h - how functions of the interface end ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_STATUS_H
#define NORM_LIB_CAPI_STATUS_H

#include "norm/Execution/Failure.h"

struct NormText {
  std::string data;
};

namespace mlir::norm::capi {

using run::makeFailure;
using run::rejectArgument;

/// The end of a function of the interface: hands `error`, if it is one, to the
/// caller and returns its status.
NormStatus finish(llvm::Error error, NormError **out);

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_STATUS_H
