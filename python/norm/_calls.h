//===- _calls.h - kernels that hosts call -----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the libraries of norm.torch and norm.jax have in common. A call carries
// its program as text; what is compiled is kept. Where a kernel fails, its
// program runs as the host had it, and the host is told why.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_PYTHON_CALLS_H
#define NORM_PYTHON_CALLS_H

#include "norm-c/Instrument.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/mman.h>

// Hidden: each library has settings of its own.
#pragma GCC visibility push(hidden)

namespace norm::host {

//===----------------------------------------------------------------------===//
// Settings
//===----------------------------------------------------------------------===//

/// A program as machine code, its norms raised, and as it stands where that
/// fails.
struct Kernel {
  NormKernel *raised = nullptr;
  std::once_flag plainOnce;
  NormKernel *plain = nullptr;
  std::string program;
};

struct Settings {
  std::shared_mutex mutex;
  NormContext *context = nullptr;
  void (*onFailure)(const char *reason) = nullptr;
  /// By their programs, relaxed and strict.
  using Kernels = std::map<std::string, std::unique_ptr<Kernel>, std::less<>>;
  Kernels kernels[2];
  /// Those of earlier contexts: a thread may be in one.
  std::vector<Kernels> retired;
  /// How many contexts there were before this one.
  std::atomic<uint64_t> generation{0};
  std::atomic<uint64_t> callCount{0};
  /// What measures calls; may be NULL. Who set it keeps it alive.
  std::atomic<NormInstrument *> instrument{nullptr};
  /// How many calls are to fail: for tests.
  std::atomic<int64_t> failureCount{0};
};

/// Never freed: a thread may be in a kernel when the process ends.
inline Settings &getSettings() {
  static auto *settings = new Settings;
  return *settings;
}

inline std::string takeMessage(NormError *error) {
  std::string message = normErrorGetMessage(error);
  normErrorDestroy(error);
  return message;
}

/// Makes the context of all kernels, or another one for those of later calls.
/// `onFailure` is told why a kernel failed. Returns whether there is one.
inline bool configure(const char *cache, uint32_t threads,
                      NormParallelFor parallelFor,
                      void (*onFailure)(const char *)) {
  NormContextOptions options = {};
  options.struct_size = sizeof(options);
  options.cache_directory = cache;
  options.threads = threads;
  options.parallel_for = parallelFor;
  Settings &settings = getSettings();
  std::unique_lock<std::shared_mutex> lock(settings.mutex);
  settings.onFailure = onFailure;
  NormContext *context = nullptr;
  NormError *error = nullptr;
  if (normContextCreate(&options, &context, &error) != NORM_SUCCESS) {
    normErrorDestroy(error);
    return false;
  }
  // Kernels know their context: it stays.
  settings.context = context;
  for (Settings::Kernels &kernels : settings.kernels)
    settings.retired.push_back(std::exchange(kernels, {}));
  ++settings.generation;
  return true;
}

/// Has `instrument`, which may be NULL, measure the calls of all kernels.
inline void setInstrument(NormInstrument *instrument) {
  Settings &settings = getSettings();
  settings.instrument = instrument;
  NormError *error = nullptr;
  normContextSetInstrument(settings.context, instrument, &error);
  normErrorDestroy(error);
}

/// Names the norms that this thread calls while it lives, where calls are
/// measured: a line for each, or one for all.
class NamedCalls {
public:
  /// `getNames` is called if need be.
  template <typename GetNames>
  explicit NamedCalls(GetNames getNames)
      : isNamed(getSettings().instrument != nullptr) {
    if (isNamed)
      normInstrumentNameCalls(std::string(getNames()).c_str());
  }
  NamedCalls(const NamedCalls &) = delete;
  ~NamedCalls() {
    if (isNamed)
      normInstrumentNameCalls(nullptr);
  }

private:
  const bool isNamed;
};

inline void tellFailure(const std::string &reason) {
  if (getSettings().onFailure)
    getSettings().onFailure(reason.c_str());
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

/// Large results lie in huge pages where there are any: the first touch of
/// small pages takes longer than a norm does.
inline void adviseHugePages(void *data, size_t size) {
#ifdef MADV_HUGEPAGE
  constexpr uintptr_t kPage = 2 << 20;
  if (size < 2 * kPage)
    return;
  auto begin = reinterpret_cast<uintptr_t>(data);
  uintptr_t first = (begin + kPage - 1) / kPage * kPage;
  uintptr_t last = (begin + size) / kPage * kPage;
  madvise(reinterpret_cast<void *>(first), last - first, MADV_HUGEPAGE);
#endif
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

inline NormKernel *compile(const std::string &program, bool isStrict,
                           bool raises, std::string &message) {
  NormProgramOptions options = {};
  options.struct_size = sizeof(options);
  // The user does not know the program: its lines are no places.
  options.file_name = "";
  options.strict = isStrict;
  options.no_raise = !raises;
  NormContext *context;
  {
    std::shared_lock<std::shared_mutex> lock(getSettings().mutex);
    context = getSettings().context;
  }
  NormKernel *kernel = nullptr;
  NormError *error = nullptr;
  if (normCompile(context, program.data(), program.size(), &options, &kernel,
                  &error) != NORM_SUCCESS)
    message = takeMessage(error);
  return kernel;
}

/// The kernel of a program, or NULL and why there is none.
inline Kernel *findKernel(std::string_view program, bool isStrict,
                          std::string &message) {
  Settings &settings = getSettings();
  auto &kernels = settings.kernels[isStrict];
  {
    std::shared_lock<std::shared_mutex> lock(settings.mutex);
    if (auto found = kernels.find(program); found != kernels.end())
      return found->second.get();
  }
  // Without the lock: others compile and call kernels in the meantime.
  uint64_t generation = settings.generation;
  auto made = std::make_unique<Kernel>();
  made->program = program;
  made->raised = compile(made->program, isStrict, /*raises=*/true, message);
  if (!made->raised)
    return nullptr;
  std::unique_lock<std::shared_mutex> lock(settings.mutex);
  // Of settings that are no more: for this call alone.
  bool isCurrent = settings.generation == generation;
  auto &own = isCurrent ? kernels : settings.retired.emplace_back();
  std::unique_ptr<Kernel> &kept = own[made->program];
  if (kept) {
    normKernelDestroy(made->raised);
    return kept.get();
  }
  kept = std::move(made);
  return kept.get();
}

/// For Python: the reason why there is no kernel goes to `message`, of 1024
/// bytes.
inline bool compileKernel(const char *program, bool isStrict, char *message) {
  std::string reason;
  if (findKernel(program, isStrict, reason))
    return true;
  reason.copy(message, 1023);
  message[std::min<size_t>(reason.size(), 1023)] = 0;
  return false;
}

/// Whether a test lets this call fail.
inline bool isInjected(std::string &message) {
  std::atomic<int64_t> &failures = getSettings().failureCount;
  if (failures <= 0 || failures-- <= 0)
    return false;
  message = "injected";
  return true;
}

inline std::vector<const NormTensor *>
pointersTo(const std::vector<NormTensor> &tensors) {
  std::vector<const NormTensor *> pointers;
  for (const NormTensor &tensor : tensors)
    pointers.push_back(&tensor);
  return pointers;
}

/// Calls the kernel on its arguments and results.
inline bool callKernel(const NormKernel *kernel,
                       const NormTensor *const *tensors, size_t count,
                       std::string &message) {
  if (isInjected(message))
    return false;
  NormError *error = nullptr;
  if (normKernelCall(kernel, tensors, nullptr, count, &error) == NORM_SUCCESS)
    return true;
  message = takeMessage(error);
  return false;
}

/// Calls the kernel by `call`, or if that fails the program as the host had
/// it.
template <typename Call>
bool callProgram(Kernel &kernel, bool isStrict, Call call,
                 std::string &message) {
  ++getSettings().callCount;
  if (call(kernel.raised))
    return true;
  tellFailure(message);
  std::call_once(kernel.plainOnce, [&] {
    kernel.plain = compile(kernel.program, isStrict, /*raises=*/false, message);
  });
  return kernel.plain && call(kernel.plain);
}

} // namespace norm::host

#pragma GCC visibility pop

#endif // NORM_PYTHON_CALLS_H
