//===- Context.h - settings and the kernels made under them -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_CONTEXT_H
#define NORM_LIB_CAPI_CONTEXT_H

#include "KernelCache.h"
#include "OpSpec.h"
#include "Session.h"
#include "norm/Execution/Host.h"

#include "llvm/ADT/StringMap.h"

#include <atomic>
#include <memory>
#include <mutex>

namespace mlir::norm::capi {

/// What a kernel is made from.
struct Request {
  StringRef program;
  StringRef fileName = "-", entry = "main";
  bool raises = true, isStrict = false;
  unsigned threads = 0;
  /// Whether threads are those of a pool that is no OpenMP runtime.
  bool hasParallelFor = false;
};

/// Reads and compiles a program in a context of its own; remarks go to
/// `remarks`, if that is not null.
llvm::Expected<run::StoredKernel> compile(const Request &request,
                                          std::vector<StoredRemark> *remarks);

} // namespace mlir::norm::capi

struct NormContext {
  using Program = mlir::norm::run::Program;

  explicit NormContext(const NormContextOptions &options);

  /// From the folder, or compiled.
  llvm::Expected<std::shared_ptr<const Program>>
  get(mlir::norm::capi::Request request,
      std::vector<mlir::norm::capi::StoredRemark> *remarks);
  /// From this context, the folder, or compiled.
  llvm::Expected<std::shared_ptr<const Program>>
  get(const mlir::norm::capi::OpSpec &spec);

  /// A kernel of an op, which one thread makes while others wait for it.
  struct Slot {
    std::mutex mutex;
    std::shared_ptr<const Program> program;
  };

  const mlir::norm::capi::KernelCache cache;
  const unsigned threads;
  /// Null where nothing is lent.
  std::shared_ptr<const mlir::norm::run::Host> host;
  std::atomic<uint64_t> compiled{0}, loaded{0};
  std::mutex mutex;
  llvm::StringMap<std::shared_ptr<Slot>> slots;
};

#endif // NORM_LIB_CAPI_CONTEXT_H
