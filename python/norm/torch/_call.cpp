//===- _call.cpp - norms of PyTorch's programs, called without Python -----===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What _eager.py and _compiled.py do, for PyTorch's dispatcher: a call from
// Python takes 20 to 30 microseconds more. It is built against the headers of
// the PyTorch that is there, and linked to the libnorm-c.so of this process.
//
//===----------------------------------------------------------------------===//

#include "_backward.h"
#include "_forward.h"
#include "_program.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

/// What stands in the dispatcher: norms of aten while they are enabled, and the
/// op of compiled graphs from the beginning.
static std::vector<std::unique_ptr<torch::Library>> norms;
/// Backwards of aten, once norms were enabled: graphs outlive disable(), and
/// PyTorch has none of an RMSNorm.
static std::unique_ptr<torch::Library> backwards;

template <typename Add>
static std::unique_ptr<torch::Library> install(const char *space,
                                               c10::DispatchKey key, Add add) {
  // PyTorch warns of kernels that take the place of others.
  struct : c10::WarningHandler {
    void process(const c10::Warning &) override {}
  } silence;
  c10::WarningUtils::WarningHandlerGuard guard(&silence);
  auto library = std::make_unique<torch::Library>(torch::Library::IMPL, space,
                                                  key, __FILE__, __LINE__);
  add(*library);
  return library;
}

/// What `action` throws goes to `message`, of 1024 bytes.
template <typename Action> static int attempt(char *message, Action action) {
  try {
    action();
    return 1;
  } catch (const std::exception &error) {
    std::strncpy(message, error.what(), 1023);
    return 0;
  }
}

extern "C" {
/// Settings of all kernels; once. `onFailure` is told why a kernel failed.
NORM_C_API int norm_torch_configure(const char *cache, uint32_t threads,
                                    void (*onFailure)(const char *)) {
  return host::configure(cache, threads, /*parallelFor=*/nullptr, onFailure);
}

/// Takes over the op norm::call, which Python has defined.
NORM_C_API int norm_torch_take_calls(char *message) {
  return attempt(message, [] {
    static auto library =
        install("norm", c10::DispatchKey::CPU,
                [](torch::Library &ops) { ops.impl("call", callProgram); });
  });
}

NORM_C_API int norm_torch_enable(char *message) {
  return attempt(message, [] {
    auto addBackwards = [](torch::Library &ops) {
      ops.impl("native_layer_norm_backward", layerNormBackward);
      ops.impl("_fused_rms_norm_backward", fusedRMSNormBackward);
    };
    auto addKernels = [](torch::Library &ops) {
      ops.impl("native_layer_norm", layerNorm);
      ops.impl("_fused_rms_norm", fusedRMSNorm);
      ops.impl("rms_norm", rmsNorm);
    };
    backwards = install("aten", c10::DispatchKey::CPU, addBackwards);
    norms.push_back(install("aten", c10::DispatchKey::CPU, addKernels));
    norms.push_back(
        install("aten", c10::DispatchKey::AutogradCPU,
                [](torch::Library &ops) { ops.impl("rms_norm", rmsNorm); }));
    isEnabled = true;
  });
}

NORM_C_API void norm_torch_disable() {
  isEnabled = false;
  norms.clear();
  Blocks::get().clear();
}

NORM_C_API void norm_torch_take_subclasses(int takes) {
  takesSubclasses = takes;
}

/// The op, direction and type by their numbers in _table.py.
NORM_C_API void norm_torch_set_range(int op, int direction, int type,
                                     int64_t least, int64_t longest) {
  ranges[op][direction][type].least = least;
  ranges[op][direction][type].longest = longest;
}

/// Compiles a program; the reason why not goes to `message`, of 1024 bytes.
NORM_C_API int norm_torch_compile(const char *program, int isStrict,
                                  char *message) {
  return host::compileKernel(program, isStrict, message);
}

/// Has the instrument measure all calls, or none; `tell` writes where the
/// program is.
NORM_C_API void norm_torch_instrument(NormInstrument *instrument,
                                      void (*tell)(char *, size_t)) {
  tellPlace = tell;
  host::setInstrument(instrument);
}

NORM_C_API void norm_torch_fail(int64_t count) {
  host::getSettings().failureCount = count;
}

/// Norms forward and backward, and calls of kernels, since this was called.
NORM_C_API void norm_torch_take_counts(uint64_t *counts) {
  counts[Forward] = normCounts[Forward].exchange(0);
  counts[Backward] = normCounts[Backward].exchange(0);
  counts[2] = host::getSettings().callCount.exchange(0);
}
}
