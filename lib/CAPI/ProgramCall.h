//===- ProgramCall.h - what calls with programs share -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_PROGRAMCALL_H
#define NORM_LIB_CAPI_PROGRAMCALL_H

#include "Remarks.h"

namespace mlir::norm::capi {

inline llvm::Error failOnNull(StringRef what) {
  return rejectArgument("expected " + what + ", got NULL");
}

/// What a function on a program is called with.
struct ProgramCall {
  NormContext *context;
  StringRef program;
  NormProgramOptions options;
  std::vector<StoredRemark> remarks;

  std::vector<StoredRemark> *getRemarks() {
    return options.remark_callback ? &remarks : nullptr;
  }
  StringRef getFileName() const {
    return options.file_name ? options.file_name : "-";
  }
};

/// The arguments that all such functions have; `result` may not be null.
llvm::Expected<ProgramCall> checkCall(NormContext *context, const char *program,
                                      size_t size,
                                      const NormProgramOptions *options,
                                      const void *result);

/// Hands out the remarks, and then `result`, which is dropped if a callback
/// fails.
template <typename T>
NormStatus conclude(ProgramCall &call, llvm::Expected<std::unique_ptr<T>> made,
                    T **result, NormError **error) {
  llvm::Error callbackError =
      deliverRemarks(call.remarks, call.options.remark_callback,
                     call.options.remark_user_data);
  if (!made) {
    llvm::consumeError(std::move(callbackError));
    return finish(made.takeError(), error);
  }
  if (!callbackError)
    *result = made->release();
  return finish(std::move(callbackError), error);
}

/// Calls `make` with a session that has read the program, on a large stack.
template <typename T>
llvm::Expected<T>
makeInSession(ProgramCall &call,
              llvm::function_ref<llvm::Expected<T>(Session &)> make) {
  std::optional<llvm::Expected<T>> made;
  runOnLargeStack([&] {
    Session session(call.getRemarks());
    llvm::Error error = session.parse(call.program, call.getFileName());
    if (error)
      made.emplace(std::move(error));
    else
      made.emplace(make(session));
  });
  return std::move(*made);
}

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_PROGRAMCALL_H
