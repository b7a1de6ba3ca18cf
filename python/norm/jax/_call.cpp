//===- _call.cpp - calls of kernels from XLA's programs -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The target of the custom calls that norm.jax writes. It is built against the
// headers of the jaxlib that is there, and linked to the libnorm-c.so of this
// process.
//
//===----------------------------------------------------------------------===//

#include "_calls.h"

#include "xla/ffi/api/ffi.h"

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace ffi = xla::ffi;
namespace host = norm::host;

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

static ffi::Error callProgram(ffi::ThreadPool pool,
                              ffi::RemainingArgs arguments,
                              ffi::RemainingRets results,
                              std::string_view program, bool isStrict,
                              bool isShared, std::string_view names) {
  std::string message;
  host::Kernel *kernel = host::findKernel(program, isStrict, message);
  if (!kernel)
    return ffi::Error::Internal("norm: " + message);
  Arrays arrays(kernel->raised, arguments.size() + results.size());
  bool isKnown = true;
  for (size_t i = 0; i < arguments.size(); ++i)
    isKnown &= arrays.add(*arguments.get<ffi::AnyBuffer>(i));
  for (size_t i = 0; i < results.size(); ++i) {
    ffi::AnyBuffer result = **results.get<ffi::AnyBuffer>(i);
    isKnown &= arrays.add(result);
    host::adviseHugePages(result.untyped_data(), result.size_bytes());
  }
  if (!isKnown)
    return ffi::Error::InvalidArgument(
        "norm: arrays that the kernel is not for");
  arrays.separate(arguments.size());
  currentPool = isShared ? &pool : nullptr;
  auto tensors = host::pointersTo(arrays.tensors);
  host::NamedCalls named([&] { return names; });
  bool isDone = host::callProgram(
      *kernel, isStrict,
      [&](const NormKernel *code) {
        return host::callKernel(code, tensors.data(), tensors.size(), message);
      },
      message);
  currentPool = nullptr;
  return isDone ? ffi::Error::Success()
                : ffi::Error::Internal("norm: " + message);
}

static ffi::Error call(ffi::ThreadPool pool, ffi::RemainingArgs arguments,
                       ffi::RemainingRets results, std::string_view program,
                       bool isStrict, bool isShared, std::string_view names) {
  try {
    return callProgram(pool, arguments, results, program, isStrict, isShared,
                       names);
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
                                  .Attr<bool>("shares")
                                  .Attr<std::string_view>("names"));

//===----------------------------------------------------------------------===//
// Python's side
//===----------------------------------------------------------------------===//

extern "C" {
/// Settings of all kernels; once. `onFailure` is told why a kernel failed.
int norm_jax_configure(const char *cache, uint32_t threads,
                       void (*onFailure)(const char *)) {
  return host::configure(cache, threads, threads > 1 ? runTasks : nullptr,
                         onFailure);
}

/// Compiles a program; the reason why not goes to `message`, of 1024 bytes.
int norm_jax_compile(const char *program, int isStrict, char *message) {
  return host::compileKernel(program, isStrict, message);
}

/// Has the instrument measure all calls, or none.
void norm_jax_instrument(NormInstrument *instrument) {
  host::setInstrument(instrument);
}

void norm_jax_fail(int64_t count) { host::getSettings().failureCount = count; }

uint64_t norm_jax_calls() { return host::getSettings().callCount; }
}
