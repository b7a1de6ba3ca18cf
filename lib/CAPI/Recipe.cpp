//===- Recipe.cpp - how a kernel is made once more ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Recipe.h"

#include "Status.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;

Recipe::Recipe(const Request &request)
    : request(request), size(request.program.size()),
      program(size <= kMostBytes ? request.program.str() : ""),
      fileName(request.fileName), entry(request.entry) {}

llvm::Expected<Request> Recipe::getRequest() const {
  if (size > kMostBytes)
    return makeFailure(NORM_UNSUPPORTED,
                       "its program of " + Twine(size) +
                           " bytes is not kept, as it has more than " +
                           Twine(kMostBytes));
  Request made = request;
  made.program = program;
  made.fileName = fileName;
  made.entry = entry;
  return made;
}

/// Nothing to call, and why.
static WatchedKernel makeUnwatched(const Twine &reason) {
  WatchedKernel kernel;
  kernel.instrumentation.profile.missed.push_back(reason.str());
  return kernel;
}

std::shared_ptr<const WatchedKernel> Recipe::getWatched(int64_t k) {
  std::lock_guard<std::mutex> lock(mutex);
  std::shared_ptr<const WatchedKernel> &known = watched[k];
  if (known)
    return known;
  auto kept = getRequest();
  llvm::Expected<WatchedKernel> made =
      kept ? compileWatched(*kept, k) : kept.takeError();
  known = std::make_shared<WatchedKernel>(
      made ? std::move(*made)
           : makeUnwatched("function '" + entry +
                           "': " + llvm::toString(made.takeError())));
  return known;
}
