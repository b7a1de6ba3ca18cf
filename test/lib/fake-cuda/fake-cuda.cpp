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
//   FAKE_CUDA_CHIP=90           the compute capability of the device
//   FAKE_CUDA_DEVICES=1         how many there are
//   FAKE_CUDA_FAIL=NAME=CODE    the function NAME fails with CODE
//   FAKE_CUDA_KERNELS=FILE.so   a launch calls FILE's function with the name of
//                               the kernel: void kernel(void **, unsigned grid)
//
// Time goes on with the work that is enqueued: 10 us for a launch, 8 for a
// copy.
//
//===----------------------------------------------------------------------===//

#include "norm/Runtime/Driver.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <string>

using namespace normrt;

static void log(const char *format, ...) {
  if (!std::getenv("FAKE_CUDA_LOG"))
    return;
  va_list arguments;
  va_start(arguments, format);
  std::vfprintf(stderr, format, arguments);
  va_end(arguments);
  std::fputc('\n', stderr);
}

/// What FAKE_CUDA_FAIL says of the function `name`: 0 is success.
static CUresult getResult(const char *name) {
  const char *wish = std::getenv("FAKE_CUDA_FAIL");
  std::size_t length = std::strlen(name);
  if (!wish || std::strncmp(wish, name, length) != 0 || wish[length] != '=')
    return 0;
  return std::atoi(wish + length + 1);
}

static int getNumber(const char *variable, int otherwise) {
  const char *text = std::getenv(variable);
  return text ? std::atoi(text) : otherwise;
}

/// The time, in microseconds, and launches since a capture began.
static float now = 0;
static bool capturing = false;
static unsigned captured = 0;

/// The name of a kernel is its handle.
struct CUfunc_st {
  std::string name;
};

#define FAKE(name)                                                             \
  if (CUresult result = getResult(name); result != 0)                          \
    return result;

extern "C" {

CUresult cuInit(unsigned) {
  FAKE("cuInit");
  return 0;
}

CUresult cuGetErrorName(CUresult result, const char **name) {
  static std::string text;
  text = result == 100   ? "CUDA_ERROR_NO_DEVICE"
         : result == 209 ? "CUDA_ERROR_NO_BINARY_FOR_GPU"
         : result == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS"
                         : "";
  *name = text.empty() ? nullptr : text.c_str();
  return text.empty();
}

CUresult cuGetErrorString(CUresult result, const char **text) {
  *text = result == 100 ? "no CUDA-capable device is detected" : "";
  return 0;
}

CUresult cuDeviceGetCount(int *count) {
  *count = getNumber("FAKE_CUDA_DEVICES", 1);
  return 0;
}

CUresult cuDeviceGet(CUdevice *device, int ordinal) {
  *device = ordinal;
  return 0;
}

CUresult cuDeviceGetName(char *name, int length, CUdevice) {
  std::snprintf(name, static_cast<std::size_t>(length), "Fake GPU");
  return 0;
}

CUresult cuDeviceGetAttribute(int *value, int attribute, CUdevice) {
  int chip = getNumber("FAKE_CUDA_CHIP", 90);
  *value = attribute == 75   ? chip / 10
           : attribute == 76 ? chip % 10
           : attribute == 38 ? 1 << 20
           : attribute == 16 ? 4
                             : 0;
  return 0;
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice) {
  *context = nullptr;
  return 0;
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice) { return 0; }
CUresult cuCtxSetCurrent(CUcontext) { return 0; }

CUresult cuCtxGetDevice(CUdevice *device) {
  *device = 0;
  return 0;
}

CUresult cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned count,
                            int *options, void **values) {
  bool isCubin = std::memcmp(image,
                             "\x7f"
                             "ELF",
                             4) == 0;
  log("cuModuleLoadDataEx %s", isCubin ? "cubin" : "PTX");
  if (CUresult result = getResult("cuModuleLoadDataEx"); result != 0) {
    for (unsigned i = 0; i < count; ++i)
      if (options[i] == 5)
        std::strcpy(static_cast<char *>(values[i]), "ptxas says no");
    return result;
  }
  static int loaded;
  *module = reinterpret_cast<CUmodule>(&loaded);
  return 0;
}

CUresult cuModuleUnload(CUmodule) {
  log("cuModuleUnload");
  return 0;
}

CUresult cuModuleGetFunction(CUfunction *function, CUmodule, const char *name) {
  FAKE("cuModuleGetFunction");
  *function = new CUfunc_st{name};
  return 0;
}

CUresult cuFuncSetAttribute(CUfunction function, int attribute, int value) {
  log("cuFuncSetAttribute %s %d = %d", function->name.c_str(), attribute,
      value);
  return 0;
}

CUresult cuLaunchKernelEx(const LaunchConfig *config, CUfunction function,
                          void **parameters, void **) {
  log("cuLaunchKernelEx %s grid %u %u %u block %u %u %u shared %u",
      function->name.c_str(), config->gridDimX, config->gridDimY,
      config->gridDimZ, config->blockDimX, config->blockDimY, config->blockDimZ,
      config->sharedMemBytes);
  for (unsigned i = 0; i < config->attributeCount; ++i) {
    const LaunchAttribute &attribute = config->attributes[i];
    log("  attribute %u: %u", attribute.id, attribute.value.clusterDim.x);
  }
  FAKE("cuLaunchKernelEx");
  now += 10;
  captured += capturing;
  const char *library = std::getenv("FAKE_CUDA_KERNELS");
  if (!library || capturing)
    return 0;
  void *handle = dlopen(library, RTLD_NOW);
  void *symbol = handle ? dlsym(handle, function->name.c_str()) : nullptr;
  if (!symbol) {
    log("  no such kernel: %s", dlerror());
    return 500;
  }
  reinterpret_cast<void (*)(void **, unsigned)>(symbol)(parameters,
                                                        config->gridDimX);
  return 0;
}

CUresult cuMemAlloc_v2(CUdeviceptr *pointer, std::size_t bytes) {
  log("cuMemAlloc %zu", bytes);
  FAKE("cuMemAlloc");
  *pointer = reinterpret_cast<CUdeviceptr>(
      std::aligned_alloc(256, (bytes + 255) / 256 * 256));
  return *pointer ? 0 : 2;
}

CUresult cuMemFree_v2(CUdeviceptr pointer) {
  std::free(reinterpret_cast<void *>(pointer));
  return 0;
}

CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void *from, std::size_t bytes) {
  std::memcpy(reinterpret_cast<void *>(to), from, bytes);
  return 0;
}

CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, std::size_t bytes) {
  std::memcpy(to, reinterpret_cast<void *>(from), bytes);
  return 0;
}

CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr, CUdeviceptr, std::size_t bytes,
                              CUstream) {
  log("cuMemcpyDtoDAsync %zu", bytes);
  now += 8;
  return 0;
}

CUresult cuMemsetD8Async(CUdeviceptr, unsigned char, std::size_t bytes,
                         CUstream) {
  log("cuMemsetD8Async %zu", bytes);
  return 0;
}

CUresult cuStreamCreate(CUstream *stream, unsigned) {
  *stream = reinterpret_cast<CUstream>(1);
  return 0;
}

CUresult cuStreamDestroy_v2(CUstream) { return 0; }

CUresult cuStreamSynchronize(CUstream) {
  FAKE("cuStreamSynchronize");
  return 0;
}

CUresult cuStreamBeginCapture_v2(CUstream, int) {
  capturing = true;
  captured = 0;
  return 0;
}

CUresult cuStreamEndCapture(CUstream, CUgraph *graph) {
  capturing = false;
  *graph = nullptr;
  return 0;
}

CUresult cuEventCreate(CUevent *event, unsigned) {
  *event = reinterpret_cast<CUevent>(new float(0));
  return 0;
}

CUresult cuEventDestroy_v2(CUevent event) {
  delete reinterpret_cast<float *>(event);
  return 0;
}

CUresult cuEventRecord(CUevent event, CUstream) {
  *reinterpret_cast<float *>(event) = now;
  return 0;
}

CUresult cuEventElapsedTime(float *milliseconds, CUevent start, CUevent stop) {
  *milliseconds =
      (*reinterpret_cast<float *>(stop) - *reinterpret_cast<float *>(start)) /
      1000;
  return 0;
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec *executable, CUgraph,
                                     unsigned long long) {
  *executable = reinterpret_cast<CUgraphExec>(1);
  return 0;
}

CUresult cuGraphLaunch(CUgraphExec, CUstream) {
  log("cuGraphLaunch of %u kernels", captured);
  now += 2 * static_cast<float>(captured);
  return 0;
}

CUresult cuGraphExecDestroy(CUgraphExec) { return 0; }
CUresult cuGraphDestroy(CUgraph) { return 0; }

} // extern "C"
