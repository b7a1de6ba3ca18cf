//===- _call.cpp - calls of kernels from XLA's programs -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The target of the custom calls that norm.jax writes. It is built against the
// headers of the jaxlib that is there, and linked to the libnorm-c.so of this
// process. A call carries its program as text; what is compiled is kept.
//
//===----------------------------------------------------------------------===//

#include "norm-c/Compiler.h"
#include "xla/ffi/api/ffi.h"

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ffi = xla::ffi;

//===----------------------------------------------------------------------===//
// XLA's threads
//===----------------------------------------------------------------------===//

namespace {
/// Tasks of one call, taken one by one by the caller and by threads of XLA. The
/// caller waits for tasks that were begun, never for a thread to come.
struct Tasks {
  Tasks(size_t count, NormTask task, void *state)
      : count(count), task(task), state(state) {}

  void run() {
    for (size_t index; (index = next++) < count;) {
      task(state, index);
      if (++done == count) {
        std::lock_guard<std::mutex> lock(mutex);
        isDone.notify_all();
      }
    }
  }

  void wait() {
    std::unique_lock<std::mutex> lock(mutex);
    isDone.wait(lock, [&] { return done == count; });
  }

  const size_t count;
  const NormTask task;
  void *const state;
  std::atomic<size_t> next{0}, done{0};
  std::mutex mutex;
  std::condition_variable isDone;
};
} // namespace

/// The threads of the call that this thread is in.
static thread_local ffi::ThreadPool *currentPool = nullptr;

static void runTasks(void *, size_t count, NormTask task, void *state) {
  auto tasks = std::make_shared<Tasks>(count, task, state);
  if (currentPool)
    for (size_t helper = 1; helper < count; ++helper)
      currentPool->Schedule([tasks] { tasks->run(); });
  tasks->run();
  tasks->wait();
}

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

namespace {
/// A program as machine code, its norms raised, and as it stands where that
/// fails. Empty where it could not be compiled.
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
  std::map<std::string, std::unique_ptr<Kernel>, std::less<>> kernels[2];
};
} // namespace

/// Never freed: a thread may be in a kernel when the process ends.
static Settings &getSettings() {
  static auto *settings = new Settings;
  return *settings;
}

static std::atomic<uint64_t> callCount{0};
/// How many calls are to fail: for tests.
static std::atomic<int64_t> failureCount{0};

static std::string takeMessage(NormError *error) {
  std::string message = normErrorGetMessage(error);
  normErrorDestroy(error);
  return message;
}

static NormKernel *compile(const std::string &program, bool isStrict,
                           bool raises, std::string &message) {
  NormProgramOptions options = {};
  options.struct_size = sizeof(options);
  options.strict = isStrict;
  options.no_raise = !raises;
  NormKernel *kernel = nullptr;
  NormError *error = nullptr;
  if (normCompile(getSettings().context, program.data(), program.size(),
                  &options, &kernel, &error) != NORM_SUCCESS)
    message = takeMessage(error);
  return kernel;
}

/// The kernel of a program, or NULL and why there is none.
static Kernel *findKernel(std::string_view program, bool isStrict,
                          std::string &message) {
  Settings &settings = getSettings();
  auto &kernels = settings.kernels[isStrict];
  {
    std::shared_lock<std::shared_mutex> lock(settings.mutex);
    if (auto found = kernels.find(program); found != kernels.end())
      return found->second.get();
  }
  std::unique_lock<std::shared_mutex> lock(settings.mutex);
  if (auto found = kernels.find(program); found != kernels.end())
    return found->second.get();
  auto made = std::make_unique<Kernel>();
  made->program = program;
  made->raised = compile(made->program, isStrict, /*raises=*/true, message);
  if (!made->raised)
    return nullptr;
  std::unique_ptr<Kernel> &kept = kernels[made->program];
  kept = std::move(made);
  return kept.get();
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

namespace {
/// The arrays of a call as tensors of the kernel's shapes: XLA's arrays are
/// dense and row-major, and may be shaped otherwise.
struct Arrays {
  Arrays(const NormKernel *kernel, size_t count) : kernel(kernel) {
    tensors.reserve(count);
  }

  bool add(const ffi::AnyBuffer &buffer) {
    NormTensorType type = {};
    type.struct_size = sizeof(type);
    NormError *error = nullptr;
    if (normKernelGetTensorType(kernel, tensors.size(), &type, &error) !=
        NORM_SUCCESS) {
      normErrorDestroy(error);
      return false;
    }
    size_t count = 1;
    for (int32_t i = 0; i < type.ndim; ++i)
      count *= type.shape[i];
    if (count != buffer.element_count() ||
        count * type.dtype.bits != buffer.size_bytes() * 8)
      return false;
    NormTensor tensor = {};
    tensor.data = buffer.untyped_data();
    tensor.device = {NORM_DEVICE_CPU, 0};
    tensor.ndim = type.ndim;
    tensor.dtype = type.dtype;
    tensor.shape = const_cast<int64_t *>(type.shape);
    tensors.push_back(tensor);
    sizes.push_back(buffer.size_bytes());
    return true;
  }

  /// XLA may put a result where an argument is that nothing reads after the
  /// call, as in loops and for donated arrays: such an argument is copied, as
  /// kernels read what they have written.
  void separate(size_t argumentCount) {
    std::vector<size_t> shared;
    size_t size = 0;
    for (size_t i = 0; i < argumentCount; ++i)
      if (isWritten(i, argumentCount)) {
        shared.push_back(i);
        size += roundUp(sizes[i]);
      }
    char *memory = getScratch(size);
    for (size_t i : shared) {
      std::memcpy(memory, tensors[i].data, sizes[i]);
      tensors[i].data = memory;
      memory += roundUp(sizes[i]);
    }
  }

  const NormKernel *kernel;
  std::vector<NormTensor> tensors;

private:
  /// To the alignment of XLA's arrays.
  static size_t roundUp(size_t size) { return (size + 63) / 64 * 64; }

  /// Memory of this thread, kept for the next call unless it is large.
  static char *getScratch(size_t size) {
    static constexpr size_t kKept = size_t(64) << 20;
    thread_local std::vector<char> scratch;
    if (scratch.size() > kKept && size <= kKept)
      scratch = {};
    if (scratch.size() < size + 64)
      scratch.resize(size + 64);
    auto address = reinterpret_cast<uintptr_t>(scratch.data());
    return reinterpret_cast<char *>((address + 63) / 64 * 64);
  }

  bool isWritten(size_t argument, size_t argumentCount) const {
    const char *from = begin(argument);
    for (size_t j = argumentCount; j < tensors.size(); ++j)
      if (from < begin(j) + sizes[j] && begin(j) < from + sizes[argument])
        return true;
    return false;
  }

  const char *begin(size_t i) const {
    return static_cast<const char *>(tensors[i].data);
  }

  std::vector<size_t> sizes;
};
} // namespace

static bool callKernel(const NormKernel *kernel,
                       const std::vector<const NormTensor *> &tensors,
                       std::string &message) {
  if (failureCount > 0 && failureCount-- > 0) {
    message = "injected";
    return false;
  }
  NormError *error = nullptr;
  if (normKernelCall(kernel, tensors.data(), nullptr, tensors.size(), &error) ==
      NORM_SUCCESS)
    return true;
  message = takeMessage(error);
  return false;
}

static ffi::Error callProgram(ffi::ThreadPool pool,
                              ffi::RemainingArgs arguments,
                              ffi::RemainingRets results,
                              std::string_view program, bool isStrict,
                              bool isShared) {
  std::string message;
  Kernel *kernel = findKernel(program, isStrict, message);
  if (!kernel)
    return ffi::Error::Internal("norm: " + message);
  Arrays arrays(kernel->raised, arguments.size() + results.size());
  bool isKnown = true;
  for (size_t i = 0; i < arguments.size(); ++i)
    isKnown &= arrays.add(*arguments.get<ffi::AnyBuffer>(i));
  for (size_t i = 0; i < results.size(); ++i)
    isKnown &= arrays.add(**results.get<ffi::AnyBuffer>(i));
  if (!isKnown)
    return ffi::Error::InvalidArgument(
        "norm: arrays that the kernel is not for");
  arrays.separate(arguments.size());
  std::vector<const NormTensor *> tensors;
  for (const NormTensor &tensor : arrays.tensors)
    tensors.push_back(&tensor);
  ++callCount;
  currentPool = isShared ? &pool : nullptr;
  bool isDone = callKernel(kernel->raised, tensors, message);
  if (!isDone) {
    // The program as XLA had it.
    if (getSettings().onFailure)
      getSettings().onFailure(message.c_str());
    std::call_once(kernel->plainOnce, [&] {
      kernel->plain =
          compile(kernel->program, isStrict, /*raises=*/false, message);
    });
    isDone = kernel->plain && callKernel(kernel->plain, tensors, message);
  }
  currentPool = nullptr;
  return isDone ? ffi::Error::Success()
                : ffi::Error::Internal("norm: " + message);
}

static ffi::Error call(ffi::ThreadPool pool, ffi::RemainingArgs arguments,
                       ffi::RemainingRets results, std::string_view program,
                       bool isStrict, bool isShared) {
  try {
    return callProgram(pool, arguments, results, program, isStrict, isShared);
  } catch (const std::exception &error) {
    currentPool = nullptr;
    return ffi::Error::Internal(std::string("norm: ") + error.what());
  }
}

XLA_FFI_DEFINE_HANDLER_SYMBOL(norm_jax_call, call,
                              ffi::Ffi::Bind()
                                  .Ctx<ffi::ThreadPool>()
                                  .RemainingArgs()
                                  .RemainingRets()
                                  .Attr<std::string_view>("program")
                                  .Attr<bool>("strict")
                                  .Attr<bool>("shares"));

//===----------------------------------------------------------------------===//
// Python's side
//===----------------------------------------------------------------------===//

extern "C" {
/// Settings of all kernels; once. `onFailure` is told why a kernel failed.
int norm_jax_configure(const char *cache, uint32_t threads,
                       void (*onFailure)(const char *)) {
  NormContextOptions options = {};
  options.struct_size = sizeof(options);
  options.cache_directory = cache;
  options.threads = threads;
  if (threads > 1)
    options.parallel_for = runTasks;
  Settings &settings = getSettings();
  std::unique_lock<std::shared_mutex> lock(settings.mutex);
  settings.onFailure = onFailure;
  if (settings.context)
    return 1;
  NormError *error = nullptr;
  if (normContextCreate(&options, &settings.context, &error) == NORM_SUCCESS)
    return 1;
  normErrorDestroy(error);
  return 0;
}

/// Compiles a program; the reason why not goes to `message`, of 1024 bytes.
int norm_jax_compile(const char *program, int isStrict, char *message) {
  std::string reason;
  if (findKernel(program, isStrict, reason))
    return 1;
  reason.copy(message, 1023);
  message[std::min<size_t>(reason.size(), 1023)] = 0;
  return 0;
}

void norm_jax_fail(int64_t count) { failureCount = count; }

uint64_t norm_jax_calls() { return callCount; }
}
