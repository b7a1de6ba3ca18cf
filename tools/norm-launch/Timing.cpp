//===- Timing.cpp - how long a call takes on a device ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything of a round is enqueued before the device comes to it: the write
// over the cache takes longer than the driver's calls, so that events are apart
// by what the device does, not by what the host does.
//
//===----------------------------------------------------------------------===//

#include "Timing.h"

#include <algorithm>
#include <functional>

using namespace launch;
using normrt::Result;
using normrt::Status;

/// cuda.h: a stream that does not wait for the default one; a capture of what
/// this thread does.
static constexpr unsigned kNonBlocking = 1;
static constexpr int kThreadLocalCapture = 1;
/// Rounds that are not counted, and sets of arrays at most.
static constexpr unsigned kWarmUp = 5, kMaxSets = 16;
/// Of the device's memory, for all sets.
static constexpr std::size_t kMaxBytes = std::size_t(16) << 30;

namespace {
/// The stream, events and memory of one timing.
class Timer {
public:
  Timer(const Task &task) : task(task), driver(task.device.driver()) {}
  ~Timer();

  Status prepare(unsigned count);
  Result<TimingResult> run(unsigned rounds, unsigned count);

private:
  using Work = std::function<Status(unsigned round)>;

  Status addSet(const std::vector<HostArray> &arrays);
  Status capture(unsigned count);
  Status flush();
  Result<double> timeOnce(const Work &work, unsigned round);
  Status check(int result, const char *what) const {
    return driver.check(result, what);
  }

  const Task &task;
  const normrt::Driver &driver;
  normrt::CUstream stream = nullptr;
  normrt::CUevent start = nullptr, stop = nullptr;
  normrt::CUgraph graph = nullptr;
  normrt::CUgraphExec executable = nullptr;
  std::vector<DeviceArguments> sets;
  std::vector<normrt::BoundCall> calls;
  std::vector<DeviceMemory> copies;
  DeviceMemory cacheful;
  std::size_t bytes = 0, cacheBytes = 0;
};
} // namespace

#define NORM_TRY(expression)                                                   \
  if (Status status = (expression); !status)                                   \
  return status.error()

Timer::~Timer() {
  if (executable)
    driver.graphExecDestroy(executable);
  if (graph)
    driver.graphDestroy(graph);
  for (normrt::CUevent event : {start, stop})
    if (event)
      driver.eventDestroy(event);
  if (stream)
    driver.streamDestroy(stream);
}

Status Timer::addSet(const std::vector<HostArray> &arrays) {
  Result<DeviceArguments> set = upload(task, arrays);
  if (!set)
    return set.error();
  Result<normrt::BoundCall> call =
      task.loaded.bind(task.entry.name, set->arguments);
  if (!call)
    return call.error();
  sets.push_back(std::move(*set));
  calls.push_back(std::move(*call));
  return normrt::Done();
}

/// One graph of `count` calls, one after the other.
Status Timer::capture(unsigned count) {
  NORM_TRY(check(driver.streamBeginCapture(stream, kThreadLocalCapture),
                 "cuStreamBeginCapture"));
  for (unsigned i = 0; i < count; ++i)
    NORM_TRY(calls[i % calls.size()].launch(stream));
  NORM_TRY(
      check(driver.streamEndCapture(stream, &graph), "cuStreamEndCapture"));
  return check(driver.graphInstantiate(&executable, graph, 0),
               "cuGraphInstantiate");
}

Status Timer::prepare(unsigned count) {
  bytes = countBytes(task);
  cacheBytes = 2 * std::max<std::size_t>(task.device.cacheBytes(), 1 << 20);
  NORM_TRY(check(driver.streamCreate(&stream, kNonBlocking), "cuStreamCreate"));
  NORM_TRY(check(driver.eventCreate(&start, 0), "cuEventCreate"));
  NORM_TRY(check(driver.eventCreate(&stop, 0), "cuEventCreate"));
  std::size_t wanted = count ? 1 : cacheBytes / std::max<std::size_t>(bytes, 1);
  wanted =
      std::min<std::size_t>(std::max<std::size_t>(wanted + 1, 2), kMaxSets);
  wanted = std::max<std::size_t>(
      1, std::min(wanted, kMaxBytes / std::max<std::size_t>(bytes, 1)));
  std::vector<HostArray> arrays = makeArguments(task, /*seed=*/1);
  for (std::size_t i = 0; i < (count ? 1 : wanted); ++i)
    NORM_TRY(addSet(arrays));
  for (std::size_t size : {bytes / 2, bytes / 2, cacheBytes}) {
    Result<DeviceMemory> memory = DeviceMemory::allocate(driver, size);
    if (!memory)
      return memory.error();
    copies.push_back(std::move(*memory));
  }
  cacheful = copies.back();
  return count ? capture(count) : Status(normrt::Done());
}

Status Timer::flush() {
  return check(driver.memsetD8Async(cacheful.address(), 0, cacheBytes, stream),
               "cuMemsetD8Async");
}

Result<double> Timer::timeOnce(const Work &work, unsigned round) {
  NORM_TRY(flush());
  NORM_TRY(check(driver.eventRecord(start, stream), "cuEventRecord"));
  NORM_TRY(work(round));
  NORM_TRY(check(driver.eventRecord(stop, stream), "cuEventRecord"));
  NORM_TRY(check(driver.streamSynchronize(stream), "the timed call"));
  float milliseconds = 0;
  NORM_TRY(check(driver.eventElapsedTime(&milliseconds, start, stop),
                 "cuEventElapsedTime"));
  return static_cast<double>(milliseconds) / 1000;
}

static Times summarize(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  std::size_t n = seconds.size();
  return {(seconds[(n - 1) / 2] + seconds[n / 2]) / 2, seconds.front()};
}

Result<TimingResult> Timer::run(unsigned rounds, unsigned count) {
  Work ways[] = {[&](unsigned round) {
                   if (count)
                     return check(driver.graphLaunch(executable, stream),
                                  "cuGraphLaunch");
                   return calls[round % calls.size()].launch(stream);
                 },
                 [&](unsigned) {
                   return check(driver.memcpyDtoDAsync(copies[0].address(),
                                                       copies[1].address(),
                                                       bytes / 2, stream),
                                "cuMemcpyDtoDAsync");
                 },
                 [&](unsigned) { return Status(normrt::Done()); }};
  std::vector<double> seconds[3];
  for (unsigned round = 0; round < rounds + kWarmUp; ++round)
    for (std::size_t way = 0; way < 3; ++way) {
      Result<double> time = timeOnce(ways[way], round);
      if (!time)
        return time.error();
      if (round >= kWarmUp)
        seconds[way].push_back(*time / (way == 0 && count ? count : 1));
    }
  TimingResult result;
  result.call = summarize(seconds[0]);
  result.copy = summarize(seconds[1]);
  result.events = summarize(seconds[2]);
  result.bytes = bytes;
  result.sets = static_cast<unsigned>(sets.size());
  result.graph = count;
  return result;
}

Result<TimingResult> launch::time(const Task &task, unsigned rounds,
                                  unsigned graph) {
  Timer timer(task);
  NORM_TRY(timer.prepare(graph));
  return timer.run(rounds, graph);
}
