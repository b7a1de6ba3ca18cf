//===- Runtimes.cpp - libraries that compiled code calls ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Execution.h"

#include <cstdlib>
#include <dlfcn.h>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

/// LLVM's OpenMP runtime as Debian names it, and as upstream installs it.
static constexpr const char *kOpenMPRuntimes[] = {"libomp.so.5", "libomp.so"};
/// The 16-bit helpers and those that copy strided memory, as the distribution
/// names them; the tool's run path has LLVM's library folder.
static constexpr const char *kHelpers[][2] = {
    {"libmlir_float16_utils.so.22.1", "libmlir_float16_utils.so"},
    {"libmlir_c_runner_utils.so.22.1", "libmlir_c_runner_utils.so"}};

llvm::Error run::loadRuntimes(unsigned threads) {
  // Most programs need no helper, so that their absence shows only as an
  // unresolved symbol of those that do.
  for (const auto &names : kHelpers)
    for (const char *name : names)
      if (dlopen(name, RTLD_NOW | RTLD_GLOBAL))
        break;
  if (threads == 1)
    return llvm::Error::success();

  // Threads that wait spin for a millisecond, not libomp's 200: enough to meet
  // the next loop, and soon out of the way of other processes.
  setenv("KMP_BLOCKTIME", "1", /*overwrite=*/0);
  std::string reasons;
  void (*setThreads)(int) = nullptr;
  for (const char *name : kOpenMPRuntimes) {
    void *library = dlopen(name, RTLD_NOW | RTLD_GLOBAL);
    if (!library) {
      reasons += std::string(reasons.empty() ? "" : "; ") + dlerror();
      continue;
    }
    setThreads =
        reinterpret_cast<void (*)(int)>(dlsym(library, "omp_set_num_threads"));
    if (setThreads)
      break;
  }
  if (!setThreads)
    return llvm::createStringError(
        "more than one thread needs LLVM's OpenMP runtime, libomp.so.5 or "
        "libomp.so (Debian: libomp5-22); --threads=1 needs none: " +
        reasons);
  setThreads(threads);
  return llvm::Error::success();
}
