//===- Remarks.cpp - remarks for a callback -------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file alone is compiled with exceptions, so that one which a callback
// throws comes no further.
//
//===----------------------------------------------------------------------===//

#include "Remarks.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;

llvm::Error capi::deliverRemarks(ArrayRef<StoredRemark> remarks,
                                 NormRemarkCallback callback, void *userData) {
  if (!callback)
    return llvm::Error::success();
  try {
    for (const StoredRemark &stored : remarks) {
      NormRemark remark = {sizeof(NormRemark),
                           stored.kind,
                           stored.category.c_str(),
                           stored.name.c_str(),
                           stored.message.c_str(),
                           stored.file.c_str(),
                           stored.line,
                           stored.column};
      callback(&remark, userData);
    }
  } catch (...) {
    return makeFailure(NORM_CALLBACK_FAILED,
                       "expected the remark callback to return, got an "
                       "exception");
  }
  return llvm::Error::success();
}
