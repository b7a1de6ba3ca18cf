//===- fake-cuda.cpp - a driver without a device --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of libcuda.so.1 that norm's runtime calls, on host memory. What
// is called is written to standard error if FAKE_CUDA_LOG is set. Besides,
//
//   FAKE_CUDA_CHIP=90,80        the compute capability of each device
//   FAKE_CUDA_DEVICES=1         how many there are
//   FAKE_CUDA_FAIL=NAME=CODE    the function NAME fails with CODE
//   FAKE_CUDA_EXECUTE=1         a launch executes the PTX of its module (Ptx.h)
//   FAKE_CUDA_KERNELS=FILE.so   a launch calls FILE's function with the name of
//                               the kernel: void kernel(void **, unsigned grid)
//
// Streams do their work at once, but for those that capture a graph. What a
// capture does not allow fails, and so does the graph. Threads have contexts:
// modules are loaded and unloaded in them, and launches are of their functions
// and streams. Time goes on with the work that is enqueued: 10 us for a launch,
// 8 for a copy.
//
//===----------------------------------------------------------------------===//

#include "State.h"

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>

using namespace fake;

void fake::log(const char *format, ...) {
  if (!std::getenv("FAKE_CUDA_LOG"))
    return;
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::fputc('\n', stderr);
}

CUresult fake::getResult(const char *name) {
  const char *wish = std::getenv("FAKE_CUDA_FAIL");
  std::size_t length = std::strlen(name);
  if (!wish || std::strncmp(wish, name, length) != 0 || wish[length] != '=')
    return kSuccess;
  return std::atoi(wish + length + 1);
}

CUctx_st *&fake::getCurrent() {
  static thread_local CUctx_st *current = nullptr;
  return current;
}

static int getNumber(const char *variable, int otherwise) {
  const char *text = std::getenv(variable);
  return text ? std::atoi(text) : otherwise;
}

/// That of a device, or the last one of the list.
static int getChip(CUdevice device) {
  const char *text = std::getenv("FAKE_CUDA_CHIP");
  for (; text && device > 0 && std::strchr(text, ','); --device)
    text = std::strchr(text, ',') + 1;
  return text ? std::atoi(text) : 90;
}

extern "C" {

//===----------------------------------------------------------------------===//
// Devices
//===----------------------------------------------------------------------===//

DRIVER CUresult cuInit(unsigned) {
  FAKE("cuInit");
  return kSuccess;
}

DRIVER CUresult cuGetErrorName(CUresult result, const char **name) {
  static const std::map<CUresult, const char *> names = {
      {2, "CUDA_ERROR_OUT_OF_MEMORY"},
      {100, "CUDA_ERROR_NO_DEVICE"},
      {201, "CUDA_ERROR_INVALID_CONTEXT"},
      {209, "CUDA_ERROR_NO_BINARY_FOR_GPU"},
      {400, "CUDA_ERROR_INVALID_HANDLE"},
      {700, "CUDA_ERROR_ILLEGAL_ADDRESS"},
      {719, "CUDA_ERROR_LAUNCH_FAILED"},
      {900, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"},
      {901, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED"}};
  auto found = names.find(result);
  *name = found == names.end() ? nullptr : found->second;
  return found == names.end() ? kInvalidValue : kSuccess;
}

DRIVER CUresult cuGetErrorString(CUresult result, const char **text) {
  *text = result == 100 ? "no CUDA-capable device is detected" : "";
  return kSuccess;
}

DRIVER CUresult cuDeviceGetCount(int *count) {
  *count = getNumber("FAKE_CUDA_DEVICES", 1);
  return kSuccess;
}

DRIVER CUresult cuDeviceGet(CUdevice *device, int ordinal) {
  *device = ordinal;
  return kSuccess;
}

DRIVER CUresult cuDeviceGetName(char *name, int length, CUdevice) {
  std::snprintf(name, static_cast<std::size_t>(length), "Fake GPU");
  return kSuccess;
}

DRIVER CUresult cuDeviceGetAttribute(int *value, int attribute,
                                     CUdevice device) {
  int chip = getChip(device);
  *value = attribute == 75   ? chip / 10
           : attribute == 76 ? chip % 10
           : attribute == 38 ? 1 << 20
           : attribute == 16 ? 4
                             : 0;
  return kSuccess;
}

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

DRIVER CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
  FAKE("cuDevicePrimaryCtxRetain");
  static std::map<CUdevice, CUctx_st> contexts;
  std::lock_guard<std::mutex> lock(getMutex());
  *context = &contexts.emplace(device, CUctx_st{device}).first->second;
  return kSuccess;
}

DRIVER CUresult cuDevicePrimaryCtxRelease_v2(CUdevice) { return kSuccess; }

DRIVER CUresult cuCtxGetCurrent(CUcontext *context) {
  *context = getCurrent();
  return kSuccess;
}

DRIVER CUresult cuCtxSetCurrent(CUcontext context) {
  FAKE("cuCtxSetCurrent");
  getCurrent() = context;
  return kSuccess;
}

DRIVER CUresult cuCtxGetDevice(CUdevice *device) {
  if (!getCurrent())
    return kInvalidContext;
  *device = getCurrent()->device;
  return kSuccess;
}

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

static std::atomic<int> moduleCount{0};

/// How many modules are loaded, for tests.
DRIVER int fakeCountModules() { return moduleCount; }

/// Writes to the buffer that the options give for it.
static void writeErrorLog(const char *text, unsigned count, const int *options,
                          void **values) {
  for (unsigned i = 0; i < count; ++i)
    if (options[i] == 5)
      std::strncpy(static_cast<char *>(values[i]), text, 4095);
}

DRIVER CUresult cuModuleLoadDataEx(CUmodule *module, const void *image,
                                   unsigned count, int *options,
                                   void **values) {
  bool isCubin = std::memcmp(image,
                             "\x7f"
                             "ELF",
                             4) == 0;
  log("cuModuleLoadDataEx %s", isCubin ? "cubin" : "PTX");
  if (CUresult result = getResult("cuModuleLoadDataEx"); result != kSuccess) {
    writeErrorLog("ptxas says no", count, options, values);
    return result;
  }
  NO_CAPTURE("cuModuleLoadDataEx");
  if (!getCurrent())
    return kInvalidContext;
  auto made = std::make_unique<CUmod_st>();
  made->device = getCurrent()->device;
  if (std::getenv("FAKE_CUDA_EXECUTE")) {
    try {
      made->kernels = parse(static_cast<const char *>(image));
    } catch (const std::exception &failure) {
      writeErrorLog(failure.what(), count, options, values);
      return kInvalidPtx;
    }
  }
  *module = made.release();
  ++moduleCount;
  return kSuccess;
}

DRIVER CUresult cuModuleUnload(CUmodule module) {
  log("cuModuleUnload");
  NO_CAPTURE("cuModuleUnload");
  if (!getCurrent())
    return kInvalidContext;
  if (module->device != getCurrent()->device)
    return kInvalidHandle;
  --moduleCount;
  delete module;
  return kSuccess;
}

DRIVER CUresult cuModuleGetFunction(CUfunction *function, CUmodule module,
                                    const char *name) {
  FAKE("cuModuleGetFunction");
  std::lock_guard<std::mutex> lock(getMutex());
  std::unique_ptr<CUfunc_st> &found = module->functions[name];
  if (!found)
    found = std::make_unique<CUfunc_st>(CUfunc_st{name, module});
  *function = found.get();
  return kSuccess;
}

DRIVER CUresult cuFuncSetAttribute(CUfunction function, int attribute,
                                   int value) {
  log("cuFuncSetAttribute %s %d = %d", function->name.c_str(), attribute,
      value);
  FAKE("cuFuncSetAttribute");
  std::lock_guard<std::mutex> lock(getMutex());
  if (attribute == 8)
    function->dynamicSharedBytes = static_cast<unsigned>(value);
  else if (attribute == 14 && value)
    function->clusterBlocks = 16;
  return kSuccess;
}

//===----------------------------------------------------------------------===//
// Launches
//===----------------------------------------------------------------------===//

/// Calls the function of FAKE_CUDA_KERNELS.
static CUresult callLibrary(const char *library, const std::string &name,
                            void **parameters, unsigned grid) {
  void *handle = dlopen(library, RTLD_NOW);
  void *symbol = handle ? dlsym(handle, name.c_str()) : nullptr;
  if (!symbol) {
    log("  no such kernel: %s", dlerror());
    return kNotFound;
  }
  reinterpret_cast<void (*)(void **, unsigned)>(symbol)(parameters, grid);
  return kSuccess;
}

/// The launch as work, with the parameters as they are now.
static Work makeExecution(const Kernel &kernel, Sizes sizes, void **given) {
  std::vector<uint64_t> parameters;
  for (const Parameter &parameter : kernel.parameters) {
    uint64_t bits = 0;
    std::memcpy(&bits, given[parameters.size()], parameter.bytes);
    parameters.push_back(bits);
  }
  return [=, kernel = &kernel]() -> CUresult {
    try {
      execute(*kernel, sizes, parameters);
      return kSuccess;
    } catch (const std::exception &failure) {
      std::fprintf(stderr, "fake-cuda: %s: %s\n", kernel->name.c_str(),
                   failure.what());
      return kLaunchFailed;
    }
  };
}

DRIVER CUresult cuLaunchKernelEx(const LaunchConfig *config,
                                 CUfunction function, void **parameters,
                                 void **) {
  log("cuLaunchKernelEx %s grid %u %u %u block %u %u %u shared %u",
      function->name.c_str(), config->gridDimX, config->gridDimY,
      config->gridDimZ, config->blockDimX, config->blockDimY, config->blockDimZ,
      config->sharedMemBytes);
  Sizes sizes = {{config->gridDimX, config->gridDimY, config->gridDimZ},
                 {config->blockDimX, config->blockDimY, config->blockDimZ},
                 {1, 1, 1},
                 config->sharedMemBytes};
  for (unsigned i = 0; i < config->attributeCount; ++i) {
    const LaunchAttribute &attribute = config->attributes[i];
    log("  attribute %u: %u", attribute.id, attribute.value.clusterDim.x);
    if (attribute.id == 4) {
      sizes.cluster[0] = attribute.value.clusterDim.x;
      sizes.cluster[1] = attribute.value.clusterDim.y;
      sizes.cluster[2] = attribute.value.clusterDim.z;
    }
  }
  FAKE("cuLaunchKernelEx");
  if (!getCurrent())
    return kInvalidContext;
  if (function->module->device != getCurrent()->device)
    return kInvalidHandle;
  if (sizes.dynamicSharedBytes > function->dynamicSharedBytes ||
      sizes.cluster[0] > function->clusterBlocks)
    return kInvalidValue;
  CUstream_st *stream = reinterpret_cast<uintptr_t>(config->stream) > 2
                            ? config->stream
                            : nullptr;
  bool isCaptured = stream && stream->isCapturing;
  if (isCaptured)
    ++stream->kernels;
  spend(10);
  const auto &kernels = function->module->kernels;
  if (auto found = kernels.find(function->name); found != kernels.end())
    return enqueue(config->stream,
                   makeExecution(found->second, sizes, parameters));
  const char *library = std::getenv("FAKE_CUDA_KERNELS");
  if (!library || isCaptured)
    return kSuccess;
  return callLibrary(library, function->name, parameters, config->gridDimX);
}

} // extern "C"
