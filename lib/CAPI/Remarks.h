//===- Remarks.h - remarks for a callback -----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_REMARKS_H
#define NORM_LIB_CAPI_REMARKS_H

#include "Session.h"

namespace mlir::norm::capi {

/// Calls `callback` for each remark in order; an error if it throws.
llvm::Error deliverRemarks(llvm::ArrayRef<StoredRemark> remarks,
                           NormRemarkCallback callback, void *userData);

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_REMARKS_H
