//===- Streams.cpp - streams, graphs and time of the stand-in -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "State.h"

#include <set>

using namespace fake;

static std::set<CUstream_st *> capturing;
static float now = 0;

/// NULL, 1 and 2 are the driver's own streams.
static CUstream_st *getStream(CUstream stream) {
  return reinterpret_cast<uintptr_t>(stream) <= 2 ? nullptr : stream;
}

std::mutex &fake::getMutex() {
  static std::mutex mutex;
  return mutex;
}

void fake::spend(float microseconds) {
  std::lock_guard<std::mutex> lock(getMutex());
  now += microseconds;
}

CUresult fake::forbidInCapture(const char *name) {
  std::lock_guard<std::mutex> lock(getMutex());
  if (capturing.empty())
    return kSuccess;
  log("%s during a capture", name);
  for (CUstream_st *stream : capturing)
    stream->isBroken = true;
  return kCaptureUnsupported;
}

CUresult fake::enqueue(CUstream handle, Work work) {
  CUstream_st *stream = getStream(handle);
  CUctx_st *context = getCurrent();
  if (!context)
    return kInvalidContext;
  if (stream && stream->device != context->device)
    return kInvalidHandle;
  if (stream && stream->isCapturing) {
    stream->work.push_back(std::move(work));
    return kSuccess;
  }
  return work();
}

extern "C" {

DRIVER CUresult cuStreamCreate(CUstream *stream, unsigned) {
  CUctx_st *context = getCurrent();
  if (!context)
    return kInvalidContext;
  *stream = new CUstream_st(context->device);
  return kSuccess;
}

DRIVER CUresult cuStreamDestroy_v2(CUstream stream) {
  delete getStream(stream);
  return kSuccess;
}

DRIVER CUresult cuStreamSynchronize(CUstream) {
  FAKE("cuStreamSynchronize");
  NO_CAPTURE("cuStreamSynchronize");
  return kSuccess;
}

DRIVER CUresult cuStreamBeginCapture_v2(CUstream handle, int) {
  CUstream_st *stream = getStream(handle);
  if (!stream)
    return kCaptureUnsupported;
  std::lock_guard<std::mutex> lock(getMutex());
  capturing.insert(stream);
  stream->isCapturing = true;
  return kSuccess;
}

DRIVER CUresult cuStreamEndCapture(CUstream handle, CUgraph *graph) {
  CUstream_st *stream = getStream(handle);
  if (!stream || !stream->isCapturing)
    return kInvalidValue;
  std::lock_guard<std::mutex> lock(getMutex());
  capturing.erase(stream);
  bool isBroken = stream->isBroken;
  *graph = isBroken ? nullptr
                    : new CUgraph_st{std::move(stream->work), stream->kernels};
  *stream = CUstream_st(stream->device);
  return isBroken ? kCaptureInvalidated : kSuccess;
}

DRIVER CUresult cuGraphInstantiateWithFlags(CUgraphExec *executable,
                                            CUgraph graph, unsigned long long) {
  *executable = reinterpret_cast<CUgraphExec>(new CUgraph_st(*graph));
  return kSuccess;
}

DRIVER CUresult cuGraphLaunch(CUgraphExec executable, CUstream) {
  auto *graph = reinterpret_cast<CUgraph_st *>(executable);
  if (!graph)
    return kInvalidValue;
  log("cuGraphLaunch of %u kernels", graph->kernels);
  spend(2 * static_cast<float>(graph->kernels));
  for (const Work &work : graph->work)
    if (CUresult result = work(); result != kSuccess)
      return result;
  return kSuccess;
}

DRIVER CUresult cuGraphExecDestroy(CUgraphExec executable) {
  delete reinterpret_cast<CUgraph_st *>(executable);
  return kSuccess;
}

DRIVER CUresult cuGraphDestroy(CUgraph graph) {
  delete graph;
  return kSuccess;
}

DRIVER CUresult cuEventCreate(CUevent *event, unsigned) {
  *event = reinterpret_cast<CUevent>(new float(0));
  return kSuccess;
}

DRIVER CUresult cuEventDestroy_v2(CUevent event) {
  delete reinterpret_cast<float *>(event);
  return kSuccess;
}

DRIVER CUresult cuEventRecord(CUevent event, CUstream) {
  std::lock_guard<std::mutex> lock(getMutex());
  *reinterpret_cast<float *>(event) = now;
  return kSuccess;
}

DRIVER CUresult cuEventElapsedTime(float *milliseconds, CUevent start,
                                   CUevent stop) {
  *milliseconds =
      (*reinterpret_cast<float *>(stop) - *reinterpret_cast<float *>(start)) /
      1000;
  return kSuccess;
}

} // extern "C"
