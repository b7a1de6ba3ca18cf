//===- State.h - what the stand-in keeps ------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_LIB_FAKE_CUDA_STATE_H
#define NORM_TEST_LIB_FAKE_CUDA_STATE_H

#include "Ptx.h"

#include "norm/Runtime/Driver.h"

#include <memory>
#include <mutex>

struct CUctx_st {
  int device;
};

struct CUfunc_st {
  std::string name;
  CUmod_st *module;
  /// What cuFuncSetAttribute allowed.
  unsigned dynamicSharedBytes = 48 << 10, clusterBlocks = 8;
};

struct CUmod_st {
  int device;
  std::map<std::string, fake::Kernel> kernels;
  std::map<std::string, std::unique_ptr<CUfunc_st>> functions;
};

/// Work that a stream does at once, and a graph when it is launched.
using Work = std::function<normrt::CUresult()>;

struct CUstream_st {
  explicit CUstream_st(int device) : device(device) {}

  int device;
  bool isCapturing = false, isBroken = false;
  std::vector<Work> work;
  unsigned kernels = 0;
};

struct CUgraph_st {
  std::vector<Work> work;
  unsigned kernels;
};

namespace fake {

using namespace normrt;

/// Numbers of cuda.h.
enum Result : CUresult {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kInvalidContext = 201,
  kInvalidPtx = 218,
  kInvalidHandle = 400,
  kNotFound = 500,
  kLaunchFailed = 719,
  kCaptureUnsupported = 900,
  kCaptureInvalidated = 901,
};

void log(const char *format, ...);

/// What FAKE_CUDA_FAIL says of the function `name`: 0 is success.
CUresult getResult(const char *name);

/// Guards all that is not of a thread alone.
std::mutex &getMutex();

/// The context of the calling thread.
CUctx_st *&getCurrent();

/// 900, and no graph, where a stream is capturing: for what no capture allows.
CUresult forbidInCapture(const char *name);

/// Lets `work` be done in the order of the stream.
CUresult enqueue(CUstream handle, Work work);

/// The time goes on, in microseconds.
void spend(float microseconds);

} // namespace fake

#define FAKE(name)                                                             \
  if (CUresult result = fake::getResult(name); result != 0)                    \
    return result;

#define NO_CAPTURE(name)                                                       \
  if (CUresult result = fake::forbidInCapture(name); result != 0)              \
    return result;

#define DRIVER __attribute__((visibility("default")))

#endif // NORM_TEST_LIB_FAKE_CUDA_STATE_H
