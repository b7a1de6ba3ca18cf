//===- Recipe.h - how a kernel is made once more ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_RECIPE_H
#define NORM_LIB_CAPI_RECIPE_H

#include "norm/Execution/Program.h"
#include "norm/Models/Instrument.h"

#include <map>
#include <memory>
#include <mutex>

namespace mlir::norm::capi {

/// What a kernel is made from.
struct Request {
  StringRef program;
  /// Empty for a program that the user does not know.
  StringRef fileName = "-", entry = "main";
  bool raises = true, isStrict = false;
  unsigned threads = 0;
  /// Whether threads are those of a pool that is no OpenMP runtime.
  bool hasParallelFor = false;
};

/// A kernel that tells of its rows (Execution/Samples.h).
struct WatchedKernel {
  std::optional<run::Program> program;
  Instrumentation instrumentation;
};

/// Compiles the program with its norms watched.
llvm::Expected<WatchedKernel> compileWatched(const Request &request, int64_t k);

/// The program of a kernel, of which watched ones are made where they are
/// asked for.
class Recipe {
public:
  explicit Recipe(const Request &request);

  /// The kernel that compares over k elements; made once. Without a program
  /// where nothing is watched, for reasons that the profile has.
  std::shared_ptr<const WatchedKernel> getWatched(int64_t k);

  /// What the kernel is made from, for as long as this lives; an error where
  /// that is not kept.
  llvm::Expected<Request> getRequest() const;

private:
  /// A program that is larger is not kept: most of it are weights.
  static constexpr size_t kMostBytes = size_t(16) << 20;

  Request request;
  size_t size;
  std::string program, fileName, entry;
  std::mutex mutex;
  std::map<int64_t, std::shared_ptr<const WatchedKernel>> watched;
};

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_RECIPE_H
