//===- OpenMPRuntime.cpp - the OpenMP runtime of the process --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpenMPRuntime.h"

#include "llvm/ADT/StringRef.h"

#include <atomic>
#include <dlfcn.h>
#include <link.h>
#include <mutex>
#include <vector>

using namespace mlir::norm;
using namespace mlir::norm::run;

bool OpenMPRuntime::resolve(void *library) {
  auto find = [&](auto &function, const char *name) {
    function = reinterpret_cast<std::decay_t<decltype(function)>>(
        dlsym(library, name));
    return function != nullptr;
  };
  return find(parallel, "GOMP_parallel") && find(barrier, "GOMP_barrier") &&
         find(getThreadNum, "omp_get_thread_num") &&
         find(getNumThreads, "omp_get_num_threads") &&
         find(getMaxThreads, "omp_get_max_threads");
}

namespace {
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
  const OpenMPRuntime *find() {
    const OpenMPRuntime *runtime = current.load(std::memory_order_acquire);
    if (isForeign.load(std::memory_order_relaxed) ||
        (runtime &&
         countLibraries() == seenLibraries.load(std::memory_order_relaxed)))
      return runtime;
    return search();
  }

private:
  const OpenMPRuntime *search() {
    std::lock_guard<std::mutex> lock(mutex);
    Libraries libraries;
    dl_iterate_phdr(visitLibrary, &libraries);
    for (const std::string &path : libraries.runtimes)
      if (path != ownPath &&
          use(dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD), path)) {
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
      if (!library)
        continue;
      link_map *map = nullptr;
      if (!dlinfo(library, RTLD_DI_LINKMAP, &map) && map)
        ownPath = map->l_name;
      if (use(library, ownPath, /*isOwn=*/true))
        return;
    }
  }

  bool use(void *library, const std::string &path, bool isOwn = false) {
    auto *runtime = new OpenMPRuntime;
    if (!library || !runtime->resolve(library)) {
      delete runtime;
      return false;
    }
    runtime->path = path;
    if (isOwn)
      runtime->setBlocktime =
          reinterpret_cast<void (*)(int)>(dlsym(library, "kmp_set_blocktime"));
    // Others may still be in the one before, so that it is never freed.
    current.store(runtime, std::memory_order_release);
    return true;
  }

  std::mutex mutex;
  std::atomic<const OpenMPRuntime *> current{nullptr};
  std::atomic<bool> isForeign{false};
  std::atomic<unsigned long long> seenLibraries{0};
  std::string ownPath;
};
} // namespace

const OpenMPRuntime *run::findOpenMPRuntime() {
  static auto *finder = new RuntimeFinder;
  return finder->find();
}
