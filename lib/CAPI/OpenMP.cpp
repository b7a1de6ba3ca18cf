//===- OpenMP.cpp - threads for kernels, from whom there are --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenMP.h"

#include <atomic>
#include <cstdarg>
#include <cstdint>
#include <dlfcn.h>
#include <link.h>
#include <mutex>
#include <pthread.h>
#include <string>
#include <vector>

using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// The runtime of the process
//===----------------------------------------------------------------------===//

namespace {
/// Functions of an OpenMP runtime.
struct Runtime {
  void (*parallel)(void (*)(void *), void *, unsigned threads, unsigned flags);
  void (*barrier)();
  int (*getThreadNum)();
  int (*getNumThreads)();
  /// How many milliseconds threads spin that wait; only of a libomp that nobody
  /// else uses, and for what the calling thread starts.
  void (*setBlocktime)(int) = nullptr;

  /// Whether `library` has them all.
  bool resolve(void *library) {
    auto find = [&](auto &function, const char *name) {
      function = reinterpret_cast<std::decay_t<decltype(function)>>(
          dlsym(library, name));
      return function != nullptr;
    };
    return find(parallel, "GOMP_parallel") && find(barrier, "GOMP_barrier") &&
           find(getThreadNum, "omp_get_thread_num") &&
           find(getNumThreads, "omp_get_num_threads");
  }
};

/// The shared libraries of the process.
struct Libraries {
  /// How many were ever added.
  unsigned long long added = 0;
  std::vector<std::string> runtimes;
};
} // namespace

static int visitLibrary(dl_phdr_info *info, size_t, void *data) {
  auto &libraries = *static_cast<Libraries *>(data);
  libraries.added = info->dlpi_adds;
  llvm::StringRef path = info->dlpi_name ? info->dlpi_name : "";
  llvm::StringRef name = path.substr(path.rfind('/') + 1);
  if (name.starts_with("libgomp") || name.starts_with("libomp") ||
      name.starts_with("libiomp"))
    libraries.runtimes.push_back(path.str());
  return 0;
}

static unsigned long long countLibraries() {
  unsigned long long added = 0;
  dl_iterate_phdr(
      [](dl_phdr_info *info, size_t, void *data) {
        *static_cast<unsigned long long *>(data) = info->dlpi_adds;
        return 1;
      },
      &added);
  return added;
}

namespace {
/// Finds the runtime that the process has, or loads one if it has none.
/// Another look is taken when libraries were added, as long as the one in use
/// is our own: a framework may come later.
class RuntimeFinder {
public:
  const Runtime *find() {
    const Runtime *runtime = current.load(std::memory_order_acquire);
    if (isForeign.load(std::memory_order_relaxed) ||
        (runtime &&
         countLibraries() == seenLibraries.load(std::memory_order_relaxed)))
      return runtime;
    return search();
  }

private:
  const Runtime *search() {
    std::lock_guard<std::mutex> lock(mutex);
    Libraries libraries;
    dl_iterate_phdr(visitLibrary, &libraries);
    for (const std::string &path : libraries.runtimes)
      if (path != ownPath &&
          use(dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD))) {
        isForeign = true;
        return current;
      }
    if (!current)
      loadOwn();
    seenLibraries = countLibraries();
    return current;
  }

  void loadOwn() {
    for (const char *name : {"libomp.so.5", "libomp.so", "libgomp.so.1"}) {
      void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
      if (!use(library, /*isOwn=*/true))
        continue;
      link_map *map = nullptr;
      if (!dlinfo(library, RTLD_DI_LINKMAP, &map) && map)
        ownPath = map->l_name;
      return;
    }
  }

  bool use(void *library, bool isOwn = false) {
    auto *runtime = new Runtime;
    if (!library || !runtime->resolve(library)) {
      delete runtime;
      return false;
    }
    if (isOwn)
      runtime->setBlocktime =
          reinterpret_cast<void (*)(int)>(dlsym(library, "kmp_set_blocktime"));
    // Others may still be in the one before, so that it is never freed.
    current.store(runtime, std::memory_order_release);
    return true;
  }

  std::mutex mutex;
  std::atomic<const Runtime *> current{nullptr};
  std::atomic<bool> isForeign{false};
  std::atomic<unsigned long long> seenLibraries{0};
  std::string ownPath;
};
} // namespace

static RuntimeFinder &getFinder() {
  static auto *finder = new RuntimeFinder;
  return *finder;
}

//===----------------------------------------------------------------------===//
// What compiled code calls
//===----------------------------------------------------------------------===//

namespace {
/// The team that this thread is in, and how many threads the next may have.
struct Team {
  const Runtime *runtime = nullptr;
  int32_t number = 0, size = 1;
};

/// The outlined region; it takes at most one argument, a struct.
using ParallelRegion = void (*)(int32_t *number, int32_t *bound,
                                void *argument);

struct Work {
  const Runtime *runtime;
  ParallelRegion region;
  void *argument;
};
} // namespace

static thread_local Team team;
static thread_local int32_t requested = 0;
/// Threads do not live on in a child process, and not all runtimes know.
static std::atomic<bool> isForkedChild{false};

static void runRegion(const Team &inner, ParallelRegion region,
                      void *argument) {
  Team outer = team;
  team = inner;
  int32_t number = inner.number, bound = 0;
  region(&number, &bound, argument);
  team = outer;
}

static void runShare(void *data) {
  auto &work = *static_cast<Work *>(data);
  runRegion({work.runtime, work.runtime->getThreadNum(),
             work.runtime->getNumThreads()},
            work.region, work.argument);
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
  const Runtime *runtime = nullptr;
  if (threads != 1 && team.size == 1 && !isForkedChild) {
    static std::once_flag once;
    std::call_once(once, [] {
      pthread_atfork(nullptr, nullptr, [] { isForkedChild = true; });
    });
    runtime = getFinder().find();
  }
  if (!runtime)
    return runRegion({nullptr, 0, 1}, region, argument);
  static thread_local bool isSet = false;
  if (runtime->setBlocktime && !isSet) {
    // Not libomp's 200: enough to meet the next loop, and soon out of the way.
    runtime->setBlocktime(1);
    isSet = true;
  }
  Work work{runtime, region, argument};
  runtime->parallel(runShare, &work, threads, /*flags=*/0);
}

static int32_t getGlobalThreadNum(void *) { return team.number; }

static void pushNumThreads(void *, int32_t, int32_t threads) {
  requested = threads;
}

static void barrier(void *, int32_t) {
  if (team.size > 1)
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

const llvm::StringMap<void *> &capi::getOpenMPSymbols() {
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
