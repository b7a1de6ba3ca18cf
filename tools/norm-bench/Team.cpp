//===- Team.cpp - threads of the hand-written peers -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Team.h"

#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <dlfcn.h>

using namespace mlir::norm;
using Work = llvm::function_ref<void(unsigned)>;

namespace {
/// The entry points of an OpenMP runtime, as GCC calls them.
struct OpenMP {
  using Body = void (*)(void *);
  void (*parallel)(Body, void *data, unsigned threads, unsigned flags);
  int (*threadNumber)();

  OpenMP()
      : parallel(reinterpret_cast<decltype(parallel)>(
            dlsym(RTLD_DEFAULT, "GOMP_parallel"))),
        threadNumber(reinterpret_cast<decltype(threadNumber)>(
            dlsym(RTLD_DEFAULT, "omp_get_thread_num"))) {}
};
} // namespace

static const OpenMP &openMP() {
  static const OpenMP runtime;
  return runtime;
}

void bench::runTeam(unsigned threads, Work work) {
  if (threads == 1)
    return work(0);
  openMP().parallel(
      [](void *data) { (*static_cast<Work *>(data))(openMP().threadNumber()); },
      &work, threads, /*flags=*/0);
}

std::pair<int64_t, int64_t> bench::share(int64_t count, int64_t grain,
                                         unsigned thread, unsigned threads) {
  int64_t part = llvm::alignTo(llvm::divideCeil(count, threads), grain);
  int64_t first = std::min(count, part * thread);
  return {first, std::min(count, first + part)};
}
