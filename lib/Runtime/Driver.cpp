//===- Driver.cpp - NVIDIA's driver, loaded when it is needed -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Runtime/Driver.h"

#include <dlfcn.h>

using namespace normrt;

namespace {
/// Numbers of cuda.h.
enum DeviceAttribute {
  kMultiprocessorCount = 16,
  kCacheBytes = 38,
  kCapabilityMajor = 75,
  kCapabilityMinor = 76,
};
} // namespace

static constexpr const char *kLibrary = "libcuda.so.1";

static Result<Driver> load() {
  void *library = dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return Error{std::string("no NVIDIA driver: ") + dlerror()};
  Driver driver;
  std::string missing;
  auto find = [&](auto &function, const char *name) {
    void *symbol = dlsym(library, name);
    if (!symbol && missing.empty())
      missing = name;
    function =
        reinterpret_cast<std::remove_reference_t<decltype(function)>>(symbol);
  };
  find(driver.init, "cuInit");
  find(driver.getErrorName, "cuGetErrorName");
  find(driver.getErrorString, "cuGetErrorString");
  find(driver.deviceGetCount, "cuDeviceGetCount");
  find(driver.deviceGet, "cuDeviceGet");
  find(driver.deviceGetName, "cuDeviceGetName");
  find(driver.deviceGetAttribute, "cuDeviceGetAttribute");
  find(driver.primaryContextRetain, "cuDevicePrimaryCtxRetain");
  find(driver.primaryContextRelease, "cuDevicePrimaryCtxRelease_v2");
  find(driver.contextGetCurrent, "cuCtxGetCurrent");
  find(driver.contextSetCurrent, "cuCtxSetCurrent");
  find(driver.contextGetDevice, "cuCtxGetDevice");
  find(driver.moduleLoadDataEx, "cuModuleLoadDataEx");
  find(driver.moduleUnload, "cuModuleUnload");
  find(driver.moduleGetFunction, "cuModuleGetFunction");
  find(driver.functionSetAttribute, "cuFuncSetAttribute");
  find(driver.launchKernelEx, "cuLaunchKernelEx");
  find(driver.memAlloc, "cuMemAlloc_v2");
  find(driver.memFree, "cuMemFree_v2");
  find(driver.memAllocAsync, "cuMemAllocAsync");
  find(driver.memFreeAsync, "cuMemFreeAsync");
  find(driver.memcpyHtoD, "cuMemcpyHtoD_v2");
  find(driver.memcpyDtoH, "cuMemcpyDtoH_v2");
  find(driver.memcpyDtoDAsync, "cuMemcpyDtoDAsync_v2");
  find(driver.memsetD8Async, "cuMemsetD8Async");
  find(driver.streamCreate, "cuStreamCreate");
  find(driver.streamDestroy, "cuStreamDestroy_v2");
  find(driver.streamSynchronize, "cuStreamSynchronize");
  find(driver.streamBeginCapture, "cuStreamBeginCapture_v2");
  find(driver.streamEndCapture, "cuStreamEndCapture");
  find(driver.eventCreate, "cuEventCreate");
  find(driver.eventDestroy, "cuEventDestroy_v2");
  find(driver.eventRecord, "cuEventRecord");
  find(driver.eventElapsedTime, "cuEventElapsedTime");
  find(driver.graphInstantiate, "cuGraphInstantiateWithFlags");
  find(driver.graphLaunch, "cuGraphLaunch");
  find(driver.graphExecDestroy, "cuGraphExecDestroy");
  find(driver.graphDestroy, "cuGraphDestroy");
  if (!missing.empty())
    return Error{std::string("expected a driver of CUDA 12 or later, got one "
                             "without ") +
                 missing};
  if (Status status = driver.check(driver.init(0), "cuInit"); !status)
    return status.error();
  return driver;
}

Result<const Driver *> Driver::get() {
  static const Result<Driver> driver = load();
  if (!driver)
    return driver.error();
  return &*driver;
}

Status Driver::check(CUresult result, const char *what) const {
  if (result == 0)
    return Done();
  const char *name = nullptr, *text = nullptr;
  if (getErrorName(result, &name) != 0 || !name)
    name = "an unknown error";
  if (getErrorString(result, &text) != 0 || !text)
    text = "";
  return Error{std::string(what) + ": " + name + " (" + std::to_string(result) +
               ")" + (*text ? std::string(": ") + text : std::string())};
}

Result<Device> Device::open(int ordinal) {
  Result<const Driver *> driver = Driver::get();
  if (!driver)
    return driver.error();
  const Driver &functions = **driver;
  Device result;
  result.functions = &functions;
  int count = 0;
  if (Status s =
          functions.check(functions.deviceGetCount(&count), "cuDeviceGetCount");
      !s)
    return s.error();
  if (ordinal < 0 || ordinal >= count)
    return Error{"expected device " + std::to_string(ordinal) + ", got " +
                 std::to_string(count) + " devices"};
  char name[256] = "";
  int major = 0, minor = 0, bytes = 0;
  auto get = [&](int *value, int attribute) {
    return functions.check(
        functions.deviceGetAttribute(value, attribute, result.device),
        "cuDeviceGetAttribute");
  };
  if (Status s = functions.check(functions.deviceGet(&result.device, ordinal),
                                 "cuDeviceGet");
      !s)
    return s.error();
  if (Status s = functions.check(
          functions.deviceGetName(name, sizeof name - 1, result.device),
          "cuDeviceGetName");
      !s)
    return s.error();
  for (auto [value, attribute] : {std::pair(&major, kCapabilityMajor),
                                  {&minor, kCapabilityMinor},
                                  {&result.processors, kMultiprocessorCount},
                                  {&bytes, kCacheBytes}})
    if (Status s = get(value, attribute); !s)
      return s.error();
  if (Status s = functions.check(
          functions.primaryContextRetain(&result.context, result.device),
          "cuDevicePrimaryCtxRetain");
      !s)
    return s.error();
  if (Status s = result.makeCurrent(); !s)
    return s.error();
  result.title = name;
  result.version = 10 * major + minor;
  result.cache = static_cast<std::size_t>(bytes);
  return result;
}

Status Device::makeCurrent() const {
  return functions->check(functions->contextSetCurrent(context),
                          "cuCtxSetCurrent");
}

ScopedContext::ScopedContext(const Driver &driver) : driver(driver) {
  if (driver.contextGetCurrent(&before) != 0)
    before = nullptr;
}

ScopedContext::~ScopedContext() {
  CUcontext now = nullptr;
  if (driver.contextGetCurrent(&now) != 0 || now != before)
    driver.contextSetCurrent(before);
}
