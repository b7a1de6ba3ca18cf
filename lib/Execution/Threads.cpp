//===- Threads.cpp - threads for kernels, from whom there are -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/Threads.h"

#include "OpenMPRuntime.h"
#include "norm/Execution/Host.h"

#include <atomic>
#include <cstdarg>
#include <cstdint>
#include <mutex>
#include <pthread.h>

using namespace mlir::norm;
using namespace mlir::norm::run;

//===----------------------------------------------------------------------===//
// What compiled code calls
//===----------------------------------------------------------------------===//

namespace {
/// The team that this thread is in, and how many threads the next may have.
struct Team {
  /// Null for a team of one, or of a pool of the caller's.
  const OpenMPRuntime *runtime = nullptr;
  int32_t number = 0, size = 1;
};

/// The outlined region; it takes at most one argument, a struct.
using ParallelRegion = void (*)(int32_t *number, int32_t *bound,
                                void *argument);
using Work = llvm::function_ref<void(const Team &)>;
} // namespace

static thread_local Team team;
static thread_local int32_t requested = 0;
/// Threads do not live on in a child process, and not all runtimes know.
static std::atomic<bool> isForkedChild{false};

/// The runtime of the process, or null, as seen from this thread.
static const OpenMPRuntime *findRuntime() {
  static std::once_flag once;
  std::call_once(once, [] {
    pthread_atfork(nullptr, nullptr, [] { isForkedChild = true; });
  });
  if (isForkedChild)
    return nullptr;
  const OpenMPRuntime *runtime = findOpenMPRuntime();
  static thread_local bool isSet = false;
  if (runtime && runtime->setBlocktime && !isSet) {
    // Not libomp's 200: enough to meet the next loop, and soon out of the way.
    runtime->setBlocktime(1);
    isSet = true;
  }
  return runtime;
}

static void runInCallersPool(const ParallelFor &pool, size_t threads,
                             Work work) {
  struct State {
    Work work;
    size_t size;
  } state{work, threads};
  pool.function(
      pool.userData, threads,
      [](void *data, size_t task) {
        auto &state = *static_cast<State *>(data);
        state.work({nullptr, static_cast<int32_t>(task),
                    static_cast<int32_t>(state.size)});
      },
      &state);
}

static void runInRuntime(const OpenMPRuntime &runtime, unsigned threads,
                         Work work) {
  struct State {
    const OpenMPRuntime &runtime;
    Work work;
  } state{runtime, work};
  runtime.parallel(
      [](void *data) {
        auto &[runtime, work] = *static_cast<State *>(data);
        work({&runtime, runtime.getThreadNum(), runtime.getNumThreads()});
      },
      &state, threads, /*flags=*/0);
}

/// Runs `work` on `threads` threads, or as many as the pool likes for 0; on one
/// where there is no pool, or none is wanted.
static void fork(unsigned threads, Work work) {
  if (threads == 1 || team.size > 1)
    return work({nullptr, 0, 1});
  const ParallelFor &pool = getHost().parallelFor;
  if (pool.function)
    return runInCallersPool(pool, threads ? threads : pool.threads, work);
  if (const OpenMPRuntime *runtime = findRuntime())
    return runInRuntime(*runtime, threads, work);
  work({nullptr, 0, 1});
}

static void forkCall(void *, int32_t count, ParallelRegion region, ...) {
  void *argument = nullptr;
  if (count > 0) {
    va_list arguments;
    va_start(arguments, region);
    argument = va_arg(arguments, void *);
    va_end(arguments);
  }
  int32_t threads = requested;
  requested = 0;
  fork(threads, [&, &host = getHost()](const Team &inner) {
    ScopedHost scope(&host);
    Team outer = team;
    team = inner;
    int32_t number = inner.number, bound = 0;
    region(&number, &bound, argument);
    team = outer;
  });
}

static int32_t getGlobalThreadNum(void *) { return team.number; }

static void pushNumThreads(void *, int32_t, int32_t threads) {
  requested = threads;
}

/// A pool of the caller's has none. What this project compiles has a barrier at
/// the end of a region alone, where all tasks are waited for.
static void barrier(void *, int32_t) {
  if (team.runtime)
    team.runtime->barrier();
}

/// Gives this thread its part of the iterations from `lower` to `upper`, both
/// of which run: as many as the others, or one more. A thread without any gets
/// a range that is empty. Signed iterations are counted as unsigned ones.
template <typename T, typename Signed>
static void startStaticLoop(void *, int32_t, int32_t, int32_t *isLast, T *lower,
                            T *upper, Signed *stride, Signed step, Signed) {
  T first = *lower, last = *upper;
  T count = step > 0 ? (last - first) / static_cast<T>(step) + 1
                     : (first - last) / static_cast<T>(-step) + 1;
  *stride = static_cast<Signed>(last - first) + step;
  if (team.size == 1) {
    *isLast = 1;
    return;
  }
  T size = team.size, number = team.number;
  T share = count / size, extra = count % size;
  T begin = number * share + (number < extra ? number : extra);
  T length = share + (number < extra);
  *isLast = length > 0 && begin + length == count;
  *lower = first + begin * static_cast<T>(step);
  *upper = *lower + (length - 1) * static_cast<T>(step);
  if (length == 0) {
    *lower = last + static_cast<T>(step);
    *upper = last;
  }
}

static void endStaticLoop(void *, int32_t) {}

const llvm::StringMap<void *> &run::getThreadSymbols() {
  auto address = [](auto *function) {
    return reinterpret_cast<void *>(function);
  };
  static const auto *symbols = new llvm::StringMap<void *>{
      {"__kmpc_fork_call", address(forkCall)},
      {"__kmpc_global_thread_num", address(getGlobalThreadNum)},
      {"__kmpc_push_num_threads", address(pushNumThreads)},
      {"__kmpc_barrier", address(barrier)},
      {"__kmpc_for_static_init_4", address(startStaticLoop<uint32_t, int32_t>)},
      {"__kmpc_for_static_init_4u",
       address(startStaticLoop<uint32_t, int32_t>)},
      {"__kmpc_for_static_init_8", address(startStaticLoop<uint64_t, int64_t>)},
      {"__kmpc_for_static_init_8u",
       address(startStaticLoop<uint64_t, int64_t>)},
      {"__kmpc_for_static_fini", address(endStaticLoop)}};
  return *symbols;
}

//===----------------------------------------------------------------------===//
// Pools
//===----------------------------------------------------------------------===//

llvm::Expected<ThreadPool> run::getThreadPool() {
  if (const OpenMPRuntime *runtime = findRuntime())
    return ThreadPool{runtime->path,
                      static_cast<unsigned>(runtime->getMaxThreads())};
  return llvm::createStringError(
      "more than one thread needs an OpenMP runtime, libomp.so.5 (Debian: "
      "libomp5-22), libomp.so or libgomp.so.1; --threads=1 needs none");
}

void run::runTeam(unsigned threads, llvm::function_ref<void(unsigned)> work) {
  fork(threads, [&](const Team &inner) {
    // A pool may give less threads than it was asked for.
    for (unsigned number = inner.number; number < threads; number += inner.size)
      work(number);
  });
}
