//===- Measure.cpp - interleaved timing -----------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Measure.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <chrono>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::bench;

namespace {
/// A way with its samples.
struct Series {
  const Way &way;
  /// Calls that make up one sample.
  int64_t calls = 1;
  SmallVector<double> seconds;
};

/// Calls on one slot of the ring after the other, whichever way makes them.
class Caller {
public:
  explicit Caller(const Workspace &workspace) : workspace(workspace) {}

  /// Seconds of one of `calls` calls.
  double time(const Way &way, int64_t calls) {
    auto start = std::chrono::steady_clock::now();
    for (int64_t i = 0; i < calls; ++i)
      way.call(workspace.task(next++));
    std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - start;
    return elapsed.count() / calls;
  }

private:
  const Workspace &workspace;
  int64_t next = 0;
};
} // namespace

/// How many calls take `least` seconds.
static int64_t calibrate(Caller &caller, const Way &way, double least) {
  int64_t calls = 1;
  caller.time(way, 1);
  double seconds = caller.time(way, 1);
  while (seconds * calls < least) {
    calls = std::clamp<int64_t>(1.1 * least / std::max(seconds, 1e-9),
                                calls + 1, calls * 10);
    seconds = caller.time(way, calls);
  }
  return calls;
}

SmallVector<Timing>
bench::measure(ArrayRef<Way> ways, const Workspace &workspace,
               const Schedule &schedule, unsigned &rounds,
               llvm::function_ref<void(unsigned, unsigned)> progress) {
  Caller caller(workspace);
  SmallVector<Series> all;
  double roundSeconds = 0;
  for (const Way &way : ways) {
    all.push_back({way, calibrate(caller, way, schedule.sampleSeconds), {}});
    roundSeconds += caller.time(way, all.back().calls) * all.back().calls;
  }
  rounds = schedule.rounds
               ? schedule.rounds
               : std::clamp(schedule.seconds / roundSeconds, 5.0, 200.0);
  for (unsigned round = 0; round < rounds; ++round) {
    progress(round, rounds);
    for (size_t i = 0; i < all.size(); ++i) {
      Series &series = all[(i + round) % all.size()];
      // Bring the arrays back to where repeated calls find them.
      if (series.calls > 1)
        caller.time(series.way, std::max<int64_t>(1, series.calls / 8));
      series.seconds.push_back(caller.time(series.way, series.calls));
    }
  }
  progress(rounds, rounds);

  SmallVector<Timing> timings;
  for (Series &series : all) {
    llvm::sort(series.seconds);
    size_t count = series.seconds.size();
    timings.push_back(
        {series.seconds.front(),
         (series.seconds[(count - 1) / 2] + series.seconds[count / 2]) / 2});
  }
  return timings;
}
