//===- OpChecks.h - what parameters of norms share --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_OPCHECKS_H
#define NORM_LIB_CAPI_OPCHECKS_H

#include "norm-c/Compiler.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

#include <utility>

namespace mlir::norm::capi {

inline bool isAbsent(NormDataType type) {
  return !type.code && !type.bits && !type.lanes;
}

/// C, the type that rows of x are computed in.
NormDataType getComputeType(NormDataType x);

/// Each of `types` is a float, or absent if its name is not in `needed`.
llvm::Error
checkTypes(llvm::ArrayRef<std::pair<llvm::StringRef, NormDataType>> types,
           llvm::ArrayRef<llvm::StringRef> needed);

/// rstd and mean are absent or have type C, and a mean is one of a layernorm.
llvm::Error checkStatistics(int32_t kind, NormDataType x, NormDataType rstd,
                            NormDataType mean);

/// The numbers that the ops have in common; `isWide` if C is f64.
llvm::Error checkNumbers(int32_t kind, uint32_t flags, bool hasScale,
                         int64_t rowLength, int64_t k, double epsilon,
                         bool isWide);

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_OPCHECKS_H
