//===- Driver.h - NVIDIA's driver, loaded when it is needed -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The functions of libcuda.so.1 that loading and timing kernels takes, with the
// names, types and numbers of cuda.h, which is not needed. Handles are the
// driver's own: they may come from, and go to, code that includes cuda.h.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_RUNTIME_DRIVER_H
#define NORM_RUNTIME_DRIVER_H

#include "norm/Runtime/Result.h"

#include <cstddef>

// As cuda.h declares them.
struct CUctx_st;
struct CUevent_st;
struct CUfunc_st;
struct CUgraph_st;
struct CUgraphExec_st;
struct CUmod_st;
struct CUstream_st;

namespace normrt {

using CUresult = int;
using CUdevice = int;
using CUdeviceptr = unsigned long long;
using CUcontext = ::CUctx_st *;
using CUmodule = ::CUmod_st *;
using CUfunction = ::CUfunc_st *;
using CUstream = ::CUstream_st *;
using CUevent = ::CUevent_st *;
using CUgraph = ::CUgraph_st *;
using CUgraphExec = ::CUgraphExec_st *;

/// cuda.h's CUlaunchAttribute: what an attribute is, and 64 bytes for its
/// value.
struct LaunchAttribute {
  unsigned id;
  char padding[4];
  union {
    struct {
      unsigned x, y, z;
    } clusterDim;
    int programmaticStreamSerializationAllowed;
    char bytes[64];
  } value;
};

/// cuda.h's CUlaunchConfig.
struct LaunchConfig {
  unsigned gridDimX, gridDimY, gridDimZ;
  unsigned blockDimX, blockDimY, blockDimZ;
  unsigned sharedMemBytes;
  CUstream stream;
  LaunchAttribute *attributes;
  unsigned attributeCount;
};

/// The driver's functions. Names have no suffix; those that cuda.h maps to a
/// later version are looked up under that.
struct Driver {
  CUresult (*init)(unsigned flags);
  CUresult (*getErrorName)(CUresult, const char **);
  CUresult (*getErrorString)(CUresult, const char **);
  CUresult (*deviceGetCount)(int *);
  CUresult (*deviceGet)(CUdevice *, int ordinal);
  CUresult (*deviceGetName)(char *, int length, CUdevice);
  CUresult (*deviceGetAttribute)(int *, int attribute, CUdevice);
  CUresult (*primaryContextRetain)(CUcontext *, CUdevice);
  CUresult (*primaryContextRelease)(CUdevice);
  CUresult (*contextGetCurrent)(CUcontext *);
  CUresult (*contextSetCurrent)(CUcontext);
  CUresult (*contextGetDevice)(CUdevice *);
  CUresult (*moduleLoadDataEx)(CUmodule *, const void *image, unsigned count,
                               int *options, void **values);
  CUresult (*moduleUnload)(CUmodule);
  CUresult (*moduleGetFunction)(CUfunction *, CUmodule, const char *name);
  CUresult (*functionSetAttribute)(CUfunction, int attribute, int value);
  CUresult (*launchKernelEx)(const LaunchConfig *, CUfunction,
                             void **parameters, void **extra);
  CUresult (*memAlloc)(CUdeviceptr *, std::size_t bytes);
  CUresult (*memFree)(CUdeviceptr);
  CUresult (*memAllocAsync)(CUdeviceptr *, std::size_t bytes, CUstream);
  CUresult (*memFreeAsync)(CUdeviceptr, CUstream);
  CUresult (*memcpyHtoD)(CUdeviceptr, const void *, std::size_t bytes);
  CUresult (*memcpyDtoH)(void *, CUdeviceptr, std::size_t bytes);
  CUresult (*memcpyDtoDAsync)(CUdeviceptr to, CUdeviceptr from,
                              std::size_t bytes, CUstream);
  CUresult (*memsetD8Async)(CUdeviceptr, unsigned char, std::size_t bytes,
                            CUstream);
  CUresult (*streamCreate)(CUstream *, unsigned flags);
  CUresult (*streamDestroy)(CUstream);
  CUresult (*streamSynchronize)(CUstream);
  CUresult (*streamBeginCapture)(CUstream, int mode);
  CUresult (*streamEndCapture)(CUstream, CUgraph *);
  CUresult (*eventCreate)(CUevent *, unsigned flags);
  CUresult (*eventDestroy)(CUevent);
  CUresult (*eventRecord)(CUevent, CUstream);
  CUresult (*eventElapsedTime)(float *milliseconds, CUevent, CUevent);
  CUresult (*graphInstantiate)(CUgraphExec *, CUgraph,
                               unsigned long long flags);
  CUresult (*graphLaunch)(CUgraphExec, CUstream);
  CUresult (*graphExecDestroy)(CUgraphExec);
  CUresult (*graphDestroy)(CUgraph);

  /// The driver of this process, initialized; loaded when first asked for.
  static Result<const Driver *> get();

  /// Success, or an error that says what failed and the driver's reason.
  Status check(CUresult result, const char *what) const;
};

/// A device, with its primary context made current for the calling thread.
class Device {
public:
  /// Device number `ordinal`, as the driver counts.
  static Result<Device> open(int ordinal = 0);

  /// Makes its primary context that of the calling thread.
  Status makeCurrent() const;

  const Driver &driver() const { return *functions; }
  CUdevice handle() const { return device; }
  const std::string &name() const { return title; }
  /// Compute capability: 90 for 9.0.
  int capability() const { return version; }
  /// The number of multiprocessors, and bytes of the second-level cache.
  int multiprocessors() const { return processors; }
  std::size_t cacheBytes() const { return cache; }
  /// "sm_90".
  std::string chip() const { return "sm_" + std::to_string(version); }

private:
  const Driver *functions = nullptr;
  CUdevice device = 0;
  CUcontext context = nullptr;
  std::string title;
  int version = 0, processors = 0;
  std::size_t cache = 0;
};

/// Gives the calling thread back, at its end, the context that it has at its
/// beginning; none where the driver does not say which one that is.
class ScopedContext {
public:
  explicit ScopedContext(const Driver &driver);
  ScopedContext(const ScopedContext &) = delete;
  ~ScopedContext();

private:
  const Driver &driver;
  CUcontext before = nullptr;
};

} // namespace normrt

#endif // NORM_RUNTIME_DRIVER_H
