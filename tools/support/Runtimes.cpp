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

/// The OpenMP runtime, the 16-bit helpers and those that copy strided memory,
/// as the distribution names them; the tool's run path has LLVM's library
/// folder.
static constexpr const char *kOpenMPRuntime = "libomp.so.5";
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
  void *library = dlopen(kOpenMPRuntime, RTLD_NOW | RTLD_GLOBAL);
  if (!library)
    return llvm::createStringError(
        "--threads needs the OpenMP runtime (Debian: libomp5): " +
        Twine(dlerror()));
  auto setThreads =
      reinterpret_cast<void (*)(int)>(dlsym(library, "omp_set_num_threads"));
  if (!setThreads)
    return llvm::createStringError(Twine(kOpenMPRuntime) +
                                   " has no omp_set_num_threads");
  setThreads(threads);
  return llvm::Error::success();
}
