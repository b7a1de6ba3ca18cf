//===- Timing.h - how long a call takes on a device -------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_LAUNCH_TIMING_H
#define NORM_TOOLS_NORM_LAUNCH_TIMING_H

#include "Check.h"

namespace launch {

/// Seconds, over all rounds.
struct Times {
  double median = 0, least = 0;
};

struct TimingResult {
  /// Of a call, of a device copy of the same bytes, and of two events with
  /// nothing between them.
  Times call, copy, events;
  /// What a call reads and writes.
  std::size_t bytes = 0;
  /// Sets of arrays that take turns, and calls in one graph (0: no graph).
  unsigned sets = 0, graph = 0;
};

/// Times `rounds` calls with events, each after the second-level cache has been
/// written over, and in turn with them copies of as many bytes. With `graph`, a
/// graph of that many calls is timed instead, on arrays that stay in the cache.
normrt::Result<TimingResult> time(const Task &task, unsigned rounds,
                                  unsigned graph);

} // namespace launch

#endif // NORM_TOOLS_NORM_LAUNCH_TIMING_H
