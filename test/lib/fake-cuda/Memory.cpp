//===- Memory.cpp - memory of the stand-in --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "State.h"

#include <cstdlib>
#include <cstring>

using namespace fake;

static CUresult allocate(CUdeviceptr *pointer, std::size_t bytes) {
  *pointer = reinterpret_cast<CUdeviceptr>(
      std::aligned_alloc(256, (bytes + 255) / 256 * 256));
  return *pointer ? kSuccess : kOutOfMemory;
}

static void *toPointer(CUdeviceptr address) {
  return reinterpret_cast<void *>(address);
}

extern "C" {

DRIVER CUresult cuMemAlloc_v2(CUdeviceptr *pointer, std::size_t bytes) {
  log("cuMemAlloc %zu", bytes);
  FAKE("cuMemAlloc");
  NO_CAPTURE("cuMemAlloc");
  return allocate(pointer, bytes);
}

DRIVER CUresult cuMemFree_v2(CUdeviceptr pointer) {
  NO_CAPTURE("cuMemFree");
  std::free(toPointer(pointer));
  return kSuccess;
}

/// Nothing that was there before may matter: it is NaN in every type.
DRIVER CUresult cuMemAllocAsync(CUdeviceptr *pointer, std::size_t bytes,
                                CUstream stream) {
  log("cuMemAllocAsync %zu", bytes);
  FAKE("cuMemAllocAsync");
  if (CUresult result = allocate(pointer, bytes); result != kSuccess)
    return result;
  return enqueue(stream, [=, address = *pointer] {
    std::memset(toPointer(address), 0xff, bytes);
    return kSuccess;
  });
}

/// The memory of a graph stays for its next launch.
DRIVER CUresult cuMemFreeAsync(CUdeviceptr pointer, CUstream stream) {
  log("cuMemFreeAsync");
  FAKE("cuMemFreeAsync");
  bool isGraphs =
      reinterpret_cast<uintptr_t>(stream) > 2 && stream->isCapturing;
  return enqueue(stream, [=] {
    if (!isGraphs)
      std::free(toPointer(pointer));
    return kSuccess;
  });
}

DRIVER CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void *from,
                                std::size_t bytes) {
  NO_CAPTURE("cuMemcpyHtoD");
  std::memcpy(toPointer(to), from, bytes);
  return kSuccess;
}

DRIVER CUresult cuMemcpyDtoH_v2(void *to, CUdeviceptr from, std::size_t bytes) {
  NO_CAPTURE("cuMemcpyDtoH");
  std::memcpy(to, toPointer(from), bytes);
  return kSuccess;
}

DRIVER CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from,
                                     std::size_t bytes, CUstream stream) {
  log("cuMemcpyDtoDAsync %zu", bytes);
  spend(8);
  return enqueue(stream, [=] {
    std::memcpy(toPointer(to), toPointer(from), bytes);
    return kSuccess;
  });
}

DRIVER CUresult cuMemsetD8Async(CUdeviceptr to, unsigned char value,
                                std::size_t bytes, CUstream stream) {
  log("cuMemsetD8Async %zu", bytes);
  FAKE("cuMemsetD8Async");
  return enqueue(stream, [=] {
    std::memset(toPointer(to), value, bytes);
    return kSuccess;
  });
}

} // extern "C"
