//===- Team.h - threads of the hand-written peers ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_TEAM_H
#define NORM_TOOLS_NORM_BENCH_TEAM_H

#include "llvm/ADT/STLFunctionalExtras.h"

#include <cstdint>
#include <utility>

namespace mlir::norm::bench {

/// Calls `work` with each number below `threads`, on a thread each. The threads
/// are those of the OpenMP runtime that loadRuntimes() of tools/support loaded,
/// so that all ways share one pool.
void runTeam(unsigned threads, llvm::function_ref<void(unsigned)> work);

/// The part of [0, count) that thread `thread` of `threads` takes; it begins at
/// a multiple of `grain`.
std::pair<int64_t, int64_t> share(int64_t count, int64_t grain, unsigned thread,
                                  unsigned threads);

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_TEAM_H
